"""gunicorn's event loop (its "asgi" worker), with a time limit on every wait for a stranger.

A connection that is silent, or whose answer nobody reads, costs a file descriptor and some memory,
never a thread. threads.py does what the loop hands on.
"""

import asyncio
import os
import resource
import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from flask import Flask
from gunicorn.asgi.protocol import ASGIProtocol
from gunicorn.workers.gasgi import ASGIWorker

from api.errors import problem
from api.extensions import EXTENSION, Services
from api.headers import SECURITY_HEADERS
from api.threads import Threads

SWEEP_SECONDS = 60
"""Seconds between looks for classes that nobody has used for half a day."""
LOOK_SECONDS = 1
"""Seconds between checks of all connections."""
HEADER_SECONDS = 10
"""Seconds for the headers of the first request. gunicorn's keepalive limits later ones."""
UNREAD_SECONDS = 20
UNREAD_LEAST = 40_000
"""Bytes of an answer that its reader has to take in that time."""
LINGER_SECONDS = 1
"""Seconds that a stopping process keeps idle connections, as a request may be coming."""
FEW_CONNECTIONS = 64
YIELD_SECONDS = 0.001
"""A process with few connections pauses after each, so that another takes the next one: of four
browsers that came together, one process often took all, and answered half as many requests as two
would have."""
SPARE_FILES = 200
"""File descriptors that are not for connections: databases, caches, files being sent, metrics."""
MOST_CONNECTIONS = 10_000


class Connection(ASGIProtocol):  # type: ignore[misc]
    """One visitor's connection, and how long the loop has waited for it."""

    def __init__(self, worker: "Worker") -> None:
        super().__init__(worker)
        self._opened = worker.loop.time()
        self._sent = 0
        # When the reader was last seen to take some of the answer, and how much was taken by then.
        self._unread_since: float | None = None
        self._taken_then = 0

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self.worker.add_connection(self)
        if transport.get_extra_info("peername") is None:
            # Gone already, without an address to count the bytes for.
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self.worker.connections.pop(self, None)
        super().connection_lost(exc)

    @property
    def is_idle(self) -> bool:
        """Is no request here, or not all of its headers?"""
        return self._current_request is None

    def look(self, now: float) -> None:
        """Called every second: close it if the wait has been too long."""
        unread = self.transport.get_write_buffer_size()
        if unread == 0:
            self._unread_since = None
        elif self._unread_since is None:
            self._unread_since, self._taken_then = now, self._sent - unread
        elif now - self._unread_since > UNREAD_SECONDS:
            taken = self._sent - unread
            if taken - self._taken_then < UNREAD_LEAST:
                self.abort()
            self._unread_since, self._taken_then = now, taken
        is_first = self.req_count <= 1
        if is_first and self.is_idle and now - self._opened > HEADER_SECONDS:
            self.abort()

    def abort(self) -> None:
        self.transport.abort()

    def close_idle(self) -> None:
        if self.is_idle:
            self._close_transport()
            self._request_ready.set()

    def _feed_callback_parser(self, data: bytes) -> bool:
        try:
            return bool(super()._feed_callback_parser(data))
        except ValueError as error:  # a length in thousands of digits, which Python refuses to read
            self._send_error_response(400, str(error))
            self._close_transport()
            return False

    def _send_error_response(
        self, status: int, message: str, extra_headers: Iterable[tuple[str, str]] = ()
    ) -> None:
        """For what never reaches the application; gunicorn's own answer has neither our shape nor
        our headers. The message may quote a stranger."""
        detail = f"This cannot be read as a request in HTTP/1.1: {message[:100]!r}."
        if status == 500:
            detail = "Something went wrong in the server. It has been written to its log."
        answer = problem(status, detail)
        answer.headers.extend([*SECURITY_HEADERS, *extra_headers, ("Connection", "close")])
        head = f"HTTP/1.1 {answer.status}\r\n{answer.headers}"
        self._safe_write(head.encode("latin-1") + answer.get_data())

    def _send_body(self, body: bytes, *arguments: Any) -> None:
        self._sent += len(body)
        super()._send_body(body, *arguments)


