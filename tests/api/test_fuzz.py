"""What nobody should send: refused or read, never a failure, and bodies in bounded memory.

A little of what bench/fuzz.py does with a real server.
"""

import asyncio
import logging
import random
import socket
import struct
import tracemalloc
from collections.abc import Callable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import numpy as np
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import create_app
from api.config import Settings
from api.event_loop import Connection
from app.model.data.datasets import Dataset
from app.model.serialization import samples_to_npy, weights_to_npz
from bench import fuzz, hostile
from tests.api.problems import assert_problem
from tests.api.publishing import TOKEN, Params, variant
from tests.api.test_event_loop import served

MAX_MEMORY = 60_000_000
"""Bytes that a request may take at its peak."""
BOUNDED = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
RNG = np.random.default_rng(0)
SAMPLES = samples_to_npy(
    RNG.integers(0, 256, (20, 784), np.uint8), RNG.integers(0, 10, 20, np.uint8)
)


@pytest.fixture(scope="module")
def fuzzed(
    tmp_path_factory: pytest.TempPathFactory, digits: Dataset, trained: Params
) -> FlaskClient:
    database = tmp_path_factory.mktemp("fuzzed") / "digits.sqlite"
    settings = Settings(
        database_url=f"sqlite:///{database}",
        write_limit=None,
        attempt_limit=None,
        admin_token=TOKEN,
    )
    return create_app(settings, digits, trained).test_client()


@st.composite
def damage(draw: st.DrawFn, size: int) -> tuple[list[tuple[int, int]], int, bytes]:
    """Bytes to change, mostly where headers are, where to cut, and what to append."""
    places = (
        st.integers(0, 200) | st.integers(max(0, size - 300), size - 1) | st.integers(0, size - 1)
    )
    changes = draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=8))
    end = draw(st.just(size) | st.integers(0, size))
    return changes, end, draw(st.binary(max_size=100))


def damaged(content: bytes, how: tuple[list[tuple[int, int]], int, bytes]) -> bytes:
    changes, end, tail = how
    result = bytearray(content)
    for place, value in changes:
        if place < len(result):
            result[place] = value
    return bytes(result[:end]) + tail


def zip64_offset(content: bytes) -> bytes:
    """Its first member begins at 2**64 - 1, says an extra field (APPNOTE 6.3.10, section 4.5.3)."""
    begin, end = content.index(b"PK\x01\x02"), content.rindex(b"PK\x05\x06")
    directory = bytearray(content[begin:end])
    extra = struct.pack("<HHQ", 1, 8, 2**64 - 1)
    struct.pack_into("<H", directory, 30, len(extra))
    struct.pack_into("<I", directory, 42, 2**32 - 1)
    name_end = 46 + int.from_bytes(directory[28:30], "little")
    directory[name_end:name_end] = extra
    tail = bytearray(content[end:])
    struct.pack_into("<I", tail, 12, len(directory))
    return content[:begin] + bytes(directory + tail)


def zip64_directory(content: bytes) -> bytes:
    """Its directory begins at 2**64 - 1, says a zip64 end record (sections 4.3.14 and 4.3.15)."""
    end = content.rindex(b"PK\x05\x06")
    size = int.from_bytes(content[end + 12 : end + 16], "little")
    sizes = (44, 45, 45, 0, 0, 2, 2, size, 2**64 - 1)
    record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", *sizes)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    tail = bytearray(content[end:])
    struct.pack_into("<I", tail, 16, 2**32 - 1)
    return content[:end] + record + locator + bytes(tail)


@pytest.mark.parametrize("forge", [zip64_offset, zip64_directory])
def test_offsets_beyond_what_a_machine_counts(
    fuzzed: FlaskClient, trained: Params, forge: Callable[[bytes], bytes]
) -> None:
    content = forge(weights_to_npz(trained))
    response = fuzzed.post("/api/weights", data=content, content_type="application/x-npz")
    assert_problem(response, 422, "expected an .npz file")


