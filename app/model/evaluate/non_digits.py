"""Drawings that are not digits, to measure how many are rejected."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from app.model.arrays import ByteArray
from app.model.drawings.handwriting import draw_somewhere, side_by_side, write
from app.model.drawings.letter_strokes import MEASURING_LETTERS, TRAINING_LETTERS
from app.model.drawings.pen_strokes import PenDrawing
from app.model.drawings.rasterizer import THINNEST_PEN_WIDTH, Strokes, draw
from app.model.drawings.scribbles import MEASURING_SCRIBBLES, TRAINING_SCRIBBLES
from app.model.preprocessing import SIDE

THICKEST_PEN_WIDTH = 5.0
NON_DIGIT_COUNT = 200
"""Drawings of each kind."""
NON_DIGIT_SEED = 99
"""None of the recipe's seeds: drawings to measure with were not trained on."""


def non_digit_drawings(
    pens: Sequence[PenDrawing],
) -> Iterator[tuple[str, dict[str, ByteArray]]]:
    """Names of groups with the drawings, (n, 784) uint8, of each kind in them; always the same."""
    rng = np.random.default_rng(NON_DIGIT_SEED)
    places = rng.uniform(2, SIDE - 2, (NON_DIGIT_COUNT, 1, 2))
    widths = rng.uniform(THINNEST_PEN_WIDTH, THICKEST_PEN_WIDTH, NON_DIGIT_COUNT)
    dots = [draw([place], width) for place, width in zip(places, widths, strict=True)]
    yield (
        "blank, full or one dot",
        {
            "blank": np.zeros((1, SIDE**2), np.uint8),
            "full": np.full((1, SIDE**2), 255, np.uint8),
            "dot": np.stack(dots),
        },
    )
    yield "two digits side by side", {"any two": _drawn(partial(_two_of, pens, rng), rng)}
    for name, scribbles in (
        ("scribbles of kinds never seen", MEASURING_SCRIBBLES),
        ("scribbles of kinds trained on", TRAINING_SCRIBBLES),
    ):
        yield (
            name,
            {
                scribble.__name__.replace("_", " "): _drawn(partial(scribble, rng), rng)
                for scribble in scribbles
            },
        )
    for name, letters in (
        ("letters never seen", MEASURING_LETTERS),
        ("letters trained on", TRAINING_LETTERS),
    ):
        yield (
            name,
            {
                letter: _drawn(partial(write, templates, rng), rng)
                for letter, templates in letters.items()
            },
        )


def _two_of(pens: Sequence[PenDrawing], rng: np.random.Generator) -> Strokes:
    left, right = rng.integers(len(pens), size=2)
    return side_by_side(pens[left].strokes, pens[right].strokes, rng)


def _drawn(make: Callable[[], Strokes], rng: np.random.Generator) -> ByteArray:
    return np.stack([draw_somewhere(make(), rng) for _ in range(NON_DIGIT_COUNT)])
