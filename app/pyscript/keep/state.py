"""The state of keeping: what the last visit left, and whether this visit is saved.

Runs on MicroPython and on CPython.
"""

from app.pyscript import texts as common
from app.pyscript.draw.state import Draw
from app.pyscript.keep import texts
from app.pyscript.kit import files
from app.pyscript.kit.signals import Signal
from app.pyscript.messages import (
    DATABASE,
    KEPT_BY_OTHER_TAB,
    MAX_WEIGHTS_FILE_SIZE,
    NETWORK_KEY,
    STORE,
    WHY_NOT_KEPT,
)
from app.pyscript.reasons import reason
from app.pyscript.settings.limits import DEFAULT_SETTINGS
from app.pyscript.settings.state import Settings
from app.pyscript.weights.state import LOAD_LIMIT_SECONDS, Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy, Problem, Recovered
    from app.pyscript.keep.records import RestoreAnswer, Restored
    from app.pyscript.page import Page


class Keep:
    """restored: what this visit began with, if the last one left something, or None; not_kept: why
    this visit is not saved, one of messages.WHY_NOT_KEPT, or empty; is_persistent: whether the
    browser keeps it for good, or None if that is not known.
    """

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._settings = page.of(Settings)
        self._weights = page.of(Weights)
        self.restored: Signal[Restored | None] = Signal(page.frame)
        self.not_kept = Signal(page.frame, "")
        self.is_persistent: Signal[bool | None] = Signal(page.frame)
        # Whether the browser's saved network is from another tab.
        self._is_kept_elsewhere = False
        page.bridge.on("problem", self._on_problem)
        page.bridge.on("recovered", self._on_recovered)
        page.bridge.lost.listen(lambda: self.not_kept.set(""))

    @property
    def has_restored_network(self) -> bool:
        """Is this the network that the last visit left, or trained from it?"""
        restored, weights = self.restored.value, self._weights.origin.value
        if restored is None or weights is None:
            return False
        return bool(restored["digest"]) and restored["digest"] == weights["digest"]

    async def kept_weights(self) -> "JsProxy | None":
        """The weights that the next worker will restore: the bytes of an .npz, or None if it will
        begin with the shared ones."""
        if self._is_kept_elsewhere:
            return None
        record = await self._page.browser.stored_record(DATABASE, STORE, NETWORK_KEY)
        weights = getattr(record, "weights", None)
        return weights if getattr(weights, "length", 0) else None

    async def restore(self) -> bool:
        """Go on where the last visit, or the last worker, ended. Returns whether it had weights."""
        is_elsewhere = self._is_kept_elsewhere
        answer: RestoreAnswer | None = await self._page.bridge.ask("restore", not is_elsewhere)
        if answer is None:
            return False
        if is_elsewhere:
            self._page.notices.notify("restore", texts.KEEP_LOST, texts.KEEP_LOST_ADVICE)
        settings = self._settings.values.value
        if settings != DEFAULT_SETTINGS:
            # The visitor has chosen these settings since the page was opened.
            await self._settings.ask_with("change_settings", dict(settings))
        elif answer["settings"] is not None:
            self._settings.change(answer["settings"])
        if answer["saved_at"]:
            self.restored.set({"saved_at": answer["saved_at"], "digest": answer["digest"]})
        return bool(answer["digest"])

    def start_afresh(self) -> None:
        """Start over: shared weights, first settings, no run, and nothing saved."""
        self._page.browser.run(self._start_afresh())

    async def _start_afresh(self) -> None:
        answer = await self._page.bridge.ask("start_afresh", limit=LOAD_LIMIT_SECONDS)
        if answer is not None:
            self._settings.change(answer["settings"])
            self.restored.set(None)
            self._page.network_changed.tell(False)

    def keep_this(self) -> None:
        """Save this tab's network in place of another tab's."""
        self._page.bridge.send("keep_this")

    def save_weights(self, form: str = "") -> None:
        """Save the network's weights as a file: an .npz, or for other programs "safetensors" or
        "onnx"."""
        asked = ("save_weights_as", form) if form else ("save_weights",)
        self._page.browser.run(files.save(self._page, "application/octet-stream", *asked))

    def open_weights(self, file: "JsProxy") -> None:
        """Load the weights in a file that the visitor chose, or say why not."""
        self._page.browser.run(self._open_weights(file))

    async def _open_weights(self, file: "JsProxy") -> None:
        try:
            content = await files.read(self._page, file, MAX_WEIGHTS_FILE_SIZE)
        except OSError as error:
            words = texts.FILES_TOO_LARGE if isinstance(error, files.TooLargeError) else error
            title = common.FILES_NOT_OPENED.format(name=file.name)
            detail = common.FILES_NOT_OPENED_ADVICE.format(error=reason(words))
            self._page.notices.notify("open_weights", title, detail)
            return
        await self._weights.ask("open_weights", content, file.name)

    def save_program(self) -> None:
        """Save the network as a program, with the current drawing as its example."""
        drawing = self._page.of(Draw).hexadecimal
        self._page.browser.run(files.save(self._page, "application/zip", "save_program", drawing))

    def _on_problem(self, report: "Problem") -> None:
        if report["kind"] in WHY_NOT_KEPT:
            self.not_kept.set(report["kind"])
            self._is_kept_elsewhere = report["kind"] == KEPT_BY_OTHER_TAB

    def _on_recovered(self, report: "Recovered") -> None:
        if report["kind"] in WHY_NOT_KEPT:
            self.not_kept.set("")
            self._is_kept_elsewhere = False
