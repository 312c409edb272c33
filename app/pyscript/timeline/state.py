"""The run's checkpoints. Nothing here touches the network, but going on from one.

Runs on MicroPython and on CPython.
"""

from app.pyscript.bridge.wire import RefusedError
from app.pyscript.draw.state import Draw
from app.pyscript.kit.signals import Signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Record
    from app.pyscript.page import Page

NOTHING: dict = {"now": 0, "checkpoints": [], "probabilities": []}


class Timeline:
    """checkpoints: as list_checkpoints answers, with "probabilities", or None; units: {"number",
    "of_change", "picture"}: the hidden units of a checkpoint, or None."""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._draw = page.of(Draw)
        self.checkpoints = Signal(page.frame)
        self.units = Signal(page.frame)
        self._measured: list = []  # since the checkpoints came
        page.bridge.on("checkpoint", self.note_measured)
        page.bridge.lost.listen(self._on_lost)

    @property
    def course(self) -> "Record":
        """The checkpoints, or none."""
        return self.checkpoints.value or NOTHING

    def probabilities(self, index: int) -> list:
        """What the checkpoint at this place gives each digit; empty where nothing was drawn."""
        if self.course["checkpoints"][index]["digit"] is None:
            return []
        values = self.course["probabilities"]
        return [float(values[10 * index + digit]) for digit in range(10)]

    async def list_checkpoints(self) -> None:
        """Bring the run's checkpoints, with what each reads in the drawing."""
        course = await self._page.bridge.ask("list_checkpoints", self._draw.hexadecimal)
        if course is not None:
            self.show(course)

    def show(self, checkpoints: "Record | None") -> None:
        self.checkpoints.set(checkpoints)
        for report in self._measured:
            self._take_measured(report)
        self._measured = []

    def note_measured(self, report: "Record") -> None:
        """A checkpoint's validation; it may overtake the answer that will tell of it."""
        self._measured.append(report)
        self._take_measured(report)

    def _take_measured(self, report: "Record") -> None:
        for checkpoint in self.course["checkpoints"]:
            if checkpoint["number"] == report["number"]:
                for name in ("accuracy", "loss", "drawings"):
                    checkpoint[name] = report.get(name)
                self.checkpoints.mark()

    async def list_units(self, number: int, of_change: bool) -> None:
        """Bring a picture of a checkpoint's hidden units, if it is still there."""
        bridge = self._page.bridge
        try:
            answer = await bridge.call("list_checkpoint_units", number, of_change)
        except RefusedError:  # it is gone
            return
        if answer is not None:
            self.units.set({"number": number, "of_change": of_change, "picture": answer["picture"]})

    def go_on_from(self, number: int) -> None:
        """Take a checkpoint over as the network."""
        self._page.browser.run(self._go_on_from(number))

    async def _go_on_from(self, number: int) -> None:
        if await self._page.bridge.ask("go_on_from", number) is not None:
            self._page.network_changed.tell(False)

    def _on_lost(self) -> None:
        self.show(None)
        self.units.set(None)
