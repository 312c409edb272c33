"""The tiles of all pupils, in the order that the teacher chose.

Shows: pupils, chosen. Tiles are kept while their pupil is in the class: sixty pupils change twice a
second. They change places every two seconds at most, so that eyes can follow.
"""

from app.pyscript.board.figures import BY_NAME, in_order
from app.pyscript.board.state import Board
from app.pyscript.board.tile import Tile
from app.pyscript.classroom.state import TEACHER, Classroom
from app.pyscript.kit.live import Live

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page

MOVE_MILLISECONDS = 2000


class Tiles:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._classroom = page.of(Classroom)
        self._board = page.of(Board)
        self._tiles: dict = {}
        self._drawn: dict = {}  # the document that each tile shows
        self._order: list = []
        self.by = BY_NAME
        self._live = Live(page.browser, MOVE_MILLISECONDS, self._is_open, self._arrange)

    def mount(self) -> None:
        """The list of the tiles must be on the page already."""
        self._page.watch((self._classroom.pupils,), self.render)
        self._page.watch((self._board.chosen,), self._mark)

    def _is_open(self) -> bool:
        return bool(self._browser.element("board").open)

    def sort_by(self, by: str) -> None:
        self.by = by
        self._browser.run(self._arrange())

    def render(self) -> None:
        if not self._is_open():
            return
        pupils = self._classroom.pupils.value
        for pupil in [each for each in self._tiles if each not in pupils]:
            self._tiles.pop(pupil).node.remove()
            self._drawn.pop(pupil, None)
            self._order.remove(pupil)
        for pupil in sorted(pupils):
            document = pupils[pupil]
            if pupil not in self._tiles:
                self._tiles[pupil] = self._new(pupil)
                self._order.append(pupil)
            if self._drawn.get(pupil) is not document:
                self._drawn[pupil] = document
                self._tiles[pupil].render(document)
        if self._order != in_order(list(pupils.values()), self.by):
            self._live.outdate()

    def _new(self, pupil: int) -> Tile:
        is_teacher = self._classroom.role == TEACHER
        tile = Tile(self._browser, self._browser.element("board-tiles"), pupil)
        tile.build((lambda: self._board.chosen.set(pupil)) if is_teacher else None)
        return tile

    async def _arrange(self) -> None:
        """Put the tiles in order; without those that move, the focus stays where it is."""
        items = self._browser.element("board-tiles")
        order = in_order(list(self._classroom.pupils.value.values()), self.by)
        order = [pupil for pupil in order if pupil in self._tiles]
        if order == self._order:
            return
        focused = self._browser.focused()
        for pupil in order:
            items.appendChild(self._tiles[pupil].node)
        if focused is not None:
            self._browser.focus_in_place(focused)  # a node that moves loses the focus
        self._order = order

    def _mark(self) -> None:
        for pupil, tile in self._tiles.items():
            tile.node.classList.toggle("is-chosen", pupil == self._board.chosen.value)
