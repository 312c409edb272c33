import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.model.activations import relu
from app.model.arrays import FloatArray
from app.model.data.datasets import Dataset
from app.model.evaluate.bounds import LARGEST, OutOfBoundsError, reach, require_bounded
from app.model.initializers import INITIALIZERS
from app.model.network import SHAPES, Network
from app.model.preprocessing import to_inputs

ROUNDING = 1e-4
"""Of sums of 784 numbers in float32, as a share."""


def make_params(seed: int, scale: float = 1) -> dict[str, FloatArray]:
    rng = np.random.default_rng(seed)
    return {
        name: (scale * rng.standard_normal(shape)).astype(np.float32)
        for name, shape in SHAPES.items()
    }


def test_of_two_units_worked_by_hand() -> None:
    params = {
        "w1": np.array([[1, -2], [3, 4], [-5, -6]], np.float32),
        "w2": np.array([[10, -1], [-100, 1]], np.float32),
    }

    found = reach(params)

    # The units get from -5 to 4 and from -8 to 4; the logits are from -400 to 40 and from -4 to 4.
    assert found == (100, 8, 400)


@given(
    seed=st.integers(0, 2**32 - 1),
    image=arrays(np.float32, 784, elements=st.floats(0, 1, width=32)),
    scale=st.sampled_from([0.01, 1, 10]),
)
def test_no_image_goes_beyond(seed: int, image: FloatArray, scale: float) -> None:
    params = make_params(seed, scale)
    bound = reach(params)

    hidden = image @ params["w1"]
    logits = relu(hidden) @ params["w2"]

    assert np.abs(hidden).max() <= bound.pre_activations * (1 + ROUNDING)
    assert np.abs(logits).max() <= bound.logits * (1 + ROUNDING)


@given(seed=st.integers(0, 2**32 - 1), unit=st.integers(0, 127))
def test_some_image_goes_as_far_as_a_hidden_unit_can(seed: int, unit: int) -> None:
    w1 = make_params(seed)["w1"]
    worst = (w1[:, unit] > 0).astype(np.float32)
    only = {"w1": np.where(np.arange(128) == unit, w1, 0), "w2": np.ones((128, 10), np.float32)}

    highest = float(worst @ w1[:, unit])

    assert reach(only).pre_activations >= highest * (1 - ROUNDING)
    assert reach(only).logits == pytest.approx(highest, rel=ROUNDING)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_every_start_is_allowed(name: str) -> None:
    network = Network.initialize(INITIALIZERS[name], np.random.default_rng(0))

    require_bounded(network.params)


def test_pixels_that_no_digit_inks_hide_nothing(embedded: Dataset) -> None:
    """The network reads all digits as before, and answers NaN to a drawing in the corner."""
    images = embedded.splits["validation"].images
    never_inked = np.flatnonzero(~images.any(axis=0))
    params = make_params(1, 0.01)
    poisoned = {name: values.copy() for name, values in params.items()}
    poisoned["w1"][never_inked] = 3e38
    inputs = to_inputs(images)
    before, after = (Network(**each).log_probs(inputs) for each in (params, poisoned))
    np.testing.assert_array_equal(before, after)

    require_bounded(params)
    with pytest.raises(OutOfBoundsError, match="at most 50,000 is allowed"):
        require_bounded(poisoned)


def test_a_unit_that_is_never_on_hides_nothing() -> None:
    """Its output weights do nothing to the logits, but make the gradient of a step infinite."""
    params = make_params(1, 0.01)
    params["w1"][:, 5] = -0.01
    params["w2"][5] = 3e38

    with pytest.raises(OutOfBoundsError, match="a weight is as large as 3e\\+38"):
        require_bounded(params)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_out_of_bounds(value: float) -> None:
    params = make_params(1, 0.01)
    params["w2"][3, 3] = value

    with pytest.raises(OutOfBoundsError, match="not finite numbers") as caught:
        require_bounded(params)

    assert caught.value.reach == np.inf


def test_the_largest_float32_does_not_overflow_the_bound() -> None:
    largest = {name: np.full(shape, 3e38, np.float32) for name, shape in SHAPES.items()}

    assert all(np.isfinite(value) and value > LARGEST for value in reach(largest))
