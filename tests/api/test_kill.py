"""Killing the real server while visitors publish: what was answered as published is there after."""

import os
import signal
import threading
from http.client import HTTPException
from pathlib import Path

from app.model.serialization import weights_digest, weights_from_npz, weights_to_npz
from tests.api.publishing import Params, variant
from tests.api.server import environment, ready_server
from tests.api.test_processes import NPZ, ask, read_npz

PUBLISHERS = 3
ROUNDS = 3
PUBLISHED_A_ROUND = 6


def test_kill_9_loses_nothing_that_was_answered(tmp_path: Path, trained: Params) -> None:
    settings = {"DIGITS_WRITE_LIMIT": "none", "DIGITS_ATTEMPT_LIMIT": "none"}
    environ = environment(tmp_path, DIGITS_PROCESSES="2", **settings)
    published: dict[int, str] = {}
    for number in range(ROUNDS):
        with ready_server(environ) as (server, port):
            look_at_all(port, published)
            enough = threading.Event()
            publishers = [
                threading.Thread(
                    target=publish_until_it_dies,
                    args=(port, trained, 50 * (number * PUBLISHERS + each), published, enough),
                )
                for each in range(PUBLISHERS)
            ]
            for publisher in publishers:
                publisher.start()
            assert enough.wait(60)
            for process in [server.process.pid, *children(server.process.pid)]:
                os.kill(process, signal.SIGKILL)
            for publisher in publishers:
                publisher.join()
    assert len(published) >= ROUNDS * PUBLISHED_A_ROUND
    with ready_server(environ) as (_, port):
        look_at_all(port, published)


def publish_until_it_dies(
    port: int, trained: Params, number: int, published: dict[int, str], enough: threading.Event
) -> None:
    begun_with = len(published)
    while True:
        number += 1
        params = variant(trained, number)
        try:
            status, headers, _ = ask(
                port, "/api/weights", "POST", weights_to_npz(params), Content_Type=NPZ
            )
        except (OSError, HTTPException):
            return
        assert status == 201
        published[int(headers["Location"].rpartition("/")[2])] = weights_digest(params)
        if len(published) >= begun_with + PUBLISHED_A_ROUND:
            enough.set()


def look_at_all(port: int, published: dict[int, str]) -> None:
    for version, digest in sorted(published.items())[-20:]:
        status, _, content = ask(port, f"/api/weights/versions/{version}", Accept=NPZ)
        assert status == 200
        w1, w2 = weights_from_npz(content)
        assert weights_digest({"w1": w1, "w2": w2}) == digest
    read_npz(port)  # the current one is whole too


def children(process: int) -> list[int]:
    """Of a process, on Linux."""
    listed = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(child) for child in listed.split()]
