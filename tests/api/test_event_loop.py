"""Connections of gunicorn's event loop, with sockets and an application of a line."""

import asyncio
import errno
import logging
import socket
from collections.abc import Callable, Coroutine
from types import SimpleNamespace
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from flask import Flask
from gunicorn.config import Config

from api import event_loop
from api.event_loop import SPARE_FILES, Connection, Worker, most_connections
from api.threads import Threads

LARGE = bytes(20_000_000)
"""More than the system keeps for a connection."""
REQUEST = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
LOOK_SECONDS = 0.02


def answer(_environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
    start("200 OK", [])
    return [LARGE]


def served(
    talk: Callable[[Any, int], Coroutine[Any, Any, None]],
    most: int = 100,
    application: WSGIApplication = answer,
) -> None:
    """Have a server look at its connections often, and talk to it, given it and its port."""

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        log = SimpleNamespace(
            access_log_enabled=False, exception=logging.exception, debug=logging.debug
        )
        worker: Any = SimpleNamespace(
            cfg=Config(),
            log=log,
            asgi=Threads(application, 1),
            loop=loop,
            connections={},
            _most_connections=most,
        )
        worker.__dict__.update(alive=True, nr=0, nr_conns=0, max_requests=1000)
        worker.add_connection = lambda connection: Worker.add_connection(worker, connection)
        listener = socket.create_server(("127.0.0.1", 0))
        server = await loop.create_server(lambda: Connection(worker), sock=listener)
        looking = loop.create_task(look(worker))
        try:
            await asyncio.wait_for(talk(worker, listener.getsockname()[1]), 20)
        finally:
            looking.cancel()
            server.close()
            for connection in list(worker.connections):
                connection.abort()
            await asyncio.sleep(LOOK_SECONDS)  # they and their other ends are closed in the loop

    async def look(worker: Any) -> None:
        while True:
            for connection in list(worker.connections):
                connection.look(worker.loop.time())
            await asyncio.sleep(LOOK_SECONDS)

    asyncio.run(serve())


@pytest.mark.parametrize("sent", [b"", b"G", b"GET / HTTP/1.1\r\nHost: h\r\n"])
def test_who_does_not_ask_is_not_waited_for(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "HEADER_SECONDS", 0.1)

    async def talk(worker: Any, port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        assert await end_of(reader) == b""
        writer.close()
        assert worker.connections == {}
        assert worker.nr_conns == 0

    served(talk)


@pytest.mark.parametrize("taken", [0, 1000])
def test_who_takes_too_little_of_an_answer_is_not_waited_for(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_loop, "UNREAD_SECONDS", 0.2)

    async def talk(worker: Any, port: int) -> None:
        # No stream: that would read all by itself.
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.setblocking(False)
            await worker.loop.sock_sendall(client, REQUEST)
            while not worker.connections:
                await asyncio.sleep(LOOK_SECONDS)
            while worker.connections:
                if taken:
                    await worker.loop.sock_recv(client, taken)
                await asyncio.sleep(LOOK_SECONDS)

    served(talk)


def test_who_takes_an_answer_slowly_gets_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "UNREAD_SECONDS", 0.05)

    async def talk(worker: Any, port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(REQUEST)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        received = 0
        while received < len(LARGE):
            received += len(await reader.read(1_000_000))
        assert len(worker.connections) == 1
        writer.close()

    served(talk)


def test_where_there_are_too_many_the_oldest_idle_one_goes() -> None:
    async def talk(worker: Any, port: int) -> None:
        pairs = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        assert await end_of(pairs[0][0]) == b""
        assert len(worker.connections) == 2
        pairs[1][1].write(REQUEST)
        assert (await pairs[1][0].readline()).startswith(b"HTTP/1.1 200 ")
        for _, writer in pairs:
            writer.transport.abort()

    served(talk, most=2)


async def end_of(reader: asyncio.StreamReader) -> bytes:
    """What comes until the connection ends, orderly or not."""
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize(
    ("limits", "expected"),
    [((1024, 20_000), 10_000), ((1024, 4096), 3896), ((1024, 1024), 824), ((-1, -1), 10_000)],
)
def test_so_many_connections_as_there_may_be_files(
    limits: tuple[int, int], expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr("resource.getrlimit", lambda _: limits)
    monkeypatch.setattr("resource.setrlimit", lambda _, wanted: asked.append(wanted))
    assert most_connections() == expected
    assert all(soft == expected + SPARE_FILES for soft, _ in asked)


def test_the_worker_serves_in_threads() -> None:
    worker = Worker.__new__(Worker)
    application = Flask("application")
    worker.app = SimpleNamespace(wsgi=lambda: application)
    worker.load_wsgi()
    assert worker.wsgi is application
    assert isinstance(worker.asgi, Threads)


@pytest.mark.parametrize(
    ("error", "pauses"),
    [(BlockingIOError(), []), (OSError(errno.EMFILE, "too many files"), [event_loop.LOOK_SECONDS])],
)
def test_where_no_file_is_free_visitors_wait_and_others_are_served(
    error: OSError, pauses: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    paused: list[float] = []
    worker = Worker.__new__(Worker)
    worker.connections = {}
    worker.log = logging.getLogger("gunicorn.error")
    worker.loop = SimpleNamespace(
        remove_reader=lambda _: None, call_later=lambda seconds, *_: paused.append(seconds)
    )
    listener: Any = SimpleNamespace(accept=lambda: raise_(error))
    worker._accept(listener)
    assert paused == pauses
    assert ("nobody can be let in" in caplog.text) == bool(pauses)


def raise_(error: OSError) -> None:
    raise error
