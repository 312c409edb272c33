import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.arrays import FloatArray
from app.model.attribution import (
    cosine_distances,
    hidden_activations,
    ink_votes,
    most_telling,
    unit_contributions,
)
from app.model.data.datasets import load_embedded
from app.model.initializers import he_normal
from app.model.network import HIDDEN_SIZE, INPUT_SIZE, OUTPUT_SIZE, SHAPES, Network
from app.model.preprocessing import to_inputs

DIGITS = load_embedded().splits["train"].images
NETWORK = Network.initialize(he_normal, np.random.default_rng(12), np.float64)


def inputs_of(number: int) -> FloatArray:
    return to_inputs(DIGITS[number]).astype(np.float64)


def logits_of(inputs: FloatArray) -> FloatArray:
    """Worked out anew, by the definition."""
    logits: FloatArray = np.maximum(inputs @ NETWORK.params["w1"], 0) @ NETWORK.params["w2"]
    return logits


@pytest.fixture
def worked_network() -> Network:
    """Unit 0 copies pixel 0, unit 1 negates it, unit 2 adds pixels 0 and 1."""
    w1, w2 = np.zeros(SHAPES["w1"]), np.zeros(SHAPES["w2"])
    w1[0, 0], w1[0, 1], w1[0, 2], w1[1, 2] = 1, -1, 1, 1
    w2[0, 3], w2[1, 3], w2[2, 3], w2[2, 8] = 5, 100, 2, 7
    return Network(w1, w2, np.float64)


def test_worked_votes(worked_network: Network) -> None:
    inputs = np.zeros((1, INPUT_SIZE))
    inputs[0, :2] = 1, 0.5
    params = worked_network.params
    hidden = hidden_activations(params, inputs)
    assert hidden[0, :3].tolist() == [1, 0, 1.5]
    contributions = unit_contributions(params, hidden[0])
    assert contributions[[0, 1, 2], 3].tolist() == [5, 0, 3]
    assert contributions[2, 8] == 10.5
    # For 3 and against 8: pixel 0 by unit 0 five times, by unit 2 minus five times; pixel 1 by
    # unit 2 alone. Unit 1 is silent, however large its weight.
    votes = ink_votes(params, inputs[0], hidden[0], 3, 8)
    assert votes[:2].tolist() == [1 * (5 + 2 - 7), 0.5 * (2 - 7)]
    assert not votes[2:].any()


@given(
    number=st.integers(0, len(DIGITS) - 1),
    first=st.integers(0, 9),
    second=st.integers(0, 9),
)
def test_the_votes_of_all_ink_are_the_difference_of_the_logits(
    number: int, first: int, second: int
) -> None:
    inputs = inputs_of(number)
    logits = logits_of(inputs)[0]
    hidden = hidden_activations(NETWORK.params, inputs)[0]
    votes = ink_votes(NETWORK.params, inputs[0], hidden, first, second)
    assert votes.sum() == pytest.approx(logits[first] - logits[second], rel=1e-10, abs=1e-10)
    assert not votes[inputs[0] == 0].any()


@given(number=st.integers(0, len(DIGITS) - 1))
def test_what_the_units_add_is_all_that_there_is(number: int) -> None:
    inputs = inputs_of(number)
    contributions = unit_contributions(
        NETWORK.params, hidden_activations(NETWORK.params, inputs)[0]
    )
    np.testing.assert_allclose(contributions.sum(axis=0), logits_of(inputs)[0], atol=1e-12)


def test_votes_are_exact_in_single_precision_up_to_rounding() -> None:
    network = Network(NETWORK.params["w1"], NETWORK.params["w2"])
    inputs = to_inputs(DIGITS[:50])
    log_probs = network.log_probs(inputs)
    hidden = hidden_activations(network.params, inputs)
    votes = [ink_votes(network.params, *pair, 4, 9) for pair in zip(inputs, hidden, strict=True)]
    assert votes[0].dtype == np.float32
    # A difference of log-probabilities is one of logits: their common part cancels.
    expected = log_probs[:, 4] - log_probs[:, 9]
    np.testing.assert_allclose([each.sum() for each in votes], expected, atol=2e-5)


def test_a_blank_drawing_activates_nothing() -> None:
    blank = np.zeros((1, INPUT_SIZE))
    hidden = hidden_activations(NETWORK.params, blank)
    assert hidden.shape == (1, HIDDEN_SIZE)
    assert not hidden.any()
    assert len(most_telling(unit_contributions(NETWORK.params, hidden[0]), 8)) == 0


def test_units_are_ranked_by_how_they_tell_digits_apart() -> None:
    contributions = np.zeros((HIDDEN_SIZE, OUTPUT_SIZE))
    contributions[5] = 100  # much, and the same for all digits
    contributions[7, 2] = -3
    contributions[9, :2] = 2, -2
    assert most_telling(contributions, 8).tolist() == [9, 7]
    assert most_telling(contributions, 1).tolist() == [9]


def test_distances_do_not_depend_on_the_amount_of_ink() -> None:
    inputs = inputs_of(0)
    hidden = hidden_activations(NETWORK.params, inputs)
    faint = hidden_activations(NETWORK.params, inputs / 3)
    other = hidden_activations(NETWORK.params, inputs_of(1))
    nothing = np.zeros_like(hidden)
    distances = cosine_distances(hidden[0], np.concatenate([faint, other, nothing]))
    assert distances[0] == pytest.approx(0, abs=1e-12)
    cosine = (hidden @ other.T).item() / np.sqrt((hidden**2).sum() * (other**2).sum())
    assert distances[1] == pytest.approx(1 - cosine)
    assert distances[2] == 1
    assert cosine_distances(nothing[0], hidden).tolist() == [1]
