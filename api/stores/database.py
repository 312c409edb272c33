"""The database: a SQLite file, or PostgreSQL; its tables, made and migrated at the start.

SQLite runs in WAL mode, so that readers never wait for a writer, and syncs at each commit: what was
reported as accepted is on the disk, whatever is killed or unplugged a moment later.
"""

import logging
import math
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

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

logger = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"
WRITERS = 4
"""Threads of a process that write, or wait in the database to write."""
WRITER_WAIT_SECONDS = 1.5
"""Seconds to wait until one of the others is done."""
CONNECTIONS = {"pool_size": 5, "max_overflow": 10, "pool_timeout": 1}
"""Connections of a process that are kept, how many more may be open at a time, and seconds to wait
until one is free."""
# Errors and their tracebacks go to the log: the names that visitors gave themselves do not.
OPTIONS: dict[str, Any] = {**CONNECTIONS, "hide_parameters": True}
DOUBT_SECONDS = 1
DOUBTERS = 8
PAUSE_SECONDS = 1
"""See Patience."""
MIGRATION_LOCK = 78_461_028
"""Any number: the name of PostgreSQL's lock while tables are made."""

CONFLICTS = {
    *("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_FOREIGNKEY"),
    *("23505", "23503"),
}
"""Of unique and foreign keys: SQLite's names, PostgreSQL's numbers (its manual, appendix A)."""


# Copy what is written into the file itself at once, and do not leave it in the log: of a damaged
# log, SQLite silently skips everything after the damage. It costs a publisher some 20 ms; other
# writers do not wait for it.
LASTING = ("synchronous=FULL", "wal_autocheckpoint=1")
PASSING = ("synchronous=NORMAL", "wal_autocheckpoint=1000")
"""SQLite's settings for transactions that write; see `writing`."""


class Limits(NamedTuple):
    """Seconds."""

    connect: int
    answer: float
    """PostgreSQL's, to one statement."""
    busy: float
    """Seconds to wait for SQLite's writer; each takes some milliseconds."""


SERVING = Limits(connect=2, answer=2, busy=2.5)
"""A request that needs a database that hangs fails within five seconds, all waits together."""
STARTING = Limits(connect=5, answer=60, busy=60)
"""Migrating takes time, and other processes that start wait for it."""

REQUEST_SECONDS = 3
"""Seconds for all of PostgreSQL's answers in one request, which asks a dozen times to publish."""
SHORTEST_SECONDS = 0.001
"""None would be forever."""


class Waited(threading.local):
    """How long this thread has waited for PostgreSQL's answers in the request that it answers."""

    seconds: float | None = None
    """None outside of requests, as at the start and in a worker: there is time."""

    def begin_request(self) -> None:
        self.seconds = 0.0

    def end_request(self, _: BaseException | None) -> None:
        self.seconds = None

    def left(self) -> float:
        if self.seconds is None:
            return math.inf
        return max(SHORTEST_SECONDS, REQUEST_SECONDS - self.seconds)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            if self.seconds is not None:
                self.seconds += time.monotonic() - began


waited = Waited()

_writers = threading.BoundedSemaphore(WRITERS)
metadata = MetaData()

versions = Table(
    "versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("parent", Integer),  # no foreign key: that version may have been dropped
    Column("author", String(40)),
    Column("source", String(16), nullable=False),
    Column("is_accepted", Boolean, nullable=False),
    Column("is_pinned", Boolean, nullable=False),
    # Counts up each time a version is accepted or becomes current again; 0 in refused ones.
    Column("turn", Integer, nullable=False, server_default="0"),
    Column("accuracy", Float, nullable=False),
    Column("loss", Float, nullable=False),
    Column("data", String(64), nullable=False),
    # Null if the data has no drawings, or the measuring program was older than drawings.
    Column("drawings_accuracy", Float),
    Column("drawings_loss", Float),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("content", LargeBinary, nullable=False),
    # The digest of the weights that were sent, if this is the mean of those and of others. Indexed,
    # since SQLite has to read the content to get to what stands behind it.
    Column("sent", String(64), index=True),
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
    # Its runner has to renew this in time, or another worker takes the job over.
    Column("lease", DateTime(timezone=True)),
    Column("runner", String(32)),
)

# When each worker was last seen alive.
workers = Table(
    "workers",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("seen", DateTime(timezone=True), nullable=False),
)


class DatabaseError(Exception):
    """A database that cannot be opened; the message says why and what to do."""


class DamagedError(SQLAlchemyError):
    """The database returned other content than was put into it."""


class Trouble(NamedTuple):
    """What an error of the database means."""

    visitors: str
    """What they read."""
    operator: str
    """What to do about it, for the log."""
    seconds: int
    """Seconds until it is worth trying again."""


AWAY = Trouble(
    "The database does not answer. Try again in a moment.",
    "Is it running, and can it be reached from here? As soon as it can, all goes on",
    5,
)
FULL = Trouble(
    "There is no room left for anything new. What is here already is safe.",
    "Make room on the disk of the database, or raise its quota: then all goes on by itself",
    60,
)
READ_ONLY = Trouble(
    "Nothing can be saved here at the moment: the database can only be read.",
    "Let this program write to the database; of SQLite, to its file and the folder around it",
    60,
)
FAILING = Trouble(
    "The disk that the database is on fails. The operator has been told in the log.",
    "Look at that disk: it may be gone, over its quota, or broken",
    60,
)
UNOPENED = AWAY._replace(operator=READ_ONLY.operator)
DAMAGED = Trouble(
    "The database is damaged. The operator has to restore a back-up.",
    "Stop the service, restore a back-up (docs/operating.md), and start it again",
    60,
)
TROUBLES = {
    # SHMSIZE: no room for the index of the log, which SQLite makes when the file is opened.
    ("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE", "53100"): FULL,
    ("SQLITE_READONLY", "25006"): READ_ONLY,
    ("SQLITE_CANTOPEN",): UNOPENED,
    ("SQLITE_IOERR", "58030"): FAILING,
    ("SQLITE_CORRUPT", "SQLITE_NOTADB", "XX001", "XX002"): DAMAGED,
    # PostgreSQL refuses the connection, is being stopped or started, or did not answer in time.
    ("SQLITE_BUSY", "08", "53300", "57P"): AWAY,
}
"""By how SQLite's names and PostgreSQL's numbers begin (its manual, appendix A)."""


