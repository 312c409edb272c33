"""Classes as this process knows them at the moment, and those who watch them from here.

    status of a pupil -> Rooms.say -> every TICK_SECONDS -> the database
    the database -> what has changed, every TICK_SECONDS -> Room -> Listener -> its reader

Everything goes through the database, so that all processes and machines show the same. Nothing
queues for a slow reader: a listener remembers how far it has read, and gets the newest when its
reader is ready.
"""

import logging
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from api.services.class_keys import digest
from api.stores.classes import ClassRow, ClassStore, PupilRow, Revisions, Said
from api.stores.database import reason
from api.stores.learnings import LearningRow, LearningStore
from api.stores.times import utc_now

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.2
LEAST_PAUSE_SECONDS = 0.05
"""Between ticks that were asked for."""
REST = 2
"""A slow tick is followed by this many times its length without one: where processes and the disk
are busy, ticks leave others the time to write."""
BOARD_SECONDS = 0.39
"""Boards hear of pupils this often, at every second tick."""
PRESENT_SECONDS = 12
"""Seconds since a pupil's last status; pages send one every five seconds at least."""
KEPT_SECONDS = 30
"""Seconds that a class is remembered after somebody asked for it."""
ORDER_SECONDS = 30
"""How old an order may be for somebody who comes after it, unless it opens a lesson."""

TEACHER, PROJECTOR, PUPIL = "teacher", "projector", "pupil"


class Member(NamedTuple):
    """Who asks: TEACHER, PROJECTOR or PUPIL, and the number of the pupil."""

    role: str
    pupil: int = 0


@dataclass(frozen=True)
class Snapshot:
    """A class at one moment."""

    row: ClassRow
    pupils: dict[int, PupilRow]
    """By number, in the order in which they came."""
    present: frozenset[int]
    drawings: dict[int, int]
    """How many each pupil has handed in."""
    learning: LearningRow | None


@dataclass
class News:
    """What a listener has not heard of yet."""

    snapshot: Snapshot
    is_class: bool
    """Tell all of it. Otherwise only the pupils below."""
    pupils: list[int] = field(default_factory=list)
    end: str = ""
    """Why there will be nothing more, if so: "ended" or "removed"."""


class Room:
    """One class. Rooms changes it, under the lock."""

    def __init__(self, lock: threading.RLock, snapshot: Snapshot) -> None:
        self.lock = lock
        self.snapshot = snapshot
        self.used = 0.0
        """When somebody last asked for it, by time.monotonic()."""
        self.has_ended = False
        self.listeners: weakref.WeakSet[Listener] = weakref.WeakSet()
        self.count = 1
        """Of changes; each of the following says at which one something last changed."""
        self.lasting = 1
        self.answers = 1
        self.pupils: dict[int, int] = dict.fromkeys(snapshot.pupils, 1)

    def member_by_secret(self, secret: str) -> Member | None:
        return self._member("secret", secret)

    def member_by_view(self, view: str) -> Member | None:
        if digest(view) == self.snapshot.row.projector_view:
            return Member(PROJECTOR)
        return self._member("view", view)

    def _member(self, kind: str, key: str) -> Member | None:
        wanted, snapshot = digest(key), self.snapshot
        if getattr(snapshot.row, kind) == wanted:
            return Member(TEACHER)
        for pupil in snapshot.pupils.values():
            if getattr(pupil, kind) == wanted:
                return Member(PUPIL, pupil.number)
        return None

    def show(self, snapshot: Snapshot) -> None:
        """Replace what is known. The lock is held."""
        former, self.snapshot = self.snapshot, snapshot
        self.count += 1
        if snapshot.row.revision != former.row.revision:
            self.lasting = self.count
        if snapshot.row.answers_revision != former.row.answers_revision:
            self.answers = self.count
        for number, pupil in snapshot.pupils.items():
            known = former.pupils.get(number)
            has_moved = (number in snapshot.present) != (number in former.present)
            if known is None or has_moved or pupil.status_revision != known.status_revision:
                self.pupils[number] = self.count
        for number in self.pupils.keys() - snapshot.pupils.keys():
            del self.pupils[number]


def orders_of(row: ClassRow) -> list[dict[str, Any]]:
    """What pupils' pages carry out one after the other, unless they have already: the last lesson,
    for those too who were away when it came, and the last order if that is another one."""
    orders = [row.last_lesson]
    if row.last_order != row.last_lesson:
        orders.append(row.last_order)
    return [each for each in orders if each is not None]


