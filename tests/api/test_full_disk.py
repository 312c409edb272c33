"""A disk without a free block, with the database and what is temporary on it."""

import json
import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from api.start import CANNOT_START
from app.model.serialization import weights_digest, weights_to_npz
from tests.api.killing import wait_for
from tests.api.publishing import Params, variant
from tests.api.server import (
    NO_LIMITS,
    environment,
    only_gunicorn,
    ready_server,
    run_until_exit,
)
from tests.api.servers import children
from tests.api.small_disk import SmallDisk, is_possible
from tests.api.test_processes import NPZ, ask

pytestmark = [
    only_gunicorn,  # kills its processes, and looks at what they keep on the disk
    pytest.mark.skipif(
        not is_possible(), reason="needs unshare and nsenter, and not to be in /tmp itself"
    ),
]
DATABASE = "sqlite:////tmp/digits.sqlite"
NO_ROOM = "There is no room left for anything new. What is here already is safe."
READ = ("/", "/healthz", "/readyz", "/api/weights", "/metrics", "/api/samples/blocks/1/0")


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    with SmallDisk("5m") as disk:
        yield disk


@pytest.fixture
def environ(tmp_path: Path, disk: SmallDisk) -> dict[str, str]:
    found = environment(tmp_path, DATABASE_URL=DATABASE, DIGITS_PROCESSES="2", **NO_LIMITS)
    return {name: value for name, value in found.items() if name != "TMPDIR"}


class Visitor:
    """Publishes and looks whether everything is there that was accepted."""

    def __init__(self, trained: Params) -> None:
        self._trained = trained
        self._accepted = [weights_digest(trained)]
        self._tried = 0

    def publish(self, port: int) -> int:
        """The status: 201, or 503 with a sentence."""
        self._tried += 1
        params = variant(self._trained, self._tried)
        answer = ask(port, "/api/weights", "POST", weights_to_npz(params), Content_Type=NPZ)
        status, headers, content = answer
        if status == 201:
            self._accepted.insert(0, weights_digest(params))
            return status
        assert json.loads(content)["detail"] == NO_ROOM
        assert headers["Retry-After"] == "60"
        return status

    def look(self, port: int) -> None:
        """Several times, as any process may answer."""
        for _ in range(4):
            for path in READ:
                assert ask(port, path)[0] == 200
            _, _, content = ask(port, "/api/weights/versions")
            kept = [version["digest"] for version in json.loads(content)["versions"]]
            assert kept == self._accepted


def test_nothing_is_lost_reading_goes_on_and_it_mends_itself(
    tmp_path: Path, disk: SmallDisk, environ: dict[str, str], trained: Params
) -> None:
    visitor = Visitor(trained)
    with ready_server(environ, before=disk.command) as (server, port):
        assert visitor.publish(port) == 201
        disk.fill()
        # One or two may find a place where another was before.
        assert 503 in [visitor.publish(port) for _ in range(4)]
        assert [visitor.publish(port) for _ in range(4)] == [503] * 4
        visitor.look(port)

        master = server.process.pid
        killed = children(master)
        for process in killed:
            os.kill(process, signal.SIGKILL)
        wait_for(lambda: len({*children(master)} - {*killed}) == 2, "none in their places")
        others = children(master)
        assert visitor.publish(port) == 503
        visitor.look(port)
        assert children(master) == others

        disk.make_room()
        assert visitor.publish(port) == 201
        visitor.look(port)
    disk.fill()
    assert_refuses_to_start(environ, disk)
    disk.make_room()
    with ready_server(environ, before=disk.command) as (_, port):
        visitor.look(port)
        assert visitor.publish(port) == 201
    for path in disk.path.glob("digits.sqlite*"):
        shutil.copy(path, tmp_path)
    with closing(sqlite3.connect(tmp_path / "digits.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_new_database_on_a_full_disk(disk: SmallDisk, environ: dict[str, str]) -> None:
    disk.fill()
    assert_refuses_to_start(environ, disk)
    disk.make_room()
    with ready_server(environ, before=disk.command) as (_, port):
        assert ask(port, "/readyz")[0] == 200


def assert_refuses_to_start(environ: dict[str, str], disk: SmallDisk) -> None:
    code, output = run_until_exit(environ, before=disk.command)
    assert code == CANNOT_START
    (sentence,) = [line for line in output.splitlines() if "[INFO]" not in line]
    assert sentence.startswith(f"Digits cannot start: the database {DATABASE} cannot be opened: ")
    assert "Make room on the disk" in sentence
