"""Cross-entropy, from log-probabilities, with its backward rule beside it."""

import numpy as np

from app.model.arrays import ByteArray, FloatArray


def cross_entropy(log_probs: FloatArray, targets: ByteArray) -> float:
    """The mean over the batch of -log p(target).

    log_probs, (n, classes), n at least 1; targets, (n,) whole numbers below classes. Summed in
    float64, where no sum of finite float32 numbers overflows.
    """
    return -float(log_probs[np.arange(len(targets)), targets].mean(dtype=np.float64))


def cross_entropy_grad(log_probs: FloatArray, targets: ByteArray) -> FloatArray:
    """The gradient at the log-probabilities, (n, classes): -1/n at each target, 0 elsewhere."""
    grad = np.zeros_like(log_probs)
    grad[np.arange(len(targets)), targets] = -1 / len(targets)
    return grad
