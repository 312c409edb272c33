import numpy as np
import pytest

from app.model.data.datasets import Dataset
from app.model.evaluate.evaluation import evaluate
from app.model.initializers import he_normal
from app.model.network import Network


@pytest.fixture
def network(rng: np.random.Generator) -> Network:
    return Network.initialize(he_normal, rng)


@pytest.mark.parametrize("batch_size", [1, 7, 199, 200, 1000])
def test_the_figures_do_not_depend_on_the_batch_size(
    network: Network, embedded: Dataset, batch_size: int
) -> None:
    test = embedded.splits["test"]
    whole = evaluate(network, test.images, test.labels, len(test))

    measured = evaluate(network, test.images, test.labels, batch_size)

    assert measured.loss == pytest.approx(whole.loss, rel=1e-5)
    assert measured.accuracy == whole.accuracy
    assert np.array_equal(measured.confusion, whole.confusion)
    assert measured.confusion.sum() == len(test)
    assert np.trace(measured.confusion) == round(measured.accuracy * len(test))


def test_measuring_does_not_train(network: Network, embedded: Dataset) -> None:
    before = network.copy()

    evaluate(network, embedded.splits["test"].images, embedded.splits["test"].labels)

    assert np.array_equal(network.params["w1"], before.params["w1"])
