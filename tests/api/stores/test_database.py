import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from api.config import CHECKOUT
from api.stores.database import DatabaseError, metadata, open_database, shown
from api.stores.versions import VersionStore
from tests.api.stores.candidates import make_candidate

OPEN = "import sys; from api.stores.database import open_database; open_database(sys.argv[1])"


def test_the_migrations_make_the_tables_that_the_program_uses(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_opening_again_keeps_everything(database_url: str) -> None:
    engine = open_database(database_url)
    version = VersionStore(engine).publish(make_candidate(1), None)
    engine.dispose()
    again = open_database(database_url)
    assert VersionStore(again).current() == version
    again.dispose()


def test_several_may_open_a_new_one_at_once(database_url: str) -> None:
    command = [sys.executable, "-c", OPEN, database_url]
    openers = [subprocess.Popen(command, cwd=CHECKOUT) for _ in range(2)]
    assert [opener.wait() for opener in openers] == [0] * 2


def test_sqlite_is_durable_and_lets_readers_read(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/deeper/digits.sqlite")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", ["DATABASE_URL"]),
        ("sqlite://", ["a file is needed"]),
        ("sqlite:///:memory:", ["a file is needed"]),
        ("mysql://root:secret@localhost/digits", ["mysql is not supported"]),
        ("sqlite:////dev/null/digits.sqlite", ["File exists"]),
        ("postgresql://digits:secret@127.0.0.1:1/digits", ["refused"]),
    ],
)
def test_what_cannot_be_opened_is_said(url: str, words: list[str]) -> None:
    with pytest.raises(DatabaseError) as caught:
        open_database(url)
    sentence = str(caught.value)
    assert "secret" not in sentence
    for word in [*words, "Set DATABASE_URL to"]:
        assert word in sentence


def test_an_empty_file_begins_as_a_new_one_and_that_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "digits.sqlite"
    path.touch()
    for _ in range(2):  # the second time there is something in it
        open_database(f"sqlite:///{path}").dispose()
        assert caplog.text.count("has 0 bytes, and begins as a new one") == 1


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    path = tmp_path / "digits.sqlite"
    path.write_text("these are notes, no database " * 100)
    with pytest.raises(DatabaseError, match="file is not a database"):
        open_database(f"sqlite:///{path}")
    assert path.read_text().startswith("these are notes")


def test_a_database_of_a_newer_program_is_said(database_url: str) -> None:
    engine = open_database(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(DatabaseError, match="made by a newer release of this program"):
        open_database(database_url)


def test_writers_who_wait_leave_connections_to_readers(tmp_path: Path) -> None:
    path = tmp_path / "digits.sqlite"
    engine = open_database(f"sqlite:///{path}")
    store = VersionStore(engine)
    version = store.publish(make_candidate(1), None)
    done: list[int] = []

    def pin(number: int) -> None:
        store.set_pinned(version.id, is_pinned=True)
        done.append(number)

    with (
        closing(sqlite3.connect(path, isolation_level=None)) as slow,
        ThreadPoolExecutor(20) as pool,
    ):
        slow.execute("BEGIN IMMEDIATE")
        pinned = [pool.submit(pin, number) for number in range(20)]
        assert store.current() == version
        assert done == []  # nobody has had to give up before that
        slow.execute("ROLLBACK")
        for each in pinned:
            each.result()
    assert len(done) == 20
    engine.dispose()


def test_names_that_are_taken_out_are_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "digits.sqlite"
    engine = open_database(f"sqlite:///{path}")
    store = VersionStore(engine)
    version = store.publish(make_candidate(0), None)
    for number in range(1, 5):
        author = "Lovelace" if number % 2 else "Babbage"
        version = store.publish(make_candidate(number, author=author), version.id)
    store.promote(1, version.id)
    engine.dispose()
    assert path.read_bytes().count(b"Lovelace") == path.read_bytes().count(b"Babbage") == 2
    store.clear_authors(["Lovelace"])
    for number in (3, 5):
        store.delete(number)
    engine.dispose()  # the last connection brings what was written from the log into the file
    assert b"Lovelace" not in path.read_bytes()
    assert b"Babbage" not in path.read_bytes()
    assert not list(tmp_path.glob("*-wal"))


def test_an_interrupted_migration_is_done_again(tmp_path: Path) -> None:
    """A file that exists without tables, as a kill before the first commit leaves it."""
    path = tmp_path / "digits.sqlite"
    sqlite3.connect(path).close()
    engine = open_database(f"sqlite:///{path}")
    assert VersionStore(engine).all() == []
    engine.dispose()


def test_versions_of_before_drawings_were_measured_stay(database_url: str) -> None:
    """Upgraded from the tables of 0002."""
    engine = open_database(database_url)
    version = VersionStore(engine).publish(make_candidate(1), None)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_versions_sent")
        for column in ("drawings_accuracy", "drawings_loss", "sent"):
            connection.exec_driver_sql(f"ALTER TABLE versions DROP COLUMN {column}")
        for table in reversed(metadata.sorted_tables):
            if table.name == "workers" or table.name.startswith("class"):
                connection.exec_driver_sql(f"DROP TABLE {table.name}")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0002'")
    engine.dispose()
    upgraded = open_database(database_url)
    assert VersionStore(upgraded).current() == version
    upgraded.dispose()


def test_passwords_are_not_shown() -> None:
    assert shown("postgresql://a:secret@host/b") == "postgresql://a:***@host/b"
