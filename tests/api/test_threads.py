"""A WSGI application asked through the event loop's side of it, without sockets."""

import asyncio
import io
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from api import threads
from api.event_stream import KEEP_ALIVE
from api.threads import (
    BODY,
    BODY_LATER,
    STREAM,
    BodyWanted,
    NoRoomError,
    SlowBodyError,
    Threads,
)
from api.upload_budget import UploadBudget

Events = list[dict[str, Any]]
Application = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]

NEVER = {"type": "never"}
"""A message that does not come."""


def ask(
    application: Application, messages: Iterable[dict[str, Any]] = (), **changes: Any
) -> Events:
    """What is sent for one request, whose body comes in these messages."""
    sent: Events = []
    coming = iter(messages)

    async def receive() -> dict[str, Any]:
        message = next(coming, NEVER)
        if message is NEVER:
            await asyncio.Event().wait()
        return message

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "root_path": "",
        "raw_path": b"/",
        "query_string": b"",
        "http_version": "1.1",
        "server": ("127.0.0.1", 8000),
        "client": ("192.0.2.7", 1234),
        "scheme": "http",
        "headers": [],
    }
    asyncio.run(Threads(application, 1)(scope | changes, receive, send))
    return sent


def length(size: int) -> list[tuple[bytes, bytes]]:
    return [(b"content-length", str(size).encode())]


