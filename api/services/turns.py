"""Turns: in each process, one visitor publishes at a time.

Whoever measures weights and then finds that others were faster has to start again, so many at once
would mostly work for nothing. Visitors take turns, however many requests each has sent: a flood
from one address delays the others by one turn, not by its length. Between processes the
compare-and-set in the store decides.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager

from api.services.problems import BusyError

PLACES = 44
"""Everyone who waits holds a thread, and a process has 64 of them (api/threads.py)."""
PLACES_OF_ONE = 36
"""For one visitor, which may be a whole class behind one address. A turn takes some 60 ms."""
WAIT_SECONDS = 5.0
"""Less than the page waits for an answer (app/pyscript/worker/api_client.py)."""


class Turns:
    def __init__(
        self,
        places: int = PLACES,
        places_of_one: int = PLACES_OF_ONE,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._places = places
        self._places_of_one = places_of_one
        self._wait_seconds = wait_seconds
        self._lock = threading.Lock()
        self._whose: threading.Event | None = None
        """The ticket of the visitor whose turn it is."""
        self._waiting: OrderedDict[str, deque[threading.Event]] = OrderedDict()
        """Tickets by visitor; the visitor whose turn is next comes first."""

    @contextmanager
    def turn(self, visitor: str) -> Iterator[None]:
        """Wait for the turn, and keep it during the `with`. Raises BusyError if too many wait, or
        the wait is too long."""
        ticket = self._enter(visitor)
        try:
            if not ticket.wait(self._wait_seconds):
                raise _too_many()
            yield
        finally:
            self._leave(visitor, ticket)

    def _enter(self, visitor: str) -> threading.Event:
        ticket = threading.Event()
        with self._lock:
            own = self._waiting.get(visitor, deque())
            if len(own) >= self._places_of_one or self._count() >= self._places:
                raise _too_many()
            own.append(ticket)
            self._waiting[visitor] = own
            if self._whose is None:
                self._call_next()
        return ticket

    def _leave(self, visitor: str, ticket: threading.Event) -> None:
        with self._lock:
            if self._whose is ticket:
                self._whose = None
                self._call_next()
                return
            own = self._waiting[visitor]
            own.remove(ticket)
            if not own:
                del self._waiting[visitor]

    def _call_next(self) -> None:
        if not self._waiting:
            return
        visitor, tickets = self._waiting.popitem(last=False)
        self._whose = tickets.popleft()
        if tickets:
            self._waiting[visitor] = tickets  # behind the other visitors
        self._whose.set()

    def _count(self) -> int:
        return sum(map(len, self._waiting.values()))


def _too_many() -> BusyError:
    return BusyError("Too many others publish at this moment. Try again.")
