"""Shows a stage of the training step: its words, formula, numbers, arrays and code.

Shows: settings, and an explanation that learn_panel.py passes to it.
"""

from app.pyscript.advice import possible
from app.pyscript.explain import formulas, texts
from app.pyscript.explain.array_view import figure, show_arrays
from app.pyscript.explain.code_view import CodeView
from app.pyscript.explain.stages import COUNTS, LOSS, NUMBERS, STAGES, TITLES, WORDS
from app.pyscript.kit.live_region import say
from app.pyscript.settings.state import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.explain.records import Explanation
    from app.pyscript.page import Page


class StageView:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._settings = page.of(Settings)
        self._code = CodeView(page)
        self._formula = ""  # the formula that is shown

    def mount(self) -> None:
        """Start. The markup must be on the page already."""
        self._buttons = [item.children[0] for item in self._browser.element("stages").children]
        self._code.mount()

    def show(self, index: int) -> None:
        """Show a stage's words, its formula and its code."""
        find, stage = self._browser.element, STAGES[index][0]
        title = TITLES[stage]
        if find("stage-title").textContent != title:
            find("stage-title").textContent = title
            for place, button in enumerate(self._buttons):
                if place == index:
                    button.setAttribute("aria-current", "step")
                else:
                    button.removeAttribute("aria-current")
            self._code.show(stage)
        settings = self._settings.values.value
        words = [WORDS[stage]]
        if stage == "update" and settings["optimizer"] == "adam":
            words.append(texts.LEARN_WORDS_ADAM)
        if stage == "update" and settings["l2"]:
            words.append(texts.LEARN_WORDS_L2)
        said = possible(" ".join(words), self._page)
        if find("stage-words").textContent != said:
            find("stage-words").textContent = said
        if stage != "update":
            formula = formulas.STAGES[stage]
        else:
            formula = formulas.OPTIMIZERS.get(settings["optimizer"], "")
        if formula != self._formula:  # do not disturb whoever reads or hears it
            self._formula = formula
            find("stage-formula").innerHTML = formula

    def show_numbers(self, index: int, shown: "Explanation | None", is_held: bool) -> None:
        """Show the numbers of a stage in an explanation, if there is one.

        is_held: screen readers hear held numbers when the stage changes. Live ones stay silent,
        because they change all the time.
        """
        find = self._browser.element
        stage, names = STAGES[index]
        numbers, arrays = find("stage-numbers"), find("stage-arrays")
        find("stage-colors").hidden = shown is None or stage == "inputs"
        numbers.textContent = arrays.innerHTML = ""
        if shown is None:
            return
        if index >= LOSS and not has_step(shown):
            find("stage-colors").hidden = True
            numbers.textContent = texts.LEARN_NEEDS_LABEL
            return
        facts = {
            key: figure(value) if isinstance(value, float) else value
            for key, value in shown.items()
            if key in COUNTS or isinstance(value, float)
        }
        numbers.textContent = NUMBERS[stage].format(**facts)
        if is_held:
            say(self._browser, "stage-heard", f"{TITLES[stage]}. {numbers.textContent}")
        described = [array for name in names for array in shown["arrays"] if array["name"] == name]
        show_arrays(self._browser, arrays, described, shown["pictures"])


def has_step(explanation: "Explanation | None") -> bool:
    """Does the explanation have a step? Otherwise it is only a reading, or there is none."""
    return explanation is not None and explanation.get("label") is not None