def piece(content: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": content, "more_body": more}


def content_of(sent: Events) -> bytes:
    assert [message.get("more_body", False) for message in sent[1:-1]] == [True] * (len(sent) - 2)
    assert not sent[-1].get("more_body", False)
    return b"".join(message["body"] for message in sent[1:])


class Reader:
    """An application that wants the body, as views do."""

    def __init__(self, room: int = 1000) -> None:
        self.budget = UploadBudget(2 * room)  # a visitor alone may have half
        self.asked = 0
        self.failure: Exception | None = None

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        self.asked += 1
        if environ[BODY] == BODY_LATER:
            raise BodyWanted(self.budget.share("visitor"))
        try:
            content = environ["wsgi.input"].read()
        except (SlowBodyError, NoRoomError) as error:
            self.failure, content = error, b"failed"
        start("200 OK", [])
        return [content]


def refuse(_environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
    start("429 TOO MANY REQUESTS", [("Retry-After", "9")])
    return [b"later"]


def test_a_request_is_answered_in_a_thread() -> None:
    seen: WSGIEnvironment = {}

    def application(environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        seen.update(environ, thread=threading.current_thread())
        start("201 CREATED", [("X-Name", "\xe4")])
        return [b"", b"ab", b"c"]

    headers = [(b"host", b"h"), (b"x-a", b"1"), (b"x-a", b"\xe4"), (b"content-type", b"text/x")]
    sent = ask(application, raw_path=b"/a%2Fb%C3%A4", query_string=b"q=%20", headers=headers)
    assert sent[0] == {
        "type": "http.response.start",
        "status": 201,
        "headers": [(b"X-Name", b"\xe4")],
    }
    assert content_of(sent) == b"abc"
    assert seen["thread"] is not threading.main_thread()
    expected = {
        "PATH_INFO": "/a/b\xc3\xa4",
        "QUERY_STRING": "q=%20",
        "HTTP_HOST": "h",
        "HTTP_X_A": "1,\xe4",
        "CONTENT_TYPE": "text/x",
        "REMOTE_ADDR": "192.0.2.7",
    }
    assert {name: seen[name] for name in expected} == expected


def test_no_more_is_drained_than_anybody_may_send(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "DRAIN_BYTES", 4)
    pieces = iter([piece(b"ab", more=True)] * 10)
    assert content_of(ask(refuse, pieces, headers=length(20))) == b"later"
    assert len(list(pieces)) == 8


def test_threads_at_work_are_counted() -> None:
    seen = []

    def application(_environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        seen.append((served.busy, served.waiting))
        start("200 OK", [])
        return [b"ab"]

    served = Threads(application, 1)

    async def serve() -> None:
        first = asyncio.create_task(served._run(application, {}, lambda *_: None))
        second = asyncio.create_task(served._run(application, {}, lambda *_: None))
        await asyncio.gather(first, second)

    asyncio.run(serve())
    assert seen[-1][0] == 1
    assert (served.busy, served.waiting) == (0, 0)


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (b"http://localhost/healthz", "/healthz"),
        (b"//healthz", "/healthz"),
        (b"*", "*"),
        (b"a:1", "a:1"),
        (b"http://[::1", "/"),
        (b"//", "/"),
        (b"//vendor//a", "/vendor//a"),
    ],
)
def test_whole_addresses_are_asked_for_too(target: bytes, path: str) -> None:
    paths = []

    def application(environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        paths.append(environ["PATH_INFO"])
        start("200 OK", [])
        return []

    assert content_of(ask(application, raw_path=target)) == b""
    assert paths == [path]


def test_a_body_is_read_before_a_thread_is_taken_again() -> None:
    reader = Reader()
    sent = ask(reader, [piece(b"abc", more=True), piece(b"de")], headers=length(5))
    assert content_of(sent) == b"abcde"
    assert reader.asked == 2
    with reader.budget.share("visitor") as share:
        assert share.take(1000)  # all was given back


def test_what_needs_no_body_does_not_wait_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "DRAIN_SECONDS", 0.01)
    sent = ask(refuse, [piece(b"a", more=True), NEVER], headers=length(16_000_000))
    assert sent[0]["status"] == 429
    assert content_of(sent) == b"later"


@pytest.mark.parametrize("kind", ["IDLE_SECONDS", "LEAST_SECONDS"])
def test_a_body_that_does_not_come_is_given_up(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, kind, 0.01)
    monkeypatch.setattr(threads, "LEAST_RATE", 10**9)
    monkeypatch.setattr(threads, "DRAIN_SECONDS", 0.01)
    reader = Reader()
    assert content_of(ask(reader, [piece(b"ab", more=True), NEVER], headers=length(5))) == b"failed"
    assert isinstance(reader.failure, SlowBodyError)
    assert reader.failure.missing == 3


def test_a_sender_who_is_gone_is_not_waited_for() -> None:
    reader = Reader()
    ask(reader, [piece(b"ab", more=True), {"type": "http.disconnect"}], headers=length(5))
    assert isinstance(reader.failure, SlowBodyError)


def test_a_body_without_room_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "DRAIN_SECONDS", 0.01)
    reader = Reader(room=4)
    ask(reader, [piece(b"abc", more=True), piece(b"de", more=True), NEVER], headers=length(9))
    assert isinstance(reader.failure, NoRoomError)
    with reader.budget.share("visitor") as share:
        assert share.take(4)


def test_large_answers_go_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "PIECE_SIZE", 4)

    def application(_environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [])
        return [b"0123456789", b"ab", b"cdef0"]

    sent = ask(application)
    assert content_of(sent) == b"0123456789abcdef0"
    assert max(len(message["body"]) for message in sent[1:]) == 4


def test_a_file_is_sent_whole_and_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "PIECE_SIZE", 4)
    file = io.BytesIO(b"0123456789")

    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [])
        wrapped: Iterable[bytes] = environ["wsgi.file_wrapper"](file)
        return wrapped

    assert content_of(ask(application)) == b"0123456789"
    assert file.closed


def test_what_fails_halfway_is_closed() -> None:
    closed = []

    class Failing:
        def __iter__(self) -> Iterator[bytes]:
            yield from (b"a", b"b")
            raise OSError("gone")

        def close(self) -> None:
            closed.append(True)

    def application(_environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [])
        return Failing()

    with pytest.raises(OSError, match="gone"):
        ask(application)
    assert closed == [True]


def test_who_asks_for_a_websocket_gets_none() -> None:
    assert ask(refuse, type="websocket") == [{"type": "websocket.close"}]


# Streams


