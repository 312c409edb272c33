"""Brings the parts of a class onto the page as they are needed: the door, a board, a pupil's strip.

Shows: membership, over. The board and the strip belong to other features, which stand on this one;
they are imported by their names.
"""

from app.pyscript.classroom import texts
from app.pyscript.classroom.door import Door
from app.pyscript.classroom.state import ENDED, LEFT, PUPIL, REMOVED, TEACHER, Classroom
from app.pyscript.kit.section import named, open_later

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Any
    from app.pyscript.classroom.records import Membership
    from app.pyscript.page import Page

BOARD = ("app.pyscript.board.board_dialog", "BoardDialog")
STRIP = ("app.pyscript.pupil.strip", "Strip")
TOGETHER_BOARD = ("app.pyscript.together.together_panel", "TogetherPanel")
TOGETHER_NOTE = ("app.pyscript.together.together_note", "TogetherNote")
# What Evaluate has of a class, and a section of the page that only those see who are in a class.
CLASS_SET = ("app.pyscript.classdigits.class_set", "ClassSet")
DIGITS = ("class-digits", "app.pyscript.classdigits.class_digits_panel", "ClassDigitsPanel")
OVER = {
    ENDED: (texts.CLASS_ENDED, texts.CLASS_ENDED_NOTE),
    REMOVED: (texts.CLASS_REMOVED, texts.CLASS_REMOVED_NOTE),
    LEFT: ("", ""),
}


class Hall:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._classroom = page.of(Classroom)
        self._door = Door(page, self._on_entered)
        self._parts: dict = {}  # those that were imported, by module

    def mount(self) -> None:
        self._door.mount()
        open_later(self._page, *DIGITS)
        self._classroom.left.listen(self._on_left)
        shown = (self._classroom.membership, self._classroom.document)
        self._page.watch(shown, self.render)

    def open(self, code: str = "") -> None:
        """The button was pressed, or a link to a class was followed."""
        membership = self._classroom.membership.value
        if membership is None or (code and code != membership["code"]):
            self._door.open(code)
        else:
            self._show()

    def go_on(self, membership: "Membership") -> None:
        self._classroom.go_on(membership)
        self._show(is_quiet=True)

    def project(self, code: str, view: str) -> None:
        self._classroom.project(code, view)
        self._show()

    def take_over(self, code: str, secret: str) -> None:
        self._browser.run(self._take_over(code, secret))

    async def _take_over(self, code: str, secret: str) -> None:
        problem = await self._classroom.take_over(code, secret)
        if problem:
            self._page.notices.notify("class", texts.CLASS_NOT_TAKEN_OVER, problem)
        else:
            self._show()

    def _on_entered(self) -> None:
        self._show()

    def _show(self, is_quiet: bool = False) -> None:
        """Show what belongs to the role; is_quiet: do not open it over the page."""
        self._page.notices.dismiss("class")
        is_pupil = self._classroom.role == PUPIL
        part = self._part(*(STRIP if is_pupil else BOARD))
        self._part(*(TOGETHER_NOTE if is_pupil else TOGETHER_BOARD))
        self._part(*CLASS_SET)
        if not is_quiet:
            part.open()
        self.render()

    def _part(self, module: str, name: str) -> "Any":
        if module not in self._parts:
            self._parts[module] = named(module, name)(self._page)
            self._parts[module].mount()
        return self._parts[module]

    def _on_left(self) -> None:
        title, detail = OVER.get(self._classroom.over.value, OVER[ENDED])
        if title:
            self._page.notices.notify("class", title, detail)

    def render(self) -> None:
        button, membership = self._browser.element("open-class"), self._classroom.membership.value
        if membership is None:
            button.textContent = texts.CLASS_OPEN
        else:
            button.textContent = texts.CLASS_OPEN_CODE.format(code=membership["code"])
        button.hidden = self._classroom.role == PUPIL  # the strip has all of it
        is_member = self._classroom.role in (PUPIL, TEACHER)
        self._browser.element(DIGITS[0]).hidden = not is_member
