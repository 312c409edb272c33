"""Starting values for weights. The generator is passed in, so the same seed gives the same start.

An initializer takes the shape (inputs, outputs) of a layer and a generator, and returns float64
values; `Network` stores them in its own dtype.
"""

from collections.abc import Callable

import numpy as np

from app.model.arrays import FloatArray

Initializer = Callable[[tuple[int, int], np.random.Generator], FloatArray]


def he_normal(shape: tuple[int, int], rng: np.random.Generator) -> FloatArray:
    """Normal values with mean 0 and standard deviation sqrt(2 / inputs).

    Keeps the variance of activations level through layers of ReLU: He, Zhang, Ren and Sun,
    "Delving Deep into Rectifiers", ICCV 2015, equation 10.
    """
    return rng.normal(0, np.sqrt(2 / shape[0]), shape)


def uniform(shape: tuple[int, int], rng: np.random.Generator) -> FloatArray:
    """Uniform values from -1 to 1, unscaled: a start to compare with, far too large to learn well.

    With 784 inputs it saturates the softmax from the first step.
    """
    return rng.uniform(-1, 1, shape)


def zeros(shape: tuple[int, int], rng: np.random.Generator) -> FloatArray:  # noqa: ARG001
    """All 0: a start to see fail. No hidden unit responds, so no gradient reaches any weight.

    Goodfellow, Bengio and Courville, "Deep Learning", 2016, section 8.4: units that begin alike
    stay alike.
    """
    return np.zeros(shape)


INITIALIZERS: dict[str, Initializer] = {
    "he_normal": he_normal,
    "uniform": uniform,
    "zeros": zeros,
}
