"""A store of each kind that this machine has: the same contract for all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from api.stores.database import open_database
from api.stores.versions import VersionStore
from tests.api.clock import Clock
from tests.api.servers import PostgreSQL


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/digits.sqlite"
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(engine: Engine, clock: Clock) -> VersionStore:
    return VersionStore(engine, clock)
