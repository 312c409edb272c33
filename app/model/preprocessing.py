"""From pixels to network input: the only definition of that contract.

MNIST's makers fitted each digit into a 20x20 box and centered it by its mass in 28x28 (LeCun,
Bottou, Bengio and Haffner, "Gradient-Based Learning Applied to Document Recognition", 1998,
section III.A). A drawing goes through the same treatment before the network reads it; stored
samples already had it. Beforehand a drawing is set upright, as they did for one of their
experiments: 128 hidden units need not learn every slant then. Scaling 0-255 to [0, 1] happens here
and, folded into the kernels that read images, in kernels/kernels.c.
"""

import math
from functools import lru_cache

import numpy as np

from app.model.arrays import ByteArray, FloatArray
from app.model.ink import INK_THRESHOLD, crop_to_ink, without_specks

SIDE = 28
BOX_SIDE = 20
CENTER = 14
"""Index of the row and column on which the center of mass lands: that of MNIST on average."""
GREATEST_LEAN = 0.6
"""Columns for each row, 31 degrees: ink that leans further, such as a slash, is corrected by no
more."""
TIE_BREAKER = 1e-6
"""Added before rounding. Halves are common here, and matrix products differ in their last digits
between machines: with this, all machines round halves up, and see the same pixels."""


def to_inputs(images: ByteArray) -> FloatArray:
    """Network inputs, (n, 784) float32 in [0, 1], from uint8 images (n, 784) or one image (784,).

    Raises ValueError for another shape and TypeError for another dtype.
    """
    return np.atleast_2d(checked_images(images)) / np.float32(255)


def checked_images(images: ByteArray) -> ByteArray:
    """The images themselves, if they are (n, 784) or (784,) uint8.

    Raises ValueError for another shape and TypeError for another dtype, which most often means
    pixels that have been scaled already.
    """
    if images.dtype != np.uint8:
        raise TypeError(f"expected uint8 pixels, found {images.dtype}")
    if images.ndim not in (1, 2) or images.shape[-1] != SIDE * SIDE:
        raise ValueError(f"expected images of shape (n, 784) or (784,), found {images.shape}")
    return images


def normalize_drawing(pixels: ByteArray) -> ByteArray:
    """A drawing, (784,) uint8, as MNIST would show it, (784,) uint8: see `normalize_image`.

    A drawing without ink comes back all 0. Raises ValueError for another shape and TypeError for
    another dtype.
    """
    if checked_images(pixels).ndim != 1:
        raise ValueError(f"expected pixels of shape (784,), found {pixels.shape}")
    return normalize_image(pixels.reshape(SIDE, SIDE)).ravel()


def normalize_image(image: ByteArray) -> ByteArray:
    """The ink of an image of any size, (height, width) uint8, in a 28x28 image as MNIST shows it.

    Takes out stray specks, crops to the ink (both in ink.py), sets it upright, scales its longer
    side to 20 pixels, antialiased and in proportion, and places it so that its center of mass is as
    near to pixel (14, 14) as whole pixels allow without cutting ink off. Without ink, the result is
    all 0.
    """
    normalized = np.zeros((SIDE, SIDE), np.uint8)
    cropped = crop_to_ink(without_specks(image))
    if not cropped.size:
        return normalized
    digit = _fit_box(cropped)
    top = _first_index(digit.sum(axis=1))
    left = _first_index(digit.sum(axis=0))
    height, width = digit.shape
    normalized[top : top + height, left : left + width] = np.floor(digit + 0.5 + TIE_BREAKER)
    return normalized


