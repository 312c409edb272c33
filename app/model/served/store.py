"""Samples that take a while to make, kept on disk: made once, shared by all processes.

A file is an .npy of (n, 785) uint8, label first. It is mapped into memory read-only, so processes
share one copy. Its name says what it holds, by a digest of what that was made from. A file that is
damaged or something else is made again, and where nothing can be kept, the samples stay in memory.
What takes long can be drawn later (KeptLater), so that a server need not wait for it.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType

import numpy as np

from app.model.arrays import ByteArray
from app.model.data.datasets import Split
from app.model.network import INPUT_SIZE, NO_DIGIT

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

logger = logging.getLogger(__name__)

SHIPPED_FOLDER = Path(__file__).parents[1] / "assets" / "drawn"
"""In a wheel: what takes seconds to draw and few bytes to keep (tools/wheel_hook.py)."""
KEPT_FILES = 4
"""Of each name: other checkouts and data sets have their own; files that are no longer opened are
deleted."""
ABANDONED_SECONDS = 3600
"""The age at which the writer of a half-written file must be dead."""
PATIENCE_SECONDS = 12
"""How long whoever needs samples waits for them: the page takes 15 seconds for no answer."""


class NotDrawnYetError(Exception):
    """Samples are needed that are still being drawn; the message says what to do."""


class KeptLater(Split):
    """Samples that are drawn when they are needed, or before that in a thread.

    One process draws them for all that use the folder. `images` and `labels` wait for that, and
    raise NotDrawnYetError when it takes too long.
    """

    def __init__(
        self,
        path: Path,
        size: int,
        draw: Callable[[], Split],
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """path: where they will be kept; size: how many `draw` returns, which keeps them there."""
        self._path = path
        self._size = size
        self._draw = draw
        self._patience = patience_seconds
        self._split: Split | None = None
        self._error: BaseException | None = None
        self._has_ended = threading.Event()
        self._begin = threading.Lock()
        self._has_begun = False

    def __len__(self) -> int:
        return self._size

    @property
    def images(self) -> ByteArray:
        return self._drawn().images

    @property
    def labels(self) -> ByteArray:
        return self._drawn().labels

    @property
    def is_drawn(self) -> bool:
        return self._split is not None or self._path.exists()

    def begin(self) -> None:
        """Draw them in a thread, unless that was begun. Not before a fork: threads end there."""
        with self._begin:
            if not self._has_begun:
                self._has_begun = True
                threading.Thread(target=self._run, name="drawing", daemon=True).start()

    def _run(self) -> None:
        try:
            with _one_at_a_time(self._path):
                self._split = _open(self._path) or self._draw()
        except BaseException as error:
            logger.exception("%s could not be drawn", self._path.name)
            self._error = error
        finally:
            self._has_ended.set()

    def _drawn(self) -> Split:
        if self._split is None:
            self.begin()
            if not self._has_ended.wait(self._patience):
                raise NotDrawnYetError("The digits to train on are being drawn. Try again soon.")
            if self._split is None:
                raise RuntimeError(f"{self._path.name} could not be drawn") from self._error
        return self._split


def can_keep(path: Path) -> bool:
    """Can this file be written, for other processes to open?"""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _lock_path(path).open("a").close()
    except OSError:
        return False
    return True


def _lock_path(path: Path) -> Path:
    return path.with_name("drawing.lock")


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Wait until no other process draws into this folder."""
    with _lock_path(path).open("a") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def path_of(folder: Path, name: str, digest: str) -> Path:
    return folder / f"{name}-{digest[:16]}.npy"


def kept_samples(folder: Path, name: str, digest: str, make: Callable[[], Split]) -> Split:
    """The samples called `name` with a digest: as they came with the program, or from the folder,
    or else made and put there."""
    path = path_of(folder, name, digest)
    kept = _open(path_of(SHIPPED_FOLDER, name, digest)) or _open(path)
    if kept is not None:
        return kept
    logger.info("drawing %s, once: it takes some seconds", path.name)
    made = make()
    made.images.flags.writeable = made.labels.flags.writeable = False
    try:
        write_samples(path, made)
    except OSError as error:
        logger.warning("Cannot keep %s for the next start: %s", path.name, error)
        return made
    _forget_others(path, name)
    return _open(path) or made


def _open(path: Path) -> Split | None:
    """The samples in a file, or None if there are none."""
    if not path.exists():
        return None
    try:
        mapped = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        logger.warning("%s cannot be read and is made again: %s", path.name, error)
        return None
    is_ours = mapped.dtype == np.uint8 and mapped.ndim == 2 and mapped.shape[1] == 1 + INPUT_SIZE
    if not is_ours or not len(mapped) or mapped[:, 0].max() > NO_DIGIT:
        logger.warning("%s holds something else and is made again", path.name)
        return None
    with suppress(OSError):  # a read-only folder
        os.utime(path)
    samples = np.asarray(mapped)  # the same memory, as a plain array
    return Split(samples[:, 1:], samples[:, 0])


def write_samples(path: Path, split: Split) -> None:
    """Write a file that other processes see whole or not at all. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial_path = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with partial_path.open("wb") as file:
            np.save(file, np.column_stack((split.labels, split.images)))
            file.flush()
            os.fsync(file.fileno())
        partial_path.replace(path)
    finally:
        partial_path.unlink(missing_ok=True)


def _forget_others(path: Path, name: str) -> None:
    """Delete the least recently opened files; a process that has one open keeps it."""
    with suppress(OSError):
        newest_first = sorted(
            path.parent.glob(f"{name}-*.npy"), key=lambda kept: kept.stat().st_mtime, reverse=True
        )
        for old in newest_first[KEPT_FILES:]:
            old.unlink()
        for partial in path.parent.glob(f"{name}-*.part"):
            if time.time() - partial.stat().st_mtime > ABANDONED_SECONDS:
                partial.unlink()
