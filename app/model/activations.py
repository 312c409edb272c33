"""The two non-linear functions of the network, each with its backward rule beside it.

Pure functions of arrays; the dtype that comes in goes out.
"""

import numpy as np

from app.model.arrays import FloatArray


def relu(x: FloatArray) -> FloatArray:
    """relu(x) = max(x, 0), element by element."""
    return np.maximum(x, 0)


def relu_grad(output: FloatArray, output_grad: FloatArray) -> FloatArray:
    """The gradient at relu's input, from relu's output and the gradient there (same shapes).

    d relu(x) / dx is 1 where x > 0, which is where the output is positive, and 0 elsewhere; at
    x = 0, where relu has no derivative, 0 is the usual choice.
    """
    return output_grad * (output > 0)


def log_softmax(logits: FloatArray) -> FloatArray:
    """Logarithms of the softmax of each row of logits (n, classes).

    log_softmax(z)_i = (z_i - max z) - log sum_j exp(z_j - max z). Subtracting the largest logit
    changes nothing mathematically and keeps exp from overflowing (Goodfellow, Bengio and Courville,
    Deep Learning, 2016, section 4.1).
    """
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probs: FloatArray = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return log_probs


def log_softmax_grad(log_probs: FloatArray, log_probs_grad: FloatArray) -> FloatArray:
    """The gradient at the logits, from log_softmax's output and the gradient there (n, classes).

    d log_softmax_i / dz_j = [i = j] - softmax_j, so the gradient at z_j is
    g_j - softmax_j * sum_i g_i.
    """
    row_sums = log_probs_grad.sum(axis=1, keepdims=True)
    logits_grad: FloatArray = log_probs_grad - np.exp(log_probs) * row_sums
    return logits_grad
