"""The real worker, beside the real server, killed and started again."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api.config import CHECKOUT
from api.start import CANNOT_START
from tests.api.publishing import OPERATOR, TOKEN
from tests.api.server import TIMEOUT_SECONDS, environment, ready_server


@contextmanager
def worker(environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "api.worker"]
    process = subprocess.Popen(command, cwd=CHECKOUT, env=environ)
    try:
        yield process
    finally:
        process.terminate()
        assert process.wait(TIMEOUT_SECONDS) in (0, -signal.SIGKILL)


def ask(url: str, method: str = "GET") -> Any:
    request = urllib.request.Request(url, headers=OPERATOR, method=method)
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
        return json.load(response)


def wait_for(url: str, holds: Callable[[Any], bool], limit_seconds: float = 60) -> Any:
    deadline = time.monotonic() + limit_seconds
    while not holds(job := ask(url)):
        assert time.monotonic() < deadline, job
        time.sleep(0.1)
    return job


def test_one_job_after_the_other_is_done(tmp_path: Path) -> None:
    settings = {
        "DIGITS_ADMIN_TOKEN": TOKEN,
        "DIGITS_RETRAIN_STEPS": "30",
        "DIGITS_PROCESSES": "1",
    }
    environ = environment(tmp_path, **settings)
    # Honcho gives the worker a port a hundred above that of the web process: it needs none.
    beside = environ | {"PORT": "65600", "HOST": "192.0.2.1"}
    with ready_server(environ) as (_, port), worker(beside):
        url = f"http://127.0.0.1:{port}/api"

        def retrain() -> None:
            job = ask(f"{url}/weights", "DELETE")["job"]
            wait_for(f"{url}/jobs/{job['id']}", lambda job: job["state"] == "done")

        retrain()
        retrain()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as response:
            assert b"digits_workers_alive 1.0" in response.read()


def test_a_start_that_fails_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "digits.sqlite").write_bytes(b"no database" * 1000)
    command = [sys.executable, "-m", "api.worker"]
    environ = environment(tmp_path, PYTHONIOENCODING="ascii")
    ended = subprocess.run(command, cwd=CHECKOUT, env=environ, capture_output=True, check=False)
    assert ended.returncode == CANNOT_START
    *drawing, sentence = ended.stderr.splitlines()  # the first start with these digits draws some
    assert all(b"[INFO]" in line and b"drawing" in line for line in drawing)
    assert sentence.startswith(b"Digits' worker cannot start: the database sqlite:///")
    assert ended.stdout == b""


def test_a_job_survives_its_workers(tmp_path: Path) -> None:
    settings = {
        "DIGITS_ADMIN_TOKEN": TOKEN,
        "DIGITS_RETRAIN_STEPS": "1000000",
        "DIGITS_PROCESSES": "1",
    }
    environ = environment(tmp_path, **settings)
    with ready_server(environ) as (_, port):
        url = f"http://127.0.0.1:{port}/api"
        job = ask(f"{url}/weights", "DELETE")["job"]
        url = f"{url}/jobs/{job['id']}"
        with worker(environ):  # ended with SIGTERM, as honcho does
            wait_for(url, lambda job: job["state"] == "running" and job["step"] > 0)
        assert ask(url)["state"] == "queued"
        with worker(environ) as killed:
            wait_for(url, lambda job: job["state"] == "running" and job["step"] > 0)
            os.kill(killed.pid, signal.SIGKILL)
            killed.wait()
        began = ask(url)["started"]
        assert ask(url)["state"] == "running"
        with worker(environ):
            taken_over = wait_for(url, lambda job: job["started"] != began)
        assert taken_over["state"] == "running"
