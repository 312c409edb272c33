import math

import numpy as np
import pytest

from app.model.datasets import Dataset, Split
from app.model.initializers import INITIALIZERS, he_normal
from app.model.kernels.reference import ReferenceKernels
from app.model.losses import cross_entropy
from app.model.metrics import accuracy
from app.model.network import Network
from app.model.optimizers import OPTIMIZERS, SGD, Adam
from app.model.preprocessing import to_inputs
from app.model.training import Progress, evaluate, steps_of, train, train_step, tune_step


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


class TestEvaluate:
    @pytest.mark.parametrize("batch_size", [1, 7, 199, 200, 1000])
    def test_does_not_depend_on_the_batch_size(
        self, network: Network, embedded: Dataset, batch_size: int
    ) -> None:
        test = embedded.splits["test"]
        whole = evaluate(network, test.images, test.labels, len(test))

        measured = evaluate(network, test.images, test.labels, batch_size)

        assert measured.loss == pytest.approx(whole.loss, rel=1e-5)
        assert measured.accuracy == whole.accuracy
        assert np.array_equal(measured.confusion, whole.confusion)
        assert measured.confusion.sum() == len(test)
        assert np.trace(measured.confusion) == round(measured.accuracy * len(test))

    def test_does_not_train(self, network: Network, embedded: Dataset) -> None:
        before = network.copy()

        evaluate(network, embedded.splits["test"].images, embedded.splits["test"].labels)

        assert np.array_equal(network.params["w1"], before.params["w1"])


class TestTrain:
    def run(
        self, network: Network, split: Split, seed: int = 0, **options: object
    ) -> list[Progress]:
        settings = {"steps": 6, "batch_size": 500} | options
        rng = np.random.default_rng(seed)
        return list(train(network, Adam(0.01), split, rng=rng, **settings))  # type: ignore[arg-type]

    def test_reports_every_step_with_short_last_batches(
        self, network: Network, split: Split
    ) -> None:
        reports = self.run(network, split)  # 1,397 samples: 500 + 500 + 397

        assert [report.step for report in reports] == [1, 2, 3, 4, 5, 6]
        assert [report.epoch for report in reports] == [1, 1, 1, 2, 2, 2]
        assert {report.steps for report in reports} == {6}

    def test_uses_each_sample_once_an_epoch(self, network: Network) -> None:
        seen: list[int] = []

        class Recorder(ReferenceKernels):
            def train_step(self, params, optimizer, images, labels):  # type: ignore[no-untyped-def]
                seen.extend(images[:, 0].tolist())
                return super().train_step(params, optimizer, images, labels)

        images = np.zeros((100, 784), np.uint8)
        images[:, 0] = np.arange(100)
        network.kernels = Recorder(has_blas=True)

        self.run(network, Split(images, np.zeros(100, np.uint8)), steps=8, batch_size=30)

        assert sorted(seen[:100]) == sorted(seen[100:]) == list(range(100))
        assert seen[:100] != seen[100:]

    def test_the_same_seed_gives_the_same_weights(self, network: Network, split: Split) -> None:
        same, other = network.copy(), network.copy()
        self.run(network, split, seed=1, max_shift=1)
        self.run(same, split, seed=1, max_shift=1)
        self.run(other, split, seed=2, max_shift=1)

        assert np.array_equal(network.params["w1"], same.params["w1"])
        assert not np.array_equal(network.params["w1"], other.params["w1"])

    def test_cosine_schedule_ends_near_zero(
        self, network: Network, split: Split, rng: np.random.Generator
    ) -> None:
        optimizer = SGD(0.2)
        steps = train(
            *(network, optimizer, split),
            steps=steps_of(4, split, 100),
            batch_size=100,
            rng=rng,
            schedule="cosine",
        )

        rates = [optimizer.learning_rate for _ in steps]

        assert rates[0] == 0.2
        assert rates[len(rates) // 2] == pytest.approx(0.1)
        assert rates == sorted(rates, reverse=True)
        assert 0 < rates[-1] < 0.001

    @pytest.mark.parametrize("count", [1, 2, 5, 6, 7, 13])
    def test_ends_after_any_number_of_steps(
        self, network: Network, split: Split, count: int
    ) -> None:
        reports = self.run(network, split, steps=count)  # of 3 an epoch

        assert [report.step for report in reports] == list(range(1, count + 1))
        assert reports[-1].epoch == math.ceil(count / 3)
        assert {report.steps for report in reports} == {count}

    def test_a_schedule_spans_an_epoch_that_is_not_gone_through(
        self, network: Network, split: Split, rng: np.random.Generator
    ) -> None:
        optimizer = SGD(0.2)
        steps = train(
            *(network, optimizer, split), steps=20, batch_size=1, rng=rng, schedule="cosine"
        )

        rates = [optimizer.learning_rate for _ in steps]

        assert len(rates) == 20
        assert rates[10] == pytest.approx(0.1)
        assert rates[-1] < 0.002

    @pytest.mark.parametrize("name", OPTIMIZERS)
    def test_learns_real_digits_with_every_optimizer(
        self, name: str, network: Network, embedded: Dataset, rng: np.random.Generator
    ) -> None:
        optimizer = OPTIMIZERS[name]({"sgd": 0.3, "momentum": 0.1, "adam": 0.003}[name])

        for _ in train(
            network, optimizer, embedded.splits["train"], steps=330, batch_size=64, rng=rng
        ):
            pass

        validation = embedded.splits["validation"]
        assert evaluate(network, validation.images, validation.labels).accuracy > 0.93
