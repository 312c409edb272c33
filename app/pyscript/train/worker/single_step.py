"""One training step to look at: the loss of its batch before and after the update."""

from typing import TYPE_CHECKING

from app.model.losses import cross_entropy
from app.model.metrics import accuracy
from app.model.network import Network
from app.model.optimizers import Optimizer
from app.model.training import train_step
from app.pyscript.train.worker.sample_pool import Batch

if TYPE_CHECKING:
    from app.pyscript.train.records import SingleStep


def single_step(network: Network, optimizer: Optimizer, batch: Batch) -> "SingleStep":
    result = train_step(network, optimizer, batch.images, batch.labels)
    log_probs = network.log_probs_of_images(batch.images)
    return {
        "samples": len(batch.labels),
        "learning_rate": optimizer.learning_rate,
        "loss_before": result.loss,
        "loss_after": cross_entropy(log_probs, batch.labels),
        "accuracy_before": result.accuracy,
        "accuracy_after": accuracy(log_probs, batch.labels),
    }
