"""Wrong labels on purpose: a seed alone decides which samples have one, and which one."""

import numpy as np

from app.model.arrays import ByteArray, FloatArray, IntArray

DIGITS = 10


class LabelNoise:
    """For a set of `samples` samples. A sample that is wrong at one share is wrong, and wrong in
    the same way, at every larger one."""

    def __init__(self, samples: int, rng: np.random.Generator) -> None:
        self._thresholds: FloatArray = rng.random(samples)
        # From 1 to 9, so that every other digit is equally likely.
        self._shifts: ByteArray = rng.integers(1, DIGITS, samples, np.uint8)

    def apply(self, labels: ByteArray, numbers: IntArray, share: float) -> ByteArray:
        """Labels, (n,) uint8, of the samples with these numbers, (n,); `share`, 0 to 1, of the
        digits in the whole set are wrong; non-digits (10) stay as they are. Returns a copy."""
        wrong = (labels + self._shifts[numbers]) % DIGITS
        is_wrong = (self._thresholds[numbers] < share) & (labels < DIGITS)
        return np.where(is_wrong, wrong, labels)
