"""The drawing grid with its tools: pen, eraser, undo, clear, samples, the numbers behind it.

Shows: drawing, brush, sample. Changes: drawing, brush. Emits the intent to load a sample.
pointer_strokes.py and key_strokes.py draw the strokes, on paper.py.
"""

from app.pyscript.draw import brush, texts
from app.pyscript.draw.key_strokes import KeyStrokes
from app.pyscript.draw.paper import Paper
from app.pyscript.draw.pointer_strokes import PointerStrokes
from app.pyscript.draw.state import Draw
from app.pyscript.kit.formats import decimal
from app.pyscript.kit.live_region import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, JsProxy
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


class Grid:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._draw = page.of(Draw)
        self._paper = Paper(page)
        self._key_strokes = KeyStrokes(page, self._paper, self)
        self.pointer_strokes = PointerStrokes(page, self._paper, self._key_strokes.give_way)

    def mount(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("grid-panel").innerHTML = MARKUP
        self._paper.mount()
        self.pointer_strokes.mount()
        self._key_strokes.mount()
        listen(find("pen"), "click", lambda event: self.choose_tool(False))
        listen(find("eraser"), "click", lambda event: self.choose_tool(True))
        listen(find("undo"), "click", lambda event: self.on_click(self.undo))
        listen(find("redo"), "click", lambda event: self.on_click(self.redo))
        listen(find("clear"), "click", lambda event: self.on_click(self.clear))
        listen(find("load-sample"), "click", lambda event: self._draw.sample_wanted.tell())
        listen(find("brush-size"), "input", self.on_brush_size)
        self._page.watch((self._draw.changed,), self.render)
        self._page.watch((self._draw.brush,), self.render_brush)
        self.render()
        self.render_brush()

    def choose_tool(self, erasing: bool) -> None:
        self._draw.drawing.is_erasing = erasing
        self._draw.brush.mark()

    def on_brush_size(self, event: "JsProxy") -> None:
        self._draw.drawing.set_width(float(event.target.value))
        self._draw.brush.mark()

    def on_click(self, action: "Callable") -> None:
        """Do a button's action, then focus the grid, because the button may now be disabled."""
        action()
        self._browser.focus_quietly(self._paper.canvas)

    def undo(self) -> None:
        self._paper.drawn(self._draw.drawing.undo())

    def redo(self) -> None:
        self._paper.drawn(self._draw.drawing.redo())

    def clear(self) -> None:
        self._paper.drawn(self._draw.drawing.clear())

    def render(self) -> None:
        """Show the tools and the drawing's text. During a stroke, its ink is shown already."""
        find, drawing = self._browser.element, self._draw.drawing
        is_blank = drawing.is_blank
        find("paper").classList.toggle("has-ink", not is_blank)
        find("clear").disabled = is_blank
        self._render_undo()
        find("show-data").disabled = is_blank
        sample = self._draw.sample
        words = "" if sample is None else texts.GRID_SAMPLE.format(label=sample)
        say(self._browser, "sample-note", words, is_news=True)

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
