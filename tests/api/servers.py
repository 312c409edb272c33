"""PostgreSQL and Redis, where this machine has their programs: started for the tests, in a folder
of their own and on a free port, and ended with them."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

START_LIMIT_SECONDS = 30
STOP_LIMIT_SECONDS = 10
UNPRIVILEGED = ("postgres", "nobody")
"""PostgreSQL refuses to run as root."""


@contextmanager
def redis_server() -> Iterator[str]:
    """The address of a Redis. Skips the test where there is none."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        pytest.skip("no redis-server on this machine")
    with tempfile.TemporaryDirectory(prefix="digits-redis-") as folder:
        port = free_port()
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        with running([program, *options], port):
            yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL. Skips the test where there is none."""
    programs = {name: find_postgresql(name) for name in ("initdb", "postgres")}
    if None in programs.values():
        pytest.skip("no PostgreSQL server on this machine")
    user = unprivileged_user()
    with tempfile.TemporaryDirectory(prefix="digits-postgresql-") as folder:
        if user is not None:
            shutil.chown(folder, user)
        data = Path(folder) / "data"
        try:
            subprocess.run(
                [str(programs["initdb"]), "-D", data, "-U", "digits", "-A", "trust", "-E", "UTF8"],
                check=True,
                capture_output=True,
                user=user,
                cwd=folder,
            )
        except PermissionError as error:
            pytest.skip(f"PostgreSQL cannot be run as {user} here: {error}")
        port = free_port()
        options = ["-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", folder, "-F"]
        url = f"postgresql://digits@127.0.0.1:{port}/postgres"
        with running([str(programs["postgres"]), *options], port, user, folder):
            wait_until_started(url)
            yield url


@contextmanager
def running(
    command: list[str], port: int, user: str | None = None, folder: str | None = None
) -> Iterator[None]:
    process = subprocess.Popen(
        command, user=user, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + START_LIMIT_SECONDS
        while not is_listening(port):
            assert process.poll() is None, f"{command[0]} ended by itself"
            assert time.monotonic() < deadline, f"{command[0]} does not listen"
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(STOP_LIMIT_SECONDS)


def wait_until_started(url: str) -> None:
    """PostgreSQL listens for a while before it lets anyone in."""
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, "PostgreSQL does not start"
            time.sleep(0.05)
        else:
            return


def find_postgresql(name: str) -> str | None:
    """On the path, or where Debian keeps it."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(installed[-1]) if installed else None)


def unprivileged_user() -> str | None:
    """Who runs PostgreSQL if we are root; None if we are not."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    found = [name for name in UNPRIVILEGED if name in names]
    if not found:
        pytest.skip("PostgreSQL does not run as root, and there is no other user")
    return found[0]


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
