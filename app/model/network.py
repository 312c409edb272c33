"""The network: 784 -> 128 ReLU -> 10 log-softmax, without biases.

It owns the parameters; its arithmetic is in kernels/, how gradients change parameters in
optimizers.py, and how pixels become inputs in preprocessing.py.
"""

import math

import numpy as np
from numpy.typing import DTypeLike

from app.model.arrays import ByteArray, FloatArray
from app.model.initializers import Initializer
from app.model.kernels import Kernels, LossAndGrads
from app.model.kernels.reference import REFERENCE

INPUT_SIZE = 784
HIDDEN_SIZE = 128
OUTPUT_SIZE = 10
NO_DIGIT = OUTPUT_SIZE
"""The label of non-digits: all ten digits should be equally probable."""
SHAPES = {"w1": (INPUT_SIZE, HIDDEN_SIZE), "w2": (HIDDEN_SIZE, OUTPUT_SIZE)}


class Network:
    """Two layers of weights, w1 (784, 128) and w2 (128, 10), float32 unless told otherwise."""

    def __init__(self, w1: FloatArray, w2: FloatArray, dtype: DTypeLike = np.float32) -> None:
        """Copy the weights. Raises ValueError for a wrong shape or a value that is not finite.

        dtype is float32 everywhere but in gradient checks, which need float64.
        """
        self.kernels: Kernels = REFERENCE
        """May be replaced at any time: kernels keep nothing of the network."""
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
        """An independent network with the same weights and kernels."""
        copied = Network.__new__(Network)  # the weights were checked before they came here
        copied.kernels = self.kernels
        copied.params = {name: values.copy() for name, values in self.params.items()}
        return copied

    @property
    def is_finite(self) -> bool:
        """Whether all weights are finite numbers.

        Where the sum is finite, they are, as NaN and infinity would be in it: half the time of
        looking at each.
        """
        with np.errstate(all="ignore"):  # finite weights may have a sum that is not
            return all(
                bool(np.isfinite(values.sum()) or np.isfinite(values).all())
                for values in self.params.values()
            )

    @property
    def norm(self) -> float:
        """The length of all weights as one vector: the root of the sum of their squares."""
        # In float64, where no sum of squares of finite float32 numbers overflows.
        squares = (np.square(values, dtype=np.float64).sum() for values in self.params.values())
        return math.sqrt(sum(squares))

    def log_probs(self, inputs: FloatArray) -> FloatArray:
        """Log-probabilities of the ten digits, (n, 10), for inputs (n, 784) in [0, 1]."""
        return self.kernels.log_probs(self.params, inputs)

    def log_probs_of_images(self, images: ByteArray) -> FloatArray:
        """The same for images, (n, 784) uint8; faster than by way of inputs."""
        return self.kernels.log_probs_of_images(self.params, images)

    def hidden_of_images(self, images: ByteArray) -> FloatArray:
        """The activations of the hidden units, (n, 128), for images (n, 784) uint8."""
        return self.kernels.hidden_of_images(self.params, images)

    def loss_and_grads(self, inputs: FloatArray, targets: ByteArray) -> LossAndGrads:
        """Mean cross-entropy over the batch and its gradients, by back-propagation.

        inputs, (n, 784) in [0, 1], n at least 1; targets, (n,) digits 0-9.
        """
        return self.kernels.loss_and_grads(self.params, inputs, targets)


def _checked(name: str, values: FloatArray, dtype: DTypeLike) -> FloatArray:
    """The values in dtype, if their shape is right and they are finite in that dtype."""
    if values.shape != SHAPES[name]:
        raise ValueError(f"{name}: expected shape {SHAPES[name]}, found {values.shape}")
    with np.errstate(over="ignore"):  # float64 beyond float32 becomes infinity, rejected below
        converted = values.astype(dtype, copy=False)
    if not np.isfinite(converted).all():
        raise ValueError(
            f"{name}: expected finite {np.dtype(dtype)} numbers, found NaN or infinity"
        )
    return converted
