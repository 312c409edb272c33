"""What the teacher does to a class; the server's next event shows what came of it.

Runs on MicroPython and on CPython.
"""

from app.pyscript.board import texts
from app.pyscript.classroom.state import ENDED, Classroom, problem_of
from app.pyscript.kit.signals import Signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Record
    from app.pyscript.page import Page

LESSON, START, PAUSE, RESET = "lesson", "start", "pause", "reset"


class Board:
    """chosen: the id of the pupil who is shown large, or None; problem: what went wrong last, as a
    sentence, or empty; sent: what was sent last, as a sentence, or empty."""

    def __init__(self, page: "Page") -> None:
        self._browser = page.browser
        self._classroom = page.of(Classroom)
        self.chosen = Signal(page.frame)
        self.problem = Signal(page.frame, "")
        self.sent = Signal(page.frame, "")
        self._classroom.left.listen(lambda: self.chosen.set(None))

    def order(self, order: str, lesson: str = "", starts: bool = False) -> None:
        """Have all pupils' pages do this. lesson: as behind the # of a lesson's link."""
        body = {"order": order, "lesson": lesson, "starts": starts}
        said = {
            LESSON: texts.BOARD_SENT_LESSON,
            START: texts.BOARD_SENT_START,
            PAUSE: texts.BOARD_SENT_PAUSE,
            RESET: texts.BOARD_SENT_RESET,
        }
        self._do("/orders", "POST", body, said[order])

    def change(self, name: str, value: "object") -> None:
        """Change the class: is_locked, wants_attention."""
        self._do("", "PATCH", {name: value}, "")

    def rename(self, pupil: int, name: str) -> None:
        self._do(f"/pupils/{pupil}", "PATCH", {"name": name}, texts.BOARD_RENAMED)

    def remove(self, pupil: int) -> None:
        self.chosen.set(None)
        self._do(f"/pupils/{pupil}", "DELETE", None, texts.BOARD_REMOVED)

    def end(self) -> None:
        """End the class and have all of it deleted."""
        self._browser.run(self._end())

    async def _end(self) -> None:
        if await self._ask("", "DELETE", None):
            self._classroom.end(ENDED)

    def save_results(self) -> None:
        self._browser.run(self._save_results())

    async def _save_results(self) -> None:
        membership = self._classroom.membership.value
        if membership is None:
            return
        path = f"{self._browser.SITE}{self._classroom.path}/results.csv"
        try:
            content = await self._browser.fetch_bytes(path, "text/csv", True, membership["secret"])
        except self._browser.FetchError as error:
            self.problem.set(problem_of(error))
            return
        self._browser.save_file(f"digits-class-{membership['code']}.csv", "text/csv", content)

    def _do(self, path: str, method: str, body: "Record | None", said: str) -> None:
        self._browser.run(self._tell(path, method, body, said))

    async def _tell(self, path: str, method: str, body: "Record | None", said: str) -> None:
        if await self._ask(path, method, body):
            self.sent.set(said)

    async def _ask(self, path: str, method: str, body: "Record | None") -> bool:
        """Ask the server; returns whether it did it."""
        self.problem.set("")
        self.sent.set("")
        if self._classroom.membership.value is None:
            return False
        try:
            await self._classroom.ask(f"{self._classroom.path}{path}", method, body)
        except self._browser.FetchError as error:
            self.problem.set(problem_of(error))
            return False
        return True
