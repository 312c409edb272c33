"""Killing processes while they publish: nothing accepted is lost, nothing is half there."""

import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Self

from api.config import CHECKOUT
from api.stores.database import open_database
from api.stores.versions import VersionStore

ROUNDS = 5
PUBLISHERS = 2
MAX_PUBLISHED_A_ROUND = 60


def test_kill_9_loses_no_accepted_version(tmp_path: Path) -> None:
    path = tmp_path / "digits.sqlite"
    url = f"sqlite:///{path}"
    rng = random.Random(0)
    accepted: dict[int, str] = {}
    with Publishers(url) as publishers:
        for number in range(ROUNDS):
            accepted |= publishers.publish_and_die(number, rng.randrange(1, MAX_PUBLISHED_A_ROUND))
            check(path, url, accepted)
    assert len(accepted) > 100


class Publishers:
    """See publisher.py."""

    def __init__(self, url: str) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.api.stores.publisher", url],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._program.communicate()

    def publish_and_die(self, number: int, count: int) -> dict[int, str]:
        """Numbers and digests of what publishers were told is accepted before they were killed."""
        for index in range(PUBLISHERS):
            self._tell(f"start {(number * PUBLISHERS + index) * 10_000}")
        processes: list[int] = []
        accepted: dict[int, str] = {}
        is_killed = False
        while (answer := self._answer())[0] != "reaped":
            if answer[0] == "started":
                processes.append(int(answer[1]))
            else:
                accepted[int(answer[1])] = answer[2]
            if not is_killed and len(processes) == PUBLISHERS and len(accepted) >= count:
                for process in processes:
                    os.kill(process, signal.SIGKILL)
                is_killed = True
                self._tell("reap")
        return accepted

    def _tell(self, line: str) -> None:
        assert self._program.stdin is not None
        self._program.stdin.write(line + "\n")

    def _answer(self) -> list[str]:
        assert self._program.stdout is not None
        line = self._program.stdout.readline()
        assert line.endswith("\n"), "the publishers ended by themselves"
        return line.split()


def check(path: Path, url: str, accepted: dict[int, str]) -> None:
    engine = open_database(url)
    store = VersionStore(engine)
    kept = store.all()
    current = store.current()
    assert current is not None
    assert current.id >= max(accepted)
    assert len(kept) >= len(accepted)
    for version in kept:
        content = store.content(version.digest)
        assert content is not None
        assert hashlib.sha256(content).hexdigest() == version.digest
    digests = {version.id: version.digest for version in kept}
    assert accepted.items() <= digests.items()
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
