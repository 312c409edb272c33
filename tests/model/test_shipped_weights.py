"""The weights in api/assets, against what their model card says."""

from pathlib import Path

import numpy as np
import pytest

from app.model.data.datasets import Dataset
from app.model.drawings.pen_strokes import PenDrawing, load_pen_strokes, split_by_writer
from app.model.evaluate.conditions import CONDITIONS, DOTTED_CONDITIONS, Condition
from app.model.evaluate.readings import (
    SHIPPED_WEIGHTS,
    Reading,
    load_network,
    read_non_digits,
    read_pens,
    read_stored,
)
from app.model.metrics import accuracy, calibration_error
from app.model.network import Network
from app.model.preprocessing import normalize_drawing, to_inputs
from app.model.readability import READABLE, unreadable_because
from app.model.serialization import weights_digest, weights_to_npz

ROOT = Path(__file__).parents[2]
MODEL_CARD = SHIPPED_WEIGHTS.with_name("model_card.md")


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network(SHIPPED_WEIGHTS)


@pytest.fixture(scope="module")
def pens() -> list[PenDrawing]:
    """What the test writers wrote."""
    return split_by_writer(load_pen_strokes())["test"]


@pytest.fixture(scope="module")
def drawn(network: Network, pens: list[PenDrawing]) -> dict[str, Reading]:
    """By condition, what the network says of the test writers' drawings."""
    return {
        condition.name: read_pens(network, pens, condition)
        for condition in (*CONDITIONS, *DOTTED_CONDITIONS)
    }


def test_are_the_ones_of_the_model_card(network: Network) -> None:
    assert weights_digest(network.params) in MODEL_CARD.read_text("utf-8")


def test_are_the_ones_of_the_documentation(network: Network) -> None:
    document = (ROOT / "docs" / "recognition.md").read_text("utf-8")

    assert weights_digest(network.params)[:16] in document


def test_are_stored_as_we_store_weights(network: Network) -> None:
    assert weights_to_npz(network.params) == SHIPPED_WEIGHTS.read_bytes()


def test_read_mnist_as_the_model_card_says(network: Network, mnist: Dataset) -> None:
    reading = read_stored(network, "MNIST", mnist.splits["test"])

    found = accuracy(reading.log_probs, reading.labels)
    assert f"{found:.2%}".replace("%", " %") in MODEL_CARD.read_text("utf-8")
    assert found >= 0.99
    assert calibration_error(reading.log_probs, reading.labels) <= 0.01
    assert np.mean([rejection != READABLE for rejection in reading.rejections]) < 0.01


@pytest.mark.parametrize(
    ("condition", "floor"), list(zip(CONDITIONS, (0.975, 0.98, 0.97, 0.98), strict=True))
)
def test_read_drawings_of_people_they_never_saw(
    drawn: dict[str, Reading], condition: Condition, floor: float
) -> None:
    reading = drawn[condition.name]

    assert accuracy(reading.log_probs, reading.labels) >= floor
    assert np.mean([rejection != READABLE for rejection in reading.rejections]) <= 0.03


def test_a_stray_dot_costs_next_to_nothing(drawn: dict[str, Reading]) -> None:
    for plain, dotted in zip((CONDITIONS[0], CONDITIONS[1]), DOTTED_CONDITIONS, strict=True):
        without, with_dot = (
            accuracy(drawn[each.name].log_probs, drawn[each.name].labels)
            for each in (plain, dotted)
        )
        assert with_dot >= without - 0.02


def test_refuse_most_of_what_is_no_digit(network: Network, pens: list[PenDrawing]) -> None:
    rejected = {}
    for group in read_non_digits(network, pens):
        rejections = [each for kind in group.rejections.values() for each in kind]
        rejected[group.name] = np.mean([rejection != READABLE for rejection in rejections])
        if group.name == "letters never seen":
            break  # drawing those that it was trained on takes half of the time

    assert rejected["blank, full or one dot"] == 1
    assert rejected["two digits side by side"] >= 0.85
    assert rejected["scribbles of kinds never seen"] >= 0.75
    assert rejected["letters never seen"] >= 0.45


def test_read_digits_from_elsewhere(network: Network, embedded: Dataset) -> None:
    """UCI's digits are coarse, 8x8, and the network never saw any of them."""
    readings = [read_stored(network, "UCI", split) for split in embedded.splits.values()]

    right = [accuracy(each.log_probs, each.labels) * len(each.labels) for each in readings]
    assert sum(len(each.labels) for each in readings) == 1797
    assert sum(right) / 1797 >= 0.955


def test_read_a_drawing_wherever_it_is(network: Network) -> None:
    """A seven of three straight strokes, small, in each corner."""
    seven = np.zeros((11, 8), np.uint8)
    seven[0:2, :] = 255
    for row in range(2, 11):
        column = 6 - (row - 2) // 2
        seven[row, column : column + 2] = 255
    for top in (0, 8, 17):
        for left in (0, 10, 20):
            drawing = np.zeros((28, 28), np.uint8)
            drawing[top : top + 11, left : left + 8] = seven
            log_probs = network.log_probs(to_inputs(normalize_drawing(drawing.ravel())))[0]
            assert log_probs.argmax() == 7
            assert unreadable_because(drawing.ravel(), log_probs) == READABLE
