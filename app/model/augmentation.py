"""Seeded distortions of training images. Validation and test images are never distorted."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from app.model.arrays import ByteArray
from app.model.preprocessing import SIDE


def shift_images(images: ByteArray, max_shift: int, rng: np.random.Generator) -> ByteArray:
    """Each image moved by whole pixels, up to max_shift along each axis, uniformly at random.

    images, (n, 784) uint8, and the result alike; what moves out is lost, what moves in is blank.
    """
    if max_shift == 0:
        return images
    count = len(images)
    margins = ((0, 0), (max_shift, max_shift), (max_shift, max_shift))
    padded = np.pad(images.reshape(count, SIDE, SIDE), margins)
    windows = sliding_window_view(padded, (SIDE, SIDE), axis=(1, 2))
    down, across = rng.integers(0, 2 * max_shift, (2, count), endpoint=True)
    shifted: ByteArray = windows[np.arange(count), down, across]
    return shifted.reshape(count, SIDE * SIDE)
