"""A pupil in a class: tells its status every second at most, and carries out the teacher's orders.

Without the server the page works on, and everything comes back by itself. Runs on MicroPython and
on CPython.
"""

from app.pyscript.classroom.memory import keep
from app.pyscript.classroom.state import NO_CLASS, PUPIL, UNKNOWN_SECRET, Classroom
from app.pyscript.kit.signals import Signal
from app.pyscript.lessons.link import lesson_from_link
from app.pyscript.lessons.state import Lessons
from app.pyscript.pupil.status import Status
from app.pyscript.train.state import Train

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.classroom.records import Order, PupilStatus
    from app.pyscript.page import Page

PERIOD_SECONDS = 1
# A sign of life, although nothing has changed.
ALIVE_MILLISECONDS = 4500
READY_POLL_SECONDS = 0.2


class Pupil:
    """shares: whether the last drawing goes to the class; order: the last order that was carried
    out, or None."""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._classroom = page.of(Classroom)
        self._lessons = page.of(Lessons)
        self._train = page.of(Train)
        self._status = Status(page)
        self.shares = Signal(page.frame, False)
        self.order = Signal(page.frame)
        self._is_at_work = False  # on orders
        self._telling = 0  # counts classes, so that the loop of a former one ends
        self._classroom.heard.listen(self._on_heard)

    def begin(self) -> None:
        """This browser is in a class now, again or for the first time."""
        membership = self._classroom.membership.value
        self.shares.set(bool(membership and membership.get("shares")))
        self.order.set(None)
        self._telling += 1
        self._browser.run(self._keep_telling(self._telling))
        self._on_heard()

    def share(self, shares: bool) -> None:
        """The pupil allows or forbids that the drawing is sent."""
        self.shares.set(shares)
        membership = self._classroom.membership.value
        if membership is not None:
            membership["shares"] = shares
            self._browser.run(keep(self._browser, membership))

    # Telling

    async def _keep_telling(self, telling: int) -> None:
        sent: PupilStatus | None = None
        sent_at = 0.0
        while telling == self._telling and self._classroom.role == PUPIL:
            status, now = self._status.take(bool(self.shares.value)), self._browser.now()
            is_due = status != sent or now - sent_at > ALIVE_MILLISECONDS
            if is_due and self._classroom.is_connected.value and await self._tell(status):
                sent, sent_at = status, now
            await self._browser.sleep(PERIOD_SECONDS)

    async def _tell(self, status: "PupilStatus") -> bool:
        """Send the status; returns whether the server has it."""
        membership = self._classroom.membership.value
        if membership is None:
            return False
        path = f"{self._classroom.path}/pupils/{membership['pupil']['id']}/status"
        try:
            await self._classroom.ask(path, "PUT", status)
        except self._browser.FetchError as error:
            if error.status in (0, UNKNOWN_SECRET, NO_CLASS):
                self._classroom.doubt()  # the stream may not know yet that it is dead
            return False
        return True

    # Orders

    def _on_heard(self) -> None:
        if self._due() and not self._is_at_work:
            self._is_at_work = True
            self._browser.run(self._carry_out_all())

    def _due(self) -> "list[Order]":
        """The orders that have not been carried out. Of those before the last one, only the last
        lesson is still among them."""
        the_class, membership = self._classroom.the_class, self._classroom.membership.value
        if the_class is None or membership is None or self._classroom.role != PUPIL:
            return []
        done = membership.get("done", 0)
        return [order for order in the_class["orders"] if order["number"] > done]

    async def _carry_out_all(self) -> None:
        """Once the network is there, one after the other, those too that come meanwhile."""
        try:
            while due := self._due():
                if self._page.bridge.is_ready:
                    # First, so that one that fails is not tried again and again.
                    await self._classroom.note_done(due[0]["number"])
                    self._carry_out(due[0])
                else:
                    await self._browser.sleep(READY_POLL_SECONDS)
        finally:
            self._is_at_work = False

    def _carry_out(self, order: "Order") -> None:
        kind, lesson = order["order"], self._lessons.lesson.value
        if kind == "lesson":
            lesson = lesson_from_link(fields_of(order["lesson"] or ""))
            if lesson is not None:
                self._lessons.proposed.tell(lesson)
                if order["starts"]:
                    self._lessons.start(lesson)
        elif kind == "start":
            if lesson is not None and not lesson["is_started"]:
                self._lessons.start(lesson)
            else:
                self._train.start()
        elif kind == "pause":
            self._train.pause()
        elif kind == "reset":
            self._train.reset()
        self.order.set(order)


def fields_of(fragment: str) -> list:
    """The (name, value) pairs of a lesson's link; what links are made of needs no decoding."""
    fields = []
    for part in fragment.split("&"):
        name, _, value = part.partition("=")
        if name:
            fields.append((name, value))
    return fields