class Listener:
    """One reader of a class's news; how far they have read."""

    def __init__(self, room: Room, member: Member, now: datetime) -> None:
        self._room = room
        self.member = member
        self.notify: Callable[[], None] = lambda: None
        """Called, by any thread, when there is news."""
        self._count = 0
        self._told = 0.0
        order = room.snapshot.row.last_order
        self._old_order = 0
        """The number of the last order, if it is too old for this reader."""
        if order is not None and order["order"] != "lesson" and _is_old(order, now):
            self._old_order = order["number"]

    def orders(self, snapshot: Snapshot) -> list[dict[str, Any]]:
        """What this reader should carry out."""
        return [each for each in orders_of(snapshot.row) if each["number"] != self._old_order]

    def has_news(self) -> bool:
        with self._room.lock:
            return self._is_over() or self._is_class_due() or bool(self._pupils_due())

    def take(self) -> News | None:
        """What there is to tell, which then counts as told; None if that is nothing."""
        room = self._room
        with room.lock:
            if self._is_over():
                end = "ended" if room.has_ended else "removed"
                return News(room.snapshot, is_class=False, end=end)
            is_class, pupils = self._is_class_due(), self._pupils_due()
            if not is_class and not pupils:
                return None
            self._count = room.count
            self._told = time.monotonic()
            return News(room.snapshot, is_class, pupils)

    def close(self) -> None:
        with self._room.lock:
            self._room.listeners.discard(self)

    @property
    def _is_board(self) -> bool:
        return self.member.role != PUPIL

    def _is_over(self) -> bool:
        is_removed = not self._is_board and self.member.pupil not in self._room.snapshot.pupils
        return self._room.has_ended or is_removed

    def _is_class_due(self) -> bool:
        if self._room.lasting > self._count:
            return True
        return self._is_board and self._room.answers > self._count and self._may_be_told()

    def _pupils_due(self) -> list[int]:
        if not self._is_board or not self._may_be_told():
            return []
        return [number for number, count in self._room.pupils.items() if count > self._count]

    def _may_be_told(self) -> bool:
        return time.monotonic() - self._told > BOARD_SECONDS


def _is_old(order: dict[str, Any], now: datetime) -> bool:
    return now - datetime.fromisoformat(order["given_at"]) > timedelta(seconds=ORDER_SECONDS)


