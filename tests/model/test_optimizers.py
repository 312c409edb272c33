import numpy as np
import pytest

from app.model.arrays import FloatArray
from app.model.optimizers import DEFAULT_LEARNING_RATES, OPTIMIZERS, SGD, Adam, Optimizer


def steps(optimizer: Optimizer, start: list[float], grads: list[list[float]]) -> FloatArray:
    """Where the parameters are after steps with these gradients."""
    params = {"w": np.array(start, np.float32)}
    for grad in grads:
        optimizer.update(params, {"w": np.array(grad, np.float32)})
    return params["w"]


def test_sgd_by_hand() -> None:
    moved = steps(SGD(0.5, momentum=0), [1, 2], [[2, -4], [2, 0]])

    assert moved.tolist() == [-1, 4]


def test_momentum_by_hand() -> None:
    # v: 1, then 0.5 * 1 + 1 = 1.5; w: 0 - 0.1 * 1 = -0.1, then -0.1 - 0.1 * 1.5 = -0.25
    moved = steps(SGD(0.1, momentum=0.5), [0], [[1], [1]])

    np.testing.assert_allclose(moved, [-0.25], rtol=1e-6)


def test_a_new_learning_rate_takes_effect_at_once() -> None:
    optimizer = SGD(0.1, momentum=0.5)
    params = {"w": np.zeros(1, np.float32)}
    grads = {"w": np.ones(1, np.float32)}
    optimizer.update(params, grads)

    optimizer.learning_rate = 0
    optimizer.update(params, grads)

    np.testing.assert_allclose(params["w"], [-0.1], rtol=1e-6)


def test_adam_by_hand() -> None:
    # After two steps with gradients 1 and 3: mean 0.1 * 0.9 + 0.1 * 3 = 0.39 over 1 - 0.9^2 = 0.19;
    # variance 0.001 * 0.999 + 0.001 * 9 = 0.009999 over 1 - 0.999^2 = 0.001999.
    first_step = 0.01
    second_step = 0.01 * (0.39 / 0.19) / (0.009999 / 0.001999) ** 0.5

    moved = steps(Adam(0.01), [0], [[1], [3]])

    np.testing.assert_allclose(moved, [-first_step - second_step], rtol=1e-5)


def test_adam_begins_with_steps_of_the_learning_rate_whatever_the_gradient() -> None:
    moved = steps(Adam(0.01), [0, 0, 0], [[1e-3, -5, 1000]])

    np.testing.assert_allclose(moved, [-0.01, 0.01, -0.01], rtol=1e-3)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_l2_is_the_gradient_of_half_the_squared_weights(name: str) -> None:
    start, grads = [1.0, -2.0, 0.5], [[0.3, -0.1, 2.0], [-1.0, 0.4, 0.2]]
    plain, regularized = (OPTIMIZERS[name](0.1) for _ in range(2))
    regularized.l2 = 0.25
    params = {"w": np.array(start, np.float32)}
    by_hand = {"w": np.array(start, np.float32)}
    for grad in grads:
        given = np.array(grad, np.float32)
        regularized.update(params, {"w": given})
        assert given.tolist() == np.array(grad, np.float32).tolist()
        plain.update(by_hand, {"w": given + np.float32(0.25) * by_hand["w"]})

    np.testing.assert_allclose(params["w"], by_hand["w"], rtol=1e-5)
    assert params["w"].dtype == np.float32


@pytest.mark.parametrize("name", OPTIMIZERS)
class TestEveryOptimizer:
    def test_descends_a_bowl(self, name: str) -> None:
        optimizer = OPTIMIZERS[name](0.1)
        params = {"w": np.array([3, -2], np.float32)}

        for _ in range(300):
            optimizer.update(params, {"w": params["w"].copy()})  # of (w . w) / 2

        assert np.abs(params["w"]).max() < 0.01

    def test_updates_float32_in_place_and_leaves_gradients_alone(self, name: str) -> None:
        params = {"w": np.ones((2, 3), np.float32), "v": np.ones(4, np.float32)}
        held = dict(params)
        grads = {key: np.ones_like(values) for key, values in params.items()}

        optimizer = OPTIMIZERS[name](0.1)
        optimizer.update(params, grads)
        optimizer.update(params, grads)

        for key, values in params.items():
            assert values is held[key]
            assert values.dtype == np.float32
            assert (values < 1).all()
            assert (grads[key] == 1).all()

    def test_reset_forgets_earlier_steps(self, name: str) -> None:
        used = OPTIMIZERS[name](0.1)
        steps(used, [0], [[5], [-3]])
        used.reset()

        fresh = OPTIMIZERS[name](0.1)

        assert steps(used, [1], [[2], [1]]) == steps(fresh, [1], [[2], [1]])

    def test_has_a_learning_rate_to_start_from(self, name: str) -> None:
        assert 0 < DEFAULT_LEARNING_RATES[name] < 1
