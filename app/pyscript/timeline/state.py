"""The state of time travel: the run's checkpoints. Only `go_on_from` changes the network.

Runs on MicroPython and on CPython.
"""

from app.pyscript.bridge.wire import RefusedError
from app.pyscript.draw.state import Draw
from app.pyscript.kit.signals import Signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page
    from app.pyscript.timeline.records import Course, Measured, Units

NOTHING: "Course" = {"now": 0, "checkpoints": [], "probabilities": []}


class Timeline:
    """checkpoints: the last answer of list_checkpoints, or None; units: the hidden units of a
    checkpoint, or None."""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._draw = page.of(Draw)
        self.checkpoints: Signal[Course | None] = Signal(page.frame)
        self.units: Signal[Units | None] = Signal(page.frame)
        self._measured: list[Measured] = []  # validations that came after the checkpoints
        page.bridge.on("checkpoint", self.note_measured)
        page.bridge.lost.listen(self._on_lost)

    @property
    def course(self) -> "Course":
        """The checkpoints, or an empty list of them."""
        return self.checkpoints.value or NOTHING

    def probabilities(self, index: int) -> list:
        """The probability of each digit at this checkpoint; empty if nothing is drawn."""
        if self.course["checkpoints"][index]["digit"] is None:
            return []
        values = self.course["probabilities"]
        return [float(values[10 * index + digit]) for digit in range(10)]

    async def list_checkpoints(self) -> None:
        """Get the run's checkpoints, with what each reads in the drawing."""
        course = await self._page.bridge.ask("list_checkpoints", self._draw.hexadecimal)
        if course is not None:
            self.show(course)

    def show(self, checkpoints: "Course | None") -> None:
        self.checkpoints.set(checkpoints)
        for report in self._measured:
            self._take_measured(report)
        self._measured = []

    def note_measured(self, report: "Measured") -> None:
        """Store a checkpoint's validation. It may come before the answer with the checkpoint."""
        self._measured.append(report)
        self._take_measured(report)

    def _take_measured(self, report: "Measured") -> None:
        for checkpoint in self.course["checkpoints"]:
            if checkpoint["number"] == report["number"]:
                checkpoint["accuracy"], checkpoint["loss"] = report["accuracy"], report["loss"]
                checkpoint["drawings"] = report["drawings"]
                self.checkpoints.mark()

    async def list_units(self, number: int, of_change: bool) -> None:
        """Get a picture of a checkpoint's hidden units, if the checkpoint still exists."""
        bridge = self._page.bridge
        try:
            answer = await bridge.call("list_checkpoint_units", number, of_change)
        except RefusedError:  # it is gone
            return
        if answer is not None:
            self.units.set({"number": number, "of_change": of_change, "picture": answer["picture"]})

    def go_on_from(self, number: int) -> None:
        """Load a checkpoint into the network."""
        self._page.browser.run(self._go_on_from(number))

    async def _go_on_from(self, number: int) -> None:
        if await self._page.bridge.ask("go_on_from", number) is not None:
            self._page.network_changed.tell(False)

    def _on_lost(self) -> None:
        self.show(None)
        self.units.set(None)
