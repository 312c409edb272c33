"""The application for gunicorn's event loop: the loop waits for slow senders and readers, and each
request has a thread only while it is worked on.

    event_loop.py -> Threads -> a thread: the WSGI application -> its answer, piece by piece
                       |  ^ BodyWanted
                       +--+ the body arrives, then the application is called again

A view that wants a body (views/bodies.py) is abandoned, and called again when the body has arrived
or has failed to. So requests that can be refused without the body are refused at once, and no
thread waits for one. Endless streams (event_stream.py) are begun by a view, in a thread, and sent
by the loop: a view leaves one in the environment, and what it returns is for other servers.
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from functools import lru_cache
from typing import IO, Any, NamedTuple, Protocol
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication, WSGIEnvironment
from wsgiref.util import FileWrapper

from api.event_stream import KEEP_ALIVE, KEEP_ALIVE_SECONDS

THREADS = 64
"""Of a process. More than its cores need: some wait for the database."""
PIECE_SIZE = 64 * 1024
"""Bytes of an answer that may wait for its reader; also the bytes read from a file at a time."""
IDLE_SECONDS = 10
"""Seconds without a byte of the body."""
LEAST_SECONDS = 15
LEAST_RATE = 100_000
"""Bytes a second: a body of 16 MB may take 175 seconds in all."""
DRAIN_SECONDS = 1
DRAIN_BYTES = 16_000_000
"""For the rest of a body that nobody wants: as much as anybody may send. A connection that is
closed earlier is reset, and a sender might see that instead of the answer: with 64 kB, a publisher
of 900 kB would not see the 429."""
BODY = "digits.body"
"""In the environment: BODY_LATER or BODY_CAME; missing under other servers, as in tests."""
BODY_LATER = "later"
BODY_CAME = "came"
STREAM = "digits.stream"
"""In the environment, where a view leaves it: a Stream, to be sent instead of what it returned."""
STOP_SECONDS = 0.3
"""Seconds that a stopping process gives those who read streams too slowly."""

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Share(Protocol):
    """The memory that a body takes (upload_budget.py)."""

    def take(self, size: int) -> bool: ...


class Stream(Protocol):
    """What is sent without an end (event_stream.py)."""

    has_ended: bool

    def listen(self, notify: Callable[[], None]) -> None: ...

    def take(self) -> bytes: ...

    def close(self) -> None: ...


class BodyWanted(BaseException):
    """A view wants a body that has not arrived yet. Not an Exception, so that Flask lets it
    through."""

    def __init__(self, share: AbstractContextManager[Share]) -> None:
        self.share = share


class SlowBodyError(Exception):
    """The body did not arrive in time; this many bytes are missing."""

    def __init__(self, missing: int) -> None:
        super().__init__(missing)
        self.missing = missing


class NoRoomError(Exception):
    """Too many bodies are arriving at this moment."""


class FailedBody:
    """Stands for a body that failed: reading it raises the error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def read(self, _size: int = -1) -> bytes:
        raise self._error


class Answer(NamedTuple):
    status: int
    headers: list[tuple[bytes, bytes]]
    piece: bytes
    following: bytes
    """The second piece; empty if the first is all."""
    pieces: "Pieces"
    """The others."""
    stream: Stream | None = None
    """What is sent instead."""


