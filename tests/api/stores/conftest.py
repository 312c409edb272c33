"""A store of each kind that this machine has."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from api.stores.database import open_database
from api.stores.versions import VersionStore


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{tmp_path}/digits.sqlite")
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> VersionStore:
    return VersionStore(engine)
