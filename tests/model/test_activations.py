import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.model.activations import log_softmax, log_softmax_grad, relu, relu_grad
from app.model.arrays import FloatArray
from tests.model.gradient_check import assert_gradient

logit_arrays = arrays(
    np.float32, st.tuples(st.integers(1, 4), st.just(10)), elements=st.floats(-1e4, 1e4, width=32)
)


def test_relu_keeps_what_is_positive() -> None:
    assert relu(np.array([[-2.0, 0.0, 3.0]])).tolist() == [[0, 0, 3]]


def test_relu_passes_the_gradient_where_the_output_is_positive() -> None:
    output = np.array([[0.0, 0.5, 3.0]])

    assert relu_grad(output, np.array([[7.0, 8.0, -9.0]])).tolist() == [[0, 8, -9]]


def test_log_softmax_of_worked_numbers() -> None:
    # exp(0) : exp(ln 3) = 1 : 3
    log_probs = log_softmax(np.array([[0.0, np.log(3)], [5.0, 5.0]]))

    np.testing.assert_allclose(np.exp(log_probs), [[0.25, 0.75], [0.5, 0.5]])


@given(logit_arrays)
def test_log_softmax_gives_probabilities_for_any_logits(logits: FloatArray) -> None:
    log_probs = log_softmax(logits)

    assert log_probs.dtype == np.float32
    assert (log_probs <= 0).all()
    np.testing.assert_allclose(np.exp(log_probs).sum(axis=1), 1, rtol=1e-5)


def test_log_softmax_gradient(rng: np.random.Generator) -> None:
    logits = rng.normal(0, 3, (4, 10))
    upstream = rng.normal(0, 1, (4, 10))
    gradient = log_softmax_grad(log_softmax(logits), upstream)

    assert_gradient(lambda: float((log_softmax(logits) * upstream).sum()), logits, gradient, rng)
