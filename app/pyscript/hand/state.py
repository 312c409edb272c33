"""The state of the tray: the visitor's own drawings, and how well the network reads them.

The worker reports both. Runs on MicroPython and on CPython.
"""

from app.pyscript.draw.state import Draw
from app.pyscript.hand import texts
from app.pyscript.kit import files
from app.pyscript.kit.signals import Signal
from app.pyscript.messages import MAX_TRAY_FILE_SIZE
from app.pyscript.reasons import sentence
from app.pyscript.train.state import Train

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy
    from app.pyscript.hand.records import Measure, TrayCounts, TrayPage
    from app.pyscript.page import Page
    from app.pyscript.train.records import RunStart

POINT_LIMIT = 200


class Hand:
    """tray: the last report "tray" (how many drawings it holds), or None; tray_page: the drawings
    that are shown, as list_tray answers, or None; is_keeping: whether a drawing is on its way into
    the tray; measures: the run's reports "hand", oldest first; when there are many, every second
    one is dropped.
    """

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._draw = page.of(Draw)
        self.tray: Signal[TrayCounts | None] = Signal(page.frame)
        self.tray_page: Signal[TrayPage | None] = Signal(page.frame)
        self.is_keeping = Signal(page.frame, False)
        self.measures: Signal[list[Measure]] = Signal(page.frame, [])
        page.of(Train).run_ended.listen(self._on_run_end)
        page.bridge.on("tray", self.tray.set)
        page.bridge.on("hand", self.note_measure)
        page.bridge.lost.listen(self._on_lost)

    def note_measure(self, report: "Measure") -> None:
        """Add a measurement. It replaces those of the same and of later iterations."""
        points = [each for each in self.measures.value if each["iteration"] < report["iteration"]]
        if len(points) >= POINT_LIMIT:
            points = points[::2]
        points.append(report)
        self.measures.set(points)

    def _on_run_end(self, _report: "RunStart | None", iteration: int) -> None:
        points = [each for each in self.measures.value if 0 < each["iteration"] <= iteration]
        self.measures.set(points)

    def add(self, label: "int | None") -> None:
        """Keep the drawing in the tray, and clear the grid for the next one."""
        if not self.is_keeping.value:
            self.is_keeping.set(True)
            self._page.browser.run(self._add(label))

    async def _add(self, label: "int | None") -> None:
        version = self._draw.version
        try:
            drawing = self._draw.hexadecimal
            if await self._page.bridge.ask("add_drawing", drawing, label) is not None:
                self._draw.put_away(version)
        finally:
            self.is_keeping.set(False)

    def remove(self, number: int) -> None:
        self._page.bridge.send("remove_drawing", number)

    def clear(self) -> None:
        self._page.bridge.send("clear_tray")

    def undo(self) -> None:
        """Bring back what was removed last."""
        self._page.bridge.send("undo_tray")

    def list_tray(self, first: int) -> None:
        """Get a page of the tray's drawings, from place `first` on."""
        self._page.browser.run(self._list_tray(first))

    async def _list_tray(self, first: int) -> None:
        tray_page = await self._page.bridge.ask("list_tray", first)
        if tray_page is not None:
            self.tray_page.set(tray_page)

    def save(self) -> None:
        """Save the tray as a file."""
        self._page.browser.run(files.save(self._page, "application/json", "save_tray"))

    def open_file(self, file: "JsProxy") -> None:
        """Add the drawings in a file that the visitor chose, or say why not."""
        self._page.browser.run(self._open_file(file))

    async def _open_file(self, file: "JsProxy") -> None:
        try:
            content = await files.read(self._page, file, MAX_TRAY_FILE_SIZE)
        except OSError as error:
            is_too_large = isinstance(error, files.TooLargeError)
            detail = texts.HAND_FILE_TOO_LARGE if is_too_large else sentence(error)
            title = texts.HAND_FILE_PROBLEM.format(name=file.name)
            self._page.notices.notify("open_tray", title, detail)
            return
        await self._page.bridge.ask("open_tray", content, file.name)

    def watch(self, is_watched: bool) -> None:
        """Start or stop the reports on how well the network reads the tray."""
        self._page.bridge.send("watch_hand", is_watched)

    def _on_lost(self) -> None:
        self.tray.set(None)
        self.tray_page.set(None)
