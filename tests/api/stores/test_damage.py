"""SQLite's files, damaged: either that is said, or all is there that was accepted; nothing else."""

import hashlib
import os
import random
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api.stores.database import DAMAGED, DamagedError, DatabaseError, open_database, trouble
from api.stores.versions import VersionStore
from tests.api.stores.candidates import make_candidate

VERSIONS = 3
PAGE = 4096

Damage = Callable[[Path], None]


def is_whole(digest: str, content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() == digest


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database of three versions and with its log, as a kill leaves them."""
    folder, copied = tmp_path_factory.mktemp("open"), tmp_path_factory.mktemp("killed")
    engine = open_database(f"sqlite:///{folder}/digits.sqlite")
    store = VersionStore(engine)
    for number in range(VERSIONS):
        store.publish(make_candidate(number), number or None)
    for name in ("digits.sqlite", "digits.sqlite-wal"):
        shutil.copy(folder / name, copied)
    engine.dispose()
    return copied


@pytest.fixture
def path(kept: Path, tmp_path: Path) -> Path:
    """Of a copy, to damage."""
    shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    return tmp_path / "digits.sqlite"


def overwrite(path: Path, offset: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)


def garbage(seed: int, size: int) -> bytes:
    return random.Random(seed).randbytes(size)


def what_is_left(path: Path) -> list[Any] | DatabaseError:
    """Of each version its number, or what is wrong with it; or why it cannot be opened."""
    try:
        engine = open_database(f"sqlite:///{path}")
    except DatabaseError as error:
        return error
    store = VersionStore(engine, is_whole=is_whole)
    try:
        return [read(store, number) for number in range(VERSIONS)]
    finally:
        engine.dispose()


def read(store: VersionStore, number: int) -> Any:
    candidate = make_candidate(number)
    try:
        assert store.content(candidate.digest) == candidate.content
        version = store.find(candidate.digest)
    except SQLAlchemyError as error:
        return trouble(error)
    return version and version.id - 1


LOG_DAMAGES: dict[str, Damage] = {
    "gone": lambda path: path.unlink(),
    "empty": lambda path: os.truncate(path, 0),
    "half": lambda path: os.truncate(path, path.stat().st_size // 2),
    "its header": lambda path: overwrite(path, 0, garbage(1, 32)),
    "a frame": lambda path: overwrite(path, 32 + 2 * (24 + PAGE), garbage(2, PAGE)),
    "all of it": lambda path: overwrite(path, 0, garbage(3, path.stat().st_size)),
}


@pytest.mark.parametrize("damage", LOG_DAMAGES)
def test_a_damaged_log_takes_no_version_with_it(path: Path, damage: str) -> None:
    LOG_DAMAGES[damage](path.with_name("digits.sqlite-wal"))
    assert what_is_left(path) == list(range(VERSIONS))


FILE_DAMAGES: dict[str, Damage] = {
    "header": lambda path: overwrite(path, 0, bytes(100)),
    "size of pages": lambda path: overwrite(path, 16, b"\x01\x23"),
    "tables": lambda path: overwrite(path, 100, garbage(4, PAGE - 100)),
    "first pages": lambda path: overwrite(path, PAGE, garbage(5, 8 * PAGE)),
    "a header is left": lambda path: os.truncate(path, 100),
    "half": lambda path: os.truncate(path, path.stat().st_size // 2),
    "a page less": lambda path: os.truncate(path, path.stat().st_size - PAGE),
    "bits of a content": lambda path: overwrite(path, path.stat().st_size - 900, garbage(6, 9)),
}


@pytest.mark.parametrize("damage", [*FILE_DAMAGES, *range(6)])
def test_a_damaged_file_is_said_and_nothing_else_served(path: Path, damage: str | int) -> None:
    path.with_name("digits.sqlite-wal").unlink()  # else it would mend what we damage
    if isinstance(damage, str):
        FILE_DAMAGES[damage](path)
    else:
        rng = random.Random(damage)
        offset = rng.randrange(path.stat().st_size)
        overwrite(path, offset, rng.randbytes(rng.randrange(1, 20 * PAGE)))
    left = what_is_left(path)
    if isinstance(left, DatabaseError):
        assert "cannot be opened" in str(left)
        assert "restore a back-up" in str(left)
    else:
        assert all(found in (number, DAMAGED) for number, found in enumerate(left))


def test_other_bytes_than_were_put_are_no_content(engine: Engine) -> None:
    store = VersionStore(engine, is_whole=is_whole)
    candidate = make_candidate(1)
    store.publish(candidate, None)
    with engine.begin() as connection, closing(connection.connection.cursor()) as cursor:
        marker = "?" if engine.dialect.name == "sqlite" else "%s"
        cursor.execute(f"UPDATE versions SET content = {marker}", (b"other",))
    with pytest.raises(DamagedError):
        store.content(candidate.digest)
