"""The state of the class's digits: handing in, and looking through them.

The worker holds the drawings. Runs on MicroPython and on CPython.
"""

from app.pyscript.classroom.memory import keep
from app.pyscript.classroom.state import PUPIL, Classroom, problem_of
from app.pyscript.kit.signals import Signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, Record
    from app.pyscript.page import Page

LOAD_LIMIT_SECONDS = 60


class ClassDigits:
    """loaded: {"count", "hands": [{"pupil", "name", "drawings"}]} as the worker has them, or None;
    shown: a page of the drawings, or None; is_busy: whether drawings are on their way; taken:
    {"added", "left"}, or None; handed: how many were handed in last, or None; problem: what went
    wrong last, as a sentence, or empty.
    """

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._classroom = page.of(Classroom)
        self.loaded = Signal(page.frame)
        self.shown = Signal(page.frame)
        self.is_busy = Signal(page.frame, False)
        self.taken = Signal(page.frame)
        self.handed = Signal(page.frame)
        self.problem = Signal(page.frame, "")
        self._revision: int | None = None  # the last that was asked for
        self._held: int | None = None  # the one that the worker has
        self._choice: tuple = (None, None)
        self._first = 0
        self._waiting: Callable | None = None
        self._classroom.left.listen(self._on_left)
        page.bridge.lost.listen(self._forget)

    def hand_in(self) -> None:
        """Give the class all drawings of the tray that it has not got from here."""
        self._do_next(self._hand_in)

    async def _hand_in(self) -> None:
        membership = self._classroom.membership.value
        given = 0
        while membership is not None and self._classroom.role == PUPIL:
            known = membership.get("handed", [])
            picked = await self._page.bridge.ask("pick_drawings", known)
            if picked is None or not picked["keys"]:
                break
            try:
                await self._classroom.ask(f"{self._classroom.path}/digits", "POST", picked["file"])
            except self._browser.FetchError as error:
                self.problem.set(problem_of(error))
                break
            given += len(picked["keys"])
            membership["handed"] = known + picked["keys"]
            await keep(self._browser, membership)
        self.handed.set(given)

    def load(self) -> None:
        """Get the class's digits, if they have changed since. What failed is tried again when the
        section is opened, or at the next change."""
        document = self._classroom.document.value
        if document is not None and document["digits"]["revision"] != self._revision:
            self._start(self._load)

    def load_again(self) -> None:
        """As `load`, also after a failure."""
        if self.loaded.value is None:
            self._revision = None
        self.load()

    async def _load(self) -> None:
        document, membership = self._classroom.document.value, self._classroom.membership.value
        if document is None or membership is None:
            return
        self._revision = document["digits"]["revision"]
        path = f"{self._classroom.path}/digits?view={membership['view']}"
        ask = self._page.bridge.ask
        loaded = await ask("load_class_digits", path, limit=LOAD_LIMIT_SECONDS)
        if loaded is not None:
            self.loaded.set(loaded)
            self._held = self._revision
            await self._list()

    def choose(self, pupil: "int | None", digit: "int | None", first: int = 0) -> None:
        """Show a pupil's drawings, those of a digit, or all."""
        self._choice, self._first = (pupil, digit), first
        self._browser.run(self._list())

    async def _list(self) -> None:
        page = await self._page.bridge.ask("list_class_digits", *self._choice, self._first)
        if page is not None:
            self.shown.set(page)

    def prepare(self, then: "Callable") -> None:
        """Have the worker hold what the class has now, then call `then`; not if that fails, which a
        notice says."""
        self._do_next(lambda: self._prepare(then))

    async def _prepare(self, then: "Callable") -> None:
        document = self._classroom.document.value
        if document is None:
            return
        if document["digits"]["revision"] != self._held:
            await self._load()
        if self._held is not None and self._held == self._revision:
            then()

    def take(self) -> None:
        """Put them into the tray."""
        self._do_next(self._take)

    async def _take(self) -> None:
        taken = await self._page.bridge.ask("take_class_digits", limit=LOAD_LIMIT_SECONDS)
        if taken is not None:
            self.taken.set(taken)

    def remove(self, number: int) -> None:
        self._browser.run(self._change(number, "DELETE", None))

    def relabel(self, number: int, label: int) -> None:
        self._browser.run(self._change(number, "PATCH", {"label": label}))

    async def _change(self, number: int, method: str, body: "Record | None") -> None:
        """The server's next event says that there is another revision."""
        self.problem.set("")
        try:
            await self._classroom.ask(f"{self._classroom.path}/digits/{number}", method, body)
        except self._browser.FetchError as error:
            self.problem.set(problem_of(error))

    def _do_next(self, work: "Callable") -> None:
        """What the visitor asked for is done once what is under way is done: no press is lost."""
        if self.is_busy.value:
            self._waiting = work
        else:
            self._start(work)

    def _start(self, work: "Callable") -> None:
        if not self.is_busy.value:
            self.is_busy.set(True)
            self.problem.set("")
            self._browser.run(self._do(work))

    async def _do(self, work: "Callable") -> None:
        try:
            await work()
        finally:
            self.is_busy.set(False)
            waiting, self._waiting = self._waiting, None
            if waiting is not None:
                self._start(waiting)

    def _on_left(self) -> None:
        if self.loaded.value is not None:
            self._page.bridge.send("forget_class_digits")
        self._forget()

    def _forget(self) -> None:
        self._revision = self._held = None
        self._waiting = None
        for signal in (self.loaded, self.shown, self.taken, self.handed):
            signal.set(None)
