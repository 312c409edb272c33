"""The deadline of bodies, with sockets and no server."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from api import slow_senders
from api.slow_senders import GIVEN_UP, SlowBodyError, body_deadline

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    """The sender's socket and the server's, with a deadline soon."""
    monkeypatch.setattr(slow_senders, "LEAST_SECONDS", 0.05)
    sender, server = socket.socketpair()
    with sender, server:
        yield sender, server


def test_what_comes_in_time_is_read(pair: Pair) -> None:
    sender, server = pair
    environ: dict[str, Any] = {"gunicorn.socket": server}
    sender.sendall(b"ab")
    with body_deadline(environ, 10**9):
        assert server.recv(2) == b"ab"
    assert server.gettimeout() is None
    assert GIVEN_UP not in environ


def test_who_sends_nothing_is_given_up(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_senders, "IDLE_SECONDS", 0.01)
    _, server = pair
    environ: dict[str, Any] = {"gunicorn.socket": server}
    with pytest.raises(SlowBodyError), body_deadline(environ, 10**9):
        server.recv(1)
    assert environ[GIVEN_UP]
    assert server.gettimeout() is None


def test_who_sends_a_byte_now_and_then_is_given_up_too(pair: Pair) -> None:
    sender, server = pair
    sender.sendall(b"x")
    received = []

    def read() -> None:
        with body_deadline({"gunicorn.socket": server}, 1):
            received.extend([server.recv(1), server.recv(1)])

    with pytest.raises(SlowBodyError):
        read()
    assert received == [b"x", b""]
    server.sendall(b"408")
    assert sender.recv(3) == b"408"
