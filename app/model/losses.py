"""Cross-entropy, from log-probabilities, with its backward rule beside it.

A target below the number of classes is a class, as usual. A target equal to it marks a sample of no
class, to be answered evenly: its loss is the Kullback-Leibler divergence of the uniform
distribution from the answer, -mean_j log p_j - ln classes, 0 for an even answer ("outlier
exposure", Hendrycks, Mazeika and Dietterich, "Deep Anomaly Detection with Outlier Exposure", ICLR
2019, equation 1 and section 4.3).
"""

import numpy as np
from numpy.typing import NDArray

from app.model.arrays import ByteArray, FloatArray


def cross_entropy(log_probs: FloatArray, targets: ByteArray) -> float:
    """The mean over the batch of -log p(target), or of the divergence where the target is no class.

    log_probs, (n, classes), n at least 1; targets, (n,) whole numbers up to classes. Summed in
    float64, where no sum of finite float32 numbers overflows. Raises ValueError for larger targets.
    """
    is_class = _is_class(log_probs, targets)
    of_classes = log_probs[is_class, targets[is_class]].sum(dtype=np.float64)
    classes = log_probs.shape[1]
    of_no_class = log_probs[~is_class].sum(dtype=np.float64) / classes
    no_class_count = len(targets) - np.count_nonzero(is_class)
    return -float(of_classes + of_no_class + no_class_count * np.log(classes)) / len(targets)


def cross_entropy_grad(log_probs: FloatArray, targets: ByteArray) -> FloatArray:
    """The gradient at the log-probabilities, (n, classes): -1/n at each target, 0 elsewhere; where
    the target is no class, -1/n spread over all classes. Raises ValueError likewise.
    """
    is_class = _is_class(log_probs, targets)
    grad = np.zeros_like(log_probs)
    grad[is_class, targets[is_class]] = -1 / len(targets)
    grad[~is_class] = -1 / len(targets) / log_probs.shape[1]
    return grad


def _is_class(log_probs: FloatArray, targets: ByteArray) -> NDArray[np.bool_]:
    """Which targets are classes, (n,)."""
    classes = log_probs.shape[1]
    if (targets > classes).any():
        raise ValueError(f"expected labels from 0 to {classes}, found {targets.max()}")
    is_class: NDArray[np.bool_] = targets < classes
    return is_class
