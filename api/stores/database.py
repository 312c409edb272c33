"""The database: a SQLite file, or PostgreSQL; its tables, made and migrated at the start.

SQLite runs in WAL mode, so that readers never wait for a writer, and syncs at each commit: what was
answered as accepted is on the disk, whatever is killed or unplugged a moment later.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    Engine,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError, TimeoutError

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 15
"""How long a writer waits for the one before it; each takes some milliseconds."""
WRITERS = 4
"""Threads of a process that write, or wait in the database to write."""
WRITER_WAIT_SECONDS = 5
"""Until one of the others is done."""
CONNECTIONS = {"pool_size": 5, "max_overflow": 10}
"""Of a process: so many are kept, so many more may be made at a time."""
MIGRATION_LOCK = 78_461_028
"""Any number: the name of PostgreSQL's lock while tables are made."""

CONFLICTS = {
    *("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_FOREIGNKEY"),
    *("23505", "23503"),
}
"""Of unique and foreign keys: SQLite's names, PostgreSQL's numbers (its manual, appendix A)."""

_writers = threading.BoundedSemaphore(WRITERS)
metadata = MetaData()

versions = Table(
    "versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("parent", Integer),  # no foreign key: it may have been dropped since
    Column("author", String(40)),
    Column("source", String(16), nullable=False),
    Column("is_accepted", Boolean, nullable=False),
    Column("is_pinned", Boolean, nullable=False),
    # Counts up each time a version is accepted or becomes current again; 0 in refused ones.
    Column("turn", Integer, nullable=False, server_default="0"),
    Column("accuracy", Float, nullable=False),
    Column("loss", Float, nullable=False),
    Column("data", String(64), nullable=False),
    # Null where the data has no drawings, or the program that measured knew none.
    Column("drawings_accuracy", Float),
    Column("drawings_loss", Float),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("content", LargeBinary, nullable=False),
    sqlite_autoincrement=True,  # the number of a dropped version is never used again
)

# One row. The baseline is the version that the operator last chose, by starting with it, promoting
# it or having it trained.
current = Table(
    "current",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version", Integer, ForeignKey("versions.id"), nullable=False),
    Column("baseline", Integer, ForeignKey("versions.id"), nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    # The same in all unfinished jobs and null in finished ones: unique, so one runs at a time.
    Column("slot", String(16), unique=True),
    Column("state", String(16), nullable=False),
    Column("steps", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("loss", Float),
    Column("accuracy", Float),
    Column("error", String(500)),
    Column("version", Integer),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("started", DateTime(timezone=True)),
    Column("finished", DateTime(timezone=True)),
    # Who runs it has to say so until then, else another worker takes it over.
    Column("lease", DateTime(timezone=True)),
    Column("runner", String(32)),
)


class DatabaseError(Exception):
    """A database that cannot be opened; the message says why and what to do."""


def open_database(url: str) -> Engine:
    """The database behind an address of SQLAlchemy's, with its tables as this program needs them.

    Several processes may open one at the same time. Raises DatabaseError.
    """
    try:
        engine = _create_engine(url)
        try:
            with writing(engine).begin() as connection:
                _migrate(connection)
        except BaseException:
            engine.dispose()
            raise
    except CommandError as error:
        raise DatabaseError(
            f"the database {shown(url)} was made by a newer version of this program: {error}. Run "
            "that one, restore the back-up from before the upgrade, or set DATABASE_URL to another."
        ) from error
    except (SQLAlchemyError, OSError) as error:
        raise DatabaseError(
            f"the database {shown(url)} cannot be opened: {_reason(error)}. Set DATABASE_URL to "
            "sqlite:////path/of/a/file or postgresql://user:password@host/name, or unset it."
        ) from error
    return engine


def writing(engine: Engine) -> "Writing":
    """For transactions that write: SQLite's then queue up instead of failing midway."""
    return Writing(engine)


class Writing:
    """Begins transactions, a few at a time in this process: who waits for SQLite's one writer would
    hold a connection meanwhile, and leave none to readers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(is_writing=True)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Raises SQLAlchemy's TimeoutError when others write for too long."""
        if not _writers.acquire(timeout=WRITER_WAIT_SECONDS):
            raise TimeoutError("too many threads wait to write")
        try:
            with self._engine.begin() as connection:
                yield connection
        finally:
            _writers.release()


def is_conflict(error: IntegrityError) -> bool:
    """Did another transaction put the same row before, or drop the one that this one refers to?

    Other errors of integrity, such as a value that is missing, are faults of ours.
    """
    code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    return code in CONFLICTS


def shown(url: str) -> str:
    """An address without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "address"


def _create_engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(url, pool_pre_ping=True, **CONNECTIONS)
    if parsed.get_backend_name() != "sqlite":
        raise ArgumentError(f"{parsed.get_backend_name()} is not supported")
    if not parsed.database or parsed.database == ":memory:":
        raise ArgumentError("a file is needed, because several processes share the database")
    Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, **CONNECTIONS)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, _: Any) -> None:
    # Without this Python begins transactions itself, late and never for reading (SQLAlchemy's
    # documentation of the dialect, "Transactions with SQLite and the sqlite3 driver").
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    is_writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def _migrate(connection: Connection) -> None:
    """Bring the tables to the newest of migrations/versions; who comes second waits and is done."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0].rstrip(".")
