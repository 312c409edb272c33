"""Drawings that programs send to have them read: pixels, strokes or a PNG.

Whoever sends many is charged for them (costly_reads.py): reading takes processor time, and nothing
of it can be kept.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from app.model.arrays import ByteArray, FloatArray
from app.model.drawings.rasterizer import PEN_WIDTH, draw
from app.model.ink import INK_THRESHOLD
from app.model.network import INPUT_SIZE
from app.model.predict.pictures import DrawingError, drawing_of_png, png_size
from app.model.preprocessing import SIDE
from app.model.serialization import parse_json

MOST_DRAWINGS = 256
"""In one message."""
MOST_POINTS = 500
"""Of all strokes of a drawing; one that a person draws has fifty to two hundred."""
MAX_SENT_JSON_SIZE = 1_500_000
"""Bytes; 256 drawings as pixels take up to a million, with a space behind each comma."""
THINNEST, THICKEST = 1.0, 5.0
"""Cells: the pens that the page offers (app/pyscript/draw/brush.py)."""
OUTSIDE = SIDE
"""Cells: points may lie this far outside the grid, as where a pointer leaves it."""

UNIT_BYTES = 100_000
UNIT_POINTS = 100
UNIT_PICTURE_PIXELS = 50_000
UNIT_RUNS = 60
"""What takes about a millisecond: JSON to parse, a pen to move, a picture to unpack, and runs of
ink in rows of the grid. A digit has some forty of these; of noise, which has 200, the parts have to
be found one by one."""

Charge = Callable[[int], None]


class Sent(NamedTuple):
    """drawings: (n, 784) uint8; is_batch: whether the sender asked for a list of readings."""

    drawings: ByteArray
    is_batch: bool


def read_png(content: bytes, charge: Charge) -> Sent:
    """One drawing from a PNG file. Raises DrawingError, and whatever `charge` raises."""
    width, height = png_size(content)
    charge(1 + len(content) // UNIT_BYTES + width * height // UNIT_PICTURE_PIXELS)
    drawings = drawing_of_png(content)[None]
    charge(reading_units(drawings))
    return Sent(drawings, is_batch=False)


def reading_units(drawings: ByteArray) -> int:
    """What reading these, (n, 784) uint8, costs: one unit for each that looks like a digit, and
    more for what is in many parts."""
    ink = (drawings > INK_THRESHOLD).reshape(-1, SIDE, SIDE)
    beginnings = np.count_nonzero(ink[:, :, 1:] & ~ink[:, :, :-1]) + np.count_nonzero(ink[:, :, 0])
    return len(drawings) + int(beginnings) // UNIT_RUNS


def read_json(content: bytes, charge: Charge) -> Sent:
    """{"pixels": ...} or {"strokes": ...}, or {"drawings": [1 to MOST_DRAWINGS of these]}.

    Raises DrawingError, and whatever `charge` raises.
    """
    charge(1 + len(content) // UNIT_BYTES)
    try:
        document = parse_json(
            content,
            containers=MOST_DRAWINGS * (MOST_POINTS + 2),
            values=MOST_DRAWINGS * max(INPUT_SIZE, 2 * MOST_POINTS),
        )
    except ValueError as error:
        raise DrawingError(str(error)) from error
    if "drawings" not in document:
        drawings = _drawing("", document, charge)[None]
        charge(reading_units(drawings))
        return Sent(drawings, is_batch=False)
    items = document["drawings"]
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_DRAWINGS:
        found = len(items) if isinstance(items, list) else "no list"
        raise DrawingError(f"drawings: expected 1 to {MOST_DRAWINGS}, found {found}")
    named = ((f"drawings[{index}]: ", item) for index, item in enumerate(items))
    drawings = np.stack([_drawing(name, item, charge) for name, item in named])
    charge(reading_units(drawings))
    return Sent(drawings, is_batch=True)


def _drawing(name: str, item: Any, charge: Charge) -> ByteArray:
    """One drawing, (784,) uint8; `name` begins what is said of it."""
    forms = {"pixels", "strokes"} & item.keys() if isinstance(item, dict) else set()
    if len(forms) != 1:
        found = "both" if forms else "neither"
        raise DrawingError(
            f'{name}expected {{"pixels": [{INPUT_SIZE} of 0 to 255]}} or {{"strokes": [[[x, y], '
            f"...], ...]}} in cells, found {found}"
        )
    if "pixels" in item:
        return _pixels(f"{name}pixels", item["pixels"])
    width = item.get("width", PEN_WIDTH)
    if not _is_number(width) or not THINNEST <= width <= THICKEST:
        raise DrawingError(
            f"{name}width: expected {THINNEST} to {THICKEST} cells, found {_shown(width)}"
        )
    strokes = _strokes(f"{name}strokes", item["strokes"])
    if not strokes:
        return np.zeros(INPUT_SIZE, np.uint8)
    points = sum(map(len, strokes))
    if points >= UNIT_POINTS:
        charge(points // UNIT_POINTS)
    return draw(strokes, width)


def _pixels(name: str, values: Any) -> ByteArray:
    if not isinstance(values, list) or len(values) != INPUT_SIZE:
        found = len(values) if isinstance(values, list) else _shown(values)
        raise DrawingError(f"{name}: expected {INPUT_SIZE} numbers, row by row, found {found}")
    for value in values:
        if type(value) is not int or not 0 <= value <= 255:
            advice = ". Multiply shares of ink by 255 and round them" if _is_number(value) else ""
            raise DrawingError(
                f"{name}: expected whole numbers, 0 for paper to 255 for full ink, found "
                f"{_shown(value)}{advice}"
            )
    return np.array(values, np.uint8)


def _strokes(name: str, values: Any) -> list[FloatArray]:
    """Each stroke's points, (n, 2) float64, n at least 1."""
    if not isinstance(values, list):
        raise DrawingError(f"{name}: expected a list of strokes, found {_shown(values)}")
    points = 0
    for index, stroke in enumerate(values):
        if not isinstance(stroke, list) or not stroke:
            raise DrawingError(
                f"{name}[{index}]: expected a list of points, [x, y] each, found {_shown(stroke)}"
            )
        points += len(stroke)
        for point in stroke:
            if not _is_point(point):
                raise DrawingError(
                    f"{name}[{index}]: expected points [x, y] in cells, 0 to {SIDE} on the grid "
                    f"and at most {OUTSIDE} outside of it, found {_shown(point)}"
                )
    if points > MOST_POINTS:
        raise DrawingError(f"{name}: expected at most {MOST_POINTS} points, found {points}")
    return [np.array(stroke, np.float64) for stroke in values]


def _is_point(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(_is_number(each) and -OUTSIDE <= each <= SIDE + OUTSIDE for each in value)
    )


def _is_number(value: Any) -> bool:
    # Exactly these: JSON's true is an int to Python too, and its NaN a float.
    return type(value) is int or (type(value) is float and math.isfinite(value))


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
