"""The drawing grid with its tools: pen, eraser, undo, clear, samples, the numbers behind it.

Shows: drawing, ink, brush, sample. Changes: drawing, brush. Emits the intent
to load a sample. A pointer's path is painted in the event itself, before the next frame; everything
else redraws when the store says so.

Keyboard, with the grid focused: arrows move the pen, with Shift they draw; Space paints a dot; E
swaps pen and eraser; Ctrl+Z undoes, Ctrl+Shift+Z and Ctrl+Y redo (Command in place of Ctrl too, but
for Y, which is the browser's there); Delete clears. Other keys and modifiers are the browser's.
"""

from app.pyscript.draw import brush, pointers, texts
from app.pyscript.draw.pointers import SECONDARY_BUTTON_HELD
from app.pyscript.draw.state import Draw
from app.pyscript.kit import keys
from app.pyscript.kit.formats import decimal
from app.pyscript.kit.heard import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, JsProxy, Sequence
    from app.pyscript.page import Page

MARKUP = f"""
<div class="paper" id="paper">
  <canvas id="grid" width="28" height="28" tabindex="0" role="application"
    aria-label="{texts.GRID_LABEL}" aria-describedby="grid-keys"></canvas>
  <div class="hint" id="grid-hint">{texts.GRID_HINT}</div>
  <div class="cursor" id="grid-cursor" hidden></div>
  <p class="keys" id="grid-keys">{texts.GRID_KEYS}</p>
</div>
<div class="row tools">
  <button id="pen" aria-pressed="true">{texts.GRID_PEN}</button>
  <button id="eraser" aria-pressed="false">{texts.GRID_ERASER}</button>
  <span class="grow"></span>
  <button id="undo" disabled>{texts.GRID_UNDO}</button>
  <button id="redo" disabled>{texts.GRID_REDO}</button>
  <button id="clear" disabled>{texts.GRID_CLEAR}</button>
</div>
<div class="brush">
  <label for="brush-size">{texts.GRID_BRUSH}</label>
  <input id="brush-size" type="range" min="{brush.THINNEST}" max="{brush.THICKEST}" step="0.2"
    value="{brush.DEFAULT_WIDTH}" aria-label="{texts.GRID_BRUSH_LABEL}">
  <output id="brush-output" for="brush-size"></output>
</div>
<div class="row">
  <button id="load-sample" class="grow">{texts.GRID_LOAD_SAMPLE}</button>
  <button id="show-data" class="grow">{texts.GRID_SHOW_DATA}</button>
</div>
<p class="note" id="sample-note" aria-live="polite"></p>
"""
PRIMARY_BUTTON = 0
# A bit of a pointer event's `buttons`.
PEN_ERASER_HELD = 32
ARROWS = {"ArrowLeft": (-1, 0), "ArrowRight": (1, 0), "ArrowUp": (0, -1), "ArrowDown": (0, 1)}


