"""The conditions that drawings are measured under: sizes, places and pens, as visitors choose
them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from app.model.arrays import ByteArray, FloatArray
from app.model.data.datasets import Split
from app.model.drawings.pen_strokes import PenDrawing
from app.model.drawings.rasterizer import PEN_WIDTH, THINNEST_PEN_WIDTH, draw, place
from app.model.preprocessing import normalize_drawing


class Condition(NamedTuple):
    """How a digit is drawn: its longest side, its center and the pen's width, all in cells, and
    whether there is a stray dot in another corner."""

    name: str
    size: float
    center: float
    width: float
    has_stray_dot: bool = False


CONDITIONS = (
    Condition("natural size: 20 cells, centered", 20, 14, PEN_WIDTH),
    Condition("small: 11 cells, in a corner", 11, 21, PEN_WIDTH),
    Condition("large: 26 cells", 26, 14, PEN_WIDTH),
    Condition("thin: 20 cells, the thinnest pen", 20, 14, THINNEST_PEN_WIDTH),
)
DOTTED_CONDITIONS = (
    Condition("natural size, and a stray dot in a corner", 20, 14, PEN_WIDTH, True),
    Condition("small, and a stray dot in another corner", 11, 21, PEN_WIDTH, True),
)
CORNERS = np.array([[2.0, 2], [26, 2], [2, 26], [26, 26]])
"""Cells: where stray dots are, up to a cell away."""
DOTS_SEED = 98


def as_drawn(pens: Sequence[PenDrawing], condition: Condition) -> Split:
    """Pen strokes as the network gets them when they are drawn on the page in this way."""
    labels = np.array([drawing.label for drawing in pens], np.uint8)
    return Split(normalize_all(draw_pens(pens, condition)), labels)


def draw_pens(pens: Sequence[PenDrawing], condition: Condition) -> ByteArray:
    """Pen strokes drawn on the page in this way, (n, 784) uint8."""
    center = (condition.center, condition.center)
    rng = np.random.default_rng(DOTS_SEED)
    drawings = []
    for pen in pens:
        strokes = place(pen.strokes, condition.size, center)
        if condition.has_stray_dot:
            strokes.append(_stray_dot(condition, rng))
        drawings.append(draw(strokes, condition.width))
    return np.stack(drawings)


def _stray_dot(condition: Condition, rng: np.random.Generator) -> FloatArray:
    """A stroke of one point, (1, 2), in any corner but the one that the digit is in."""
    half = condition.size / 2
    is_free = (np.abs(CORNERS - condition.center) > half).any(axis=1)
    corner = rng.choice(CORNERS[is_free])
    dot: FloatArray = corner + rng.uniform(-1, 1, (1, 2))
    return dot


def normalize_all(drawings: ByteArray) -> ByteArray:
    """Drawings, (n, 784) uint8, as the network gets them, of the same shape and dtype."""
    return np.stack([normalize_drawing(drawing) for drawing in drawings])