class Rooms:
    """All classes that somebody asks this process for."""

    def __init__(
        self,
        store: ClassStore,
        learnings: LearningStore,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store = store
        self._learnings = learnings
        self._now = now
        self._lock = threading.RLock()
        self._reading = threading.Lock()
        """Held while the database is read: what one thread reads may not replace what another has
        read later."""
        self._ticking = threading.Lock()
        self._rooms: dict[int, Room] = {}
        self._codes: dict[str, int] = {}
        self._said: dict[tuple[int, int], Said] = {}
        self._tender: threading.Thread | None = None
        self._wake = threading.Event()
        self._has_failed = False
        self.on_tick: Callable[[list[Snapshot]], bool] = lambda _snapshots: False
        """What else is to be done at each tick, for the classes that somebody watches here; returns
        whether it has changed any."""

    @property
    def listeners(self) -> int:
        with self._lock:
            return sum(len(room.listeners) for room in self._rooms.values())

    def find(self, code: str) -> Room | None:
        """The class with this code, as it was a tick ago or later."""
        with self._lock:
            room = self._rooms.get(self._codes.get(code, 0))
            if room is not None and not room.has_ended:
                room.used = time.monotonic()
                if self._tender is not None:
                    return room
        return self.read(code)

    def read(self, code: str) -> Room | None:
        """The class with this code, as it is now."""
        with self._reading:
            row = self._store.find(code)
            if row is None:
                return None
            snapshot = self._snapshot(row)
            with self._lock:
                room = self._rooms.get(row.id)
                if room is None:
                    room = self._rooms[row.id] = Room(self._lock, snapshot)
                else:
                    room.show(snapshot)
                self._codes[code] = row.id
                room.used = time.monotonic()
        self._notify(room)
        return room

    def listeners_of(self, room: Room, member: Member) -> int:
        """How many listen here with the same key."""
        with self._lock:
            return sum(each.member == member for each in room.listeners)

    def listen(self, room: Room, member: Member) -> Listener:
        with self._lock:
            listener = Listener(room, member, self._now())
            room.listeners.add(listener)
        self._keep_tending()
        return listener

    def say(self, said: Said) -> None:
        """Keep what a pupil says until the next tick; only the newest counts."""
        with self._lock:
            self._said[said.class_id, said.pupil] = said
        self._keep_tending()

    def changed(self, room: Room) -> None:
        """Something lasting was written: those who watch from here should see it at once."""
        self.read(room.snapshot.row.code)
        self._wake.set()

    def wake(self) -> None:
        """Something was written that can wait for the next tick, which comes at once."""
        self._wake.set()

    def tend(self) -> None:
        """One tick: write what was said, read what has changed, tell whoever listens."""
        with self._ticking:
            self._write()
            with self._lock:
                self._forget_unused()
                rooms = dict(self._rooms)
            self._look(rooms)
            with self._lock:
                watched = [
                    each.snapshot
                    for each in rooms.values()
                    if each.listeners and not each.has_ended
                ]
            if watched and self.on_tick(watched):
                self._look(rooms)

    # Helpers

    def _write(self) -> None:
        with self._lock:
            said, self._said = self._said, {}
        if not said:
            return
        try:
            self._store.say(list(said.values()))
        except BaseException:
            with self._lock:
                self._said = said | self._said  # what came meanwhile is newer
            raise

    def _look(self, rooms: dict[int, Room]) -> None:
        with self._reading:
            revisions = self._store.revisions(rooms)
            for number, room in rooms.items():
                row, found = room.snapshot.row, revisions.get(number)
                snapshot: Snapshot | None = None
                if found is not None:
                    if found.lasting != row.revision:
                        current = self._store.get(number)
                        snapshot = None if current is None else self._snapshot(current)
                        found = found if snapshot else None
                    else:
                        snapshot = self._with_newest(room.snapshot, found)
                with self._lock:
                    if found is None:
                        self._end(room)
                    elif snapshot is not None:
                        room.show(snapshot)
                self._notify(room)

    def _snapshot(self, row: ClassRow) -> Snapshot:
        pupils = {pupil.number: pupil for pupil in self._store.pupils(row.id)}
        return Snapshot(
            row=row,
            pupils=pupils,
            present=self._present(pupils),
            drawings=self._store.drawings_of_pupils(row.id),
            learning=self._learnings.get(row.id),
        )

    def _with_newest(self, former: Snapshot, found: Revisions) -> Snapshot | None:
        """With the newest of what pupils say and answer; None if nothing has changed."""
        pupils, learning = former.pupils, former.learning
        if found.answers != former.row.answers_revision:
            learning = self._learnings.get(former.row.id)
        if found.status != former.row.status_revision:
            newer = self._store.pupils(former.row.id, former.row.status_revision)
            pupils = pupils | {
                pupil.number: pupil for pupil in newer if pupil.number in former.pupils
            }
        present = self._present(pupils)
        is_same = pupils is former.pupils and present == former.present
        if is_same and found.answers == former.row.answers_revision:
            return None
        row = replace(
            former.row,
            status_revision=found.status,
            answers_revision=found.answers,
            seen=found.seen,
        )
        return replace(former, row=row, pupils=pupils, present=present, learning=learning)

    def _present(self, pupils: dict[int, PupilRow]) -> frozenset[int]:
        since = self._now() - timedelta(seconds=PRESENT_SECONDS)
        return frozenset(
            pupil.number for pupil in pupils.values() if pupil.seen and pupil.seen > since
        )

    def _end(self, room: Room) -> None:
        room.has_ended = True
        row = room.snapshot.row
        self._rooms.pop(row.id, None)
        if self._codes.get(row.code) == row.id:
            del self._codes[row.code]

    def _forget_unused(self) -> None:
        since = time.monotonic() - KEPT_SECONDS
        for number, room in list(self._rooms.items()):
            if not room.listeners and room.used < since:
                del self._rooms[number]
                self._codes.pop(room.snapshot.row.code, None)

    def _notify(self, room: Room) -> None:
        with self._lock:
            listeners = list(room.listeners)
        for listener in listeners:
            if listener.has_news():
                listener.notify()

    def _keep_tending(self) -> None:
        """A thread of our own ticks while there is something to do. It cannot be started before the
        server's processes are forked, which take no threads along."""
        with self._lock:
            if self._tender is None:
                self._tender = threading.Thread(target=self._tend, name="classes", daemon=True)
                self._tender.start()

    def _tend(self) -> None:
        while True:
            began = time.monotonic()
            with self._failures_noted():
                self.tend()
            with self._lock:
                if not self._said and not any(room.listeners for room in self._rooms.values()):
                    self._tender = None
                    return
            taken = time.monotonic() - began
            time.sleep(max(LEAST_PAUSE_SECONDS, REST * taken))
            self._wake.wait(max(0.0, began + TICK_SECONDS - time.monotonic()))
            self._wake.clear()

    @contextmanager
    def _failures_noted(self) -> Iterator[None]:
        """All goes on, and later with the database again; only the first failure is logged."""
        try:
            yield
        except SQLAlchemyError as error:
            if not self._has_failed:
                logger.error("the database failed, classes wait for it: %.200r", reason(error))
            self._has_failed = True
        except Exception:
            logger.exception("a class could not be brought up to date")
        else:
            self._has_failed = False
