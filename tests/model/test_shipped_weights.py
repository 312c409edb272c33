"""The weights in api/assets, against what their model card says."""

from pathlib import Path

import numpy as np
import pytest

from app.model.datasets import Dataset
from app.model.network import Network
from app.model.preprocessing import normalize_drawing
from app.model.serialization import weights_digest, weights_from_npz, weights_to_npz
from app.model.training import evaluate

ASSETS = Path(__file__).parents[2] / "api" / "assets"


@pytest.fixture(scope="module")
def network() -> Network:
    return Network(*weights_from_npz((ASSETS / "weights.npz").read_bytes()))


def test_are_the_ones_of_the_model_card(network: Network) -> None:
    assert weights_digest(network.params) in (ASSETS / "model_card.md").read_text("utf-8")


def test_are_stored_as_we_store_weights(network: Network) -> None:
    assert weights_to_npz(network.params) == (ASSETS / "weights.npz").read_bytes()


def test_read_mnist_as_the_model_card_says(network: Network, mnist: Dataset) -> None:
    test = mnist.splits["test"]

    measured = evaluate(network, test.images, test.labels)

    assert measured.accuracy == pytest.approx(0.9876, abs=0.0002)
    assert measured.loss == pytest.approx(0.0395, abs=0.0002)


def test_read_digits_from_elsewhere(network: Network, embedded: Dataset) -> None:
    """The embedded digits are coarse, and other people's: no figure to be proud of, but a check."""
    test = embedded.splits["test"]

    assert evaluate(network, test.images, test.labels).accuracy > 0.75


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
            inputs = normalize_drawing(drawing.ravel())[None] / np.float32(255)
            assert network.log_probs(inputs).argmax() == 7
