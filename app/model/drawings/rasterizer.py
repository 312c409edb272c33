"""Strokes to pixels, as the page's pen paints them.

app/pyscript/draw/brush.py is the definition: it paints piece by piece while somebody draws. This is
the same brush for many whole drawings in NumPy; a test checks that their pixels are equal.
"""

from collections.abc import Sequence

import numpy as np

from app.model.arrays import ByteArray, FloatArray
from app.model.preprocessing import SIDE

Strokes = Sequence[FloatArray]
"""The strokes of one drawing, each (n, 2) float64, n at least 1: x and y of its points."""

PEN_WIDTH = 2.2
"""Cells: the width with which the page begins."""
THINNEST_PEN_WIDTH = 1.0
"""Cells: the thinnest that the page offers."""
CELL_CENTERS = np.arange(SIDE) + 0.5


def draw(strokes: Strokes, width: float = PEN_WIDTH) -> ByteArray:
    """The drawing, (784,) uint8, of strokes in cells with a pen of this width in cells.

    Full ink up to half a cell inside the brush's rim, none from half a cell outside; a cell takes
    the darkest of all pieces that pass over it, which is that of the nearest.
    """
    starts = np.concatenate([stroke[_beginnings(stroke)] for stroke in strokes])
    ends = np.concatenate([stroke[1:] if len(stroke) > 1 else stroke for stroke in strokes])
    directions = ends - starts
    squared_lengths = (directions**2).sum(axis=1)
    dx, dy = (directions[:, axis, None, None] for axis in (0, 1))
    px = CELL_CENTERS[None, None, :] - starts[:, 0, None, None]
    py = CELL_CENTERS[None, :, None] - starts[:, 1, None, None]
    # The nearest point of a piece, as a fraction of its length; a dot's is its only point.
    along = px * dx + py * dy
    along /= np.where(squared_lengths == 0, 1, squared_lengths)[:, None, None]
    np.clip(along, 0, 1, out=along)
    squared_distances = (px - along * dx) ** 2 + (py - along * dy) ** 2
    cover = width / 2 + 0.5 - np.sqrt(squared_distances.min(axis=0))
    pixels: ByteArray = np.floor(255 * np.clip(cover, 0, 1) + 0.5).astype(np.uint8).ravel()
    return pixels


def place(strokes: Strokes, size: float, center: tuple[float, float]) -> list[FloatArray]:
    """Strokes scaled in proportion so that their longer side is `size` cells, around a center.

    A drawing of one point only is put on the center.
    """
    points = np.concatenate(strokes)
    lowest, highest = points.min(axis=0), points.max(axis=0)
    middle = (lowest + highest) / 2
    longer_side = float((highest - lowest).max())
    scale = size / longer_side if longer_side else 1
    return [np.asarray(center) + (stroke - middle) * scale for stroke in strokes]


def _beginnings(stroke: FloatArray) -> slice:
    """The points of a stroke at which a piece begins; a single point is a piece of its own."""
    return slice(None, -1) if len(stroke) > 1 else slice(None)
