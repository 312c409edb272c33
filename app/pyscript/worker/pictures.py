"""Makes colored pictures of numbers, as RGBA bytes for a canvas: blue is for, orange is against.

Larger numbers are more opaque and zero is transparent, so that a picture suits light and dark
pages. People with color blindness can tell blue from orange too, and both have a contrast of 3 to
white and to the dark card.
"""

import numpy as np
from numpy.typing import NDArray

from app.model.arrays import ByteArray, FloatArray
from app.model.network import HIDDEN_SIZE, INPUT_SIZE
from app.model.preprocessing import SIDE

FOR, AGAINST, NEUTRAL = (66, 128, 248), (208, 98, 0), (128, 135, 150)
"""Red, green, blue; the style sheet's --for and --against are the same."""
LEVELS = 127
SHEETS = 2
"""The pictures of the units come in two sheets: side by side, or below each other if it is narrow.
"""
SHEET_COLUMNS = SHEET_ROWS = 8
CELL_WIDTH, CELL_HEIGHT = SIDE + 2, SIDE + 6
"""A cell of a sheet: a picture with one pixel around it, a bar of 3 pixels, and one pixel below."""
BAR_ROWS = slice(SIDE + 2, SIDE + 5)
LEAST_INK = 0.35
"""The opacity, 0 to 1, of ink that votes neither for nor against."""
TINY = 1e-30
"""Used as the divisor in place of zero."""

Pixels = NDArray[np.uint32]


def _packed(red: int, green: int, blue: int, opacity: int) -> int:
    """A uint32 whose bytes are in this order in memory (little-endian, as in WebAssembly)."""
    return red | green << 8 | blue << 16 | opacity << 24


def _diverging_colors() -> Pixels:
    """The colors of -LEVELS to LEVELS: from against, over transparent, to for."""
    levels = range(-LEVELS, LEVELS + 1)
    return np.array(
        [
            _packed(*(FOR if level > 0 else AGAINST), 255 * abs(level) // LEVELS)
            if level
            else _packed(*NEUTRAL, 0)
            for level in levels
        ],
        np.uint32,
    )


COLORS = _diverging_colors()


def diverging(values: FloatArray, largest: FloatArray) -> Pixels:
    """The color of each value, in the same shape. Values of size `largest` or more are opaque.

    Shapes broadcast. Where `largest` is almost zero, everything is transparent.
    """
    # A little more than LEVELS; otherwise rounding puts the largest value one level too low.
    top = LEVELS * 1.000001
    scale = np.divide(top, largest, out=np.zeros_like(largest), where=largest > TINY)
    levels = np.clip(values * scale, -LEVELS, LEVELS).astype(np.int16) + LEVELS
    return COLORS[levels]


def unit_picture(w1: FloatArray, unit: int) -> ByteArray:
    """28x28 RGBA of the weights of one hidden unit, on its own scale."""
    weights = w1[:, unit]
    return diverging(weights, np.abs(weights).max(keepdims=True)).view(np.uint8)


def unit_sheets(w1: FloatArray, hidden: FloatArray) -> ByteArray:
    """All SHEETS x SHEET_ROWS x SHEET_COLUMNS hidden units, as one array of RGBA bytes.

    Each unit is a picture of its weights, with a bar below it. The pictures share a scale, which
    ends at the median of the units' largest weights. The length of the bar is the unit's activation
    (hidden, (128,)) as a share of the largest one.
    """
    cells = np.zeros((HIDDEN_SIZE, CELL_HEIGHT, CELL_WIDTH), np.uint32)
    largest = np.median(np.abs(w1).max(axis=0), keepdims=True).astype(w1.dtype)
    pictures = diverging(w1, largest).T.reshape(HIDDEN_SIZE, SIDE, SIDE)
    cells[:, 1 : SIDE + 1, 1 : SIDE + 1] = pictures
    lengths = np.ceil(hidden * (SIDE / max(float(hidden.max()), TINY)))
    bars = np.where(np.arange(SIDE) < lengths[:, None], _packed(*NEUTRAL, 255), 0)
    cells[:, BAR_ROWS, 1 : SIDE + 1] = bars[:, None]
    sheets = cells.reshape(SHEETS, SHEET_ROWS, SHEET_COLUMNS, CELL_HEIGHT, CELL_WIDTH)
    return sheets.swapaxes(2, 3).reshape(-1).view(np.uint8)


def vote_picture(votes: FloatArray, seen: ByteArray) -> ByteArray:
    """28x28 RGBA of a drawing's ink, seen, (784,) uint8, in the colors of its votes, (784,).

    Ink with the largest vote has the full color; ink without a vote is gray and faint. In between,
    the root of the vote counts, so that a few pixels do not hide all others.
    """
    strength = np.sqrt(np.abs(votes) / max(float(np.abs(votes).max()), TINY))
    color = np.where(votes[:, None] > 0, FOR, AGAINST)
    picture = np.empty((INPUT_SIZE, 4), np.uint8)
    picture[:, :3] = NEUTRAL + (color - np.array(NEUTRAL)) * strength[:, None]
    picture[:, 3] = seen * (LEAST_INK + (1 - LEAST_INK) * strength)
    return picture.ravel()
