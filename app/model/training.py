"""Single steps of training: the caller decides how long to go on.

The worker trains in slices between answering the page, the command line and the API train in one
go (train/loop.py); all call `train_step`.
"""

from typing import NamedTuple

import numpy as np

from app.model.arrays import ByteArray, FloatArray
from app.model.kernels import StepResult
from app.model.losses import cross_entropy
from app.model.network import Network
from app.model.optimizers import Optimizer

TUNE_LEARNING_RATE = 0.003
"""Where a tuning step begins. Measured on the shipped kind of weights and 25 misread drawings: one
step puts 17 right and costs 0.0003 of validation accuracy on average; 0.01 puts 22 right and costs
0.002, 0.03 all and 0.036."""
TUNE_HALVINGS = 20
SUFFICIENT_DECREASE = 1e-4
"""A step has to reach at least this share of the decrease that the slope predicts."""


class TuneResult(NamedTuple):
    """Cross-entropy of the one sample before and after the step."""

    loss_before: float
    loss_after: float


def train_step(
    network: Network, optimizer: Optimizer, images: ByteArray, labels: ByteArray
) -> StepResult:
    """One update of the network from a batch: images (n, 784) uint8, labels (n,) uint8 0-9."""
    return network.kernels.train_step(network.params, optimizer, images, labels)


def tune_step(network: Network, inputs: FloatArray, label: int) -> TuneResult:
    """One gradient step on one sample, inputs (1, 784) in [0, 1], that lowers its loss.

    The step begins at TUNE_LEARNING_RATE and is halved until the loss falls enough for the slope:
    backtracking line search with the Armijo condition (Nocedal and Wright, Numerical Optimization,
    2nd edition, 2006, algorithm 3.1). Where no step can lower it, because the loss is all but 0
    already or the input is blank, the network stays as it was and both losses are equal.
    """
    targets = np.array([label], np.uint8)
    loss_before, grads, _ = network.loss_and_grads(inputs, targets)
    slope = sum(float(np.vdot(grad, grad)) for grad in grads.values())
    start = network.copy().params
    learning_rate = TUNE_LEARNING_RATE
    for _ in range(TUNE_HALVINGS):
        stepped = {name: start[name] - learning_rate * grads[name] for name in start}
        network.load(stepped["w1"], stepped["w2"])
        loss_after = cross_entropy(network.log_probs(inputs), targets)
        if loss_after < loss_before - SUFFICIENT_DECREASE * learning_rate * slope:
            return TuneResult(loss_before, loss_after)
        learning_rate /= 2
    network.load(start["w1"], start["w2"])
    return TuneResult(loss_before, loss_before)
