"""Whether a drawing can be read at all: better to say no than to name a digit that nobody drew.

Pure functions of a drawing and of what the network says of it. What is blank, a dot, filled or
several digits side by side is seen in the ink, whatever the network has learned. Anything else
counts as a non-digit when the largest probability is low: the shipped weights have learned to
answer letters, scribbles and digits that run together evenly (train/recipe.py). Where its numbers
overflow, the network gives no answer. docs/recognition.md has the shares of digits and of
non-digits that are rejected.
"""

import numpy as np

from app.model.arrays import ByteArray, FloatArray
from app.model.ink import connected_parts, stray_specks
from app.model.preprocessing import SIDE

READABLE = ""
BLANK = "blank"
DOT = "dot"
FILLED = "filled"
SEVERAL = "more than one digit"
NO_DIGIT = "no digit"
NO_ANSWER = "no answer"
REASONS = (BLANK, DOT, FILLED, SEVERAL, NO_DIGIT, NO_ANSWER)
"""Why a drawing cannot be read; names for programs, not sentences for people."""

DOT_SIDE = 6
"""Cells: the thickest pen leaves a dot as large as this."""
TINY_SIDE = 3
"""Cells: ink within so few is a dot, whatever its shape: one touch of the thinnest pen makes a
plus."""
DOT_INK = 0.33
"""Mean by darkest ink within a dot's box: its edge is soft and its corners are round."""
FILLED_INK = 0.8
"""Mean by darkest ink within a blot's box. Of the boldest digits it is two thirds."""
ROUNDNESS = 0.5
"""Shorter by longer side from which ink is a dot or a blot; narrower, it may be a 1."""
TALL = 0.6
"""Share of the whole height from which a part may be a digit by itself. The bar of a 5, and either
stroke of a 4 or a 7 that do not touch, are lower: of 7,494 pen drawings and 20,000 written from
templates, two were taken for several digits, drawn with the thinnest pen."""
LEAST_PROBABILITY = 0.64
"""Of the likeliest digit. Of the digits that are rejected below it, two fifths would be misread."""


def unreadable_because(pixels: ByteArray, log_probs: FloatArray) -> str:
    """Why a drawing cannot be read: one of REASONS, or READABLE, which is empty.

    pixels, (784,) uint8, are the drawing as it was drawn; log_probs, (10,), what the network says
    of it after normalization.
    """
    reason = _seen_in_the_ink(pixels.reshape(SIDE, SIDE))
    if reason != READABLE:
        return reason
    if not np.isfinite(log_probs).all():
        return NO_ANSWER
    if float(log_probs.max()) < np.log(LEAST_PROBABILITY):
        return NO_DIGIT
    return READABLE


def _seen_in_the_ink(image: ByteArray) -> str:
    """BLANK, DOT, FILLED or SEVERAL, whatever the network says, or READABLE."""
    parts = connected_parts(image)
    if not parts:
        return BLANK
    specks = stray_specks(parts)
    parts = [part for part in parts if part not in specks]
    top, bottom = min(part.top for part in parts), max(part.bottom for part in parts)
    left, right = min(part.left for part in parts), max(part.right for part in parts)
    ink = image[top:bottom, left:right]
    shorter, longer = sorted(ink.shape)
    if longer <= TINY_SIDE:
        return DOT
    if shorter >= ROUNDNESS * longer:
        share = float(ink.mean()) / float(ink.max())
        if longer <= DOT_SIDE and share >= DOT_INK:
            return DOT
        if share >= FILLED_INK:
            return FILLED
    if sum(part.height >= TALL * (bottom - top) for part in parts) > 1:
        return SEVERAL
    return READABLE
