"""The reference without a BLAS does what it does with one, which test_network.py checks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.data.datasets import Dataset
from app.model.initializers import he_normal
from app.model.kernels.reference import ReferenceKernels, einsum_product, numpy_has_blas
from app.model.network import NO_DIGIT, Network
from app.model.optimizers import DEFAULT_LEARNING_RATES, OPTIMIZERS
from app.model.preprocessing import to_inputs
from tests.model.gradient_check import assert_gradient

WITH_BLAS, WITHOUT = ReferenceKernels(has_blas=True), ReferenceKernels(has_blas=False)


def test_numpy_says_whether_it_has_a_blas(monkeypatch: pytest.MonkeyPatch) -> None:
    assert numpy_has_blas()  # of the wheels for CPython, all have

    without = {"Build Dependencies": {"blas": {"name": "auto"}}}  # of the wheel for Pyodide
    monkeypatch.setattr(np, "show_config", lambda mode: without)
    assert not numpy_has_blas()


@given(
    st.integers(1, 9), st.integers(0, 9), st.integers(1, 9), st.booleans(), st.integers(0, 2**32)
)
def test_einsum_product_is_the_matrix_product(
    n: int, k: int, m: int, is_transposed: bool, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(n, k)), rng.normal(size=(k, m))
    if is_transposed:
        a, b = np.asfortranarray(a), np.asfortranarray(b)

    np.testing.assert_allclose(einsum_product(a, b), a @ b, rtol=1e-12, atol=1e-12)


@given(st.integers(1, 40), st.sampled_from([0, 0.01, 0.2, 1]), st.integers(0, 2**32))
def test_leaving_blank_columns_out_changes_nothing(n: int, ink: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    params = Network.initialize(he_normal, rng, np.float64).params
    inputs = rng.random((n, 784)) * (rng.random((n, 784)) < ink)
    targets = rng.integers(0, NO_DIGIT + 1, n).astype(np.uint8)

    expected = WITH_BLAS.loss_and_grads(params, inputs, targets)
    found = WITHOUT.loss_and_grads(params, inputs, targets)

    assert found.loss == pytest.approx(expected.loss, rel=1e-9)
    np.testing.assert_allclose(found.log_probs, expected.log_probs, rtol=1e-9)
    np.testing.assert_allclose(WITHOUT.log_probs(params, inputs), found.log_probs, rtol=1e-9)
    for name, grad in expected.grads.items():
        np.testing.assert_allclose(found.grads[name], grad, rtol=1e-9, atol=1e-12)


def test_gradients_against_central_differences(embedded: Dataset, rng: np.random.Generator) -> None:
    split = embedded.splits["train"]
    inputs, targets = to_inputs(split.images[:5]).astype(np.float64), split.labels[:5].copy()
    targets[2] = NO_DIGIT
    params = Network.initialize(he_normal, rng, np.float64).params
    grads = WITHOUT.loss_and_grads(params, inputs, targets).grads

    for name, values in params.items():
        assert_gradient(
            lambda: WITHOUT.loss_and_grads(params, inputs, targets).loss, values, grads[name], rng
        )


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_steps_agree_in_float32(name: str, embedded: Dataset, rng: np.random.Generator) -> None:
    split = embedded.splits["train"]
    networks = [Network.initialize(he_normal, rng)]
    networks.append(networks[0].copy())
    for network, kernels in zip(networks, (WITH_BLAS, WITHOUT), strict=True):
        optimizer = OPTIMIZERS[name](DEFAULT_LEARNING_RATES[name])
        for start in range(0, 320, 32):
            batch = slice(start, start + 32)
            kernels.train_step(network.params, optimizer, split.images[batch], split.labels[batch])

    for key, values in networks[0].params.items():
        np.testing.assert_allclose(networks[1].params[key], values, atol=1e-4)
        assert networks[1].params[key].dtype == np.float32
