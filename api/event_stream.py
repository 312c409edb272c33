"""Server-sent events (WHATWG HTML, section 9.2): what a reader hears of until they or we leave.

threads.py sends them from the event loop, where a reader costs no thread. Under other servers, and
in tests, they are an endless answer like any other.
"""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any, Generic, Protocol, TypeVar

MEDIA_TYPE = "text/event-stream"
KEEP_ALIVE_SECONDS = 10
"""Without news for so long, an event says that we are alive: so pages notice when the network is
gone, we notice readers who are gone, and nobody on the way takes the connection for dead."""
KEEP_ALIVE = b"event: alive\ndata: {}\n\n"
RETRY = b"retry: 1000\n"
"""Milliseconds until browsers connect again."""
END = "end"
"""The last event."""

Told = TypeVar("Told")
Told_co = TypeVar("Told_co", covariant=True)


class Source(Protocol[Told_co]):
    """Has news for one reader."""

    notify: Callable[[], None]

    def take(self) -> Told_co | None: ...

    def close(self) -> None: ...


class EventStream(Generic[Told]):
    """The news of a source, as text."""

    def __init__(self, source: Source[Told], render: Callable[[Told], bytes]) -> None:
        self._source = source
        self._render = render
        self._head = RETRY
        self.has_ended = False

    def listen(self, notify: Callable[[], None]) -> None:
        """Have this called, by any thread, when there is something to take."""
        self._source.notify = notify

    def take(self) -> bytes:
        """What there is to send; empty if that is nothing. Does not wait."""
        news = self._source.take()
        if news is None:
            return b""
        text = self._render(news)
        self.has_ended = text.startswith(f"event: {END}\n".encode())
        head, self._head = self._head, b""
        return head + text

    def close(self) -> None:
        """Nobody reads any more."""
        self._source.close()

    def pieces(self) -> Iterator[bytes]:
        """All of it, for a server that gives each answer a thread."""
        has_come = threading.Event()
        self.listen(has_come.set)
        try:
            while not self.has_ended:
                has_come.clear()
                if piece := self.take():
                    yield piece
                elif not has_come.wait(KEEP_ALIVE_SECONDS):
                    yield KEEP_ALIVE
        finally:
            self.close()


def event(name: str, document: Any) -> bytes:
    text = json.dumps(document, separators=(",", ":"), allow_nan=False)
    return f"event: {name}\ndata: {text}\n\n".encode()
