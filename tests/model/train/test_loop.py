import math

import numpy as np
import pytest

from app.model.data.datasets import Dataset, Split
from app.model.evaluate.evaluation import evaluate
from app.model.initializers import he_normal
from app.model.kernels.reference import ReferenceKernels
from app.model.network import Network
from app.model.optimizers import OPTIMIZERS, SGD, Adam
from app.model.train.loop import Progress, steps_of, train


@pytest.fixture
def network(rng: np.random.Generator) -> Network:
    return Network.initialize(he_normal, rng)


@pytest.fixture
def split(embedded: Dataset) -> Split:
    return embedded.splits["train"]


def run(network: Network, split: Split, seed: int = 0, **options: object) -> list[Progress]:
    settings = {"steps": 6, "batch_size": 500} | options
    rng = np.random.default_rng(seed)
    return list(train(network, Adam(0.01), split, rng=rng, **settings))  # type: ignore[arg-type]


def test_reports_every_step_with_short_last_batches(network: Network, split: Split) -> None:
    reports = run(network, split)  # 1,397 samples: 500 + 500 + 397

    assert [report.step for report in reports] == [1, 2, 3, 4, 5, 6]
    assert [report.epoch for report in reports] == [1, 1, 1, 2, 2, 2]
    assert {report.steps for report in reports} == {6}


def test_uses_each_sample_once_an_epoch(network: Network) -> None:
    seen: list[int] = []

    class Recorder(ReferenceKernels):
        def train_step(self, params, optimizer, images, labels):  # type: ignore[no-untyped-def]
            seen.extend(images[:, 0].tolist())
            return super().train_step(params, optimizer, images, labels)

    images = np.zeros((100, 784), np.uint8)
    images[:, 0] = np.arange(100)
    network.kernels = Recorder(has_blas=True)

    run(network, Split(images, np.zeros(100, np.uint8)), steps=8, batch_size=30)

    assert sorted(seen[:100]) == sorted(seen[100:]) == list(range(100))
    assert seen[:100] != seen[100:]


def test_the_same_seed_gives_the_same_weights(network: Network, split: Split) -> None:
    same, other = network.copy(), network.copy()
    run(network, split, seed=1, max_shift=1)
    run(same, split, seed=1, max_shift=1)
    run(other, split, seed=2, max_shift=1)

    assert np.array_equal(network.params["w1"], same.params["w1"])
    assert not np.array_equal(network.params["w1"], other.params["w1"])


def test_cosine_schedule_ends_near_zero(
    network: Network, split: Split, rng: np.random.Generator
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
def test_ends_after_any_number_of_steps(network: Network, split: Split, count: int) -> None:
    reports = run(network, split, steps=count)  # of 3 an epoch

    assert [report.step for report in reports] == list(range(1, count + 1))
    assert reports[-1].epoch == math.ceil(count / 3)
    assert {report.steps for report in reports} == {count}


def test_a_schedule_spans_an_epoch_that_is_not_gone_through(
    network: Network, split: Split, rng: np.random.Generator
) -> None:
    optimizer = SGD(0.2)
    steps = train(*(network, optimizer, split), steps=20, batch_size=1, rng=rng, schedule="cosine")

    rates = [optimizer.learning_rate for _ in steps]

    assert len(rates) == 20
    assert rates[10] == pytest.approx(0.1)
    assert rates[-1] < 0.002


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_learns_real_digits_with_every_optimizer(
    name: str, network: Network, embedded: Dataset, rng: np.random.Generator
) -> None:
    optimizer = OPTIMIZERS[name]({"sgd": 0.3, "momentum": 0.1, "adam": 0.003}[name])

    for _ in train(network, optimizer, embedded.splits["train"], steps=330, batch_size=64, rng=rng):
        pass

    validation = embedded.splits["validation"]
    assert evaluate(network, validation.images, validation.labels).accuracy > 0.93