class Stream:
    """Has what a test gives it."""

    def __init__(self) -> None:
        self.has_ended = False
        self.is_closed = False
        self.pieces: list[bytes] = [b"first"]
        self.notify: Callable[[], None] = lambda: None

    def listen(self, notify: Callable[[], None]) -> None:
        self.notify = notify

    def take(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        self.has_ended = taken.endswith(b"end")
        return taken

    def give(self, piece: bytes) -> None:
        """From another thread, as news come."""
        self.pieces.append(piece)
        threading.Thread(target=self.notify).start()

    def close(self) -> None:
        self.is_closed = True


SCOPE = {
    "type": "http",
    "method": "GET",
    "root_path": "",
    "raw_path": b"/",
    "query_string": b"",
    "http_version": "1.1",
    "server": ("127.0.0.1", 8000),
    "client": ("192.0.2.7", 1234),
    "scheme": "http",
    "headers": [],
}


class StreamReader:
    """Who reads a stream: `sent` has what has come, `leave` ends it."""

    def __init__(self, stream: Stream) -> None:
        def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            start("200 OK", [("Content-Type", "text/event-stream")])
            environ[STREAM] = stream
            return map(never, [b""])

        def never(_piece: bytes) -> bytes:
            raise AssertionError("the loop sends it")

        self.threads = Threads(application, 1)
        self.sent: asyncio.Queue[bytes] = asyncio.Queue()
        self.leave = asyncio.Event()
        self.reads = asyncio.Event()
        self.reads.set()
        self.task = asyncio.create_task(self.threads(dict(SCOPE), self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self.leave.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        await self.reads.wait()
        self.sent.put_nowait(message.get("body", b"start"))
        if not message.get("more_body", True):
            self.sent.put_nowait(b"the end")

    async def next(self) -> bytes:
        return await asyncio.wait_for(self.sent.get(), 20)

    async def end(self) -> None:
        await asyncio.wait_for(self.task, 20)


def streamed(talk: Callable[[StreamReader, Stream], Coroutine[Any, Any, None]]) -> Stream:
    stream = Stream()

    async def run() -> None:
        reader = StreamReader(stream)
        assert await reader.next() == b"start"
        await talk(reader, stream)
        assert reader.threads.streams == 0

    asyncio.run(run())
    assert stream.is_closed
    return stream


def test_a_stream_holds_no_thread_and_has_the_news_at_once() -> None:
    async def talk(reader: StreamReader, stream: Stream) -> None:
        assert await reader.next() == b"first"
        assert (reader.threads.busy, reader.threads.streams) == (0, 1)
        stream.give(b"second")
        assert await reader.next() == b"second"
        stream.give(b"end")
        assert [await reader.next() for _ in range(3)] == [b"end", b"", b"the end"]
        await reader.end()

    streamed(talk)


def test_a_stream_ends_when_its_reader_goes() -> None:
    async def talk(reader: StreamReader, stream: Stream) -> None:
        assert await reader.next() == b"first"
        reader.leave.set()
        await reader.end()

    streamed(talk)


def test_a_stream_ends_when_the_process_stops() -> None:
    async def talk(reader: StreamReader, stream: Stream) -> None:
        assert await reader.next() == b"first"
        reader.threads.end_streams()
        assert [await reader.next() for _ in range(2)] == [b"", b"the end"]
        await reader.end()

    streamed(talk)


def test_a_slow_reader_gets_the_newest_and_holds_up_no_stop() -> None:
    async def talk(reader: StreamReader, stream: Stream) -> None:
        assert await reader.next() == b"first"
        reader.reads.clear()
        for piece in (b"a", b"b", b"c"):
            stream.give(piece)
            await asyncio.sleep(0)
        reader.reads.set()
        came = b""
        while came != b"abc":
            came += await reader.next()
        reader.reads.clear()
        stream.give(b"d")
        while stream.pieces:
            await asyncio.sleep(0.01)
        reader.threads.end_streams()
        with pytest.raises(asyncio.CancelledError):
            await reader.end()

    streamed(talk)


def test_silence_is_broken_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "KEEP_ALIVE_SECONDS", 0.05)

    async def talk(reader: StreamReader, stream: Stream) -> None:
        assert await reader.next() == b"first"
        assert [await reader.next() for _ in range(2)] == [KEEP_ALIVE] * 2
        reader.leave.set()
        await reader.end()

    streamed(talk)