class Grid:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._draw = page.of(Draw)
        self._pointers = pointers.Pointers()
        self._sample: int | None = None  # that was shown before the last stroke
        self._box: JsProxy = None
        self._cursor = [brush.SIDE // 2, brush.SIDE // 2]
        self._stroke_is_by_key = False

    def mount(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("grid-panel").innerHTML = MARKUP
        self._canvas = find("grid")
        self._ink = self._browser.InkCanvas("grid")
        for event, handler in (
            ("pointerdown", self.on_pointer_down),
            ("pointermove", self.on_pointer_move),
            ("pointerup", self.on_pointer_up),
            ("lostpointercapture", self.on_pointer_up),
            ("pointercancel", self.on_pointer_cancel),
            ("contextmenu", self.on_context_menu),
            ("touchmove", self.on_touch_move),
            ("keydown", self.on_key_down),
            ("keyup", self.on_key_up),
        ):
            listen(self._canvas, event, handler, active=True)
        root = self._browser.root()
        listen(root, "pointerdown", self.on_pointer_down_elsewhere)
        listen(root, "pointerover", self.on_pointer_over)
        self._browser.on_leaving(self.on_leaving)
        self._await_early_move = self._browser.early_moves(self._canvas, self.on_early_move)
        listen(self._canvas, "focus", lambda event: self._show_cursor())
        listen(self._canvas, "blur", lambda event: self.on_blur())
        listen(find("pen"), "click", lambda event: self.choose_tool(False))
        listen(find("eraser"), "click", lambda event: self.choose_tool(True))
        listen(find("undo"), "click", lambda event: self.on_click(self.undo))
        listen(find("redo"), "click", lambda event: self.on_click(self.redo))
        listen(find("clear"), "click", lambda event: self.on_click(self.clear))
        listen(find("load-sample"), "click", lambda event: self._draw.sample_wanted.tell())
        listen(find("brush-size"), "input", self.on_brush_size)
        self._page.watch((self._draw.changed,), self.render)
        self._page.watch((self._draw.ink,), self.render_ink)
        self._page.watch((self._draw.brush,), self.render_brush)
        self.render()
        self.render_brush()

    # Pointers: mouse, pen and touch alike. Which of them draws, pointers.py says.

    def on_pointer_down(self, event: "JsProxy") -> None:
        erasing = bool(event.buttons & (SECONDARY_BUTTON_HELD | PEN_ERASER_HELD))
        if not (event.button == PRIMARY_BUTTON or erasing):
            return
        event.preventDefault()  # no text selection, no mouse events made up from touches
        what = self._pointers.down(event)
        self._heed(what)
        if what not in (pointers.BEGIN, pointers.TAKE_OVER):
            return
        self._browser.focus_quietly(self._canvas)
        self._show_cursor(False)
        self._browser.capture_pointer(self._canvas, event.pointerId)
        self._stroke_is_by_key = False
        self._sample = self._draw.sample
        self._box = self._canvas.getBoundingClientRect()
        x, y = self._cell_position(event)
        self._drawn(self._draw.drawing.begin_stroke(x, y, erasing))
        self._await_early_move()

    def on_pointer_down_elsewhere(self, event: "JsProxy") -> None:
        if not self._canvas.contains(event.target):
            self._heed(self._pointers.down_elsewhere(event))

    def on_pointer_over(self, event: "JsProxy") -> None:
        self._heed(self._pointers.near(event))

    def on_early_move(self, event: "JsProxy") -> None:
        """The first move since the last frame; the next pointermove tells it again, with others.

        Only the first: a mouse may tell a thousand a second. And only of a captured pointer: this
        comes before the event that says that the capture is lost.
        """
        if self._pointers.draws(event) and self._canvas.hasPointerCapture(event.pointerId):
            self._follow(event)

    def on_pointer_move(self, event: "JsProxy") -> None:
        what = self._pointers.move(event)
        if what == pointers.DRAW:
            self._follow(event)
            self._await_early_move()
        elif what == pointers.END:
            # Its going up was lost, and with it what would have ended the capture.
            self._browser.release_pointer(self._canvas, event.pointerId)
        self._heed(what)

    def _follow(self, event: "JsProxy") -> None:
        # Anew for each event: something may have moved the page during the stroke.
        self._box = self._canvas.getBoundingClientRect()
        changed = []
        for point in self._browser.pointer_path(event):
            x, y = self._cell_position(point)
            changed.extend(self._draw.drawing.continue_stroke(x, y))
        self._drawn(changed)

    def on_pointer_up(self, event: "JsProxy") -> None:
        self._heed(self._pointers.up(event))

    def on_pointer_cancel(self, event: "JsProxy") -> None:
        self._heed(self._pointers.cancel(event))

    def on_context_menu(self, event: "JsProxy") -> None:
        event.preventDefault()  # some browsers show it all the same
        self._heed(self._pointers.menu())

    def on_leaving(self) -> None:
        self._heed(self._pointers.lose())

    def on_touch_move(self, event: "JsProxy") -> None:
        """Leave two fingers that pinch to the browser; all others draw, or are a palm.

        Else a browser may take a quick stroke for a fling, and a tap soon after, on whatever
        button, for the end of it: no click. And a pen may be taken for one that writes in a field.
        """
        if event.cancelable and not self._pointers.is_pinching:
            event.preventDefault()

    def _heed(self, what: str) -> None:
        """End or take back the stroke, if that is what a pointer's event means."""
        if what == pointers.END:
            self._draw.drawing.end_stroke()
            self._draw.brush.mark()
        elif what in (pointers.CANCEL, pointers.TAKE_OVER):
            changed = self._draw.drawing.cancel_stroke()
            if len(changed):
                self._ink.show_cells(self._draw.drawing.pixels, changed)
                self._draw.stroke_canceled(self._sample)

    def _cell_position(self, event: "JsProxy") -> tuple:
        box = self._box
        x = (event.clientX - box.left) / box.width * brush.SIDE
        y = (event.clientY - box.top) / box.height * brush.SIDE
        return x, y

    # Keys

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
            return self.redo if event.shiftKey else self.undo
        # With Command, Y shows the browser's history.
        return self.redo if key == "y" and not (event.metaKey or event.shiftKey) else None

    def _plain_key(self, event: "JsProxy", key: str) -> "Callable | None":
        if key in ARROWS:
            return lambda: self._move_cursor(ARROWS[key], event.shiftKey)
        if key == " ":
            return self._paint_dot
        if key == "e":
            return lambda: self.choose_tool(not self._draw.drawing.is_erasing)
        return self.clear if key in ("Delete", "Backspace") and not event.shiftKey else None

    def on_key_up(self, event: "JsProxy") -> None:
        if event.key == "Shift":
            self._end_key_stroke()

    def on_blur(self) -> None:
        """Shift may be released where we do not hear of it."""
        self._end_key_stroke()
        self._show_cursor(False)

    def _paint_dot(self) -> None:
        if not self._pointers.is_drawing:
            x, y = self._cursor_position()
            self._drawn(self._draw.drawing.begin_stroke(x, y))
            self._stroke_is_by_key = True
            self._end_key_stroke()

    def _move_cursor(self, step: tuple, draws: bool) -> None:
        """Move one cell; while Shift is held it is all one stroke, undone as one."""
        drawing = self._draw.drawing
        if draws and not drawing.is_drawing:
            x, y = self._cursor_position()
            self._drawn(drawing.begin_stroke(x, y))
            self._stroke_is_by_key = True
        self._cursor = [max(0, min(brush.SIDE - 1, self._cursor[i] + step[i])) for i in (0, 1)]
        if draws and self._stroke_is_by_key:
            x, y = self._cursor_position()
            self._drawn(drawing.continue_stroke(x, y))
        self._show_cursor()

    def _end_key_stroke(self) -> None:
        if self._stroke_is_by_key:
            self._stroke_is_by_key = False
            self._draw.drawing.end_stroke()
            self._draw.brush.mark()

    def _cursor_position(self) -> tuple:
        return self._cursor[0] + 0.5, self._cursor[1] + 0.5

    def _show_cursor(self, visible: bool = True) -> None:
        cursor = self._browser.element("grid-cursor")
        cursor.hidden = not visible
        cursor.style.left = f"{self._cursor[0] * 100 / brush.SIDE}%"
        cursor.style.top = f"{self._cursor[1] * 100 / brush.SIDE}%"

    # Tools

    def choose_tool(self, erasing: bool) -> None:
        self._draw.drawing.is_erasing = erasing
        self._draw.brush.mark()

    def on_brush_size(self, event: "JsProxy") -> None:
        self._draw.drawing.set_width(float(event.target.value))
        self._draw.brush.mark()

    def on_click(self, action: "Callable") -> None:
        """Do what a button says; the grid has the focus then, for the button may be disabled."""
        action()
        self._browser.focus_quietly(self._canvas)

    def undo(self) -> None:
        self._drawn(self._draw.drawing.undo())

    def redo(self) -> None:
        self._drawn(self._draw.drawing.redo())

    def clear(self) -> None:
        self._drawn(self._draw.drawing.clear())

    def _drawn(self, changed: "Sequence") -> None:
        """Show changed cells at once; the rest of the page follows in the next frame."""
        if len(changed):
            self._ink.show_cells(self._draw.drawing.pixels, changed)
            self._draw.drawing_changed()

    def render(self) -> None:
        """Everything about the drawing but its ink during a stroke, which is shown already."""
        find, drawing = self._browser.element, self._draw.drawing
        is_blank = drawing.is_blank
        find("paper").classList.toggle("has-ink", not is_blank)
        find("clear").disabled = is_blank
        self._render_undo()
        find("show-data").disabled = is_blank
        sample = self._draw.sample
        words = "" if sample is None else texts.GRID_SAMPLE.format(label=sample)
        say(self._browser, "sample-note", words, is_news=True)

    def render_ink(self) -> None:
        """All cells: the drawing was replaced by something that was not drawn here."""
        drawing = self._draw.drawing
        self._ink.show_cells(drawing.pixels, range(len(drawing.pixels)))

    def render_brush(self) -> None:
        find, drawing = self._browser.element, self._draw.drawing
        find("pen").setAttribute("aria-pressed", "false" if drawing.is_erasing else "true")
        find("eraser").setAttribute("aria-pressed", "true" if drawing.is_erasing else "false")
        find("brush-output").textContent = decimal(drawing.width, 1)
        self._render_undo()

    def _render_undo(self) -> None:
        find, drawing = self._browser.element, self._draw.drawing
        find("undo").disabled = not drawing.can_undo
        find("redo").disabled = not drawing.can_redo
