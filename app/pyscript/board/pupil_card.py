"""One pupil shown large, with what only the teacher may do: rename, and remove.

Shows: pupils, chosen. Emits the intents to rename and to remove the pupil.
"""

from app.pyscript.board import texts
from app.pyscript.board.figures import DIGITS, DRAWINGS, NO_STATUS, figure, sparkline
from app.pyscript.board.state import Board
from app.pyscript.board.tile import HEIGHT, WIDTH, reading_of, share_of
from app.pyscript.classroom.state import Classroom
from app.pyscript.kit.clicks import on_clicks
from app.pyscript.kit.confirmation import Confirmation
from app.pyscript.kit.formats import whole
from app.pyscript.messages import MAX_AUTHOR_LENGTH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.classroom.records import Pupil
    from app.pyscript.page import Page

MARKUP = f"""
<div class="row"><h3 class="grow" id="pupil-card-title" tabindex="-1"></h3>
  <button id="close-pupil">{texts.BOARD_CLOSE_PUPIL}</button></div>
<div class="pupil-card-view">
  <svg class="tile-curve" viewBox="0 -1 {WIDTH} {HEIGHT + 2}" preserveAspectRatio="none"
    role="img" aria-label="{texts.BOARD_CURVE_OF}"><polyline id="pupil-curve" points=""></polyline>
  </svg>
  <div class="tile-ink" id="pupil-shared" hidden>
    <canvas id="pupil-ink" width="28" height="28"></canvas><span id="pupil-read"></span></div>
</div>
<p id="pupil-figures"></p>
<p class="note" id="pupil-shares"></p>
<div class="row">
  <label for="pupil-name">{texts.BOARD_NAME}</label>
  <input id="pupil-name" class="grow" type="text" maxlength="{MAX_AUTHOR_LENGTH}"
    autocomplete="off">
  <button id="rename-pupil">{texts.BOARD_RENAME}</button>
  <button id="remove-pupil" aria-expanded="false">{texts.BOARD_REMOVE}</button>
</div>
<div class="row" id="remove-sure" hidden>
  <p class="grow">{texts.BOARD_REMOVE_SURE}</p>
  <button id="remove-cancel">{texts.BOARD_CANCEL}</button>
  <button id="remove-confirm" class="primary">{texts.BOARD_REMOVE_CONFIRM}</button>
</div>
"""


class PupilCard:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._classroom = page.of(Classroom)
        self._board = page.of(Board)
        self._sure = Confirmation(
            page.browser, "remove-sure", "remove-cancel", "remove-confirm", "remove-pupil"
        )
        self._shown: int | None = None
        self._drawn: Pupil | None = None
        self._ink = ""

    def mount(self) -> None:
        self._browser.element("board-pupil").innerHTML = MARKUP
        self._sure.mount()
        on_clicks(
            self._browser,
            ("close-pupil", self._close),
            ("rename-pupil", self._rename),
            ("remove-pupil", lambda: self._sure.ask(self._remove)),
        )
        self._page.watch((self._board.chosen, self._classroom.pupils), self.render)

    def _close(self) -> None:
        tile = self._browser.element(f"tile-{self._board.chosen.value}-name")
        self._board.chosen.set(None)
        if tile is not None:
            tile.focus()

    def _rename(self) -> None:
        name = self._browser.element("pupil-name").value.strip()
        if name and self._shown is not None:
            self._board.rename(self._shown, name)

    def _remove(self) -> None:
        if self._shown is not None:
            self._board.remove(self._shown)
            self._browser.element("board-title").focus()

    def render(self) -> None:
        find, chosen = self._browser.element, self._board.chosen.value
        pupil = self._classroom.pupils.value.get(chosen)
        find("board-pupil").hidden = pupil is None
        if pupil is None:
            self._shown = None
            return
        is_new = chosen != self._shown
        if is_new:
            self._shown, self._drawn = chosen, None
            find("pupil-name").value = pupil["name"]
            self._sure.close()
        if self._drawn is not pupil:
            self._drawn = pupil
            self._render(pupil)
        if is_new:
            self._browser.reveal(find("board-pupil"))
            find("pupil-card-title").focus()

    def _render(self, pupil: "Pupil") -> None:
        find, status = self._browser.element, pupil["status"] or NO_STATUS
        find("pupil-card-title").textContent = pupil["name"]
        points = sparkline(status["curve"], WIDTH, HEIGHT)
        find("pupil-curve").setAttribute("points", points)
        find("pupil-figures").textContent = texts.BOARD_FIGURES.format(
            steps=whole(status["steps"]),
            digits=share_of(figure(pupil, DIGITS)),
            drawings=share_of(figure(pupil, DRAWINGS)),
        )
        drawing = status["drawing"]
        ink = drawing["pixels"] if drawing else ""
        if ink != self._ink:
            self._ink = ink
            self._browser.show_ink(find("pupil-ink"), ink)
        find("pupil-shared").hidden = not ink
        find("pupil-read").textContent = reading_of(drawing)
        find("pupil-shares").textContent = "" if ink else texts.BOARD_SHARES_NOTHING
