"""Makes light distortions of the visitor's own drawings, to train on.

The network would memorize ten drawings in a moment if it saw each a thousand times a second. So it
gets variants of them (app.model.augmentation). A distortion takes longer than a training step, so
the variants are made ahead, some at a time, and used until they are replaced.
"""

from collections.abc import Callable

import numpy as np

from app.model.arrays import ByteArray
from app.model.augmentation import Distortion, distort_images
from app.model.network import INPUT_SIZE
from app.pyscript.hand.worker.tray_file import TrayDrawing
from app.pyscript.train.worker.sample_pool import Batch

LIGHT = Distortion(rotation_degrees=8, scale=0.08, shear=0.1, shift=1, elastic=0.5, thickness=0.3)
VARIANTS = 512
"""How many variants are ready; a tray with more drawings has one of each."""
MADE_AT_ONCE = 8
"""How many are made together, in about two milliseconds."""
REMAKE_SECONDS = 0.1
"""The pause between these, after all have been made once: it takes a fiftieth of the time."""


class Variants:
    """The drawings to train on, in ever new distortions."""

    def __init__(self, rng: np.random.Generator, clock: Callable[[], float]) -> None:
        self._rng = rng
        self._clock = clock
        self.teach([])

    def teach(self, drawings: list[TrayDrawing]) -> None:
        """Make variants of these drawings from now on."""
        self._originals: ByteArray = np.empty((0, INPUT_SIZE), np.uint8)
        self._labels: ByteArray = np.empty(0, np.uint8)
        self._images = self._originals
        if drawings:
            which = np.resize(np.arange(len(drawings)), max(VARIANTS, len(drawings)))
            self._originals = np.stack([drawing.seen for drawing in drawings])[which]
            self._labels = np.array([drawing.label for drawing in drawings], np.uint8)[which]
            self._images = self._originals.copy()
        self._made = 0
        self._next_making = 0.0

    def share_of(self, batch_size: int, share: float) -> int:
        """How many variants the next batch gets. Over many batches their mean share is `share`."""
        if not share or not len(self._labels):
            return 0
        own, rest = divmod(share * batch_size, 1)
        return int(own) + int(self._rng.random() < rest)

    def take(self, count: int) -> Batch:
        """A batch of `count` variants, chosen at random."""
        self._make_some()
        rows = self._rng.integers(0, len(self._labels), count)
        return Batch(self._images[rows], self._labels[rows])

    def _make_some(self) -> None:
        now = self._clock()
        if now < self._next_making:
            return
        rows = np.arange(self._made, self._made + MADE_AT_ONCE) % len(self._labels)
        self._images[rows] = distort_images(self._originals[rows], LIGHT, self._rng)
        self._made += MADE_AT_ONCE
        is_all = self._made >= len(self._labels)
        # The pauses are shorter until all have been made once.
        self._next_making = now + (REMAKE_SECONDS if is_all else REMAKE_SECONDS / 10)
