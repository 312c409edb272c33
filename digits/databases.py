"""The file of a SQLite database: copied while it is used, checked, and put back."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from digits.cli import CommandError

POSTGRESQL = (
    "the database is PostgreSQL, which has tools of its own: pg_dump and psql, as docs/operating.md"
    " says under Back-up and restore"
)


def database_file(url: str) -> Path:
    """Raises CommandError for a database that is no file."""
    from sqlalchemy.engine import make_url

    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise CommandError(f"{POSTGRESQL}.")
    return Path(parsed.database)


def copy(source: Path, target: Path) -> None:
    """A whole copy of a database that may be in use. Raises CommandError."""
    if not source.exists():
        raise CommandError(f"{source} is not there: nothing was ever served from here.")
    if target.exists():
        raise CommandError(f"{target} is there already. Name a file that is not.")
    try:
        with closing(sqlite3.connect(source)) as connection:
            connection.execute("VACUUM INTO ?", [str(target)])
    except sqlite3.Error as error:
        with suppress(OSError):
            target.unlink()
        raise CommandError(f"{source} could not be copied to {target}: {error}.") from error
    require_whole(target)


def require_whole(path: Path) -> None:
    """Raises CommandError for a file that is no database of ours, or damaged."""
    if not path.exists():
        raise CommandError(f"{path} is not there.")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            (found,) = connection.execute("PRAGMA integrity_check").fetchone()
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    except sqlite3.Error as error:
        raise CommandError(f"{path} cannot be read as a database: {error}.") from error
    if found != "ok":
        raise CommandError(f"{path} is damaged: {found}.")
    if not {"versions", "current"} <= tables:
        raise CommandError(f"{path} is a database of another program.")


def is_in_use(path: Path) -> bool:
    """Does a server have it open?"""
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(path, timeout=0.2, isolation_level=None)) as connection:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return True
    except sqlite3.DatabaseError:  # damaged, which may be why it is replaced
        return False
    return False


def replace(path: Path, source: Path) -> Path | None:
    """Put a copy in the place of a database that is not in use; what was there is moved aside, and
    that place is returned."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_name(f"{path.name}.{os.getpid()}.part")
    copy(source, whole)
    former = None
    if path.exists():
        former = path.with_name(f"{path.name}.before-restore")
        number = 1
        while former.exists():
            number += 1
            former = path.with_name(f"{path.name}.before-restore-{number}")
        path.rename(former)
    for suffix in ("-wal", "-shm"):
        beside = path.with_name(path.name + suffix)
        if beside.exists() and former is not None:
            beside.rename(former.with_name(former.name + suffix))
    whole.rename(path)
    return former
