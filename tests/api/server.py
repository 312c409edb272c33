"""The real server, in a process of its own, on a port that the system chooses."""

import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from api.config import CHECKOUT
from tests.few_digits import few_digits

TIMEOUT_SECONDS = 120
# The first start draws the training digits: half a minute where other things use the machine.
READY = re.compile(r"Digits is ready at (http://([^:]+):(\d+)) — data: .+, [\d,]+ digits")
COMMANDS = {
    "gunicorn": ["gunicorn", "--config", "python:api.gunicorn_config", "api.wsgi:app"],
    "waitress": ["api.waitress_server"],
}
SERVER = os.environ.get("DIGITS_SERVER", "gunicorn")
"""As `pytest --server` says (conftest.py)."""
COMMAND = [sys.executable, "-m", *COMMANDS[SERVER]]
only_gunicorn = pytest.mark.skipif(
    SERVER != "gunicorn", reason="is about what only gunicorn does: processes, limits, its log"
)

NO_LIMITS: dict[str, Any] = {
    f"DIGITS_{name}_LIMIT": "none" for name in ("WRITE", "DAILY", "ATTEMPT", "READ")
}
"""For whoever does in a minute what a class does in a week."""


def environment(tmp_path: Path, **settings: str) -> dict[str, str]:
    """An environment with these settings of ours and no others, a home and a database of its own,
    and few digits."""
    ours = (
        *("DIGITS_", "HOST", "PORT", "DATABASE_URL", "CACHE_URL", "XDG_CACHE_HOME"),
        *("GUNICORN_", "WEB_CONCURRENCY", "PROMETHEUS_"),
    )
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    defaults = {
        "HOME": str(tmp_path),
        "PORT": "0",
        "DATABASE_URL": f"sqlite:///{tmp_path}/digits.sqlite",
    }
    return inherited | few_digits() | defaults | settings


class Server:
    """A running server and what it writes: `wait_for` follows its output, line by line."""

    def __init__(self, environ: dict[str, str], folder: Path, before: Sequence[str] = ()) -> None:
        """before: a command that runs the server."""
        self.process = subprocess.Popen(
            [*before, *COMMAND],
            cwd=folder,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        self.output: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.process.terminate()
        self.exit_code()

    def wait_for(self, pattern: str, timeout_seconds: float = TIMEOUT_SECONDS) -> re.Match[str]:
        """The first new line with this in it. Raises AssertionError if there is none in time."""
        while True:
            try:
                line = self._lines.get(timeout=timeout_seconds)
            except queue.Empty:
                raise AssertionError(f"no {pattern!r} in\n{''.join(self.output)}") from None
            if found := re.search(pattern, line):
                return found

    def exit_code(self) -> int:
        """Waits for the end, and reads all output."""
        code = self.process.wait(TIMEOUT_SECONDS)
        self._reader.join(TIMEOUT_SECONDS)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output.append(line)
            self._lines.put(line)


@contextmanager
def ready_server(
    environ: dict[str, str], folder: Path = CHECKOUT, before: Sequence[str] = ()
) -> Iterator[tuple[Server, int]]:
    """A server that has said it is ready, and its port."""
    with Server(environ, folder, before) as server:
        yield server, int(server.wait_for(READY.pattern)[3])


def run_until_exit(
    environ: dict[str, str], folder: Path = CHECKOUT, before: Sequence[str] = ()
) -> tuple[int, str]:
    """The exit code and all output of a server that is expected to stop by itself."""
    server = Server(environ, folder, before)
    return server.exit_code(), "".join(server.output)
