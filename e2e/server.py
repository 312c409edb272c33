"""A real server for the tests and benchmarks: the Procfile's command, on a free port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_LIMIT_SECONDS = 60
STOP_LIMIT_SECONDS = 20


class Server:
    """The app under gunicorn; can be stopped and started again on the same port."""

    def __init__(self, **settings: str) -> None:
        """settings: environment variables, such as DIGITS_DATA."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._log = tempfile.NamedTemporaryFile()  # noqa: SIM115 - lives as long as the server

    def start(self) -> None:
        """Start and wait until it is ready; raises RuntimeError with its output if it is not."""
        environment = {**os.environ, **self._settings, "PORT": str(self.port), "HOST": "127.0.0.1"}
        # Only the interpreter's own programs, wherever the tests were called from.
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
        self._process = subprocess.Popen(  # a shell runs it, as honcho has it run
            web_command(),
            shell=True,
            cwd=ROOT,
            env=environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + START_LIMIT_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"the server did not become ready:\n{self.output()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it, as an operator would; killed if it does not end."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def output(self) -> str:
        """What it has printed so far."""
        return Path(self._log.name).read_text(errors="replace")

    def __enter__(self) -> Server:
        try:
            self.start()
        except BaseException:
            self._log.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._log.close()

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def web_command() -> str:
    """The `web` process of the Procfile."""
    for line in (ROOT / "Procfile").read_text().splitlines():
        name, _, command = line.partition(":")
        if name == "web":
            return command.strip()
    raise RuntimeError("the Procfile has no web process")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
