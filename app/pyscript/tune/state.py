"""The state of teaching: one step on the drawing, with the label that the visitor gave it.

Runs on MicroPython and on CPython.
"""

from app.pyscript.draw.state import Draw
from app.pyscript.kit.signals import Signal
from app.pyscript.weights.state import Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page
    from app.pyscript.tune.records import Tuning


class Tune:
    """tuning: the last step, or None."""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._draw = page.of(Draw)
        self.tuning: Signal[Tuning | None] = Signal(page.frame)
        self._draw.drawn.listen(self.outdate)
        page.of(Weights).replaced.listen(self.outdate)
        page.bridge.lost.listen(self.outdate)

    def tune(self, label: int) -> None:
        """Have the network take one step on the drawing."""
        self._page.browser.run(self._tune(label))

    async def _tune(self, label: int) -> None:
        version = self._draw.version
        answer = await self._page.bridge.ask("tune", self._draw.hexadecimal, label)
        if answer is not None:
            if self._draw.version == version:
                answer["label"] = label
                self.tuning.set(answer)
            self._page.network_changed.tell(False)

    def outdate(self) -> None:
        """Forget the last losses: they are of another drawing, label or network."""
        if self.tuning.value is not None:
            self.tuning.set(None)
