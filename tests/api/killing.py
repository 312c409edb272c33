"""Kills processes of the service at any moment while visitors publish, and looks at what is left.

For test_kill.py, and for bench/kill.py, which kills more of them.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from api.config import CHECKOUT
from api.services.weights import is_whole
from api.stores.database import current, open_database, versions, writing
from api.stores.versions import VersionStore
from app.model.serialization import weights_digest, weights_to_npz
from tests.api.publishing import OPERATOR, TOKEN, Params, variant
from tests.api.server import NO_LIMITS, environment
from tests.api.servers import children, free_port
from tests.api.test_processes import NPZ, ask

PUBLISHERS = 3
PROCESSES = 2
TIMEOUT_SECONDS = 600
LATEST_SECONDS = 0.05
"""From an accepted version to a kill: at most about as long as publishing takes."""
PAUSE_SECONDS = 0.02
JOB_STEPS = "60"


class Service:
    """Web processes with their master, and a worker: on one port, with one database."""

    def __init__(self, folder: Path, database_url: str | None = None) -> None:
        self.port = free_port()
        self.database_url = database_url or f"sqlite:///{folder}/digits.sqlite"
        self._environ = environment(
            folder,
            PORT=str(self.port),
            DATABASE_URL=self.database_url,
            DIGITS_PROCESSES=str(PROCESSES),
            DIGITS_ADMIN_TOKEN=TOKEN,
            DIGITS_RETRAIN_STEPS=JOB_STEPS,
            # A network that was retrained is the baseline then, and may read these digits better.
            DIGITS_ACCEPT_MARGIN="1",
            **NO_LIMITS,
        )
        self._output = folder / "output"
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        try:
            self._start("web")  # alone at first: it may have digits to draw
            self.wait_until_ready()
            self._start("worker")
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop()

    def _start(self, program: str) -> None:
        with self._output.open("ab") as output:
            self._running[program] = subprocess.Popen(
                [sys.executable, "-m", "tests.api.keeping", program],
                cwd=CHECKOUT,
                env=self._environ,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> None:
        def is_ready() -> bool:
            with suppress(OSError, HTTPException):
                return ask(self.port, "/readyz")[0] == 200
            return False

        wait_for(is_ready, f"the service is not ready: see {self._output}")

    def kill_web(self, rng: random.Random) -> None:
        """Its master starts another one."""
        master = self._running["web"].pid
        wait_for(lambda: len(children(master)) == PROCESSES, "the master starts no process")
        os.kill(rng.choice(children(master)), signal.SIGKILL)

    def kill_master(self, _: random.Random) -> None:
        """Its processes have to end by themselves, else the next one would find its port taken."""
        orphans = children(self._running["web"].pid)
        self._kill("web")
        wait_for(lambda: not any(map(is_alive, orphans)), "processes outlive their master")
        self._start("web")

    def kill_worker(self, _: random.Random) -> None:
        self._kill("worker")
        self._start("worker")

    def _kill(self, program: str) -> None:
        self._running[program].kill()
        self._running[program].wait()

    def _stop(self) -> None:
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            process.wait(TIMEOUT_SECONDS)


class Visitors:
    """They publish without end, whatever becomes of it; an operator has the network retrained."""

    def __init__(self, port: int, trained: Params) -> None:
        self.accepted: dict[int, str] = {}
        """Digests by the numbers of the versions that they were told."""
        self.statuses: Counter[int | str] = Counter()
        self._port = port
        self._trained = trained
        self._is_over = threading.Event()
        self._threads = [
            threading.Thread(target=self._publish, args=(1_000_000 * number,))
            for number in range(PUBLISHERS)
        ]
        self._threads.append(threading.Thread(target=self._retrain))

    @contextmanager
    def publishing(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            for thread in self._threads:
                thread.join()

    def _publish(self, number: int) -> None:
        while not self._is_over.wait(PAUSE_SECONDS):
            number += 1
            params = variant(self._trained, number)
            status, headers, _ = self._ask("POST", weights_to_npz(params), Content_Type=NPZ)
            if status in (200, 201):
                self.accepted[int(headers["Location"].rpartition("/")[2])] = weights_digest(params)

    def _retrain(self) -> None:
        while not self._is_over.wait(1):
            self._ask("DELETE", None, **OPERATOR)

    def _ask(
        self, method: str, content: bytes | None, **headers: str
    ) -> tuple[int | str, dict[str, str], bytes]:
        answer: tuple[int | str, dict[str, str], bytes]
        try:
            answer = ask(self._port, "/api/weights", method, content, **headers)
        except (OSError, HTTPException) as error:
            answer = type(error).__name__, {}, b""
        self.statuses[answer[0]] += 1
        return answer


class Inspector:
    """Looks at the database beside the service. What it has seen it deletes, so that there is
    never much to look at."""

    def __init__(self, database_url: str) -> None:
        self._engine = open_database(database_url)
        self._store = VersionStore(self._engine, is_whole=is_whole)
        self._seen: set[int] = set()
        self.faults: list[str] = []

    @property
    def seen(self) -> int:
        """Versions that were there, whole."""
        return len(self._seen)

    def has_seen(self, version: int) -> bool:
        return version in self._seen

    def look(self, accepted: dict[int, str]) -> None:
        """accepted: what visitors had been told before this call."""
        rows = {version.id: version for version in self._store.all()}
        for number, digest in accepted.items():
            if number not in self._seen and (number not in rows or rows[number].digest != digest):
                self.faults.append(f"version {number} was accepted, and is lost")
        for number, version in rows.items():
            if number not in self._seen and not self._is_whole(version.digest):
                self.faults.append(f"version {number} is not whole")
        if not any(version.is_current for version in rows.values()):
            self.faults.append("no version is current")
        self._seen |= set(rows)
        self._check_integrity()
        self._delete(list(rows))

    def _is_whole(self, digest: str) -> bool:
        try:
            return self._store.content(digest) is not None
        except SQLAlchemyError:
            return False

    def _check_integrity(self) -> None:
        if self._engine.dialect.name != "sqlite":
            return
        with self._engine.connect() as connection:
            for check, good in (("integrity_check", [("ok",)]), ("foreign_key_check", [])):
                found = [tuple(row) for row in connection.exec_driver_sql(f"PRAGMA {check}")]
                if found != good:
                    self.faults.append(f"{check}: {found}")

    def _delete(self, numbers: list[int]) -> None:
        in_use = select(current.c.version).union(select(current.c.baseline))
        mine = versions.c.id.in_(numbers) & versions.c.id.not_in(in_use)
        with suppress(IntegrityError), writing(self._engine).begin() as connection:
            connection.execute(delete(versions).where(mine))

    def close(self) -> None:
        self._engine.dispose()


Kill = Callable[[random.Random], None]


class Siege:
    """kinds: of the kills, in their order; "web", "master" and "worker", and what `others` has."""

    def __init__(self, service: Service, trained: Params, **others: Kill) -> None:
        self._kills: dict[str, Kill] = {
            "web": service.kill_web,
            "master": service.kill_master,
            "worker": service.kill_worker,
            **others,
        }
        self._service = service
        self.visitors = Visitors(service.port, trained)
        self.inspector = Inspector(service.database_url)
        self.seconds: defaultdict[str, list[float]] = defaultdict(list)
        """From each kill to the next version that was accepted, by kind."""

    def run(
        self, kinds: list[str], seed: int, on_kill: Callable[[int], None] | None = None
    ) -> None:
        rng = random.Random(seed)
        with self.visitors.publishing():
            self._wait_for_another()
            for number, kind in enumerate(kinds, 1):
                time.sleep(rng.uniform(0, LATEST_SECONDS))
                accepted = dict(self.visitors.accepted)
                killed = time.monotonic()
                self._kills[kind](rng)
                self._wait_for_another()
                self.seconds[kind].append(time.monotonic() - killed)
                self.inspector.look(accepted)
                if on_kill:
                    on_kill(number)
        self._service.wait_until_ready()
        self.inspector.look(self.visitors.accepted)
        self._look_at_jobs()
        self.inspector.close()

    def _wait_for_another(self) -> None:
        before = len(self.visitors.accepted)
        wait_for(lambda: len(self.visitors.accepted) > before, "nothing is accepted any more")

    def _look_at_jobs(self) -> None:
        for job in json.loads(ask(self._service.port, "/api/jobs")[2])["jobs"]:
            if job["state"] == "done" and not self.inspector.has_seen(job["version"]):
                self.inspector.faults.append(f"job {job['id']} published what is lost")


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_for(is_so: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.01)
