import numpy as np
import pytest

from app.model.data.datasets import Dataset, Split
from app.model.initializers import INITIALIZERS, he_normal
from app.model.losses import cross_entropy
from app.model.metrics import accuracy
from app.model.network import Network
from app.model.optimizers import SGD
from app.model.preprocessing import to_inputs
from app.model.training import train_step, tune_step


@pytest.fixture
def network(rng: np.random.Generator) -> Network:
    return Network.initialize(he_normal, rng)


@pytest.fixture
def split(embedded: Dataset) -> Split:
    return embedded.splits["train"]


class TestTrainStep:
    def test_is_one_step_of_the_optimizer(self, network: Network, split: Split) -> None:
        before = network.copy()
        images, labels = split.images[:32], split.labels[:32]
        expected = before.loss_and_grads(to_inputs(images), labels)

        train_step(network, SGD(0.1, momentum=0), images, labels)

        for name, grad in expected.grads.items():
            moved = before.params[name] - 0.1 * grad
            np.testing.assert_allclose(network.params[name], moved, rtol=1e-5, atol=1e-7)

    def test_reports_loss_and_accuracy_from_before_the_step(
        self, network: Network, split: Split
    ) -> None:
        images, labels = split.images[:32], split.labels[:32]
        log_probs = network.log_probs(to_inputs(images))

        result = train_step(network, SGD(0.1), images, labels)

        assert result.loss == cross_entropy(log_probs, labels)
        assert result.accuracy == accuracy(log_probs, labels)


class TestTuneStep:
    @pytest.mark.parametrize("initializer", ["he_normal", "uniform"])
    def test_lowers_the_loss_for_any_label(
        self, initializer: str, rng: np.random.Generator, split: Split
    ) -> None:
        network = Network.initialize(INITIALIZERS[initializer], rng)
        for label in range(10):
            inputs = to_inputs(split.images[label])
            targets = np.array([label], np.uint8)
            expected_before = cross_entropy(network.log_probs(inputs), targets)

            result = tune_step(network, inputs, label)

            assert result.loss_before == expected_before
            assert result.loss_after < result.loss_before or result.loss_before < 1e-5
            assert result.loss_after == cross_entropy(network.log_probs(inputs), targets)

    def test_halves_a_step_that_goes_too_far(
        self, network: Network, split: Split, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("app.model.training.TUNE_LEARNING_RATE", 1000.0)

        result = tune_step(network, to_inputs(split.images[0]), (split.labels[0] + 1) % 10)

        assert result.loss_after < result.loss_before

    def test_leaves_a_network_as_it_was_for_a_blank_input(self, network: Network) -> None:
        before = network.copy()

        result = tune_step(network, np.zeros((1, 784), np.float32), 3)

        assert result.loss_before == result.loss_after == pytest.approx(np.log(10))
        assert np.array_equal(network.params["w1"], before.params["w1"])

    def test_leaves_a_network_that_is_certain_as_it_was(
        self, network: Network, split: Split
    ) -> None:
        network.params["w1"] *= 1000  # the softmax saturates: p = 1 to float32's precision
        inputs = to_inputs(split.images[0])
        before = network.copy()

        result = tune_step(network, inputs, int(network.log_probs(inputs).argmax()))

        assert result.loss_before == result.loss_after == 0
        assert np.array_equal(network.params["w1"], before.params["w1"])
        assert np.array_equal(network.params["w2"], before.params["w2"])