def send(client: FlaskClient, method: str, content: bytes, content_type: str) -> None:
    tracemalloc.start()
    try:
        response = client.open(
            "/api/weights", method=method, data=content, content_type=content_type
        )
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert response.status_code in (200, 201, 413, 422), response.text
    assert peak < MAX_MEMORY


@BOUNDED
@given(how=damage(size=407_000))
def test_damaged_weights(fuzzed: FlaskClient, trained: Params, how: object) -> None:
    content = weights_to_npz(variant(trained, 1))
    send(fuzzed, "POST", damaged(content, how), "application/x-npz")  # type: ignore[arg-type]


@BOUNDED
@given(how=damage(size=len(SAMPLES)))
def test_damaged_samples(fuzzed: FlaskClient, how: object) -> None:
    send(fuzzed, "PATCH", damaged(SAMPLES, how), "application/x-npy")  # type: ignore[arg-type]


@BOUNDED
@given(content=st.binary(max_size=2000), method=st.sampled_from(["POST", "PATCH"]))
def test_any_bytes(fuzzed: FlaskClient, content: bytes, method: str) -> None:
    kind = "application/x-npz" if method == "POST" else "application/x-npy"
    send(fuzzed, method, content, kind)


# Over connections


GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize(
    ("sent", "status", "word"),
    [
        (b"GET /\r\n\r\n", 400, "request line"),
        (GET + b"X: \x00\r\n\r\n", 400, "header"),
        (GET + b"Host: localhost\r\n\r\n", 400, "host"),
        (GET + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", 400, "digits"),
        (
            GET + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            400,
            "Transfer-Encoding",
        ),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", 414, "too large"),
        (GET + b"X: " + b"a" * 9000 + b"\r\n\r\n", 431, "too large"),
        (GET + b"Transfer-Encoding: x\r\n\r\n", 501, "x"),
        (GET + b"Upgrade: websocket\r\nConnection: upgrade\r\n\r\n", 426, "Upgrade"),
    ],
)
def test_what_is_no_request_gets_a_problem(
    sent: bytes, status: int, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    received = b""

    async def talk(_server: Any, port: int) -> None:
        nonlocal received
        call = hostile.Call([sent])
        received = await asyncio.to_thread(fuzz.exchange, port, call)

    served(talk)
    (answer,) = fuzz.read_answers(received)
    assert answer.status == status
    assert list(fuzz.judge_problem(answer, answer.headers["content-type"])) == []
    assert word in answer.body.decode()
    assert answer.headers["connection"] == "close"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert errors(caplog) == []


def test_who_is_gone_when_the_connection_is_taken_asks_for_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """There is no address left that a limit could count it for."""
    asked = []

    def application(environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        asked.append(environ["PATH_INFO"])
        start("200 OK", [])
        return []

    async def talk(server: Any, port: int) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            with socket.create_connection(listener.getsockname()) as stranger:
                stranger.sendall(b"GET /gone HTTP/1.1\r\n\r\n")
                stranger.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            taken, _ = listener.accept()
        taken.setblocking(False)
        await server.loop.connect_accepted_socket(lambda: Connection(server), taken)
        await asyncio.to_thread(fuzz.exchange, port, hostile.Call([hostile.LAST]))
        assert server.nr_conns == 0

    served(talk, application=application)
    assert asked == ["/healthz"]
    assert errors(caplog) == []


def test_connections_of_all_kinds(fuzzed: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    rng = random.Random(0)
    raw = [hostile.raw(rng)._replace(ending="leave") for _ in range(300)]
    whole = [hostile.headers(rng, TOKEN, ["/vendor/x"]) for _ in range(80)]
    whole += [hostile.bodies(rng, TOKEN) for _ in range(30)]
    faults: list[str] = []

    async def talk(_server: Any, port: int) -> None:
        for call in [*raw, *(call for call in whole if call.is_whole)]:
            _, found = await asyncio.to_thread(fuzz.send, port, call)
            faults.extend(found)

    served(talk, application=fuzzed.application)
    assert faults == []
    assert errors(caplog) == []


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
