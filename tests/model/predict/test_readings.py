"""The readings are those of the page."""

from typing import Any, cast

import numpy as np
import pytest

from app.model.data.datasets import load_embedded
from app.model.evaluate.readings import SHIPPED_WEIGHTS
from app.model.network import Network
from app.model.predict.readings import read_drawings
from app.model.readability import BLANK, NO_ANSWER, READABLE
from tests.model.predict.test_pictures import NETWORK
from tests.model.reader.test_reader import params_of, worker_with

IMAGES = load_embedded().splits["test"].images[:40]


def test_they_are_what_the_page_says() -> None:
    page = worker_with(params_of(SHIPPED_WEIGHTS.read_bytes()))
    blank = np.zeros((1, 784), np.uint8)
    drawings = np.concatenate([IMAGES, IMAGES.reshape(-1, 28, 28)[:, ::-1].reshape(-1, 784), blank])
    readings = read_drawings(NETWORK, drawings)
    assert readings[-1].unreadable == BLANK
    assert {reading.unreadable for reading in readings} > {BLANK, READABLE}
    for drawing, reading in zip(drawings, readings, strict=True):
        said: Any = page.predict(drawing.tobytes().hex())
        assert reading.unreadable == said["unreadable"]
        assert reading.digit == (None if said["unreadable"] else said["digit"])
        assert np.allclose(reading.probabilities, said["probabilities"], atol=1e-6)


def test_weights_that_overflow_give_no_answer_and_no_warning() -> None:
    huge = np.float32(3e38)
    network = Network(np.full((784, 128), huge), np.full((128, 10), huge))
    reading = read_drawings(network, IMAGES[0])[0]
    assert reading.unreadable == NO_ANSWER
    assert reading.digit is None
    assert not reading.probabilities.any()


def test_no_drawings_have_no_readings() -> None:
    assert read_drawings(NETWORK, np.empty((0, 784), np.uint8)) == []


def test_other_arrays_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        read_drawings(NETWORK, np.zeros((3, 10), np.uint8))
    with pytest.raises(TypeError, match="uint8"):
        read_drawings(NETWORK, cast(Any, np.zeros(784)))
