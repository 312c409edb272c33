"""Reading a drawing, as the page asks for it."""

import re

import numpy as np
import pytest

from app.model.preprocessing import normalize_drawing
from tests.ui.worker.visit import BLANK, DRAWING, Visit, play


def test_reading_takes_the_drawing_as_the_model_wants_it() -> None:
    async def scenario(visit: Visit) -> None:
        answer = visit.call("predict", DRAWING)
        assert set(answer) == {"digit", "unreadable", "probabilities", "seen", "milliseconds"}
        assert answer["probabilities"].dtype == np.float32
        assert answer["probabilities"].shape == (10,)
        assert answer["probabilities"].sum() == pytest.approx(1, abs=1e-5)
        assert answer["digit"] == answer["probabilities"].argmax()
        assert answer["milliseconds"] > 0
        seen = answer["seen"].reshape(784, 4)
        assert seen.dtype == np.uint8
        assert not seen[:, :3].any()
        pixels = np.frombuffer(bytes.fromhex(DRAWING), np.uint8)
        assert seen[:, 3].tolist() == normalize_drawing(pixels).tolist()

    play(scenario)


def test_a_blank_drawing_is_no_digit() -> None:
    async def scenario(visit: Visit) -> None:
        answer = visit.call("predict", BLANK)
        assert answer["unreadable"] == "blank"
        assert not answer["seen"].any()

    play(scenario)


def test_a_full_black_grid_is_no_digit() -> None:
    async def scenario(visit: Visit) -> None:
        assert visit.call("predict", "ff" * 784)["unreadable"] == "filled"

    play(scenario)


@pytest.mark.parametrize("pixels", ["", "00", "zz" * 784, BLANK + "00"])
def test_pixels_that_are_none_are_refused(pixels: str) -> None:
    async def scenario(visit: Visit) -> None:
        refusal = visit.call("predict", pixels)["problem"]
        assert refusal["title"] == "The drawing could not be read"
        assert re.search("expected|hexadecimal", refusal["detail"])
        assert "problem" in visit.call("tune", pixels, 1)

    play(scenario)
