"""How large the network's values can become for any image, not only for those it was measured on.

Held-out digits leave 130 of MNIST's 784 pixels blank: whatever the weights of these pixels are,
accuracy and loss stay the same, until somebody draws there. So the worst case is computed, not
searched for: by interval arithmetic, layer by layer (Gowal et al., "On the Effectiveness of
Interval Bound Propagation for Training Verifiably Robust Models", 2018, section 3). With no biases
and inputs in [0, 1] that is exact for each hidden unit by itself, and for the logits a little too
wide, since no one image drives all units to their largest values.
"""

from typing import NamedTuple

import numpy as np

from app.model.arrays import FloatArray

LARGEST = 50_000
"""What no weight, no pre-activation of a hidden unit and no logit may exceed, whatever the image.
For the shipped weights a pre-activation is at most 306 and a logit 1,298. Of networks trained for
up to 20,000 steps with each optimizer, at up to 20 times the page's rates (of Adam 1,000 times),
the largest logit of one that reads 93 % of MNIST was 24,000. Below the limit nothing overflows: in
float32, which ends at 3.4e38, neither the sums, in any order, nor the gradients of a step; and in
float16, which ends at 65,504, no value on the way to the logits."""


class OutOfBoundsError(ValueError):
    """Weights with which the network may overflow; the message has both numbers."""

    def __init__(self, message: str, reach: float) -> None:
        """reach: the largest value found; infinite where float64 overflows."""
        super().__init__(message)
        self.reach = reach


class Reach(NamedTuple):
    """The largest absolute values: of the weights, and, over all images, of the pre-activations of
    hidden units and of the logits."""

    weights: float
    pre_activations: float
    logits: float


def reach(params: dict[str, FloatArray]) -> Reach:
    """How far finite w1 (784, 128) and w2 (128, 10) can take the network; computed in float64."""
    w1, w2 = (params[name].astype(np.float64) for name in ("w1", "w2"))
    lowest, highest = _interval(w1, np.ones(len(w1)))
    # A unit passes on nothing below 0, and 0 for a blank image.
    passed_on = np.maximum(highest, 0)
    return Reach(
        weights=_largest(w1, w2),
        pre_activations=_largest(lowest, highest),
        logits=_largest(*_interval(w2, passed_on)),
    )


def require_bounded(params: dict[str, FloatArray]) -> None:
    """Raises OutOfBoundsError if LARGEST is exceeded for some image, or a weight is not finite."""
    if not all(np.isfinite(values).all() for values in params.values()):
        raise OutOfBoundsError("some weights are not finite numbers", float("inf"))
    found = reach(params)
    for what, value in (
        ("a weight is", found.weights),
        ("for some image a pre-activation is", found.pre_activations),
        ("for some image a logit is", found.logits),
    ):
        if value > LARGEST:
            raise OutOfBoundsError(
                f"{what} as large as {_shown(value)}, and at most {LARGEST:,} is allowed", value
            )


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value < 1e9 else f"{value:.3g}"


def _interval(weights: FloatArray, most: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The least and the most that inputs from 0 to `most` (k,) give after weights (k, m)."""
    return most @ np.minimum(weights, 0), most @ np.maximum(weights, 0)


def _largest(*arrays: FloatArray) -> float:
    return max(float(np.abs(array).max()) for array in arrays)
