import numpy as np
import pytest

from app.model.data.datasets import Dataset
from app.model.initializers import he_normal
from app.model.network import Network
from app.model.optimizers import OPTIMIZERS
from app.model.preprocessing import to_inputs
from app.model.slow_step import backward_pass, forward_pass, update
from app.model.training import train_step


@pytest.fixture
def network(rng: np.random.Generator) -> Network:
    return Network.initialize(he_normal, rng)


def test_it_is_what_the_network_computes(network: Network, embedded: Dataset) -> None:
    split = embedded.splits["train"]
    for image, label in zip(split.images[:5], split.labels[:5], strict=True):
        inputs = to_inputs(image)
        loss, grads, log_probs = network.loss_and_grads(inputs, np.array([label]))
        forward = forward_pass(network.params, inputs)
        backward = backward_pass(network.params, forward, int(label))

        np.testing.assert_allclose(forward.log_probs, log_probs, rtol=1e-5, atol=1e-6)
        assert backward.loss == pytest.approx(loss, rel=1e-5)
        for name, grad in grads.items():
            np.testing.assert_allclose(backward.grads[name], grad, rtol=1e-4, atol=1e-6)


def test_what_lies_between_fits_together(network: Network, embedded: Dataset) -> None:
    split = embedded.splits["train"]
    label = int(split.labels[0])
    forward = forward_pass(network.params, to_inputs(split.images[0]))
    backward = backward_pass(network.params, forward, label)

    assert forward.sums.shape == forward.hidden.shape == backward.hidden_grad.shape == (1, 128)
    np.testing.assert_array_equal(forward.hidden, np.where(forward.sums > 0, forward.sums, 0))
    assert not backward.hidden_grad[forward.hidden == 0].any()
    expected = np.exp(forward.log_probs[0])
    expected[label] -= 1
    np.testing.assert_allclose(backward.logits_grad[0], expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_update_is_a_training_step_of_one_sample(
    network: Network, embedded: Dataset, name: str
) -> None:
    split = embedded.splits["train"]
    inputs, label = to_inputs(split.images[3]), int(split.labels[3])
    before = network.copy()
    backward = backward_pass(network.params, forward_pass(network.params, inputs), label)
    updated = update(network.params, OPTIMIZERS[name](0.01), backward.grads, inputs, label)
    for key, values in network.params.items():
        np.testing.assert_array_equal(values, before.params[key])  # nothing has changed yet

    train_step(network, OPTIMIZERS[name](0.01), split.images[3:4], split.labels[3:4])
    for key, values in network.params.items():
        # Adam divides by gradients of any size, so their rounding shows where they are all but 0.
        assert np.abs(updated.params[key] - values).max() < 1e-4
    assert updated.loss < backward.loss
