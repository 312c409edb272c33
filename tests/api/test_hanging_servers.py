"""A PostgreSQL or a Redis that accepts and stays silent, or whose name nobody resolves."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api import create_app, redis_connections
from api.config import Settings
from api.extensions import EXTENSION
from api.redis_connections import ANSWER_SECONDS, CONNECT_SECONDS
from api.stores import database
from api.stores.database import CONNECTIONS, SERVING, DatabaseError, Limits, open_database
from app.model.data.datasets import Dataset
from tests.api.hanging import Hanging
from tests.api.problems import assert_problem
from tests.api.publishing import OPERATOR, Params, publish, variant
from tests.api.servers import PostgreSQL, Redis, free_port

ATTEMPTS = 100
BLOCK = "/api/samples/blocks/0/0?size=512"
PAGE = {"Accept": "application/x-npy", "Accept-Encoding": "gzip"}


@pytest.fixture
def way(postgresql: PostgreSQL) -> Iterator[Hanging]:
    """To the database."""
    with Hanging(postgresql.port) as way:
        yield way


@pytest.fixture
def app(
    settings: Settings, dataset: Dataset, params: Params, postgresql: PostgreSQL, way: Hanging
) -> Iterator[Flask]:
    url = postgresql.url.replace(str(postgresql.port), str(way.port))
    app = create_app(replace(settings, database_url=url), dataset, params)
    yield app
    postgresql.thaw()
    app.extensions[EXTENSION].weights._store._engine.dispose()


def test_a_silent_database_is_said_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "STARTING", Limits(2, 2, 2))
    with Hanging() as silent, pytest.raises(DatabaseError) as caught:
        open_database(f"postgresql://digits:secret@127.0.0.1:{silent.port}/digits")
    sentence = str(caught.value)
    assert "does not answer. Set DATABASE_URL to" in sentence
    assert "secret" not in sentence


def test_a_name_that_is_not_resolved_is_said_at_the_start(
    monkeypatch: pytest.MonkeyPatch, slow_resolver: threading.Event
) -> None:
    monkeypatch.setattr(database, "STARTING", Limits(2, 2, 2))
    with pytest.raises(DatabaseError, match=r"no answer within 2\.5 seconds"):
        open_database("postgresql://digits@database.example/digits")
    assert not slow_resolver.is_set()


@pytest.fixture
def slow_resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Whether names have been looked up: none is before the test is over."""
    is_over = threading.Event()

    def look_up(*_: object, **__: object) -> list[object]:
        is_over.wait()
        raise OSError("no such name")

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    yield is_over
    is_over.set()


class RedisTrouble(NamedTuple):
    url: str
    begin: Callable[[], object]
    """What makes it of no use, once there are connections."""
    waits: int = 1
    """How many of those who ask have to wait."""


@pytest.fixture(params=["silent", "not resolved", "refused", "frozen", "killed", "slow", "full"])
def trouble(request: pytest.FixtureRequest) -> Iterator[RedisTrouble]:
    kind = request.param
    if kind == "silent":
        with Hanging() as silent:
            yield RedisTrouble(f"redis://127.0.0.1:{silent.port}/0", int)
        return
    if kind == "not resolved":
        request.getfixturevalue("slow_resolver")
        yield RedisTrouble("redis://cache.example:6379/0", int)
        return
    if kind == "refused":
        yield RedisTrouble(f"redis://127.0.0.1:{free_port()}/0", int)
        return
    server: Redis = request.getfixturevalue("redis_server")
    if kind == "slow":
        with Hanging(server.port) as way:
            yield RedisTrouble(
                f"redis://127.0.0.1:{way.port}/0",
                lambda: setattr(way, "delay_seconds", ANSWER_SECONDS),
            )
    elif kind == "full":
        yield RedisTrouble(server.url, server.fill, waits=0)
        server.make_room()
    else:
        yield RedisTrouble(server.url, server.freeze if kind == "frozen" else server.kill)


@pytest.fixture
def with_redis(
    operated: Settings, digits: Dataset, trained: Params
) -> Callable[[str], FlaskClient]:
    """A client of a service with the Redis at an address."""
    settings = replace(operated, attempt_limit="2/minute")
    return lambda url: create_app(replace(settings, cache_url=url), digits, trained).test_client()


