"""Find the PostgreSQL and the Redis that the tests start, or install them when we are root.

They are installed as Debian's packages, without services: they run only when a test starts them
(tests/api/servers.py). Neither is required: without one, its tests are skipped. As a script it
finds or installs, and says what is missing; the tests call the `find_...` functions.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tools.debian import install, may_install

DEBIAN_POSTGRESQL = "/usr/lib/postgresql/*/bin"
# Debian's package would make a database of its own, and serve it.
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/digits-tests.conf")
# The program that checks Redis's files is the server under another name. Debian's redis-tools has
# it; redis-server only adds a service.
REDIS_NAMES = ("redis-server", "valkey-server", "redis-check-rdb", "valkey-check-rdb")


class PostgreSQL(NamedTuple):
    """Its programs."""

    initdb: Path
    postgres: Path


def find_postgresql() -> PostgreSQL | None:
    """On the path, or where Debian keeps it: the newest."""
    folders = sorted(Path("/").glob(DEBIAN_POSTGRESQL[1:]), key=_number, reverse=True)
    found = {}
    for name in PostgreSQL._fields:
        paths = [shutil.which(name), *(str(folder / name) for folder in folders)]
        found[name] = next((Path(path) for path in paths if path and Path(path).exists()), None)
    initdb, postgres = found.values()
    return PostgreSQL(initdb, postgres) if initdb and postgres else None


def _number(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0


def find_redis() -> Path | None:
    """A program that is Redis when it runs under the name "redis-server"."""
    for name in REDIS_NAMES:
        path = shutil.which(name)
        if path and "server" in _version(path):
            return Path(path)
    return None


def _version(path: str) -> str:
    told = subprocess.run(
        ["redis-server", "--version"], executable=path, capture_output=True, text=True, check=False
    )
    return told.stdout.lower()


def install_postgresql() -> None:
    is_ours = may_install() and not NO_CLUSTER.exists()
    if is_ours:
        NO_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
        NO_CLUSTER.write_text("create_main_cluster = false\n")
    try:
        install(["postgresql"], "the tests")
    finally:
        if is_ours:
            NO_CLUSTER.unlink()


def main() -> int:
    if find_postgresql() is None:
        install_postgresql()
    if find_redis() is None:
        install(["redis-tools"], "the tests")
    for name, found, package in (
        ("PostgreSQL", find_postgresql(), "postgresql"),
        ("Redis", find_redis(), "redis-server"),
    ):
        if found is None:
            print(
                f"• {name} is not here, and its tests will be skipped. "
                f"Debian, Ubuntu: apt-get install {package}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
