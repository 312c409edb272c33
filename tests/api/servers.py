"""PostgreSQL and Redis for the tests: in a folder of their own and on a free port, ended with them.

They can be killed, frozen and started again, as in life. tools/servers.py brings their programs.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Never, Self

import psycopg
import pytest
import redis

from tools.servers import find_postgresql, find_redis

START_LIMIT_SECONDS = 30
STOP_LIMIT_SECONDS = 10
UNPRIVILEGED = ("postgres", "nobody")
"""PostgreSQL refuses to run as root."""


class RunningServer:
    """A process with its children. `command` and `program` are what starts it."""

    def __init__(
        self,
        command: list[str],
        is_up: Callable[[], bool],
        *,
        program: Path,
        user: str | None = None,
        folder: Path | None = None,
    ) -> None:
        self._command = command
        self._is_up = is_up
        self._program = program
        self._user = user
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Once more, with the port and the folder that it had."""
        self._process = subprocess.Popen(
            self._command,
            executable=self._program,
            user=self._user,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_LIMIT_SECONDS
        while not self._is_up():
            assert self._process.poll() is None, f"{self._program} ended by itself"
            assert time.monotonic() < deadline, f"{self._program} does not start"
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process is not None:
            self.thaw()
            self._process.send_signal(signal.SIGINT)  # PostgreSQL would wait for its clients else
            self._process.wait(STOP_LIMIT_SECONDS)
            self._process = None

    def kill(self) -> None:
        """At once, as by a power cut, but for what the system's cache holds."""
        if self._process is not None:
            self.freeze()  # so that none notices the end of another
            self._send(signal.SIGKILL)
            self._process.wait(STOP_LIMIT_SECONDS)
            self._process = None

    def freeze(self) -> None:
        """It accepts connections, as its system does that for it, and says nothing."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        self._send(signal.SIGCONT)

    def thaw_or_start(self) -> None:
        """As it was before the test."""
        if self._process is None:
            self.start()
        else:
            self.thaw()

    def _send(self, number: signal.Signals) -> None:
        assert self._process is not None
        for process in [*children(self._process.pid), self._process.pid]:
            with suppress(ProcessLookupError):  # one that has ended by itself meanwhile
                os.kill(process, number)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


class Redis(RunningServer):
    """Skips the test where there is none. `options` as on its command line."""

    def __init__(self, *options: str) -> None:
        program = find_redis()
        if program is None:
            do_without("there is no Redis on this machine")
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        own = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", "/"]
        super().__init__(
            ["redis-server", *own, *options], lambda: is_listening(self.port), program=program
        )

    def connect(self) -> "redis.Redis":
        return redis.Redis.from_url(self.url)

    def fill(self) -> None:
        """It answers, and keeps nothing more."""
        with self.connect() as connection:
            connection.config_set("maxmemory-policy", "noeviction")
            connection.config_set("maxmemory", 1)

    def make_room(self) -> None:
        with self.connect() as connection:
            connection.config_set("maxmemory", 0)


class PostgreSQL(RunningServer):
    """Skips the test where there is none. Its data are in a folder that is given, or in one that
    goes with it."""

    def __init__(self, place: Path | None = None) -> None:
        programs = find_postgresql()
        if programs is None:
            do_without("there is no PostgreSQL on this machine")
        user = unprivileged_user()
        self._made = tempfile.TemporaryDirectory(prefix="digits-postgresql-")
        own_folder = Path(self._made.name)
        data = (place or own_folder) / "data"
        for folder in (own_folder, place):
            if folder is not None and user is not None:
                shutil.chown(folder, user)
        options = ["-U", "digits", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        try:
            subprocess.run(
                [str(programs.initdb), "-D", str(data), *options],
                check=True,
                capture_output=True,
                user=user,
                cwd=own_folder,
            )
        except PermissionError as error:
            do_without(f"PostgreSQL cannot be run as {user} here: {error}")
        self.port = free_port()
        self.url = f"postgresql://digits@127.0.0.1:{self.port}/postgres"
        super().__init__(
            [
                *[str(programs.postgres), "-D", str(data), "-p", str(self.port)],
                # Without syncing it still loses nothing when it is killed, only in a power cut.
                *["-h", "127.0.0.1", "-k", str(own_folder), "-F"],
                *["-c", "shared_buffers=16MB", "-c", "max_wal_size=64MB", "-c", "autovacuum=off"],
            ],
            self._lets_in,
            program=programs.postgres,
            user=user,
            folder=own_folder,
        )

    def _lets_in(self) -> bool:
        """It listens for a while before it does."""
        try:
            psycopg.connect(self.url).close()
        except psycopg.OperationalError:
            return False
        return True

    def empty(self) -> None:
        """Drop all tables, and the connections of whoever did not close them."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND usename = current_user"
            )
            connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    def stop(self) -> None:
        super().stop()
        self._made.cleanup()


def do_without(reason: str) -> Never:
    """Skip the test; but those who test for all others (CI is set there) may not."""
    if os.environ.get("CI"):
        pytest.fail(f"{reason}, and CI may not do without: python -m tools.servers")
    pytest.skip(f"{reason}; make test installs it, when it may")


def unprivileged_user() -> str | None:
    """Who runs PostgreSQL if we are root; None if we are not."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    found = [name for name in UNPRIVILEGED if name in names]
    if not found:
        do_without("PostgreSQL does not run as root, and there is no other user")
    return found[0]


def children(process: int) -> list[int]:
    """Of a process, on Linux."""
    listed = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(child) for child in listed.split()]


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
