"""A disk of a few megabytes, for processes that are started on it: a tmpfs in a namespace of its
own, which nobody else sees and which goes with the process that holds it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from api.config import CHECKOUT

BLOCK = 4096
HOLD = """
set -e
mount --make-rprivate /
mount -t tmpfs -o size="$1" tmpfs /tmp
echo ready
exec sleep infinity
"""


class SmallDisk:
    """It is /tmp for what is started with `command` before its own, and `path` for the test."""

    def __init__(self, size: str) -> None:
        """size: as mount takes it, such as 5m."""
        self._is_root = os.geteuid() == 0
        how = [] if self._is_root else ["--map-root-user"]
        self._holder = subprocess.Popen(
            ["unshare", "--mount", *how, "sh", "-c", HOLD, "sh", size],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.path = Path(f"/proc/{self._holder.pid}/root/tmp")

    @property
    def command(self) -> list[str]:
        user = [] if self._is_root else ["--user", "--preserve-credentials"]
        entering = ["nsenter", "--target", str(self._holder.pid), "--mount", *user]
        return [*entering, "env", "--chdir", str(CHECKOUT)]

    def __enter__(self) -> Self:
        assert self._holder.stdout is not None
        assert self._holder.stderr is not None
        if self._holder.stdout.readline() != "ready\n":
            why = self._holder.stderr.read().strip()
            self.__exit__(None, None, None)
            pytest.skip(f"needs to mount a disk in a namespace of its own (unshare): {why}")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._holder.kill()
        self._holder.communicate()

    def fill(self) -> None:
        """To the last block."""
        with (self.path / "filling").open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(BLOCK))
            except OSError:
                pass

    def make_room(self) -> None:
        (self.path / "filling").unlink()


def is_possible() -> bool:
    """Are the tools here, and the program not in the folder that would vanish?"""
    has_tools = shutil.which("unshare") and shutil.which("nsenter")
    return bool(has_tools) and not any(
        Path(path).is_relative_to("/tmp") for path in (CHECKOUT, sys.prefix)
    )
