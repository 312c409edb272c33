"""Numbers as coloured pictures, RGBA bytes ready for a canvas: blue for, orange against.

Zero is transparent and size is opacity, so that the same picture suits light and dark pages. Blue
and orange are told apart by everybody, and both keep a contrast of 3 to white and to the dark card.
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
"""The units come in two sheets, side by side or one above the other, as the page has room."""
SHEET_COLUMNS = SHEET_ROWS = 8
CELL_WIDTH, CELL_HEIGHT = SIDE + 2, SIDE + 6
"""Of a sheet: a picture with a pixel around it, and its bar of 3 pixels with one more below."""
BAR_ROWS = slice(SIDE + 2, SIDE + 5)
LEAST_INK = 0.35
"""Opacity of ink that votes for neither, as a share."""
TINY = 1e-30
"""Instead of dividing by nothing."""

Pixels = NDArray[np.uint32]


def _packed(red: int, green: int, blue: int, opacity: int) -> int:
    """Four bytes in this order, as the machines of this world (WebAssembly too) store a uint32."""
    return red | green << 8 | blue << 16 | opacity << 24


def _diverging_colours() -> Pixels:
    """The colours of -LEVELS to LEVELS: against, nothing, for."""
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


COLOURS = _diverging_colours()


def diverging(values: FloatArray, largest: FloatArray) -> Pixels:
    """Each value's colour, of the same shape; `largest` and beyond, of either sign, is opaque.

    Shapes broadcast. Where `largest` is next to nothing, all is transparent.
    """
    # A little more, or rounding takes the largest to the level below.
    top = LEVELS * 1.000001
    scale = np.divide(top, largest, out=np.zeros_like(largest), where=largest > TINY)
    levels = np.clip(values * scale, -LEVELS, LEVELS).astype(np.int16) + LEVELS
    return COLOURS[levels]


def unit_picture(w1: FloatArray, unit: int) -> ByteArray:
    """28x28 RGBA of the weights of one hidden unit, in its own scale."""
    weights = w1[:, unit]
    return diverging(weights, np.abs(weights).max(keepdims=True)).view(np.uint8)


def unit_sheets(w1: FloatArray, hidden: FloatArray) -> ByteArray:
    """All hidden units, SHEETS x SHEET_ROWS x SHEET_COLUMNS of them, in one row of RGBA bytes.

    Each is a picture of its weights, all in one scale, whose end is the median of the units'
    largest weights; and below it a bar as long as its activation (128,) is by the largest.
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
    """28x28 RGBA of a drawing's ink, (784,) uint8, in the colours of its votes (784,).

    Ink with the largest vote has the full colour; ink without one is grey and faint. In between it
    goes by the root, else a few pixels would hide all others.
    """
    strength = np.sqrt(np.abs(votes) / max(float(np.abs(votes).max()), TINY))
    colour = np.where(votes[:, None] > 0, FOR, AGAINST)
    picture = np.empty((INPUT_SIZE, 4), np.uint8)
    picture[:, :3] = NEUTRAL + (colour - np.array(NEUTRAL)) * strength[:, None]
    picture[:, 3] = seen * (LEAST_INK + (1 - LEAST_INK) * strength)
    return picture.ravel()
