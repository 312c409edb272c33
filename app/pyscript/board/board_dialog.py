"""The teacher's board of a class, over the whole page; or the projector's, which only shows.

Shows: membership, document, pupils, is_connected, problem, sent.
"""

from app.pyscript.board import texts
from app.pyscript.board.class_curves import ClassCurves
from app.pyscript.board.figures import DIGITS, DRAWINGS, spread
from app.pyscript.board.markup import MARKUP
from app.pyscript.board.orders import Orders
from app.pyscript.board.pupil_card import PupilCard
from app.pyscript.board.state import Board
from app.pyscript.board.tiles import Tiles
from app.pyscript.classroom.state import PROJECTOR, TEACHER, Classroom
from app.pyscript.kit.formats import rough_percent, whole
from app.pyscript.kit.live_region import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy
    from app.pyscript.page import Page

# Parts that the projector's view lacks.
FOR_TEACHERS = ("board-orders", "board-links", "close-board", "board-sort")


class BoardDialog:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._classroom = page.of(Classroom)
        self._board = page.of(Board)
        self._tiles = Tiles(page)
        self._qr = ""

    def mount(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("board-panel").innerHTML = MARKUP
        for part in (self._tiles, PupilCard(self._page), Orders(self._page)):
            part.mount()
        ClassCurves(self._page).mount()
        listen(find("close-board"), "click", lambda event: find("board").close())
        listen(find("board"), "cancel", self._on_cancel, active=True)
        listen(find("copy-teacher-link"), "click", lambda event: self._copy())
        sort = find("sort-pupils")
        listen(sort, "change", lambda event: self._tiles.sort_by(sort.value))
        classroom, board = self._classroom, self._board
        self._page.watch((classroom.membership, classroom.document), self.render)
        self._page.watch((classroom.pupils,), self.render_figures)
        said = (classroom.is_connected, classroom.document, board.problem, board.sent)
        self._page.watch(said, self.render_state)
        classroom.left.listen(lambda: find("board").close())

    def open(self) -> None:
        find = self._browser.element
        is_projector = self._classroom.role == PROJECTOR
        find("board").classList.toggle("is-projector", is_projector)
        for identifier in FOR_TEACHERS:
            find(identifier).hidden = is_projector
        if is_projector:
            find("board-curves").open = True
        if not find("board").open:
            find("board").showModal()
        self.render()
        self.render_figures()
        self.render_state()
        self._tiles.render()
        find("board-title").focus()

    def _on_cancel(self, event: "JsProxy") -> None:
        """The Escape key closes the board, but not the projector's: there would be no way back."""
        if self._classroom.role == PROJECTOR:
            event.preventDefault()

    def render(self) -> None:
        find, membership = self._browser.element, self._classroom.membership.value
        if membership is None:
            return
        the_class, code = self._classroom.the_class, membership["code"]
        find("board-title").textContent = (the_class and the_class["title"]) or texts.BOARD_TITLE
        find("board-letters").textContent = code
        # The newest are those that came with the class.
        document = self._classroom.document.value
        newest = document if document is not None and "addresses" in document else membership
        addresses = newest.get("addresses") or [f"{self._browser.SITE}/"]
        find("board-address").textContent = addresses[0]
        is_reachable = newest.get("is_reachable", True)
        find("board-how").textContent = (
            texts.BOARD_HOW if is_reachable else texts.BOARD_NOT_REACHABLE
        )
        find("board-how").classList.toggle("error", not is_reachable)
        if self._qr != code:
            self._qr = code
            source = f"{self._browser.SITE}{self._classroom.path}/qr.svg"
            find("board-qr").setAttribute("src", source)
        if self._classroom.role == TEACHER:
            here = self._browser.page_address()
            view = membership.get("projector_view", "")
            find("projector-link").setAttribute("href", f"{here}#projector={code}:{view}")
            find("teacher-link").value = f"{addresses[0]}#teach={code}:{membership['secret']}"

    def render_figures(self) -> None:
        find, pupils = self._browser.element, list(self._classroom.pupils.value.values())
        present = len([pupil for pupil in pupils if pupil["is_present"]])
        find("board-nobody").hidden = bool(pupils)
        find("board-present").textContent = texts.BOARD_PRESENT_OF.format(
            present=whole(present), count=whole(len(pupils))
        )
        for identifier, name in (("digits", DIGITS), ("drawings", DRAWINGS)):
            found = spread(pupils, name)
            words = (texts.BOARD_UNKNOWN, "")
            if found is not None:
                mean, lowest, highest = [rough_percent(each) for each in found]
                words = (mean, texts.BOARD_SPREAD.format(lowest=lowest, highest=highest))
            find(f"board-mean-{identifier}").textContent = words[0]
            find(f"board-range-{identifier}").textContent = words[1]

    def render_state(self) -> None:
        the_class = self._classroom.the_class
        words = self._board.sent.value
        if not self._classroom.is_connected.value:
            words = texts.BOARD_CONNECTING if the_class is None else texts.BOARD_AWAY_NOTE
        elif the_class is not None and the_class["is_locked"] and not words:
            words = texts.BOARD_LOCKED
        say(self._browser, "board-state", words)
        say(self._browser, "board-problem", self._board.problem.value)

    def _copy(self) -> None:
        self._browser.run(self._copy_link())

    async def _copy_link(self) -> None:
        field = self._browser.element("teacher-link")
        is_copied = await self._browser.copy_text(field.value)
        if not is_copied:
            field.select()
        words = texts.BOARD_COPIED if is_copied else texts.BOARD_SELECTED
        say(self._browser, "teacher-link-note", words, is_news=True)
