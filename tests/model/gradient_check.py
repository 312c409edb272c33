"""Compares gradients with central differences."""

from collections.abc import Callable

import numpy as np

from app.model.arrays import FloatArray

STEP = 1e-6
TOLERANCE = 1e-7
"""Absolute; central differences with this step in float64 are right to about 1e-9 here."""


def assert_gradient(
    function: Callable[[], float],
    values: FloatArray,
    gradient: FloatArray,
    rng: np.random.Generator,
    checks: int = 40,
) -> None:
    """Check the gradient of a function of `values`, float64, at randomly chosen elements.

    The function reads `values` anew at each call; they are changed in place and put back. Fails
    with both numbers: (f(v + h) - f(v - h)) / 2h and what the gradient says.
    """
    assert values.dtype == np.float64
    assert gradient.shape == values.shape
    chosen = rng.choice(values.size, min(checks, values.size), replace=False)
    for position in chosen:
        index = np.unravel_index(position, values.shape)
        original = values[index]
        values[index] = original + STEP
        above = function()
        values[index] = original - STEP
        below = function()
        values[index] = original
        numerical = (above - below) / (2 * STEP)
        analytical = float(gradient[index])
        assert abs(numerical - analytical) < TOLERANCE, (
            f"at {tuple(map(int, index))}: central difference {numerical:.10g}, "
            f"gradient {analytical:.10g}"
        )
