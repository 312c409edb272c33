import numpy as np
import pytest

from app.model.initializers import INITIALIZERS, he_normal, uniform, zeros


def test_he_normal_has_the_variance_of_its_source(rng: np.random.Generator) -> None:
    values = he_normal((784, 128), rng)

    assert values.mean() == pytest.approx(0, abs=0.001)
    assert values.std() == pytest.approx((2 / 784) ** 0.5, rel=0.01)


def test_he_normal_keeps_the_scale_of_activations_through_relu(rng: np.random.Generator) -> None:
    inputs = rng.normal(0, 1, (500, 784))

    hidden = np.maximum(inputs @ he_normal((784, 512), rng), 0)

    # He et al. level the mean square, which is what the next layer's variance depends on.
    assert (hidden**2).mean() == pytest.approx(1, rel=0.05)


def test_uniform_fills_minus_one_to_one(rng: np.random.Generator) -> None:
    values = uniform((784, 128), rng)

    assert -1 <= values.min() < -0.999
    assert 0.999 < values.max() <= 1


def test_zeros_are_nothing_else(rng: np.random.Generator) -> None:
    assert not zeros((784, 128), rng).any()


@pytest.mark.parametrize("name", [name for name in INITIALIZERS if name != "zeros"])
def test_the_same_seed_gives_the_same_values(name: str) -> None:
    first, second, other = (
        INITIALIZERS[name]((784, 128), np.random.default_rng(seed)) for seed in (5, 5, 6)
    )

    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)
