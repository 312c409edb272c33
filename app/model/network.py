"""The network: 784 -> 128 ReLU -> 10 log-softmax, without biases.

It owns the parameters and knows how to predict and how to compute gradients. It does not update
itself (see optimizers.py) and does not scale pixels (see preprocessing.py).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from app.model.activations import log_softmax, log_softmax_grad, relu, relu_grad
from app.model.arrays import ByteArray, FloatArray
from app.model.initializers import Initializer
from app.model.losses import cross_entropy, cross_entropy_grad

INPUT_SIZE = 784
HIDDEN_SIZE = 128
OUTPUT_SIZE = 10
SHAPES = {"w1": (INPUT_SIZE, HIDDEN_SIZE), "w2": (HIDDEN_SIZE, OUTPUT_SIZE)}


class LossAndGrads(NamedTuple):
    """What one forward and backward pass gives.

    loss is the mean cross-entropy; grads has the keys and shapes of `Network.params`; log_probs,
    (n, 10), are those of the forward pass, before any update.
    """

    loss: float
    grads: dict[str, FloatArray]
    log_probs: FloatArray


class Network:
    """Two layers of weights, w1 (784, 128) and w2 (128, 10), float32 unless told otherwise."""

    def __init__(self, w1: FloatArray, w2: FloatArray, dtype: DTypeLike = np.float32) -> None:
        """Copy the weights. Raises ValueError for a wrong shape or a value that is not finite.

        dtype is float32 everywhere but in gradient checks, which need float64.
        """
        self.params: dict[str, FloatArray] = {
            name: np.empty(shape, dtype) for name, shape in SHAPES.items()
        }
        self.load(w1, w2)

    @classmethod
    def initialize(
        cls, initializer: Initializer, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> "Network":
        """A new network whose weights come from `initializer` (see initializers.py)."""
        return cls(initializer(SHAPES["w1"], rng), initializer(SHAPES["w2"], rng), dtype)

    def load(self, w1: FloatArray, w2: FloatArray) -> None:
        """Replace the parameters in place, so that whoever holds `params` sees the new values.

        Raises ValueError for a wrong shape or a value that is not finite, and then changes nothing.
        """
        dtype = self.params["w1"].dtype
        new_params = {"w1": _checked("w1", w1, dtype), "w2": _checked("w2", w2, dtype)}
        for name, values in new_params.items():
            self.params[name][...] = values

    def copy(self) -> "Network":
        """A network of its own with the same weights."""
        return Network(self.params["w1"], self.params["w2"], self.params["w1"].dtype)

    def log_probs(self, inputs: FloatArray) -> FloatArray:
        """Log-probabilities of the ten digits, (n, 10), for inputs (n, 784) in [0, 1]."""
        return log_softmax(self._hidden(inputs) @ self.params["w2"])

    def loss_and_grads(self, inputs: FloatArray, targets: ByteArray) -> LossAndGrads:
        """Mean cross-entropy over the batch and its gradients, by back-propagation.

        inputs, (n, 784) in [0, 1], n at least 1; targets, (n,) digits 0-9.
        """
        hidden = self._hidden(inputs)
        log_probs = log_softmax(hidden @ self.params["w2"])

        # For y = x @ w: dL/dw = x^T dL/dy and dL/dx = dL/dy w^T.
        logits_grad = log_softmax_grad(log_probs, cross_entropy_grad(log_probs, targets))
        hidden_grad = relu_grad(hidden, logits_grad @ self.params["w2"].T)
        grads: dict[str, FloatArray] = {
            "w1": inputs.T @ hidden_grad,
            "w2": hidden.T @ logits_grad,
        }
        return LossAndGrads(cross_entropy(log_probs, targets), grads, log_probs)

    def _hidden(self, inputs: FloatArray) -> FloatArray:
        return relu(inputs @ self.params["w1"])


def _checked(name: str, values: FloatArray, dtype: DTypeLike) -> FloatArray:
    """The values in dtype, if their shape is right and they are finite in that dtype."""
    if values.shape != SHAPES[name]:
        raise ValueError(f"{name}: expected shape {SHAPES[name]}, found {values.shape}")
    with np.errstate(over="ignore"):  # float64 beyond float32 becomes infinity, refused below
        converted = values.astype(dtype, copy=False)
    if not np.isfinite(converted).all():
        raise ValueError(
            f"{name}: expected finite {np.dtype(dtype)} numbers, found NaN or infinity"
        )
    return converted
