"""Databases that are full, damaged, killed or only to be read.

What visitors and operators are told, that all else goes on, and that nothing accepted is lost.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from api import create_app
from api.config import Settings
from api.extensions import EXTENSION
from api.stores.database import DatabaseError, open_database
from app.model.data.datasets import Dataset
from tests.api.problems import assert_problem
from tests.api.publishing import Params, publish, variant
from tests.api.servers import PostgreSQL

BLOCK = "/api/samples/blocks/1/0?size=30"


def engine_of(app: Flask) -> Engine:
    engine: Engine = app.extensions[EXTENSION].weights._store._engine
    return engine


@contextmanager
def each_connection_begins_with(engine: Engine, statement: str) -> Iterator[None]:
    def begin(connection: Any, _: Any) -> None:
        connection.execute(statement).close()

    event.listen(engine, "connect", begin)
    engine.dispose()
    yield
    event.remove(engine, "connect", begin)
    engine.dispose()


@contextmanager
def inserts_fail_with(server: PostgreSQL, code: str) -> Iterator[None]:
    """With PostgreSQL's own error for it; its disk itself cannot be filled without being root."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS "
            f"'BEGIN RAISE EXCEPTION ''could not extend file'' USING ERRCODE = ''{code}''; END'"
        )
        for table in ("versions", "jobs"):
            connection.execute(
                f"CREATE TRIGGER fail BEFORE INSERT ON {table} EXECUTE FUNCTION fail()"
            )
        yield
        connection.execute("DROP FUNCTION fail CASCADE")


@contextmanager
def read_only(server: PostgreSQL, app: Flask) -> Iterator[None]:
    """As one that stands by for another."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("ALTER ROLE digits SET default_transaction_read_only = on")
        try:
            engine_of(app).dispose()
            yield
        finally:
            connection.execute("ALTER ROLE digits RESET default_transaction_read_only")
            engine_of(app).dispose()


@contextmanager
def killed(server: PostgreSQL) -> Iterator[None]:
    server.kill()
    yield
    server.start()


NO_ROOM = ("There is no room left", "Make room on the disk")
READ_ONLY = ("can only be read", "Let this program write to the database")
AWAY = ("does not answer", "Is it running")

Trouble = Callable[[Flask, Any], Any]
TROUBLES: dict[str, tuple[str, Trouble, tuple[str, str]]] = {
    "SQLite, full": (
        "sqlite",
        # It takes its present size for one that is too small to be the largest.
        lambda app, _: each_connection_begins_with(engine_of(app), "PRAGMA max_page_count=1"),
        NO_ROOM,
    ),
    "SQLite, read only": (
        "sqlite",
        lambda app, _: each_connection_begins_with(engine_of(app), "PRAGMA query_only=1"),
        READ_ONLY,
    ),
    "PostgreSQL, full": (
        "postgresql",
        lambda _, server: inserts_fail_with(server, "disk_full"),
        NO_ROOM,
    ),
    "PostgreSQL, read only": (
        "postgresql",
        lambda app, server: read_only(server, app),
        READ_ONLY,
    ),
    "PostgreSQL, killed": ("postgresql", lambda _, server: killed(server), AWAY),
}


@pytest.fixture(params=TROUBLES)
def trouble(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server(request: pytest.FixtureRequest, trouble: str) -> PostgreSQL | None:
    if TROUBLES[trouble][0] == "sqlite":
        return None
    found: PostgreSQL = request.getfixturevalue("postgresql")
    return found


@pytest.fixture
def app(
    operated: Settings, digits: Dataset, trained: Params, server: PostgreSQL | None
) -> Iterator[Flask]:
    settings = operated if server is None else replace(operated, database_url=server.url)
    app = create_app(settings, digits, trained)
    yield app
    engine_of(app).dispose()


def kept(client: FlaskClient) -> int:
    return len(client.get("/api/weights/versions").get_json()["versions"])


def test_it_is_said_and_nothing_is_lost(
    app: Flask,
    server: PostgreSQL | None,
    trained: Params,
    trouble: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    _, begins, (told, advised) = TROUBLES[trouble]
    client = app.test_client()
    assert publish(client, variant(trained, 1), author="Ada").status_code == 201
    caplog.set_level(logging.ERROR)
    with begins(app, server):
        for number in (2, 4):
            refused = publish(client, variant(trained, number), author="Grace")
            assert_problem(refused, 503, told)
            assert int(refused.headers["Retry-After"]) >= 5
        assert client.get("/healthz").status_code == 200
        assert client.get(BLOCK).status_code == 200
        if told != AWAY[0]:
            assert client.get("/api/weights").status_code == 200
            assert client.get("/readyz").status_code == 200
            assert kept(client) == 2
    lines = [record for record in caplog.records if "the database failed" in record.message]
    assert len(lines) == 2
    assert all(advised in line.message and line.exc_info is None for line in lines)
    assert "Grace" not in caplog.text
    assert publish(client, variant(trained, 3)).status_code == 201
    assert kept(client) == 3


def test_a_damaged_version_is_not_served(visited: Flask, trained: Params) -> None:
    client = visited.test_client()
    assert publish(client, variant(trained, 1)).status_code == 201
    with engine_of(visited).begin() as connection:
        # A byte of a number: it can be read all the same, but for what zip files have for that.
        connection.exec_driver_sql(
            "UPDATE versions SET content = CAST(substr(content, 1, 9000) || X'3F3F3F' "
            "|| substr(content, 9004) AS BLOB) WHERE id = 2"
        )
    for path in ("/api/weights", "/api/weights/versions/2"):
        answer = client.get(path, headers={"Accept": "application/x-npz"})
        assert_problem(answer, 503, "The database is damaged")
    first = client.get("/api/weights/versions/1", headers={"Accept": "application/x-npz"})
    assert first.status_code == 200


def test_a_file_that_can_only_be_read_is_said_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "digits.sqlite"
    open_database(f"sqlite:///{path}").dispose()
    path.chmod(0o444)
    if os.geteuid() == 0:  # who may write to any file
        monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(DatabaseError, match=r"can only be read by this program\. Let this program"):
        open_database(f"sqlite:///{path}")
    assert list(tmp_path.glob("*-wal")) == []


def test_a_postgresql_that_can_only_be_read_is_said_at_the_start(postgresql: PostgreSQL) -> None:
    open_database(postgresql.url).dispose()
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        connection.execute("ALTER ROLE digits SET default_transaction_read_only = on")
        try:
            with pytest.raises(DatabaseError, match=r"it can only be read\. Let this program"):
                open_database(postgresql.url)
        finally:
            connection.execute("ALTER ROLE digits RESET default_transaction_read_only")
