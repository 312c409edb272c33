"""The state of "How it works": the explanation of one step on the drawing; the newest drawing wins.

Runs on MicroPython and on CPython.
"""

from app.pyscript.bridge.wire import RefusedError
from app.pyscript.draw.state import Draw
from app.pyscript.kit.newest import Newest
from app.pyscript.kit.signals import Signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.explain.records import Explanation, StageSource
    from app.pyscript.page import Page


class Explain:
    """explanation: the last answer of explain_step or apply_step, or why there is none; None at
    first. sources: the last answer of step_sources, or None.
    """

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._draw = page.of(Draw)
        self.explanation: Signal[Explanation | None] = Signal(page.frame)
        self.sources: Signal[list[StageSource] | None] = Signal(page.frame)
        self._newest = Newest(page.browser, self._explain)
        page.bridge.lost.listen(lambda: self.explanation.set(None))

    def explain(self, label: int) -> None:
        """Have one step on the drawing explained; label may be messages.NO_LABEL."""
        self._newest.want("explain_step", label)

    def apply(self, label: int) -> None:
        """Have the network take the step."""
        self._page.browser.run(self._apply(label))

    async def _apply(self, label: int) -> None:
        await self._explain("apply_step", label)
        self._page.network_changed.tell(False)

    async def _explain(self, name: str, label: int) -> None:
        version = self._draw.version
        if self._draw.drawing.is_blank:
            return
        try:
            explanation = await self._page.bridge.call(name, self._draw.hexadecimal, label)
        except RefusedError as refusal:
            explanation = {"problem": refusal.detail, "pictures": None}
        if explanation is None:
            return
        explanation["version"] = version
        explanation["is_applied"] = name == "apply_step" and "problem" not in explanation
        self.explanation.set(explanation)

    def list_sources(self) -> None:
        """Get the code of a step."""
        self._page.browser.run(self._list_sources())

    async def _list_sources(self) -> None:
        answer = await self._page.bridge.ask("step_sources")
        if answer is not None:
            self.sources.set(answer["stages"])
