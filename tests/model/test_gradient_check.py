import re

import numpy as np
import pytest

from tests.model.gradient_check import assert_gradient


def test_passes_a_right_gradient_and_restores_the_values(rng: np.random.Generator) -> None:
    values = np.array([1.0, -2.0, 3.0])

    assert_gradient(lambda: float((values**2).sum()), values, 2 * values, rng)

    assert values.tolist() == [1, -2, 3]


def test_fails_a_wrong_gradient_with_both_numbers(rng: np.random.Generator) -> None:
    values = np.array([3.0])

    with pytest.raises(AssertionError, match=re.escape("central difference 6")) as failure:
        assert_gradient(lambda: float((values**2).sum()), values, np.array([5.0]), rng)

    assert "gradient 5" in str(failure.value)
