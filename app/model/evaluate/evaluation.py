"""The figures of a network on samples that are all here: loss, accuracy, the confusion matrix."""

from typing import NamedTuple

import numpy as np

from app.model.arrays import ByteArray, IntArray
from app.model.losses import cross_entropy
from app.model.metrics import accuracy, confusion_matrix
from app.model.network import Network


class Evaluation(NamedTuple):
    """Mean cross-entropy, accuracy (0-1) and confusion matrix (10, 10), rows are labels."""

    loss: float
    accuracy: float
    confusion: IntArray


def evaluate(
    network: Network, images: ByteArray, labels: ByteArray, batch_size: int = 1000
) -> Evaluation:
    """Figures over images (n, 784) uint8 with labels (n,), n at least 1, a batch at a time."""
    log_probs = np.concatenate(
        [
            network.log_probs_of_images(images[start : start + batch_size])
            for start in range(0, len(images), batch_size)
        ]
    )
    return Evaluation(
        cross_entropy(log_probs, labels),
        accuracy(log_probs, labels),
        confusion_matrix(log_probs, labels),
    )
