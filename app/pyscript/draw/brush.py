"""The pen and the eraser: what a stroke does to the cells it passes.

Plain arithmetic on 784 intensities, row by row; it knows no page, no pointer and no undo. Runs on
MicroPython (the page) and on CPython (tests, and evaluation with recorded pen strokes).

Positions are in cells: x runs right and y down from the drawing's top left corner, so the center
of the first cell is (0.5, 0.5) and the far corner is (28.0, 28.0).
"""

from math import sqrt

SIDE = 28
THINNEST = 1.0
THICKEST = 5.0
# About as wide as a felt pen on this grid, and as the strokes of the training digits.
DEFAULT_WIDTH = 2.2
# The eraser is a cell wider than the pen. Otherwise it would leave crumbs of the pen's soft edge.
ERASER_MARGIN = 1.0


def paint(pixels: bytearray, start: tuple, end: tuple, width: float, erasing: bool = False) -> list:
    """Draw one straight piece of a stroke; a dot if both ends are the same point.

    The brush is round with a soft edge, as with antialiasing: full ink up to half a cell inside its
    rim, none from half a cell outside. Ink never adds up: a cell keeps the darkest value that the
    pen gave it, or the lightest that the eraser gave it.

    pixels: 784 intensities, 0 blank to 255 full ink, changed in place.
    start, end: (x, y) in cells; points outside the drawing are allowed.
    width: the pen's diameter in cells, THINNEST to THICKEST; the eraser reaches a cell further.
    Returns the indices of the cells that changed.
    """
    x0, y0 = start
    dx, dy = end[0] - x0, end[1] - y0
    length_squared = dx * dx + dy * dy
    radius = width / 2 + (ERASER_MARGIN if erasing else 0)
    rim = radius + 0.5
    left = _first_cell(min(x0, end[0]) - rim)
    right = _last_cell(max(x0, end[0]) + rim)
    top = _first_cell(min(y0, end[1]) - rim)
    bottom = _last_cell(max(y0, end[1]) + rim)
    changed = []
    for row in range(top, bottom + 1):
        py = row + 0.5 - y0
        for column in range(left, right + 1):
            px = column + 0.5 - x0
            # The nearest point of the piece, as a fraction of its length from the start.
            along = (px * dx + py * dy) / length_squared if length_squared else 0
            along = 0 if along < 0 else 1 if along > 1 else along
            ex, ey = px - along * dx, py - along * dy
            cover = rim - sqrt(ex * ex + ey * ey)
            if cover <= 0:
                continue
            ink = 255 if cover >= 1 else int(255 * cover + 0.5)
            index = row * SIDE + column
            before = pixels[index]
            after = min(before, 255 - ink) if erasing else max(before, ink)
            if after != before:
                pixels[index] = after
                changed.append(index)
    return changed


def _first_cell(position: float) -> int:
    return max(0, int(position))


def _last_cell(position: float) -> int:
    return min(SIDE - 1, int(position)) if position >= 0 else -1
