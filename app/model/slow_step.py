"""One step of training on a single sample, taken apart: every array between pixels and new weights.

For people who want to watch. The kernels compute the same at once and keep nothing (see kernels/);
tests check that the two agree. Nothing here changes the parameters that it is given.
"""

from typing import NamedTuple

import numpy as np

from app.model.activations import log_softmax, log_softmax_grad, relu, relu_grad
from app.model.arrays import FloatArray
from app.model.losses import cross_entropy, cross_entropy_grad
from app.model.optimizers import Optimizer, Params


class ForwardPass(NamedTuple):
    """From inputs (1, 784) in [0, 1] to log-probabilities (1, 10).

    sums (1, 128), the pre-activations of the hidden units; hidden (1, 128), their activations;
    logits (1, 10).
    """

    inputs: FloatArray
    sums: FloatArray
    hidden: FloatArray
    logits: FloatArray
    log_probs: FloatArray


class BackwardPass(NamedTuple):
    """The cross-entropy of one label, and its gradients.

    logits_grad (1, 10); hidden_grad (1, 128), at the pre-activations; grads, with the keys and
    shapes of the parameters.
    """

    loss: float
    logits_grad: FloatArray
    hidden_grad: FloatArray
    grads: Params


class Update(NamedTuple):
    """The parameters after an optimizer's step, and the loss on the same sample then."""

    params: Params
    loss: float


def forward_pass(params: Params, inputs: FloatArray) -> ForwardPass:
    """Read one sample, inputs (1, 784) in [0, 1], with w1 (784, 128) and w2 (128, 10)."""
    sums = inputs @ params["w1"]
    hidden = relu(sums)
    logits = hidden @ params["w2"]
    return ForwardPass(inputs, sums, hidden, logits, log_softmax(logits))


def backward_pass(params: Params, forward: ForwardPass, label: int) -> BackwardPass:
    """How the loss on this sample changes with each number; label, 0-9."""
    targets = np.array([label], np.uint8)
    log_probs_grad = cross_entropy_grad(forward.log_probs, targets)
    logits_grad = log_softmax_grad(forward.log_probs, log_probs_grad)
    hidden_grad = relu_grad(forward.hidden, logits_grad @ params["w2"].T)
    grads: Params = {"w1": forward.inputs.T @ hidden_grad, "w2": forward.hidden.T @ logits_grad}
    return BackwardPass(cross_entropy(forward.log_probs, targets), logits_grad, hidden_grad, grads)


def update(
    params: Params, optimizer: Optimizer, grads: Params, inputs: FloatArray, label: int
) -> Update:
    """The parameters after a step of the optimizer, as a copy; the optimizer remembers the step."""
    updated = {name: values.copy() for name, values in params.items()}
    optimizer.update(updated, grads)
    log_probs = forward_pass(updated, inputs).log_probs
    return Update(updated, cross_entropy(log_probs, np.array([label], np.uint8)))
