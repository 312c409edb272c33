"""Shows the code of a stage, as it runs in the worker.

Shows: sources, kernels, settings, worker. Emits the intent to list the code.
"""

from app.pyscript.explain import texts
from app.pyscript.explain.state import Explain
from app.pyscript.settings.state import Settings
from app.pyscript.train.state import Train

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy
    from app.pyscript.explain.records import Function
    from app.pyscript.page import Page


class CodeView:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._explain = page.of(Explain)
        self._settings = page.of(Settings)
        self._train = page.of(Train)
        self._stage = ""  # the stage whose code is shown
        self._optimizer = ""  # the optimizer whose code was asked for

    def mount(self) -> None:
        """Start. The markup must be on the page already."""
        link = self._browser.element("kernels-source")
        link.href = self._browser.page_config()["kernels_source"]
        self._page.watch((self._settings.values, self._page.bridge.state), self._ask)
        self._page.watch((self._explain.sources,), self._render)
        self._page.watch((self._train.kernels,), self._render_kernels)
        self._render_kernels()
        self._ask()

    def show(self, stage: str) -> None:
        self._stage = stage
        self._render()

    def _ask(self) -> None:
        """Ask for the code again if the optimizer has changed, because it has other code."""
        optimizer = self._settings.values.value["optimizer"]
        if self._page.bridge.is_ready and self._optimizer != optimizer:
            self._optimizer = optimizer
            self._explain.list_sources()

    def _render(self) -> None:
        place = self._browser.element("code")
        place.textContent = ""
        if self._explain.sources.value is None:
            place.textContent = texts.LEARN_CODE_WAITING
            return
        for described in self._explain.sources.value:
            if described["stage"] == self._stage:
                for function in described["functions"]:
                    self._add_function(place, function)

    def _add_function(self, place: "JsProxy", function: "Function") -> None:
        create = self._browser.create_element
        title, code = create("h4"), create("pre")
        title.textContent = texts.LEARN_CODE_PLACE.format(
            path=function["path"], line=function["line"]
        )
        # So that the keyboard can scroll it.
        code.setAttribute("tabindex", "0")
        code.setAttribute("aria-label", title.textContent)
        code.setAttribute("role", "region")
        for text, is_remark in split_remarks(function["source"]):
            part = create("span")
            part.className = "remark" if is_remark else ""
            part.textContent = text
            code.appendChild(part)
        place.append(title, code)

    def _render_kernels(self) -> None:
        kernels = self._train.kernels.value
        is_simd = kernels is not None and kernels["kernels"] == "simd"
        self._browser.element("kernels-note").hidden = not is_simd


def split_remarks(source: str) -> list:
    """Split the source into (text, whether it is a comment or docstring), to show them differently.

    It goes by lines and relies on our style: a remark has its own line, or ends a line of code.
    """
    parts: list = []
    is_docstring = False
    for line in source.split("\n"):
        stripped = line.strip()
        quotes = stripped.count('"""')
        is_remark = is_docstring or quotes > 0 or stripped.startswith("#")
        if quotes == 1:
            is_docstring = not is_docstring
        if parts and parts[-1][1] == is_remark:
            parts[-1] = (f"{parts[-1][0]}{line}\n", is_remark)
        else:
            parts.append((f"{line}\n", is_remark))
    return parts