def _fit_box(image: ByteArray) -> FloatArray:
    """The image, cropped to its ink, upright and scaled so that its longer side is 20 pixels,
    float64 still in 0-255.

    Each row moves sideways by as much as the ink leans there, in the same resampling.
    """
    height, width = image.shape
    lean, middle = _lean(image)
    ink = image > INK_THRESHOLD
    rows = np.flatnonzero(ink.any(axis=1))
    moved = lean * (rows - middle)
    left = float((ink[rows].argmax(axis=1) - moved).min())
    right = float((width - ink[rows, ::-1].argmax(axis=1) - moved).max())

    scale = max(height, right - left) / BOX_SIDE
    new_height = max(1, round(height / scale))
    new_width = max(1, round((right - left) / scale))
    scaled_down = _resampling_matrix(height, new_height) @ image
    row_centers = (np.arange(new_height) + 0.5) * (height / new_height) - 0.5
    step = (right - left) / new_width
    columns = left + (np.arange(new_width) + 0.5) * step - 0.5
    positions = columns + lean * (row_centers - middle)[:, None]
    across = _resampling_weights(positions, width, step)
    digit: FloatArray = np.einsum("rnc,rc->rn", across, scaled_down)
    return digit


def _lean(image: ByteArray) -> tuple[float, float]:
    """How far the ink leans: columns that it moves to the right for each row further down, and the
    row of its center of mass.

    The slope of columns on rows by second moments, cov(x, y) / var(y), which makes the principal
    axis of the sheared ink vertical (LeCun et al., 1998, section III.A). Both come from whole
    numbers, without rounding: ink that is symmetric leans by exactly 0 on every machine.
    """
    rows, columns = np.arange(image.shape[0]), np.arange(image.shape[1])
    ink_of_rows = image.sum(axis=1, dtype=np.int64)
    ink, y, yy = (int(ink_of_rows @ rows**power) for power in (0, 1, 2))
    moments = rows @ image  # of each column
    x, xy = int(image.sum(axis=0, dtype=np.int64) @ columns), int(moments @ columns)
    variance, covariance = yy * ink - y * y, xy * ink - x * y
    if variance <= 0:
        return 0.0, y / ink
    return min(max(covariance / variance, -GREATEST_LEAN), GREATEST_LEAN), y / ink


def _resampling_weights(positions: FloatArray, size: int, step: float) -> FloatArray:
    """Weights (rows, new, size) float64 that resample each row at its own positions (rows, new).

    Triangular as in `_resampling_matrix`, where new pixels are `step` old ones apart. Within the
    row they sum to 1; beyond its ends is paper.
    """
    reach = max(step, 1)
    weights = np.maximum(1 - np.abs(positions[:, :, None] - np.arange(size)) / reach, 0)
    is_within = (positions >= -0.5 - TIE_BREAKER) & (positions <= size - 0.5 + TIE_BREAKER)
    sums = np.where(is_within, weights.sum(axis=2), reach)
    normalized_weights: FloatArray = weights / sums[:, :, None]
    return normalized_weights


@lru_cache(maxsize=1024)
def _resampling_matrix(size: int, new_size: int) -> FloatArray:
    """Weights (new_size, size) float64, each row summing to 1, that resample a line of pixels.

    Each new pixel is a mean of the old ones around its center with triangular weights, one old
    pixel wide on either side when enlarging (linear interpolation), one new pixel wide when
    reducing (so that no old pixel is skipped: antialiasing). At equal sizes it is the identity.
    """
    scale = size / new_size
    centers = (np.arange(new_size) + 0.5) * scale - 0.5
    distances = np.abs(centers[:, None] - np.arange(size)) / max(scale, 1)
    weights = np.maximum(1 - distances, 0)
    normalized_weights: FloatArray = weights / weights.sum(axis=1, keepdims=True)
    normalized_weights.flags.writeable = False  # the next caller gets the same array
    return normalized_weights


def _first_index(profile: FloatArray) -> int:
    """Where a line of ink has to begin for its center of mass to land on CENTER, all inside."""
    center_of_mass = float(profile @ np.arange(len(profile)) / profile.sum())
    first_index = math.floor(CENTER - center_of_mass + 0.5 + TIE_BREAKER)
    return min(max(first_index, 0), SIDE - len(profile))
