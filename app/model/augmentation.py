"""Seeded distortions of training images. Validation and test images are never distorted.

Each image gets its own small rotation, scaling, shear, shift and elastic deformation (Simard,
Steinkraus and Platt, "Best Practices for Convolutional Neural Networks Applied to Visual Document
Analysis", 2003) and its own stroke thickness, all in one resampling.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from app.model.arrays import ByteArray, FloatArray, IntArray
from app.model.preprocessing import CENTER, SIDE

CHUNK = 256
"""Images distorted at a time: few enough for their intermediate arrays to stay in the cache."""


@dataclass(frozen=True)
class Distortion:
    """The largest change in each respect; each image draws its own uniformly up to it."""

    rotation_degrees: float = 13
    scale: float = 0.13
    """Of width and height, each on its own."""
    shear: float = 0.2
    """Columns that a row moves for each row away from the center."""
    shift: float = 1
    """Pixels along each axis."""
    elastic: float = 0.7
    """Pixels along each axis: the standard deviation of a displacement at each knot of a grid."""
    elastic_knots: int = 6
    """Knots along each side of that grid; bilinear in between."""
    thickness: float = 0.4
    """Share of the way to strokes a pixel thicker, or a pixel thinner, all around."""


def distort_images(
    images: ByteArray, distortion: Distortion, rng: np.random.Generator
) -> ByteArray:
    """Each image, (n, 784) uint8, distorted in its own way; the result has the same shape and
    dtype.

    What moves out of the picture is lost, what moves in is blank.
    """
    distorted = np.empty_like(images)
    for start in range(0, len(images), CHUNK):
        chunk = slice(start, start + CHUNK)
        distorted[chunk] = _distort(images[chunk], distortion, rng)
    return distorted


def _distort(images: ByteArray, distortion: Distortion, rng: np.random.Generator) -> ByteArray:
    count = len(images)
    if distortion.thickness:
        images = _thicken(images, rng.uniform(-1, 1, count) * distortion.thickness)
    # (2, n, 784): where each pixel comes from.
    from_y, from_x = _coefficients(count, distortion, rng) @ _basis(distortion.elastic_knots)
    return _sample(images, from_y, from_x)


def _coefficients(count: int, distortion: Distortion, rng: np.random.Generator) -> FloatArray:
    """(2, count, 3 + knots ** 2) float32: y and x of the source as sums of the basis's fields."""
    angle = np.deg2rad(rng.uniform(-1, 1, count) * distortion.rotation_degrees)
    scale_y, scale_x = 1 + rng.uniform(-1, 1, (2, count)) * distortion.scale
    shear = rng.uniform(-1, 1, count) * distortion.shear
    shifts = rng.uniform(-1, 1, (2, count)) * distortion.shift
    knots = distortion.elastic_knots**2
    coefficients = np.empty((2, count, 3 + knots), np.float32)
    cosine, sine = np.cos(angle), np.sin(angle)
    coefficients[0, :, 0] = cosine / scale_y
    coefficients[0, :, 1] = -sine / scale_y
    coefficients[1, :, 0] = (sine + shear * cosine) / scale_x
    coefficients[1, :, 1] = (cosine - shear * sine) / scale_x
    coefficients[:, :, 2] = CENTER + shifts
    coefficients[:, :, 3:] = rng.normal(0, 1, (2, count, knots)) * distortion.elastic
    return coefficients


def _basis(knots: int) -> FloatArray:
    """(3 + knots ** 2, 784) float32: y and x from the center, 1, and each knot's bilinear tent."""
    from_center = np.arange(SIDE) - CENTER
    y, x = (axis.ravel() for axis in np.meshgrid(from_center, from_center, indexing="ij"))
    positions = np.arange(SIDE) * (knots - 1) / (SIDE - 1)
    tents = np.maximum(1 - np.abs(positions - np.arange(knots)[:, None]), 0)
    elastic = np.einsum("ir,jc->ijrc", tents, tents).reshape(knots**2, SIDE**2)
    return np.concatenate([y[None], x[None], np.ones((1, SIDE**2)), elastic]).astype(np.float32)


def _sample(images: ByteArray, from_y: FloatArray, from_x: FloatArray) -> ByteArray:
    """Intensities of each image at its own positions (n, 784), bilinear; blank outside."""
    count = len(images)
    # One blank pixel all around, and positions kept inside it: nothing else to check.
    width = SIDE + 2
    padded = np.zeros((count, width, width), np.uint8)
    padded[:, 1:-1, 1:-1] = images.reshape(count, SIDE, SIDE)
    y = np.clip(from_y + 1, 0, width - 1.001)
    x = np.clip(from_x + 1, 0, width - 1.001)
    top, left = y.astype(np.int32), x.astype(np.int32)
    y -= top
    x -= left
    index = top * width + left
    index += np.arange(count, dtype=np.int32)[:, None] * width**2
    flat = padded.ravel()
    upper = _between(flat, index, x)
    index += width
    lower = _between(flat, index, x)
    lower -= upper
    lower *= y
    upper += lower
    upper += 0.5
    return upper.astype(np.uint8)


def _between(flat: ByteArray, index: IntArray, share: FloatArray) -> FloatArray:
    """Interpolated, float32: this share of the way from the pixels at `index` to those right of
    them."""
    left = flat.take(index).astype(np.float32)
    right = flat.take(index + 1).astype(np.float32)
    right -= left
    right *= share
    left += right
    return left


def _thicken(images: ByteArray, amounts: FloatArray) -> ByteArray:
    """Images with thicker strokes, by amounts (n,) of up to a pixel, or thinner ones, down to -1.

    Thicker by a pixel is the largest of each pixel and its four neighbors, thinner the smallest.
    """
    count = len(images)
    padded = np.pad(images.reshape(count, SIDE, SIDE), ((0, 0), (1, 1), (1, 1)))
    extremes = np.empty((count, SIDE, SIDE), np.uint8)
    for chosen, extreme in ((amounts > 0, np.maximum), (amounts <= 0, np.minimum)):
        part = padded[chosen]
        found = extreme(part[:, :-2, 1:-1], part[:, 2:, 1:-1])
        for neighbor in (part[:, 1:-1, 1:-1], part[:, 1:-1, :-2], part[:, 1:-1, 2:]):
            extreme(found, neighbor, out=found)
        extremes[chosen] = found
    blended = images.astype(np.float32)
    difference = extremes.reshape(count, SIDE**2).astype(np.float32)
    difference -= blended
    difference *= np.abs(amounts).astype(np.float32)[:, None]
    blended += difference
    blended += 0.5
    return blended.astype(np.uint8)


def shift_images(images: ByteArray, max_shift: int, rng: np.random.Generator) -> ByteArray:
    """Each image moved by whole pixels, up to max_shift along each axis, uniformly at random.

    images and the result are (n, 784) uint8; what moves out is lost, what moves in is blank.
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
