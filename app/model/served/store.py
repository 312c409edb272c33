"""Samples that take a while to make, kept on disk: made once, shared by all processes.

A file is an .npy of (n, 785) uint8, label first. It is mapped into memory read-only, so processes
share one copy. Its name says what it holds, by a digest of what that was made from. A file that is
damaged or something else is made again, and where nothing can be kept, the samples stay in memory.
"""

import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from app.model.data.datasets import Split
from app.model.network import INPUT_SIZE, NO_DIGIT

logger = logging.getLogger(__name__)

KEPT_FILES = 4
"""Of each name: other checkouts and data sets have their own; files that are no longer opened are
deleted."""
ABANDONED_SECONDS = 3600
"""The age at which the writer of a half-written file must be dead."""


def kept_samples(folder: Path, name: str, digest: str, make: Callable[[], Split]) -> Split:
    """The samples called `name` with a digest: from the folder, or else made and put there."""
    path = folder / f"{name}-{digest[:16]}.npy"
    kept = _open(path)
    if kept is not None:
        return kept
    logger.info("drawing %s, once: it takes some seconds", path.name)
    made = make()
    made.images.flags.writeable = made.labels.flags.writeable = False
    try:
        _write(path, made)
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


def _write(path: Path, split: Split) -> None:
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
