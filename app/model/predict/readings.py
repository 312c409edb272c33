"""What a network reads in drawings, as the page would say it: a digit, or why there is none."""

from typing import NamedTuple

import numpy as np

from app.model.arrays import ByteArray, FloatArray
from app.model.network import Network
from app.model.preprocessing import checked_images, normalize_drawing
from app.model.readability import READABLE, unreadable_because


class Reading(NamedTuple):
    """digit: 0-9, or None for a drawing that should not be named; probabilities: (10,) float32, all
    0 if the network gives no answer; unreadable: why, one of readability.REASONS, or READABLE."""

    digit: int | None
    probabilities: FloatArray
    unreadable: str


def read_drawings(network: Network, drawings: ByteArray) -> list[Reading]:
    """A reading for each drawing, (n, 784) uint8 as drawn: 0 blank paper to 255 full ink.

    They are normalized here (preprocessing.py). Raises ValueError for another shape and TypeError
    for another dtype.
    """
    drawings = np.atleast_2d(checked_images(drawings))
    if not len(drawings):
        return []
    seen = np.stack([normalize_drawing(drawing) for drawing in drawings])
    with np.errstate(all="ignore"):  # weights may overflow: then there is no answer
        log_probs = network.log_probs_of_images(seen)
    return [_reading(drawing, each) for drawing, each in zip(drawings, log_probs, strict=True)]


def _reading(drawing: ByteArray, log_probs: FloatArray) -> Reading:
    unreadable = unreadable_because(drawing, log_probs)
    has_answer = bool(np.isfinite(log_probs).all())
    return Reading(
        digit=int(log_probs.argmax()) if unreadable == READABLE else None,
        probabilities=np.exp(log_probs) if has_answer else np.zeros_like(log_probs),
        unreadable=unreadable,
    )
