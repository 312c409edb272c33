"""What sends streams where gunicorn does not run, and one start of the real server."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api import waitress_server
from api.event_stream import KEEP_ALIVE
from api.threads import STREAM
from api.waitress_server import GONE, Streams
from tests.api import server
from tests.api.server import environment, ready_server
from tests.api.test_class_servers import Stream, document, join, say


class News:
    """A stream that has these pieces, and then waits for more."""

    def __init__(self, *pieces: bytes, ends: bool = False) -> None:
        self.pieces = list(pieces)
        self.ends = ends
        self.closed = 0

    @property
    def has_ended(self) -> bool:
        return self.ends and not self.pieces

    def listen(self, notify: Callable[[], None]) -> None:
        self.notify = notify

    def take(self) -> bytes:
        return self.pieces.pop(0) if self.pieces else b""

    def close(self) -> None:
        self.closed += 1


def ask(streams: Streams, begun: list[Any], **environ: Any) -> Any:
    def start_response(*arguments: Any) -> Callable[[bytes], object]:
        begun.append(arguments)
        return begun.append

    return streams(environ, start_response)


def layer(*streams: News, most: int = 1) -> Streams:
    """Around an application that begins these, one after the other."""
    coming = iter(streams)

    def application(environ: Any, start_response: Any) -> list[bytes]:
        environ[STREAM] = next(coming)
        start_response("200 OK", [("Content-Type", "text/event-stream")])
        return [b"for other servers"]

    return Streams(application, most)


def test_a_stream_is_sent_until_it_ends() -> None:
    news, begun = News(b"one", b"two", ends=True), list[Any]()
    streams = layer(news)
    sending = ask(streams, begun)
    assert begun == [("200 OK", [("Content-Type", "text/event-stream")])]
    assert streams.count == 1
    assert list(sending) == [b"one", b"two"]
    sending.close()
    sending.close()
    assert (streams.count, news.closed) == (0, 1)


def test_one_too_many_is_refused_until_another_is_closed() -> None:
    """Also if nobody ever read it."""
    first, second, third = News(), News(), News()
    streams = layer(first, second, third)
    sending, begun = ask(streams, []), list[Any]()
    environ = {"REQUEST_METHOD": "GET", "wsgi.input": None}
    assert b"Too many pages listen" in b"".join(ask(streams, begun, **environ))
    assert begun[0][0].startswith("503")
    assert ("Retry-After", "10") in begun[0][1]
    assert second.closed == 1
    sending.close()
    ask(streams, begun)
    assert begun[1][0] == "200 OK"


def test_it_ends_when_the_reader_goes_or_the_process_stops(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waitress_server, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(waitress_server, "KEEP_ALIVE_SECONDS", 0.02)
    gone = threading.Event()
    streams = layer(News(), News(), most=2)
    sent = iter(ask(streams, [], **{GONE: gone.is_set}))
    assert next(sent) == KEEP_ALIVE
    gone.set()
    assert list(sent) == []
    other = iter(ask(streams, []))
    assert next(other) == KEEP_ALIVE
    streams.end()
    assert list(other) == []


def test_a_class_hears_of_its_pupils(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the server stops at once, whoever still listens."""
    monkeypatch.setattr(server, "COMMAND", [server.COMMAND[0], "-m", "api.waitress_server"])
    with ready_server(environment(tmp_path)) as (running, port):
        begun = document(port, "POST", "", body={})
        code = begun["class"]["code"]
        board = Stream(port, f"/{code}/events?view={begun['view']}")
        number, secret, _ = join(port, code, "Ada")
        say(port, code, number, secret, 7)
        board.status_of(number, 7)
        running.process.terminate()
        assert running.exit_code() == 0
        board.close()
