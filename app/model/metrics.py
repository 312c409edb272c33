"""How good predictions are: accuracy, calibration, the confusion matrix with per-digit figures.

Weights that are too large give NaN. That is not an answer, and never right; `argmax` alone would
read it as a 0.
"""

import math

import numpy as np

from app.model.arrays import ByteArray, FloatArray, IntArray

NO_ANSWER = -1
"""What is read where the network gives no probabilities: no label is equal to it."""


def predictions(log_probs: FloatArray) -> IntArray:
    """The digit at which each row of log_probs (n, 10) is largest, (n,), or NO_ANSWER for a row
    with NaN in it."""
    # NaN spreads to the maximum of its row.
    has_answer = np.isfinite(log_probs.max(axis=1))
    predicted: IntArray = np.where(has_answer, log_probs.argmax(axis=1), NO_ANSWER)
    return predicted


def accuracy(log_probs: FloatArray, labels: ByteArray) -> float:
    """The share, 0 to 1, of the digits among the samples that are read right.

    log_probs, (n, 10), are largest at the digit that is read; labels, (n,), are 0-9, or 10 for
    non-digits, which do not count. Without any digits it is 1.
    """
    is_digit = labels < log_probs.shape[1]
    digits = np.count_nonzero(is_digit)
    is_right = (predictions(log_probs) == labels) & is_digit
    return np.count_nonzero(is_right) / digits if digits else 1.0


def confusion_matrix(log_probs: FloatArray, labels: ByteArray) -> IntArray:
    """Counts, (10, 10) int64: row is the label, column the predicted digit. Samples without an
    answer are in no column."""
    predicted = predictions(log_probs)
    has_answer = predicted != NO_ANSWER
    pairs = labels[has_answer].astype(np.int64) * 10 + predicted[has_answer]
    return np.bincount(pairs, minlength=100).astype(np.int64).reshape(10, 10)


def recall(confusion: IntArray, labels: ByteArray | None = None) -> FloatArray:
    """Of the samples of each digit, the share read right, (10,); 0 for a digit without samples.

    Give the labels (n,) too where some samples may have no answer: they are not in the matrix, but
    they count.
    """
    counts = confusion.sum(axis=1) if labels is None else np.bincount(labels, minlength=10)
    shares: FloatArray = np.diagonal(confusion) / np.maximum(counts, 1)
    return shares


def precision(confusion: IntArray) -> FloatArray:
    """Of the samples read as each digit, the share that is that digit, (10,); 0 for one never
    read."""
    shares: FloatArray = np.diagonal(confusion) / np.maximum(confusion.sum(axis=0), 1)
    return shares


def calibration_error(log_probs: FloatArray, labels: ByteArray, bins: int = 15) -> float:
    """How far stated confidence is from the share read right, 0 to 1, 0 is best.

    The expected calibration error: predictions are put into bins of equal width by their largest
    probability; the difference between its mean and the accuracy in each bin is averaged over all
    predictions (Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", ICML
    2017, equation 3, with the 15 bins that they use). Samples without an answer state no confidence
    and are left out; where none has one, it is NaN.
    """
    predicted = predictions(log_probs)
    has_answer = predicted != NO_ANSWER
    if not has_answer.any():
        return math.nan
    log_probs, labels, predicted = (each[has_answer] for each in (log_probs, labels, predicted))
    confidence = np.exp(log_probs.max(axis=1).astype(np.float64))
    is_right = predicted == labels
    bin_numbers = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    surplus = np.bincount(bin_numbers, weights=confidence - is_right, minlength=bins)
    return float(np.abs(surplus).sum() / len(labels))
