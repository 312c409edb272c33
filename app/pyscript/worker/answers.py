"""Finds out whether a network gives an answer. It gives none when its numbers are too large.

Even with finite weights, sums of their products can overflow float32, and infinity minus infinity
is not a number. Such an answer counts as wrong, and visitors read that there is none. It never
reaches the page, because JSON cannot hold such numbers.
"""

import numpy as np
from numpy.typing import NDArray

from app.model.arrays import ByteArray, FloatArray
from app.model.network import Network
from app.pyscript import texts as common

NO_ANSWER = "no answer"
"""One more reason why a drawing is not named, besides those of app.model.readability."""


class NoAnswerError(ValueError):
    """A call needs a network that gives answers; `str()` says what to do."""

    def __init__(self, message: str = common.PREDICTION_NO_ANSWER) -> None:
        super().__init__(message)


def read(network: Network, images: ByteArray) -> FloatArray:
    """The network's log-probabilities, (n, 10), for images (n, 784) uint8: see are_answers.

    It turns off NumPy's warnings of overflow; the callers tell the visitor in words.
    """
    with np.errstate(all="ignore"):
        return network.log_probs_of_images(images)


def are_answers(log_probs: FloatArray) -> NDArray[np.bool_]:
    """Which rows of log_probs (n, 10) are answers, (n,): rows with only finite numbers."""
    return np.logical_and.reduce(np.isfinite(log_probs), axis=1)


def share_right(log_probs: FloatArray, labels: ByteArray) -> float:
    """The share, 0 to 1, of rows of log_probs (n, 10) that are answers and match labels (n,)."""
    is_right = log_probs.argmax(axis=1) == labels
    return float((is_right & are_answers(log_probs)).mean())
