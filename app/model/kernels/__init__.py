"""The arithmetic of the network, in two forms that give equal results up to rounding.

reference.py is NumPy, readable, and runs everywhere. simd.py does the same several times faster
where Python runs in WebAssembly, with kernels.c compiled to kernels.wasm. A `Network` uses the
kernels it was given. This module is only the interface of the two.
"""

from typing import NamedTuple, Protocol

from app.model.arrays import ByteArray, FloatArray
from app.model.optimizers import Optimizer, Params


class LossAndGrads(NamedTuple):
    """What one forward and backward pass gives.

    loss is the mean cross-entropy (losses.py); grads has the keys and shapes of `Network.params`;
    log_probs, (n, 10), are those of the forward pass, before any update.
    """

    loss: float
    grads: Params
    log_probs: FloatArray


class StepResult(NamedTuple):
    """Mean cross-entropy of the batch and accuracy (0-1) on its digits, from before the update.

    A batch without digits has an accuracy of 1.
    """

    loss: float
    accuracy: float


class Kernels(Protocol):
    """Functions of params, w1 (784, 128) and w2 (128, 10), and of a batch of n samples.

    inputs are (n, 784) in [0, 1]; images (n, 784) uint8; targets or labels (n,) uint8, 0-9 or
    NO_DIGIT (network.py), and ValueError is raised for others; n is at least 1.
    """

    @property
    def name(self) -> str:
        """One word that people may read: "numpy" or "simd"."""

    def log_probs(self, params: Params, inputs: FloatArray) -> FloatArray:
        """Log-probabilities of the ten digits, (n, 10)."""

    def log_probs_of_images(self, params: Params, images: ByteArray) -> FloatArray:
        """The same from images, which is faster."""

    def hidden_of_images(self, params: Params, images: ByteArray) -> FloatArray:
        """The activations of the hidden units, (n, 128), 0 or more."""

    def loss_and_grads(
        self, params: Params, inputs: FloatArray, targets: ByteArray
    ) -> LossAndGrads:
        """Mean cross-entropy over the batch and its gradients, by back-propagation."""

    def train_step(
        self, params: Params, optimizer: Optimizer, images: ByteArray, labels: ByteArray
    ) -> StepResult:
        """One update of the params, in place, by the optimizer."""