def test_no_request_waits_long_for_redis(
    with_redis: Callable[[str], FlaskClient],
    trained: Params,
    trouble: RedisTrouble,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(redis_connections, "PAUSE_SECONDS", 60)  # longer than this test
    client = with_redis(trouble.url)
    assert client.get(BLOCK, headers=PAGE).status_code == 200
    trouble.begin()
    assert client.get(BLOCK, headers=PAGE).status_code == 200
    assert publish(client, variant(trained, 1)).status_code == 201
    assert client.delete("/api/weights", headers=OPERATOR).status_code == 202
    assert client.get("/readyz").status_code == 200
    assert [client.patch("/api/weights").status_code for _ in range(2)] == [415, 429]
    # Whoever comes after the first who waits knows already, be it the cache or the limits.
    waits = caplog.text.count("Redis does not answer, going on without it")
    assert waits == trouble.waits
    # A connection made, and as many answers just in time as one request may wait for.
    assert CONNECT_SECONDS + 6 * ANSWER_SECONDS < 1


@pytest.mark.parametrize("trouble", ["freeze", "kill"])
def test_redis_is_asked_again_when_it_is_back(
    with_redis: Callable[[str], FlaskClient],
    redis_server: Redis,
    monkeypatch: pytest.MonkeyPatch,
    trouble: str,
) -> None:
    monkeypatch.setattr(redis_connections, "PAUSE_SECONDS", 0)
    client = with_redis(redis_server.url)
    assert client.get(BLOCK, headers=PAGE).status_code == 200
    getattr(redis_server, trouble)()
    assert client.get(BLOCK.replace("/0/0", "/0/1"), headers=PAGE).status_code == 200
    redis_server.thaw_or_start()
    with redis_server.connect() as connection:
        connection.flushall()
        assert client.get(BLOCK, headers=PAGE).status_code == 200
        assert connection.keys("digits:*")


def test_all_waits_together_end_within_five_seconds() -> None:
    assert CONNECTIONS["pool_timeout"] + SERVING.answer + 0.5 <= 5
    assert CONNECTIONS["pool_timeout"] + SERVING.connect + 0.5 <= 5
    assert CONNECTIONS["pool_timeout"] + database.REQUEST_SECONDS + 0.5 <= 5
    assert database.WRITER_WAIT_SECONDS + SERVING.busy <= 5


def test_a_slow_database_is_said_however_many_answers_there_are(
    app: Flask,
    way: Hanging,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Each of them comes in time."""
    client = app.test_client()
    assert client.get("/api/weights/versions").status_code == 200
    monkeypatch.setattr(database, "REQUEST_SECONDS", 0.2)
    way.delay_seconds = 0.06
    assert_problem(client.get("/api/weights/versions"), 503, "does not answer")
    way.delay_seconds = 0
    assert mends_itself(client)
    assert "it answers too slowly" in caplog.text
    assert not any(record.exc_info for record in caplog.records)
    assert database.waited.seconds is None  # what this thread does next has its own time


@pytest.mark.parametrize("is_connected", [True, False])
def test_while_the_database_hangs_all_else_goes_on_and_then_that_too(
    app: Flask, postgresql: PostgreSQL, is_connected: bool
) -> None:
    client = app.test_client()
    if is_connected:
        assert client.get("/api/weights").status_code == 200
    postgresql.freeze()
    with ThreadPoolExecutor(30) as threads:
        waiting = [threads.submit(app.test_client().get, "/api/weights") for _ in range(30)]
        assert client.get("/healthz").status_code == 200
        assert client.get(BLOCK, headers=PAGE).status_code == 200
        for each in waiting:
            response = each.result()
            assert_problem(response, 503, "does not answer")
            assert response.headers["Retry-After"] == "5"
    assert client.get("/readyz").status_code == 503
    assert b"digits_database_up 0.0" in client.get("/metrics").data
    postgresql.thaw()
    assert mends_itself(client)


def mends_itself(client: FlaskClient) -> bool:
    """Is there an answer again, after a while?"""
    pause = threading.Event()
    for _ in range(ATTEMPTS):
        if client.get("/api/weights").status_code == 200:
            return True
        pause.wait(0.1)
    return False
