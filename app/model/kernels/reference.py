"""The network's arithmetic in NumPy: the definition that the other kernels are compared with.

Where NumPy was built with a BLAS, products are `@`. Without one, as in Pyodide, `@` is a plain loop
that walks its second operand across memory. There einsum is faster, if both operands are contiguous
along the axis that is summed; and columns of the input that are blank in the whole batch, a third
of them in 128 digits of MNIST, are left out: they add nothing.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.model.activations import log_softmax, log_softmax_grad, relu, relu_grad
from app.model.arrays import ByteArray, FloatArray, IntArray
from app.model.kernels import LossAndGrads, StepResult
from app.model.losses import cross_entropy, cross_entropy_grad
from app.model.metrics import accuracy
from app.model.optimizers import Optimizer, Params
from app.model.preprocessing import to_inputs


def numpy_has_blas() -> bool:
    """Whether NumPy says that it was built with a BLAS."""
    config = np.show_config(mode="dicts")
    return bool(config["Build Dependencies"]["blas"].get("found", False))


def einsum_product(a: FloatArray, b: FloatArray) -> FloatArray:
    """a @ b, (n, k) x (k, m): dot products of rows of a and columns of b, both contiguous."""
    product: FloatArray = np.einsum("ij,kj->ik", np.ascontiguousarray(a), np.ascontiguousarray(b.T))
    return product


class Batch(NamedTuple):
    """The columns of a batch that are computed with: inputs (n, k), or all of them."""

    inputs: FloatArray
    columns: IntArray | None


class ReferenceKernels:
    """See `Kernels`; of any float dtype, which params and inputs share."""

    name = "numpy"

    def __init__(self, has_blas: bool) -> None:
        self._skips_blank = not has_blas
        self._product: Callable[[FloatArray, FloatArray], FloatArray] = (
            np.matmul if has_blas else einsum_product
        )

    def log_probs(self, params: Params, inputs: FloatArray) -> FloatArray:
        hidden = self._hidden(params, self._batch(inputs))
        return log_softmax(self._product(hidden, params["w2"]))

    def log_probs_of_images(self, params: Params, images: ByteArray) -> FloatArray:
        return self.log_probs(params, to_inputs(images))

    def hidden_of_images(self, params: Params, images: ByteArray) -> FloatArray:
        return self.hidden(params, to_inputs(images))

    def hidden(self, params: Params, inputs: FloatArray) -> FloatArray:
        """The same from inputs, for views inside the network."""
        return self._hidden(params, self._batch(inputs))

    def loss_and_grads(
        self, params: Params, inputs: FloatArray, targets: ByteArray
    ) -> LossAndGrads:
        batch = self._batch(inputs)
        hidden = self._hidden(params, batch)
        log_probs = log_softmax(self._product(hidden, params["w2"]))

        # For y = x @ w: dL/dw = x^T dL/dy and dL/dx = dL/dy w^T.
        logits_grad = log_softmax_grad(log_probs, cross_entropy_grad(log_probs, targets))
        hidden_grad = relu_grad(hidden, self._product(logits_grad, params["w2"].T))
        w1_grad = self._product(batch.inputs.T, hidden_grad)
        if batch.columns is not None:
            inked_rows, w1_grad = w1_grad, np.zeros_like(params["w1"])
            w1_grad[batch.columns] = inked_rows
        grads: Params = {"w1": w1_grad, "w2": self._product(hidden.T, logits_grad)}
        return LossAndGrads(cross_entropy(log_probs, targets), grads, log_probs)

    def train_step(
        self, params: Params, optimizer: Optimizer, images: ByteArray, labels: ByteArray
    ) -> StepResult:
        loss, grads, log_probs = self.loss_and_grads(params, to_inputs(images), labels)
        optimizer.update(params, grads)
        return StepResult(loss, accuracy(log_probs, labels))

    def _batch(self, inputs: FloatArray) -> Batch:
        if not self._skips_blank:
            return Batch(inputs, None)
        columns = np.flatnonzero(inputs.any(axis=0))
        return Batch(inputs[:, columns], columns)

    def _hidden(self, params: Params, batch: Batch) -> FloatArray:
        w1 = params["w1"] if batch.columns is None else params["w1"][batch.columns]
        return relu(self._product(batch.inputs, w1))


REFERENCE = ReferenceKernels(numpy_has_blas())
