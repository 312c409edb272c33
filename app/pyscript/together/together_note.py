"""A pupil's note on learning together: the round, what this page learns from, and the result.

Shows: document, left_out. Emits the intent to take the result.
"""

from app.pyscript.classroom.state import PUPIL, Classroom
from app.pyscript.kit.live_region import say
from app.pyscript.together.markup import NOTE
from app.pyscript.together.state import Together
from app.pyscript.together.words import part_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page


class TogetherNote:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._classroom = page.of(Classroom)
        self._together = page.of(Together)

    def mount(self) -> None:
        find = self._browser.element
        find("together-note").innerHTML = NOTE
        self._browser.listen(find("take-result"), "click", lambda event: self._together.take())
        classroom = self._classroom
        shown = (classroom.document, classroom.membership, self._page.bridge.state)
        self._page.watch(shown + (self._together.left_out,), self.render)
        self._together.follow()
        self.render()

    def render(self) -> None:
        find, learning = self._browser.element, self._together.learning
        is_shown = learning is not None and self._classroom.role == PUPIL
        find("together-note").hidden = not is_shown
        if learning is None or not is_shown:
            return
        # The answer to the last round is known when that is over.
        is_left_out = self._together.left_out.value == learning["round"] - 1
        words = part_of(learning, self._together.part, is_left_out)
        say(self._browser, "together-note-text", words)
        has_result = bool(learning["history"])
        find("take-result").disabled = not (has_result and self._page.bridge.is_ready)
