"""How gradients change parameters: SGD, momentum and Adam.

An optimizer reads gradients and updates the parameters in place; what it remembers between steps
(velocity, moments) is its own, per parameter name, until `reset`. The arithmetic on each element is
in `Rules`, so that kernels can bring a faster form of it.
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from app.model.arrays import FloatArray

Params = dict[str, FloatArray]


class Rules(Protocol):
    """The update of one array of weights, in place; the arrays have one shape."""

    def momentum(
        self,
        weights: FloatArray,
        grad: FloatArray,
        velocity: FloatArray,
        *,
        learning_rate: float,
        momentum: float,
    ) -> None:
        """v <- momentum * v + g;  w <- w - learning_rate * v"""

    def adam(
        self,
        weights: FloatArray,
        grad: FloatArray,
        mean: FloatArray,
        variance: FloatArray,
        *,
        step_size: float,
        beta1: float,
        beta2: float,
        epsilon: float,
    ) -> None:
        """m <- m + (1 - beta1) (g - m);  v <- v + (1 - beta2) (g^2 - v);
        w <- w - step_size * m / (sqrt(v) + epsilon)
        """


class NumpyRules:
    """See `Rules`; for any float dtype."""

    def momentum(
        self,
        weights: FloatArray,
        grad: FloatArray,
        velocity: FloatArray,
        *,
        learning_rate: float,
        momentum: float,
    ) -> None:
        velocity *= momentum
        velocity += grad
        weights -= learning_rate * velocity

    def adam(
        self,
        weights: FloatArray,
        grad: FloatArray,
        mean: FloatArray,
        variance: FloatArray,
        *,
        step_size: float,
        beta1: float,
        beta2: float,
        epsilon: float,
    ) -> None:
        mean += (1 - beta1) * (grad - mean)
        variance += (1 - beta2) * (grad * grad - variance)
        weights -= step_size * mean / (np.sqrt(variance) + epsilon)


NUMPY_RULES = NumpyRules()


class Optimizer(Protocol):
    """What training asks of an optimizer; the learning rate may change between any two steps."""

    learning_rate: float
    l2: float
    """The strength of L2 regularization: adds l2 / 2 times the sum of all squared weights to what
    is minimized, and so l2 times each weight to its gradient. From 0, which is none."""

    def update(self, params: Params, grads: Params, rules: Rules = NUMPY_RULES) -> None:
        """Change params in place; grads has the same keys and shapes, and stays as it is."""

    def reset(self) -> None:
        """Forget all earlier steps."""


class SGD:
    """Stochastic gradient descent with momentum; momentum 0 is plain gradient descent.

    Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in deep
    learning", ICML 2013, equations 1 and 2, with the learning rate taken out of the velocity, so
    that changing it takes effect at once.
    """

    def __init__(self, learning_rate: float, momentum: float = 0.9) -> None:
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.l2 = 0.0
        self._velocity: Params = {}

    def update(self, params: Params, grads: Params, rules: Rules = NUMPY_RULES) -> None:
        for name, grad in grads.items():
            if self.momentum:
                velocity = _remembered(self._velocity, name, grad)
                rules.momentum(
                    params[name],
                    _regularized(params[name], grad, self.l2),
                    velocity,
                    learning_rate=self.learning_rate,
                    momentum=self.momentum,
                )
            else:
                self.decay(params[name])
                params[name] -= self.learning_rate * grad

    def decay(self, weights: FloatArray) -> None:
        """The whole of L2 in a step of plain SGD: weights <- (1 - learning_rate * l2) weights.

        Its gradient is l2 * weights and needs no sample; kernels use this where they do the step
        themselves.
        """
        if self.l2:
            weights *= 1 - self.learning_rate * self.l2

    def reset(self) -> None:
        self._velocity.clear()


class Adam:
    """Adam: steps scaled by running estimates of each gradient's mean and uncentered variance.

    Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1, in the
    reordered form that its section 2 gives at the end: the two bias corrections are folded into
    the step size.
    """

    def __init__(
        self,
        learning_rate: float,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        self.learning_rate = learning_rate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.l2 = 0.0
        self._steps = 0
        self._mean: Params = {}
        self._variance: Params = {}

    def update(self, params: Params, grads: Params, rules: Rules = NUMPY_RULES) -> None:
        self._steps += 1
        correction = np.sqrt(1 - self.beta2**self._steps) / (1 - self.beta1**self._steps)
        step_size = self.learning_rate * float(correction)
        for name, grad in grads.items():
            mean = _remembered(self._mean, name, grad)
            variance = _remembered(self._variance, name, grad)
            rules.adam(
                params[name],
                _regularized(params[name], grad, self.l2),
                mean,
                variance,
                step_size=step_size,
                beta1=self.beta1,
                beta2=self.beta2,
                epsilon=self.epsilon,
            )

    def reset(self) -> None:
        self._steps = 0
        self._mean.clear()
        self._variance.clear()

    def memory(self) -> dict[str, Params]:
        """The "mean" and the "variance" of each parameter's gradient so far, to resume from."""
        return {"mean": self._mean, "variance": self._variance}

    def remember(self, steps: int, mean: Params, variance: Params) -> None:
        """Resume from what `memory` gave after this many steps."""
        self._steps = steps
        self._mean = mean
        self._variance = variance


def _regularized(weights: FloatArray, grad: FloatArray, l2: float) -> FloatArray:
    """The gradient with that of L2 added; without L2, the gradient itself."""
    return grad + weights.dtype.type(l2) * weights if l2 else grad


def _remembered(memory: Params, name: str, grad: FloatArray) -> FloatArray:
    """What is remembered of a parameter: all 0 before the first step."""
    if name not in memory:
        memory[name] = np.zeros_like(grad)
    return memory[name]


OPTIMIZERS: dict[str, Callable[[float], Optimizer]] = {
    "sgd": lambda learning_rate: SGD(learning_rate, momentum=0.0),
    "momentum": SGD,
    "adam": Adam,
}

DEFAULT_LEARNING_RATES = {"sgd": 0.1, "momentum": 0.005, "adam": 0.001}
"""Learning rates to start from, for batches of about 128. Weights that were trained with care lose
little at these: with momentum at 0.05, the shared weights lost half a point in 200 steps."""
