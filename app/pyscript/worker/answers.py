"""Whether a network answers at all: where its numbers have grown too large, it does not.

Finite weights are no guarantee: sums of their products overflow float32, and infinity less infinity
is not a number. Such an answer counts as wrong, is said to be none, and never reaches the page,
since JSON has no numbers like it.
"""

import numpy as np
from numpy.typing import NDArray

from app.model.arrays import ByteArray, FloatArray
from app.model.network import Network
from app.pyscript import texts as common

NO_ANSWER = "no answer"
"""Why a drawing is not named, beside the reasons of app.model.readability."""


class NoAnswerError(ValueError):
    """Something was asked that only a network with answers can tell; `str()` says what to do."""

    def __init__(self, message: str = common.PREDICTION_NO_ANSWER) -> None:
        super().__init__(message)


def read(network: Network, inputs: FloatArray) -> FloatArray:
    """The network's log-probabilities, (n, 10), for inputs (n, 784) in [0, 1]: see are_answers.

    Without NumPy's warnings of what overflows: who asked says it in words.
    """
    with np.errstate(all="ignore"):
        return network.log_probs(inputs)


def are_answers(log_probs: FloatArray) -> NDArray[np.bool_]:
    """Which rows of log_probs (n, 10) are answers, (n,): those whose numbers are all finite."""
    return np.logical_and.reduce(np.isfinite(log_probs), axis=1)


def share_right(log_probs: FloatArray, labels: ByteArray) -> float:
    """The share, 0 to 1, of rows of log_probs (n, 10) that are answers and right (n,)."""
    is_right = log_probs.argmax(axis=1) == labels
    return float((is_right & are_answers(log_probs)).mean())