class Worker(ASGIWorker):  # type: ignore[misc]
    """A process that serves; gunicorn_config.py names it."""

    asgi: Any
    alive: bool

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.connections: dict[Connection, None] = {}
        """The oldest first."""
        self._most_connections = most_connections()
        self._stops = asyncio.Event()
        self._coming: set[asyncio.Task[Any]] = set()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self.wsgi: Flask = self.asgi
        self.asgi = Threads(self.wsgi)

    def handle_exit_signal(self) -> None:
        super().handle_exit_signal()
        self._stops.set()

    def add_connection(self, connection: Connection) -> None:
        """Where there are too many, the one that has been idle longest is closed."""
        if len(self.connections) >= self._most_connections:
            idle = (each for each in self.connections if each.is_idle)
            next(idle, connection).abort()
        self.connections[connection] = None

    async def _serve(self) -> None:
        found: Services = self.wsgi.extensions[EXTENSION]
        sweeps_at = 0.0
        for listener in self.sockets:
            self._listen(listener.sock)
        while self.alive and self.ppid == os.getppid():
            self.notify()
            now = self.loop.time()
            for connection in list(self.connections):
                connection.look(now)
            self._note_use()
            if now >= sweeps_at:
                sweeps_at = now + SWEEP_SECONDS
                threading.Thread(target=found.classes.sweep, daemon=True).start()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stops.wait(), LOOK_SECONDS)
        self.alive = False
        self.asgi.end_streams()
        for listener in self.sockets:
            self.loop.remove_reader(listener.sock)
            listener.sock.close()
        self.loop.call_later(LINGER_SECONDS, self._close_idle)
        await self._shutdown()

    def _note_use(self) -> None:
        found: Services = self.wsgi.extensions[EXTENSION]
        found.metrics.use(
            connections=len(self.connections),
            streams=self.asgi.streams,
            threads_busy=self.asgi.busy,
            requests_waiting=self.asgi.waiting,
            body_bytes=found.upload_budget.held,
            cache_bytes=sum(cache.held for cache in found.local_caches),
            database_connections=found.engine.pool.checkedout(),  # type: ignore[attr-defined]
        )

    def _listen(self, listener: socket.socket) -> None:
        if self.alive:
            self.loop.add_reader(listener, self._accept, listener)

    def _accept(self, listener: socket.socket) -> None:
        """Accept one connection. asyncio's own server would accept all that wait, and one process
        would get most of those that come together."""
        pause = YIELD_SECONDS if len(self.connections) < FEW_CONNECTIONS else 0.0
        try:
            visitor, _ = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):  # another process took it
            return
        except OSError as error:  # no file is free
            self.log.warning("nobody can be let in for a second: %s", error)
            pause = LOOK_SECONDS
        else:
            visitor.setblocking(False)
            coming = self.loop.connect_accepted_socket(lambda: Connection(self), visitor)
            task = self.loop.create_task(coming)
            self._coming.add(task)  # the loop alone keeps no reference
            task.add_done_callback(self._coming.discard)
        if pause:
            self.loop.remove_reader(listener)
            self.loop.call_later(pause, self._listen, listener)

    def _close_idle(self) -> None:
        for connection in list(self.connections):
            connection.close_idle()


def most_connections() -> int:
    """The most connections of a process, by the file descriptors that it may have; it asks for
    more."""
    wanted = MOST_CONNECTIONS + SPARE_FILES
    soft, hard = (
        wanted if limit == resource.RLIM_INFINITY else limit
        for limit in resource.getrlimit(resource.RLIMIT_NOFILE)
    )
    if soft < min(wanted, hard):
        with suppress(ValueError, OSError):  # some systems allow less than they say
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
            soft = min(wanted, hard)
    return max(min(soft, wanted) - SPARE_FILES, SPARE_FILES)
