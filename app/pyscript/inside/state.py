"""The state of looking inside: which unit and digits are chosen, and the last inspection.

Runs on MicroPython and on CPython.
"""

from app.pyscript.draw.state import Draw
from app.pyscript.kit.signals import Signal
from app.pyscript.messages import CHOSEN_BY_NETWORK, NO_LABEL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.inside.records import Inspection, Nearest, Searching
    from app.pyscript.page import Page

SEARCH_LIMIT_SECONDS = 60


class Inside:
    """inspected: {"unit": a hidden unit, "first", "second": digits to compare, or
    CHOSEN_BY_NETWORK}; inspection: the last answer of `inspect`, or None; searching: the last
    report "searching", on the search for the nearest training digits, or None; nearest: the last
    answer of list_nearest, or None.
    """

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._draw = page.of(Draw)
        chosen = {"unit": 0, "first": CHOSEN_BY_NETWORK, "second": CHOSEN_BY_NETWORK}
        self.inspected = Signal(page.frame, chosen)
        self.inspection: Signal[Inspection | None] = Signal(page.frame)
        self.searching: Signal[Searching | None] = Signal(page.frame)
        self.nearest: Signal[Nearest | None] = Signal(page.frame)
        page.bridge.on("searching", self.searching.set)
        page.bridge.lost.listen(self._on_lost)

    def change(self, changes: "dict[str, int]") -> None:
        """Choose another unit, or other digits to compare. Two chosen digits must differ."""
        inspected = self.inspected.value
        inspected.update(changes)
        if inspected["first"] == inspected["second"]:
            for name in ("first", "second"):
                if name not in changes:
                    inspected[name] = CHOSEN_BY_NETWORK
        self.inspected.mark()

    async def inspect(self) -> None:
        """Inspect the network with the drawing, as both are now."""
        is_blank = self._draw.drawing.is_blank
        chosen = [self.inspected.value[name] for name in ("unit", "first", "second")]
        label = NO_LABEL if self._draw.sample is None else self._draw.sample
        drawing = self._draw.hexadecimal
        inspection = await self._page.bridge.ask("inspect", drawing, *chosen, label)
        if inspection is not None:
            inspection["is_blank"] = is_blank
            self.inspection.set(inspection)
            self._page.frame.flush()

    def find_nearest(self) -> None:
        """Start the search for the training digits that are most like the drawing."""
        self._page.browser.run(self._find_nearest())

    async def _find_nearest(self) -> None:
        self.searching.set({"done": 0, "total": 0})
        drawing = self._draw.hexadecimal
        nearest = await self._page.bridge.ask("list_nearest", drawing, limit=SEARCH_LIMIT_SECONDS)
        self.searching.set(None)
        if nearest is not None:
            self.nearest.set(nearest)

    def _on_lost(self) -> None:
        self.inspection.set(None)
        self.searching.set(None)
        self.nearest.set(None)