def trouble(error: Exception) -> Trouble | None:
    """What has happened to the database; None if this may be a fault of ours."""
    if isinstance(error, DamagedError):
        return DAMAGED
    if isinstance(error, TimeoutError):
        return AWAY
    cause = getattr(error, "orig", None) or error.__cause__ or error
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    if code is None:  # no answer, so no code
        return AWAY if _is_of_postgresql(cause) else None
    return next((found for codes, found in TROUBLES.items() if code.startswith(codes)), None)


def _is_of_postgresql(error: object) -> bool:
    """Is this the driver's word for a server that went away? If it is not loaded, nothing is."""
    psycopg = sys.modules.get("psycopg")
    return psycopg is not None and isinstance(error, psycopg.OperationalError)


def open_database(url: str) -> Engine:
    """The database behind an address of SQLAlchemy's, with its tables as this program needs them.

    Several processes may open one at the same time. Raises DatabaseError.
    """
    try:
        engine = _create_engine(url, STARTING)
        try:
            with writing(engine).begin() as connection:
                _require_writable(connection)
                _migrate(connection)
        finally:
            engine.dispose()
    except CommandError as error:
        raise DatabaseError(
            f"the database {shown(url)} was made by a newer release of this program: {error}. Run "
            "that one, restore the back-up from before the upgrade, or set DATABASE_URL to another."
        ) from error
    except (SQLAlchemyError, OSError) as error:
        raise unusable(url, error) from error
    return _create_engine(url, SERVING)


def unusable(url: str, error: Exception) -> DatabaseError:
    """The error for a database that fails at the start."""
    found = trouble(error)
    advice = "" if found is None or found is AWAY else f" {found.operator}."
    return DatabaseError(
        f"the database {shown(url)} cannot be opened: {reason(error)}.{advice} Set DATABASE_URL to "
        "sqlite:////path/of/a/file or postgresql://user:password@host/name, or unset it."
    )


def writing(engine: Engine, *, is_passing: bool = False) -> "Writing":
    """For transactions that write: SQLite's then queue up instead of failing midway.

    is_passing: for what is soon written again, and may be lost when the power goes, though not when
    a process is killed. SQLite then waits for no disk.
    """
    return Writing(engine, is_passing)


class Writing:
    """Begins transactions, a few at a time in this process: threads that wait for SQLite's one
    writer hold a connection meanwhile, and would leave none to readers."""

    def __init__(self, engine: Engine, is_passing: bool) -> None:
        self._engine = engine.execution_options(is_writing=True, is_passing=is_passing)

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
    """Did another transaction insert the same row before, or drop the one that this one refers to?

    Other integrity errors, such as a missing value, are our own faults.
    """
    code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    return code in CONFLICTS


def reason(error: Exception) -> str:
    """The database's own words, in one line, without the statement and the address."""
    words = str(getattr(error, "orig", None) or error).strip().splitlines()
    return words[0].rstrip(".") if words else type(error).__name__


def shown(url: str) -> str:
    """An address without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "address"


def _create_engine(url: str, limits: Limits) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        # Not installed with everybody: its driver is an extra of the distribution.
        from api.stores.postgresql import create_postgresql  # noqa: PLC0415

        return create_postgresql(url, limits)
    if parsed.get_backend_name() != "sqlite":
        raise ArgumentError(f"{parsed.get_backend_name()} is not supported")
    if not parsed.database or parsed.database == ":memory:":
        raise ArgumentError("a file is needed, because several processes share the database")
    path = Path(parsed.database)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not os.access(path, os.W_OK):
        # SQLite would open it, and fail at the first write.
        raise PermissionError(f"the file can only be read by this program. {READ_ONLY.operator}")
    if limits is STARTING and path.exists() and not path.stat().st_size:
        # SQLite leaves one like this if it is killed as it makes a new one, so it is no error.
        logger.warning(
            "the database %s has 0 bytes, and begins as a new one. If it had versions in it, stop "
            "the service and restore a back-up",
            path,
        )
    engine = create_engine(url, connect_args={"timeout": limits.busy}, **OPTIONS)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, _: Any) -> None:
    # Without this Python begins transactions itself, late and never for reading (SQLAlchemy's
    # documentation of the dialect, "Transactions with SQLite and the sqlite3 driver").
    connection.isolation_level = None
    pragmas = ["journal_mode=WAL", "foreign_keys=ON", *LASTING]
    # Overwrite what is deleted, names above all: not every build of SQLite does so by default.
    pragmas.append("secure_delete=ON")
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("is_writing", False):
        for pragma in PASSING if options.get("is_passing", False) else LASTING:
            connection.exec_driver_sql(f"PRAGMA {pragma}").close()
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")


def _require_writable(connection: Connection) -> None:
    """Raises PermissionError for a PostgreSQL that can only be read, such as a standby."""
    if connection.dialect.name != "postgresql":
        return
    if connection.scalar(text("SHOW transaction_read_only")) == "on":
        raise PermissionError(f"it can only be read. {READ_ONLY.operator}")


def _migrate(connection: Connection) -> None:
    """Bring the tables to the newest of migrations/versions; a second process waits and finds it
    done."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")
