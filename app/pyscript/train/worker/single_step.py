"""One training step to look at: the loss of its batch before and after the update."""

from typing import NamedTuple

from app.model.losses import cross_entropy
from app.model.metrics import accuracy
from app.model.network import Network
from app.model.optimizers import Optimizer
from app.model.training import train_step
from app.pyscript.samples.worker.sample_pool import Batch


class SingleStep(NamedTuple):
    """Mean cross-entropy and accuracy (0-1) of the batch before and after a step on this batch, at
    this learning rate."""

    samples: int
    learning_rate: float
    loss_before: float
    loss_after: float
    accuracy_before: float
    accuracy_after: float


def single_step(network: Network, optimizer: Optimizer, batch: Batch) -> SingleStep:
    result = train_step(network, optimizer, batch.images, batch.labels)
    log_probs = network.log_probs_of_images(batch.images)
    return SingleStep(
        len(batch.labels),
        optimizer.learning_rate,
        result.loss,
        cross_entropy(log_probs, batch.labels),
        result.accuracy,
        accuracy(log_probs, batch.labels),
    )
