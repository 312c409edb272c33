"""Whether a drawing can be read at all: better said than a digit named that nobody drew.

Pure functions of a drawing and of what the network says of it. What is blank, a dot or filled is
seen in the pixels, whatever the network has learned. Anything else is no digit for it when its
largest probability is low: the shipped weights have learned to answer letters and scribbles evenly
(recipe.py). docs/recognition.md has the shares of digits and of others that are refused.
"""

import numpy as np

from app.model.arrays import ByteArray, FloatArray
from app.model.preprocessing import SIDE, crop_to_ink

READABLE = ""
BLANK = "blank"
DOT = "dot"
FILLED = "filled"
NO_DIGIT = "no digit"
REASONS = (BLANK, DOT, FILLED, NO_DIGIT)
"""Why a drawing cannot be read; names for programs, not sentences for people."""

DOT_SIDE = 6
"""Cells: the thickest pen leaves a dot as large as this."""
TINY_SIDE = 3
"""Cells: ink within so few is a dot, whatever its shape: the thinnest pen set down wets a plus."""
DOT_INK = 0.33
"""Mean by darkest ink within a dot's box: its edge is soft and its corners are round."""
FILLED_INK = 0.8
"""Mean by darkest ink within a blot's box. Of the boldest digits it is two thirds."""
ROUNDNESS = 0.5
"""Shorter by longer side from which ink is a dot or a blot; narrower, it may be a 1."""
LEAST_PROBABILITY = 0.55
"""Of the likeliest digit. Of what is refused below it, about half would be misread."""


def unreadable_because(pixels: ByteArray, log_probs: FloatArray) -> str:
    """Why a drawing cannot be read: one of REASONS, or READABLE, which is empty.

    pixels, (784,) uint8, are the drawing as it was drawn; log_probs, (10,), what the network says
    of it after normalization.
    """
    ink = crop_to_ink(pixels.reshape(SIDE, SIDE))
    if not ink.size:
        return BLANK
    shorter, longer = sorted(ink.shape)
    if longer <= TINY_SIDE:
        return DOT
    if shorter >= ROUNDNESS * longer:
        share = float(ink.mean()) / float(ink.max())
        if longer <= DOT_SIDE and share >= DOT_INK:
            return DOT
        if share >= FILLED_INK:
            return FILLED
    if float(log_probs.max()) < np.log(LEAST_PROBABILITY):
        return NO_DIGIT
    return READABLE
