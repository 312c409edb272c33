import numpy as np
import pytest

from app.model.losses import cross_entropy, cross_entropy_grad
from tests.model.gradient_check import assert_gradient


def test_cross_entropy_is_the_mean_over_the_batch() -> None:
    log_probs = np.log([[0.5, 0.25, 0.25], [0.125, 0.125, 0.75]])

    # (-ln 1/2 - ln 1/8) / 2 = (1 + 3) ln 2 / 2
    assert cross_entropy(log_probs, np.array([0, 1], np.uint8)) == pytest.approx(2 * np.log(2))


def test_cross_entropy_of_a_sure_and_right_answer_is_zero() -> None:
    assert cross_entropy(np.array([[0.0, -100.0]]), np.array([0], np.uint8)) == 0


def test_an_even_answer_to_what_is_no_class_costs_nothing() -> None:
    even = np.log(np.full((3, 10), 0.1))

    assert cross_entropy(even, np.full(3, 10, np.uint8)) == pytest.approx(0, abs=1e-12)


def test_the_loss_of_what_is_no_class_is_a_divergence() -> None:
    log_probs = np.log([[0.5, 0.25, 0.25], [0.125, 0.125, 0.75]])

    divergence = sum(np.log((1 / 3) / p) / 3 for p in (0.5, 0.25, 0.25))
    assert cross_entropy(log_probs[:1], np.array([3], np.uint8)) == pytest.approx(divergence)
    mixed = cross_entropy(log_probs, np.array([3, 0], np.uint8))
    assert mixed == pytest.approx((divergence + 3 * np.log(2)) / 2)


def test_larger_targets_are_refused() -> None:
    log_probs, targets = np.log(np.full((2, 10), 0.1)), np.array([3, 11], np.uint8)

    for function in (cross_entropy, cross_entropy_grad):
        with pytest.raises(ValueError, match="expected labels from 0 to 10, found 11"):
            function(log_probs, targets)


@pytest.mark.parametrize("labels", [[0, 9, 3, 3, 5, 1], [0, 10, 3, 10, 5, 1], [10] * 6], ids=str)
def test_cross_entropy_gradient(rng: np.random.Generator, labels: list[int]) -> None:
    log_probs = np.log(rng.dirichlet(np.ones(10), 6))
    targets = np.array(labels, np.uint8)

    assert_gradient(
        lambda: cross_entropy(log_probs, targets),
        log_probs,
        cross_entropy_grad(log_probs, targets),
        rng,
        checks=60,
    )


def test_the_mean_of_huge_losses_does_not_overflow() -> None:
    log_probs = np.full((1000, 10), -3e38, np.float32)
    targets = np.zeros(1000, np.uint8)
    assert cross_entropy(log_probs, targets) == pytest.approx(3e38)
