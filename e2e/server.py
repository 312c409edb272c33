"""A real server for the tests and benchmarks: the Procfile's commands, on a free port."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The first start with other digits draws the training digits, which most journeys need: half a
# minute on a busy machine.
START_LIMIT_SECONDS = 120
DRAWN_DIGIT = "/api/samples/random?split=mixture"
STOP_LIMIT_SECONDS = 20


class Server:
    """The app under gunicorn, with a database of its own; can be stopped and started again on the
    same port."""

    def __init__(self, *, has_worker: bool = False, **settings: str) -> None:
        """has_worker: run the Procfile's worker too, for jobs. settings: environment variables,
        such as DIGITS_DATA."""
        self.checkout = ROOT
        """The program's folder."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._commands = ["web", "worker"] if has_worker else ["web"]
        self._settings = settings
        self._processes: list[subprocess.Popen[bytes]] = []
        self._folder = tempfile.TemporaryDirectory()  # lives as long as the server
        self._log = Path(self._folder.name) / "output"

    def start(self) -> None:
        """Start and wait until it is ready; raises RuntimeError with its output if it is not."""
        ours = {
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            "DATABASE_URL": f"sqlite:///{self._folder.name}/digits.sqlite",
        }
        environment = {**os.environ, **ours, **self._settings}
        # Only the interpreter's own programs, wherever the tests were called from.
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
        with self._log.open("ab") as log:
            self._processes = [
                subprocess.Popen(  # a shell runs it, as honcho has it run
                    procfile_command(name),
                    shell=True,
                    cwd=self.checkout,
                    env=environment,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
                for name in self._commands
            ]
        deadline = time.monotonic() + START_LIMIT_SECONDS
        while not self._is_ready():
            has_ended = any(process.poll() is not None for process in self._processes)
            if has_ended or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"the server did not become ready:\n{self.output()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it, as an operator would; killed if it does not end."""
        processes, self._processes = self._processes, []
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(STOP_LIMIT_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    @property
    def pid(self) -> int:
        """Of the shell or, where it replaced itself, of the server."""
        return self._processes[0].pid

    def output(self) -> str:
        """What it has printed so far."""
        return self._log.read_text(errors="replace")

    def __enter__(self) -> Server:
        try:
            self.start()
        except BaseException:
            self._folder.cleanup()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._folder.cleanup()

    def _is_ready(self) -> bool:
        return self._answers("/readyz") and self._answers(DRAWN_DIGIT)

    def _answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(self.url + path, timeout=20) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def copy_of_the_program(folder: Path) -> Path:
    """What a server needs, to be edited; the runtimes stay where they are."""
    folder.mkdir()
    for name in ("Procfile", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "api", folder / "api")
    shutil.copytree(ROOT / "app", folder / "app", ignore=shutil.ignore_patterns("vendor"))
    (folder / "app/vendor").symlink_to((ROOT / "app/vendor").resolve())
    return folder


def procfile_command(process: str) -> str:
    """What the Procfile says; of the web process with `pytest --server waitress`, that."""
    if process == "web" and os.environ.get("DIGITS_SERVER") == "waitress":
        return "OPENBLAS_NUM_THREADS=1 exec python -m api.waitress_server"
    for line in (ROOT / "Procfile").read_text().splitlines():
        name, _, command = line.partition(":")
        if name == process:
            return command.strip()
    raise RuntimeError(f"the Procfile has no process {process}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
