"""The drawing on the grid: its 784 intensities, its strokes, and undo and redo.

There is no page and no canvas here: paper.py and the strokes' modules pass positions in, and show
the cells that changed. Runs on MicroPython and on CPython.
"""

from app.pyscript.draw import brush

CELLS = brush.SIDE * brush.SIDE
UNDO_LIMIT = 100
ALL_CELLS = range(CELLS)


class Drawing:
    """784 intensities, row by row, 0 blank to 255 full ink, with undo and redo.

    Every method that draws returns the indices of the cells that changed, so that a view can
    redraw just those.
    """

    def __init__(self) -> None:
        self.pixels = bytearray(CELLS)
        self.width = brush.DEFAULT_WIDTH
        self.is_erasing = False
        # The pixels before each change, and before each undo.
        self._undo: list = []
        self._redo: list = []
        self._pen: tuple | None = None
        # The pixels and both lists before the last stroke; None after any other change.
        self._before: tuple | None = None
        self._stroke_erases = False

    @property
    def is_blank(self) -> bool:
        return not any(self.pixels)

    @property
    def can_undo(self) -> bool:
        return bool(self._undo) or self._has_drawn

    @property
    def can_redo(self) -> bool:
        return bool(self._redo) and not self._has_drawn

    @property
    def _has_drawn(self) -> bool:
        """Has the stroke under way changed anything yet?"""
        return self.is_drawing and self._before is not None and self._before[0] != self.pixels

    @property
    def is_drawing(self) -> bool:
        """Is a stroke under way?"""
        return self._pen is not None

    def set_width(self, width: float) -> None:
        """Set the brush's diameter in cells, kept within what the brush can draw."""
        self.width = max(brush.THINNEST, min(brush.THICKEST, width))

    def begin_stroke(self, x: float, y: float, erasing: bool = False) -> list:
        """Put the pen down and paint a dot. With `erasing`, this one stroke erases.

        There is one pen, so a stroke under way ends first.
        """
        self.end_stroke()
        self._before = (bytes(self.pixels), list(self._undo), list(self._redo))
        self._stroke_erases = erasing or self.is_erasing
        return self._paint_to(x, y)

    def continue_stroke(self, x: float, y: float) -> list:
        """Move the pen and paint all the way from its last place. Does nothing if the pen is up."""
        return self._paint_to(x, y) if self._pen else []

    def end_stroke(self) -> None:
        """Lift the pen. A stroke that changed nothing cannot be undone."""
        if self._has_drawn:
            self._remember(self._before[0])  # type: ignore[index]
        self._pen = None

    def cancel_stroke(self) -> range:
        """Take back the last stroke, as if it had never been drawn; it cannot be redone.

        The stroke may have ended already. Does nothing if anything else has changed since.
        """
        self._pen = None
        if self._before is None:
            return range(0)
        self.pixels[:], self._undo, self._redo = self._before
        self._before = None
        return ALL_CELLS

    def replace(self, pixels: "bytes | list") -> range:
        """Replace all pixels, for example by a sample: 784 integers, 0 to 255. Can be undone."""
        if len(pixels) != CELLS:
            raise ValueError(f"a drawing has {CELLS} pixels, and {len(pixels)} came")
        fresh = bytes(pixels)  # raises ValueError before anything changed
        self.end_stroke()
        self._remember(bytes(self.pixels))
        self._before = None
        self.pixels[:] = fresh
        return ALL_CELLS

    def clear(self) -> range:
        """Wipe the drawing; can be undone."""
        if self.is_blank:
            return range(0)
        return self.replace(bytes(CELLS))

    def undo(self) -> range:
        """Undo the last stroke, clearing or loading."""
        self.end_stroke()
        return self._go(self._undo, self._redo)

    def redo(self) -> range:
        """Take back the last undo. After a new change there is nothing to redo."""
        self.end_stroke()
        return self._go(self._redo, self._undo)

    def _go(self, from_list: list, to_list: list) -> range:
        if not from_list:
            return range(0)
        self._before = None
        to_list.append(bytes(self.pixels))
        self.pixels[:] = from_list.pop()
        return ALL_CELLS

    def _remember(self, pixels: bytes) -> None:
        """Add these pixels to the undo list. Earlier undos can no longer be redone."""
        self._redo = []
        self._undo.append(pixels)
        if len(self._undo) > UNDO_LIMIT:
            self._undo.pop(0)

    def _paint_to(self, x: float, y: float) -> list:
        end = (x, y)
        start = self._pen or end
        self._pen = end
        return brush.paint(self.pixels, start, end, self.width, self._stroke_erases)
