"""What the teacher can have all pupils' pages do, and what happens to the class as a whole.

Shows: document. Emits the intents to send orders, to ask for attention, to lock and to end the
class, and to save its results.
"""

from app.pyscript.board import texts
from app.pyscript.board.state import LESSON, PAUSE, RESET, START, Board
from app.pyscript.classroom.state import Classroom
from app.pyscript.kit.clicks import on_clicks
from app.pyscript.kit.confirmation import Confirmation
from app.pyscript.lessons.lesson import RANDOM
from app.pyscript.lessons.link import link_of
from app.pyscript.lessons.presets import PRESETS
from app.pyscript.settings.state import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Any
    from app.pyscript.page import Page

# In place of a lesson's name: the settings of the teacher's own page.
OWN_SETTINGS = "own-settings"
MARKUP = (
    f"""
<div class="row">
  <label for="board-lesson">{texts.BOARD_LESSON}</label>
  <select id="board-lesson" class="grow">"""
    + "".join([f'<option value="{preset.name}">{preset.title}</option>' for preset in PRESETS])
    + f"""
    <option value="{OWN_SETTINGS}">{texts.BOARD_OWN_SETTINGS}</option>
  </select>
  <label><input id="board-starts" type="checkbox" checked>{texts.BOARD_STARTS}</label>
  <button id="send-lesson" class="primary">{texts.BOARD_SEND_LESSON}</button>
</div>
<p class="note">{texts.BOARD_LESSON_NOTE}</p>
<div class="row">
  <button id="start-all">{texts.BOARD_START_ALL}</button>
  <button id="pause-all">{texts.BOARD_PAUSE_ALL}</button>
  <button id="reset-all">{texts.BOARD_RESET_ALL}</button>
  <button id="want-attention" aria-pressed="false">{texts.BOARD_ATTENTION}</button>
  <button id="lock-class" aria-pressed="false">{texts.BOARD_LOCK}</button>
  <span class="grow"></span>
  <button id="save-results">{texts.BOARD_SAVE}</button>
  <button id="end-class" aria-expanded="false">{texts.BOARD_END}</button>
</div>
<div class="row" id="end-sure" hidden>
  <p class="grow">{texts.BOARD_END_SURE}</p>
  <button id="end-cancel">{texts.BOARD_CANCEL}</button>
  <button id="end-confirm" class="primary">{texts.BOARD_END_CONFIRM}</button>
</div>
<div class="row" id="reset-sure" hidden>
  <p class="grow">{texts.BOARD_RESET_SURE}</p>
  <button id="reset-cancel">{texts.BOARD_CANCEL}</button>
  <button id="reset-confirm" class="primary">{texts.BOARD_RESET_CONFIRM}</button>
</div>
"""
)


class Orders:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._classroom = page.of(Classroom)
        self._board = page.of(Board)
        self._settings = page.of(Settings)
        self._end_sure = Confirmation(
            page.browser, "end-sure", "end-cancel", "end-confirm", "end-class"
        )
        self._reset_sure = Confirmation(
            page.browser, "reset-sure", "reset-cancel", "reset-confirm", "reset-all"
        )

    def mount(self) -> None:
        board = self._board
        self._browser.element("board-orders").innerHTML = MARKUP
        self._end_sure.mount()
        self._reset_sure.mount()
        on_clicks(
            self._browser,
            ("send-lesson", self._send_lesson),
            ("start-all", lambda: board.order(START)),
            ("pause-all", lambda: board.order(PAUSE)),
            ("reset-all", lambda: self._reset_sure.ask(lambda: board.order(RESET))),
            ("want-attention", lambda: self._turn("wants_attention")),
            ("lock-class", lambda: self._turn("is_locked")),
            ("save-results", board.save_results),
            ("end-class", lambda: self._end_sure.ask(board.end)),
        )
        self._page.watch((self._classroom.document,), self.render)
        self.render()

    def _send_lesson(self) -> None:
        find = self._browser.element
        name = find("board-lesson").value
        lesson = f"preset={name}"
        if name == OWN_SETTINGS:
            lesson = link_of("", self._settings.values.value, RANDOM, [])
        self._board.order(LESSON, lesson, bool(find("board-starts").checked))

    def _turn(self, name: str) -> None:
        the_class: Any = self._classroom.the_class
        if the_class is not None:
            self._board.change(name, not the_class[name])

    def render(self) -> None:
        the_class: Any = self._classroom.the_class
        for identifier, name in (
            ("want-attention", "wants_attention"),
            ("lock-class", "is_locked"),
        ):
            is_on = the_class is not None and the_class[name]
            pressed = "true" if is_on else "false"
            self._browser.element(identifier).setAttribute("aria-pressed", pressed)
