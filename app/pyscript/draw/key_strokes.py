"""The keyboard on the grid: arrow keys move the pen, and other keys choose its tools.

Arrows move the pen, and draw with Shift. Space paints a dot. E swaps pen and eraser. Ctrl+Z undoes;
Ctrl+Shift+Z and Ctrl+Y redo. Command works like Ctrl, except Command+Y, which belongs to the
browser. Delete clears. All other keys and modifiers are left to the browser.
"""

from app.pyscript.draw import brush
from app.pyscript.draw.state import Draw
from app.pyscript.kit import keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, JsProxy
    from app.pyscript.draw.grid import Grid
    from app.pyscript.draw.paper import Paper
    from app.pyscript.page import Page

ARROWS = {"ArrowLeft": (-1, 0), "ArrowRight": (1, 0), "ArrowUp": (0, -1), "ArrowDown": (0, 1)}


class KeyStrokes:
    def __init__(self, page: "Page", paper: "Paper", grid: "Grid") -> None:
        """grid: its tools are used by the keys."""
        self._browser = page.browser
        self._draw = page.of(Draw)
        self._paper = paper
        self._grid = grid
        self._cursor = [brush.SIDE // 2, brush.SIDE // 2]
        self._stroke_is_by_key = False

    def mount(self) -> None:
        """Listen to the canvas, which must be on the page already."""
        canvas, listen = self._paper.canvas, self._browser.listen
        listen(canvas, "keydown", self.on_key_down, active=True)
        listen(canvas, "keyup", self.on_key_up, active=True)
        listen(canvas, "focus", lambda event: self._show_cursor())
        listen(canvas, "blur", lambda event: self.on_blur())

    def give_way(self) -> None:
        """A pointer draws: hide the keys' cursor; the pointer's stroke ends theirs."""
        self._show_cursor(False)
        self._stroke_is_by_key = False

    def on_key_down(self, event: "JsProxy") -> None:
        if not keys.is_ours(event):
            return
        key = keys.letter(event)
        if event.ctrlKey or event.metaKey:
            action = self._shortcut(event, key)
        else:
            action = self._plain_key(event, key)
        if action is not None:
            event.preventDefault()
            action()

    def _shortcut(self, event: "JsProxy", key: str) -> "Callable | None":
        if key == "z":
            return self._grid.redo if event.shiftKey else self._grid.undo
        # Command+Y shows the browser's history.
        return self._grid.redo if key == "y" and not (event.metaKey or event.shiftKey) else None

    def _plain_key(self, event: "JsProxy", key: str) -> "Callable | None":
        if key in ARROWS:
            return lambda: self._move_cursor(ARROWS[key], event.shiftKey)
        if key == " ":
            return self._paint_dot
        if key == "e":
            return lambda: self._grid.choose_tool(not self._draw.drawing.is_erasing)
        return self._grid.clear if key in ("Delete", "Backspace") and not event.shiftKey else None

    def on_key_up(self, event: "JsProxy") -> None:
        if event.key == "Shift":
            self._end_key_stroke()

    def on_blur(self) -> None:
        """End the stroke: without the focus we would not notice that Shift is released."""
        self._end_key_stroke()
        self._show_cursor(False)

    def _paint_dot(self) -> None:
        if not self._grid.pointer_strokes.is_drawing:
            x, y = self._cursor_position()
            self._paper.drawn(self._draw.drawing.begin_stroke(x, y))
            self._stroke_is_by_key = True
            self._end_key_stroke()

    def _move_cursor(self, step: tuple, draws: bool) -> None:
        """Move one cell. All moves while Shift is held are one stroke, for undo too."""
        drawing = self._draw.drawing
        if draws and not drawing.is_drawing:
            x, y = self._cursor_position()
            self._paper.drawn(drawing.begin_stroke(x, y))
            self._stroke_is_by_key = True
        self._cursor = [max(0, min(brush.SIDE - 1, self._cursor[i] + step[i])) for i in (0, 1)]
        if draws and self._stroke_is_by_key:
            x, y = self._cursor_position()
            self._paper.drawn(drawing.continue_stroke(x, y))
        self._show_cursor()

    def _end_key_stroke(self) -> None:
        if self._stroke_is_by_key:
            self._stroke_is_by_key = False
            self._paper.end_stroke()

    def _cursor_position(self) -> tuple:
        return self._cursor[0] + 0.5, self._cursor[1] + 0.5

    def _show_cursor(self, visible: bool = True) -> None:
        cursor = self._browser.element("grid-cursor")
        cursor.hidden = not visible
        cursor.style.left = f"{self._cursor[0] * 100 / brush.SIDE}%"
        cursor.style.top = f"{self._cursor[1] * 100 / brush.SIDE}%"
