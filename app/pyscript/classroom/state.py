"""The class that this browser is in: as its teacher, as a pupil, or as the projector's view.

What the server says in its events is the whole truth; nothing here is guessed. Runs on MicroPython
and on CPython.
"""

from app.pyscript.classroom import texts
from app.pyscript.classroom.memory import keep
from app.pyscript.classroom.stream import CLASS, PUPILS, Stream
from app.pyscript.kit.signals import Event, Signal
from app.pyscript.reasons import sentence
from app.pyscript.weights.state import Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Any, Awaitable, JsProxy, Record
    from app.pyscript.classroom.records import ClassDocument, Membership, Pupil, TheClass
    from app.pyscript.page import Page

PATH = "/api/classes"
TEACHER, PUPIL, PROJECTOR = "teacher", "pupil", "projector"
UNKNOWN_SECRET, NO_CLASS = 401, 404
# Why a class is over for this page.
ENDED, REMOVED, LEFT = "ended", "removed", "left"


class Classroom:
    """membership: this browser's place in a class, or None. Its "secret" is the key to act, its
    "view" the key to read events; document: the last event "class", or
    None; pupils: by their ids; is_connected; over: why the last class is over, or empty.

    Events that come at once: heard: there is another document; left: the membership is over.
    """

    def __init__(self, page: "Page") -> None:
        self._browser = page.browser
        self._weights = page.of(Weights)
        self.membership: Signal[Membership | None] = Signal(page.frame)
        self.document: Signal[ClassDocument | None] = Signal(page.frame)
        self.pupils: Signal[dict[int, Pupil]] = Signal(page.frame, {})
        self.is_connected = Signal(page.frame, False)
        self.over = Signal(page.frame, "")
        self.heard = Event()
        self.left = Event()
        self._stream: Stream | None = None
        page.browser.on_window("online", lambda event: self._try_now())

    @property
    def role(self) -> str:
        return str(self.membership.value["role"]) if self.membership.value else ""

    @property
    def path(self) -> str:
        """Of the class in the API; of all classes without one."""
        membership = self.membership.value
        return f"{PATH}/{membership['code']}" if membership else PATH

    @property
    def the_class(self) -> "TheClass | None":
        """The class itself: code, title, order and so on."""
        return self.document.value["class"] if self.document.value else None

    # Coming and going. start, join and take_over return what went wrong, as a sentence, or "".

    async def start(self, title: str, token: str = "") -> str:
        """Start a class, as its teacher. token: the operator's, where the server wants it."""
        try:
            answer = await self._browser.fetch_json(PATH, "POST", token, {"title": title})
        except self._browser.FetchError as error:
            return problem_of(error)
        kept = ("secret", "view", "projector_view", "addresses", "is_reachable")
        membership = {name: answer[name] for name in kept}
        await self._enter(dict(membership, code=answer["class"]["code"], role=TEACHER))
        return ""

    async def join(self, code: str, name: str) -> str:
        """Join a class as a pupil; without a name, the server gives an animal's."""
        path = f"{PATH}/{code}/pupils"
        try:
            answer = await self._browser.fetch_json(path, "POST", "", {"name": name or None})
        except self._browser.FetchError as error:
            return problem_of(error)
        membership = {name: answer[name] for name in ("secret", "view", "pupil")}
        await self._enter(dict(membership, code=code, role=PUPIL))
        return ""

    async def take_over(self, code: str, secret: str) -> str:
        """Be the teacher on this device too, by the secret in a link."""
        try:
            answer = await self._browser.fetch_json(f"{PATH}/{code}", "GET", secret)
        except self._browser.FetchError as error:
            return problem_of(error)
        if answer.get("role") != TEACHER:
            return texts.CLASS_NO_TEACHER
        kept = ("view", "projector_view", "addresses", "is_reachable")
        membership = {name: answer[name] for name in kept}
        await self._enter(dict(membership, code=code, role=TEACHER, secret=secret))
        return ""

    def project(self, code: str, view: str) -> None:
        """Show the class, as the projector's view; nothing of it is kept."""
        self._connect({"code": code, "role": PROJECTOR, "secret": "", "view": view})

    def go_on(self, membership: "Membership") -> None:
        """Be in the class again that this browser was in."""
        if self.membership.value is None:
            self._connect(membership)

    def leave(self) -> None:
        """Leave the class as a pupil."""
        membership = self.membership.value
        if membership is not None:
            self._browser.run(self._leave(f"{self.path}/pupils/{membership['pupil']['id']}"))

    async def _leave(self, path: str) -> None:
        try:
            await self.ask(path, "DELETE")
        except self._browser.FetchError:
            pass  # without the server the pupil counts as absent until the class ends
        self.end(LEFT)

    async def note_done(self, number: int) -> None:
        """Remember that an order was carried out, also for after a reload."""
        if self.membership.value is not None:
            self.membership.value["done"] = number
            await keep(self._browser, self.membership.value)

    def end(self, why: str) -> None:
        """The class is over for this page."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        if self.role in (TEACHER, PUPIL):  # a projector kept nothing, and erases nobody's
            self._browser.run(keep(self._browser, None))
        self._weights.member = ()
        self.membership.set(None)
        self.document.set(None)
        self.pupils.set({})
        self.is_connected.set(False)
        self.over.set(why)
        self.left.tell()

    # Asking the server

    def ask(self, path: str, method: str = "GET", body: "Any" = None) -> "Awaitable":
        """Ask with this browser's secret. Raises FetchError."""
        secret = self.membership.value["secret"] if self.membership.value else ""
        return self._browser.fetch_json(path, method, secret, body)

    async def check(self) -> bool:
        """Is the class still there, and are we in it? Otherwise ends it. Raises FetchError where
        the server does not answer."""
        try:
            await self.ask(self.path)
        except self._browser.FetchError as error:
            if error.status == NO_CLASS:
                self.end(ENDED)
            elif error.status == UNKNOWN_SECRET:
                self.end(REMOVED)
            else:
                raise
            return False
        return True

    # The events

    async def _enter(self, answer: "Record") -> None:
        membership: Any = dict(answer, done=0)
        self._connect(membership)
        await keep(self._browser, membership)

    def _connect(self, membership: "Membership") -> None:
        if self._stream is not None:
            self._stream.close()
        self.over.set("")
        is_member = membership["role"] in (TEACHER, PUPIL)
        self._weights.member = (membership["code"], membership["secret"]) if is_member else ()
        self.membership.set(membership)
        path = f"{self.path}/events?view={membership['view']}"
        self._stream = Stream(self._browser, path, self._hear, self.is_connected.set)
        self._stream.may_go_on = self.check
        self._stream.open()

    def _hear(self, kind: str, document: "JsProxy") -> None:
        if kind == CLASS:
            self.document.set(document)
            if "pupils" in document:
                self.pupils.set({pupil["id"]: pupil for pupil in document["pupils"]})
            self.heard.tell()
        elif kind == PUPILS:
            for pupil in document:
                self.pupils.value[pupil["id"]] = pupil
            self.pupils.mark()
        else:
            self.end(document["reason"])

    def doubt(self) -> None:
        """A request was not answered, or not as it should be: see whether we are still in."""
        if self._stream is not None:
            self._stream.doubt()

    def _try_now(self) -> None:
        if self._stream is not None:
            self._stream.try_now()


def problem_of(error: "JsProxy") -> str:
    """What the server says of a refusal, or that it did not answer."""
    return sentence(error.detail or texts.CLASS_UNANSWERED)
