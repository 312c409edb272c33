"""Counts for the limits of api/limits.py, one for all processes of a machine.

A storage for the library `limits`: memory that is made before gunicorn forks the processes, so that
they share it. Nothing of it is on a disk, and it is gone with the last process. While one process
counts, the others wait: for some 20 us, and never for one that was killed, since the system takes
its lock away. Where processes cannot be forked, as on Windows, there is one, and nothing to lock.
"""

import mmap
import os
import tempfile
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import IO, Any

import numpy as np
from limits.storage import MovingWindowSupport, Storage

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

SCHEME = "shared-counts"
PARTS = 60
"""A window is counted in this many parts, and moves by one: what was counted a minute ago is
forgotten up to a second early, what was counted a day ago up to 24 minutes."""
GROUPS, IN_GROUP = 4096, 8
"""Places for counts. Each key belongs to one group, and a new key takes the place there that was
not used for longest. There are up to four keys for each address."""
PLACE = np.dtype([("key", np.int64), ("used", np.float64), ("counts", np.uint32, PARTS)])
"""key: a hash that is the same in all processes, as they are forked from one; 0 if it is free.
used: when it was counted last, in seconds since 1970. counts: by part of the time, modulo PARTS."""


class SharedCounts(Storage, MovingWindowSupport):
    """Moving windows only: api/limits.py asks for no others.

    A process may be killed at any line. So a place is written in such an order that what a
    killed one leaves counts too little rather than too much, and is put right by the next.
    """

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 - as the library declares it

    def __init__(self, uri: str | None = None, **options: Any) -> None:
        super().__init__(uri, **options)
        memory = mmap.mmap(-1, GROUPS * IN_GROUP * PLACE.itemsize)
        self._places = np.frombuffer(memory, PLACE).reshape(GROUPS, IN_GROUP)
        self._file = _file_to_lock()
        weakref.finalize(self, self._file.close)
        self._threads = threading.Lock()

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count this much, unless that would exceed the limit."""
        with self._locked():
            now = time.time()
            place = self._find(key)
            if place is None:
                place = self._take(key, now)
            counts = _moved(place, expiry, now)
            if counts.sum() + amount > limit:
                return False
            counts[_part(now, expiry) % PARTS] += amount
            return True

    def get_moving_window(self, key: str, _limit: int, expiry: int) -> tuple[float, int]:
        """When the oldest count began, in seconds since 1970, and the sum of all."""
        with self._locked():
            now = time.time()
            place = self._find(key)
            if place is None:
                return now, 0
            counts = _moved(place, expiry, now)
            parts = np.arange(1 - PARTS, 1) + _part(now, expiry)
            (held,) = counts[parts % PARTS].nonzero()
            began = parts[held[0]] * expiry / PARTS if held.size else now
            return float(began), int(counts.sum())

    def clear(self, key: str) -> None:
        with self._locked():
            place = self._find(key)
            if place is not None:
                place["key"] = 0

    def reset(self) -> None:
        with self._locked():
            self._places["key"] = 0

    def check(self) -> bool:
        return True

    @property
    def base_exceptions(self) -> type[Exception]:
        return OSError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        raise NotImplementedError

    def get(self, key: str) -> int:
        raise NotImplementedError

    def get_expiry(self, key: str) -> float:
        raise NotImplementedError

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._threads:
            if fcntl is None:
                yield
                return
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _find(self, key: str) -> Any:
        """A view of the place of this key, or None."""
        group = self._places[hash(key) % GROUPS]
        (found,) = (group["key"] == hash(key)).nonzero()
        return group[found[0]] if found.size else None

    def _take(self, key: str, now: float) -> Any:
        group = self._places[hash(key) % GROUPS]
        place = group[np.where(group["key"] == 0, 0, group["used"]).argmin()]
        place["key"] = 0
        place["counts"] = 0
        place["used"] = now
        place["key"] = hash(key)
        return place


def _file_to_lock() -> IO[bytes]:
    """Without a name and without content: nobody else can lock it, and no full disk matters. Its
    lock is of a process as a whole."""
    if hasattr(os, "memfd_create"):  # Linux
        return os.fdopen(os.memfd_create(SCHEME), "r+b")
    return tempfile.TemporaryFile()


def _part(seconds: float, expiry: int) -> int:
    """The number of this part of the time."""
    return int(seconds * PARTS / expiry)


def _moved(place: Any, expiry: int, now: float) -> Any:
    """A view of the counts of a place, without those that are too old."""
    last, newest = _part(place["used"], expiry), _part(now, expiry)
    counts = place["counts"]
    for part in range(max(last, newest - PARTS) + 1, newest + 1):
        counts[part % PARTS] = 0
    place["used"] = now
    return counts
