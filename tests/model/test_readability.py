import numpy as np
import pytest

from app.model.arrays import ByteArray, FloatArray
from app.model.drawings.rasterizer import draw
from app.model.readability import (
    BLANK,
    DOT,
    FILLED,
    LEAST_PROBABILITY,
    NO_ANSWER,
    NO_DIGIT,
    READABLE,
    SEVERAL,
    unreadable_because,
)
from app.pyscript.draw import brush


def saying(probability: float) -> FloatArray:
    """Log-probabilities of which the largest is this, the rest even."""
    probabilities = np.full(10, (1 - probability) / 9)
    probabilities[4] = probability
    log_probs: FloatArray = np.log(probabilities).astype(np.float32)
    return log_probs


SURE = saying(0.999)


def line(*points: tuple[float, float], width: float = brush.DEFAULT_WIDTH) -> ByteArray:
    return draw([np.array(points)], width)


def test_blank_paper() -> None:
    assert unreadable_because(np.zeros(784, np.uint8), SURE) == BLANK
    assert unreadable_because(np.full(784, 20, np.uint8), SURE) == BLANK


@pytest.mark.parametrize("width", [brush.THINNEST, brush.DEFAULT_WIDTH, 3.3, brush.THICKEST])
@pytest.mark.parametrize("place", [(14, 14), (3.5, 20.5), (9.3, 7.8), (0, 0), (25, 14.2)])
def test_a_dot_wherever_it_is(width: float, place: tuple[float, float]) -> None:
    assert unreadable_because(line(place, width=width), SURE) == DOT


def test_a_dot_between_cells() -> None:
    """The thinnest pen wets a plus there: one dark cell and the edges of its neighbors."""
    pixels = np.zeros((28, 28), np.uint8)
    pixels[10, 11] = 75
    pixels[11, 10:13] = 52, 255, 45

    assert unreadable_because(pixels.ravel(), SURE) == DOT


@pytest.mark.parametrize("side", [7, 14, 28])
def test_a_filled_square(side: int) -> None:
    pixels = np.zeros((28, 28), np.uint8)
    pixels[:side, 28 - side :] = 255

    assert unreadable_because(pixels.ravel(), SURE) == FILLED


@pytest.mark.parametrize(
    "pixels",
    [
        line((14, 4), (14, 24)),
        line((24, 22), (24, 27)),  # small
        line((6, 4), (6, 24), width=brush.THICKEST),
        line((4, 4), (20, 4), (20, 20), (4, 20), (4, 4)),
        line((18, 18), (23, 18), (23, 25), (18, 25), (18, 18), width=brush.THINNEST),
    ],
)
def test_lines_are_for_the_network_to_judge(pixels: ByteArray) -> None:
    assert unreadable_because(pixels, SURE) == READABLE
    assert unreadable_because(pixels, saying(LEAST_PROBABILITY + 0.01)) == READABLE
    assert unreadable_because(pixels, saying(LEAST_PROBABILITY - 0.01)) == NO_DIGIT


def strokes(*several: tuple[tuple[float, float], ...], width: float = 2.2) -> ByteArray:
    return draw([np.array(points, float) for points in several], width)


@pytest.mark.parametrize("width", [brush.THINNEST, brush.DEFAULT_WIDTH])
@pytest.mark.parametrize(
    ("left", "right"),
    [
        (((6, 6), (6, 22)), ((20, 6), (20, 22))),  # 11
        (((5, 8), (10, 7), (6, 20), (11, 20)), ((18, 6), (24, 6), (20, 19))),  # 27, of two heights
    ],
)
def test_digits_side_by_side(
    left: tuple[tuple[float, float], ...], right: tuple[tuple[float, float], ...], width: float
) -> None:
    assert unreadable_because(strokes(left, right, width=width), SURE) == SEVERAL


@pytest.mark.parametrize(
    "pixels",
    [
        strokes(
            ((9, 8), (9, 15), (17, 15), (19, 22), (10, 24)), ((12, 4), (20, 4))
        ),  # 5 and its bar
        strokes(((8, 4), (7, 13), (14, 13)), ((19, 4), (18, 24))),  # an open 4
        strokes(((6, 4), (20, 4), (13, 24)), ((18, 14), (23, 14))),  # a 7, its bar apart
        strokes(((14, 4), (14, 24)), ((3, 3),)),  # a 1 and a stray dot
    ],
)
def test_one_digit_in_two_strokes_that_do_not_touch(pixels: ByteArray) -> None:
    assert unreadable_because(pixels, SURE) == READABLE


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_none_are_no_answer(number: float) -> None:
    log_probs = SURE.copy()
    log_probs[3] = number

    assert unreadable_because(line((14, 4), (14, 24)), log_probs) == NO_ANSWER
    assert unreadable_because(np.zeros(784, np.uint8), log_probs) == BLANK
