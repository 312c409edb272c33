"""The grid's canvas, which the strokes are drawn on. It shows new ink before the next frame.

Shows: drawing, ink. Changes: drawing, brush.
"""

from app.pyscript.draw.state import Draw

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Sequence
    from app.pyscript.page import Page


class Paper:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._draw = page.of(Draw)

    def mount(self) -> None:
        """Start. The canvas must be on the page already."""
        self.canvas = self._browser.element("grid")
        self._ink = self._browser.InkCanvas("grid")
        self._page.watch((self._draw.ink,), self.render)

    def drawn(self, changed: "Sequence") -> None:
        """Show changed cells at once; the rest of the page follows in the next frame."""
        if len(changed):
            self._ink.show_cells(self._draw.drawing.pixels, changed)
            self._draw.drawing_changed()

    def end_stroke(self) -> None:
        self._draw.drawing.end_stroke()
        self._draw.brush.mark()

    def cancel_stroke(self, sample: "int | None") -> None:
        """Take back the stroke; sample: the label of the sample shown before it, or None."""
        changed = self._draw.drawing.cancel_stroke()
        if len(changed):
            self._ink.show_cells(self._draw.drawing.pixels, changed)
            self._draw.stroke_canceled(sample)

    def render(self) -> None:
        """Show all cells again: the whole drawing was replaced."""
        drawing = self._draw.drawing
        self._ink.show_cells(drawing.pixels, range(len(drawing.pixels)))
