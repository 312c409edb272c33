"""Pass all tests: journeys in browsers, unit tests on what these leave, then what needs quiet.

Usage: python -m tools.run_tests

A journey waits for frames, for files and for a server, and leaves some of the processors idle. The
unit tests take that, at a lower priority, so that no journey waits for them. They are what is shown
meanwhile; what the journeys say follows.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

ENVIRONMENT = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
"""Compiled modules are kept, whatever the machine says: five processes of pytest, and every server
that a test starts, read the same seven hundred."""
PYTEST = [sys.executable, "-m", "pytest"]
UNITS = [*PYTEST, "tests", "--numprocesses=auto", "--dist=loadfile"]
JOURNEYS = [*PYTEST, "e2e", "--numprocesses=2", "--dist=worksteal", "-m", "not alone"]
ALONE = [*PYTEST, "e2e", "-m", "alone"]
LOWER_PRIORITY = 10
"""Leaves the units a tenth of the processors while journeys want all of them: less would let units
wait for their servers too long, more made journeys fail that are about a page's first second."""
POLL_SECONDS = 0.2


def main() -> int:
    with in_the_background(JOURNEYS) as (said, journeys):
        try:
            units = run(["nice", "-n", str(LOWER_PRIORITY), *UNITS])
            show(said, journeys)
        except KeyboardInterrupt:
            # The terminal has told all of them, and each ends its own servers and browsers.
            return 130
    alone = run(ALONE)
    return int(any((units, journeys.returncode, alone)))


def run(command: list[str]) -> int:
    return subprocess.run(command, check=False, env=ENVIRONMENT).returncode


@contextmanager
def in_the_background(command: list[str]) -> Iterator[tuple[IO[bytes], subprocess.Popen[bytes]]]:
    """Start a program whose output goes to a file; at the end, wait for its end."""
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            command, stdout=said, stderr=subprocess.STDOUT, env=ENVIRONMENT
        ) as program,
    ):
        yield said, program


def show(said: IO[bytes], program: subprocess.Popen[bytes]) -> None:
    """Copy what a program has written, and will until its end, to standard output."""
    at = 0
    ended = False
    while not ended:
        ended = program.poll() is not None
        # The file's position is the program's too, which writes there.
        text = os.pread(said.fileno(), 1 << 20, at)
        at += len(text)
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()
        if not text and not ended:
            time.sleep(POLL_SECONDS)
        ended = ended and not text


if __name__ == "__main__":
    sys.exit(main())