class Threads:
    """An ASGI application around a WSGI application."""

    def __init__(self, application: WSGIApplication, count: int = THREADS) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="request")
        self._count = count
        self._running = 0
        self._streams: dict[asyncio.Task[Any], asyncio.Event] = {}
        """Those that are being sent; each event says that there is something to do."""
        self._is_stopping = False

    @property
    def busy(self) -> int:
        """Threads at work."""
        return min(self._running, self._count)

    @property
    def waiting(self) -> int:
        """Requests that wait for a thread."""
        return self._running - self.busy

    @property
    def streams(self) -> int:
        """Streams that are being sent."""
        return len(self._streams)

    def end_streams(self) -> None:
        """Called in the loop when the process stops: their readers come back to another one."""
        self._is_stopping = True
        for has_come in self._streams.values():
            has_come.set()
        if self._streams:
            asyncio.get_running_loop().call_later(STOP_SECONDS, self._cancel_streams)

    def _cancel_streams(self) -> None:
        """Of those who do not take what was sent."""
        for task in self._streams:
            task.cancel()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # a WebSocket: we have none
            await send({"type": "websocket.close"})
            return
        environ = _environ(scope)
        length = environ.get("CONTENT_LENGTH", "0")
        if length == "0" and "HTTP_TRANSFER_ENCODING" not in environ:
            answer = await self._run(self._answer, environ)
            if answer.stream is None:
                await self._send(answer, send)
            else:
                await self._send_stream(answer, answer.stream, receive, send)
            return
        body = Body(receive, int(length))
        try:
            answer = await self._run(self._answer, environ | {BODY: BODY_LATER})
        except BodyWanted as wanted:
            with wanted.share as share:
                stream = await body.receive(share)
                answer = await self._run(
                    self._answer, environ | {BODY: BODY_CAME, "wsgi.input": stream}
                )
        await self._send(answer, send)
        await body.drain()

    async def _run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        self._running += 1
        work = asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)
        work.add_done_callback(self._note_end)
        return await work

    def _note_end(self, _work: object) -> None:
        self._running -= 1

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        """Call the application. Raises BodyWanted."""
        status, started = 0, []

        def start_response(
            status_line: str, headers: list[tuple[str, str]], _exc_info: Any = None, /
        ) -> Callable[[bytes], object]:
            nonlocal status, started
            status = int(status_line[:3])
            started = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
            return _refuse_to_write

        pieces = Pieces(self._application(environ, start_response))
        if STREAM in environ:
            pieces.close()
            return Answer(status, started, b"", b"", pieces, environ[STREAM])
        first = pieces.read()
        following = pieces.read() if first else b""
        if not following:
            pieces.close()
        return Answer(status, started, first, following, pieces)

    async def _send(self, answer: Answer, send: Send) -> None:
        """`send` waits until the reader has taken enough of what was sent before; event_loop.py
        closes the connection of one who takes nothing, which ends this too."""
        await send(
            {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
        )
        piece, following = answer.piece, answer.following
        try:
            while following:
                await _send_piece(piece, send, has_more=True)
                piece, following = following, await self._run(answer.pieces.read)
            await _send_piece(piece, send, has_more=False)
        finally:
            answer.pieces.close()

    async def _send_stream(
        self, answer: Answer, stream: Stream, receive: Receive, send: Send
    ) -> None:
        """Send what the stream has until it ends, its reader goes, or the process stops.

        While `send` waits for a slow reader nothing queues: the stream then has the newest.
        """
        loop = asyncio.get_running_loop()
        has_come = asyncio.Event()

        def notify() -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(has_come.set)

        stream.listen(notify)
        leaving = loop.create_task(_until_gone(receive))
        leaving.add_done_callback(lambda _: has_come.set())
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - it runs in the loop
        self._streams[task] = has_come
        try:
            await send(
                {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
            )
            while not (leaving.done() or self._is_stopping or stream.has_ended):
                has_come.clear()
                piece = stream.take()
                if not piece:
                    try:
                        async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                            await has_come.wait()
                        continue
                    except TimeoutError:
                        piece = KEEP_ALIVE
                await _send_piece(piece, send, has_more=True)
            await _send_piece(b"", send, has_more=False)
        finally:
            del self._streams[task]
            leaving.cancel()
            stream.close()


class Pieces:
    """What an application returned."""

    def __init__(self, content: Iterable[bytes]) -> None:
        self._content = content
        self._pieces = iter(content)

    def read(self) -> bytes:
        """The next piece; empty at the end."""
        return next(filter(None, self._pieces), b"")

    def close(self) -> None:
        """Release what it holds, such as a file; may be called again."""
        content, self._content = self._content, ()
        if hasattr(content, "close"):
            content.close()


class Body:
    """The body of one request, as it comes."""

    def __init__(self, receive: Receive, length: int) -> None:
        self._receive = receive
        self._length = length
        self._has_ended = False

    async def receive(self, share: Share) -> io.BytesIO | FailedBody:
        """All of it, charged to the share as it arrives; or a FailedBody that says why it is
        missing."""
        pieces: list[bytes] = []
        missing = self._length
        try:
            async with asyncio.timeout(LEAST_SECONDS + self._length / LEAST_RATE):
                while not self._has_ended:
                    async with asyncio.timeout(IDLE_SECONDS):
                        piece = await self._next()
                    if not share.take(len(piece)):
                        return FailedBody(NoRoomError())
                    pieces.append(piece)
                    missing -= len(piece)
        except TimeoutError:
            pass
        return FailedBody(SlowBodyError(missing)) if missing else io.BytesIO(b"".join(pieces))

    async def drain(self) -> None:
        """Read what is left of it, for a short time."""
        taken = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                while not self._has_ended and taken < DRAIN_BYTES:
                    taken += len(await self._next())

    async def _next(self) -> bytes:
        message = await self._receive()
        # Otherwise the sender is gone, or gunicorn has given up on it.
        self._has_ended = not message.get("more_body", False)
        return bytes(message.get("body", b""))


async def _until_gone(receive: Receive) -> None:
    """Returns when whoever asked is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_piece(piece: bytes, send: Send, *, has_more: bool) -> None:
    """The loop keeps a copy of what the reader has not taken, so pieces are small."""
    while len(piece) > PIECE_SIZE:
        await send({"type": "http.response.body", "body": piece[:PIECE_SIZE], "more_body": True})
        piece = piece[PIECE_SIZE:]
    await send({"type": "http.response.body", "body": piece, "more_body": has_more})


def _environ(scope: dict[str, Any]) -> WSGIEnvironment:
    """The request without its body, as a WSGI environment (PEP 3333)."""
    path = scope["raw_path"]
    if path.startswith((b"http://", b"https://")):  # absolute (RFC 9112, section 3.2.2)
        path = b"/" + path.partition(b"://")[2].partition(b"/")[2]
    if path.startswith(b"//"):
        # A proxy that takes /digits off, and not /digits/, makes it of /digits/api/data.
        path = b"/" + path.lstrip(b"/")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope["root_path"],
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),  # each byte as a character
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": scope["server"][0],
        "SERVER_PORT": str(scope["server"][1]),
        "REMOTE_ADDR": scope["client"][0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": _file,
    }
    for name, value in scope["headers"]:
        variable, text = _variable(name), value.decode("latin-1")
        environ[variable] = f"{environ[variable]},{text}" if variable in environ else text
    return environ


@lru_cache(256)
def _variable(header: bytes) -> str:
    """What the environment calls a header."""
    name = header.decode("latin-1").upper().replace("-", "_")
    return name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"


def _file(file: IO[bytes]) -> FileWrapper:
    return FileWrapper(file, PIECE_SIZE)


def _refuse_to_write(_content: bytes) -> object:
    raise NotImplementedError("applications return their content")
