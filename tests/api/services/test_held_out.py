"""What the gate measures with. The gate itself: test_gate.py, and over HTTP test_publish.py."""

from dataclasses import replace

import numpy as np
import pytest

from api.services.held_out import DRAWINGS, HeldOut
from api.stores.versions import Measurement
from app.model.data.datasets import Dataset
from app.model.evaluate.conditions import CONDITIONS
from app.model.evaluate.evaluation import evaluate
from app.model.network import Network
from tests.api.publishing import Params


@pytest.fixture
def network(trained: Params) -> Network:
    return Network(trained["w1"], trained["w2"])


def test_digits_and_drawings_are_measured(digits: Dataset, network: Network) -> None:
    held_out = HeldOut(digits)
    reading = held_out.read(network)
    assert (held_out.digits_size, held_out.drawings_size) == (200, 800)
    for kind, name in zip(reading.kinds, ("validation", DRAWINGS), strict=True):
        split = digits.splits[name]
        expected = evaluate(network, split.images, split.labels)
        assert kind.accuracy == expected.accuracy
        assert kind.loss == pytest.approx(expected.loss)
        assert kind.is_right.mean() == pytest.approx(expected.accuracy)
        shares = np.diag(expected.confusion) / expected.confusion.sum(axis=1)
        assert kind.recall == pytest.approx(shares)
    assert reading.measurement == Measurement(
        reading.digits.accuracy,
        reading.digits.loss,
        digits.digest[:16],
        reading.kinds[1].accuracy,
        reading.kinds[1].loss,
    )
    assert held_out.is_current(reading.measurement)


def test_each_drawing_is_there_in_several_ways(digits: Dataset, network: Network) -> None:
    reading = HeldOut(digits).read(network)
    assert [kind.ways for kind in reading.kinds] == [1, len(CONDITIONS)]


def test_a_data_set_may_have_no_drawings(digits: Dataset, network: Network) -> None:
    splits = {name: split for name, split in digits.splits.items() if name != DRAWINGS}
    held_out = HeldOut(replace(digits, splits=splits))
    reading = held_out.read(network)
    assert held_out.drawings_size == 0
    assert reading.kinds == [reading.digits]
    assert reading.measurement.drawings_accuracy is None
    assert held_out.is_current(reading.measurement)


def test_figures_of_other_data_or_of_digits_only_are_not_current(
    digits: Dataset, network: Network
) -> None:
    held_out = HeldOut(digits)
    measured = held_out.read(network).measurement
    assert not held_out.is_current(measured._replace(data="other"))
    assert not held_out.is_current(measured._replace(drawings_accuracy=None, drawings_loss=None))


def test_some_of_each_kind_tell_versions_apart(digits: Dataset, network: Network) -> None:
    """200 digits, and every other one of 800 drawings."""
    probes = HeldOut(digits).probe(network)
    assert probes.shape == (200 + 400, 10)
    assert np.allclose(probes.sum(axis=1), 1)


def test_no_answer_is_not_right(digits: Dataset, network: Network) -> None:
    """As of weights that overflow; all zeros among the digits stay unread."""
    network.params["w1"][:] = 3e38
    reading = HeldOut(digits).read(network)
    assert reading.measurement.accuracy == reading.measurement.drawings_accuracy == 0
    assert not np.isfinite(reading.measurement.loss)
    assert reading.digits.recall == [0] * 10
