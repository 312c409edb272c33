"""Draws the strokes of mouse, pen and fingers. pointer_rules.py decides which of them draws.

The path is painted right in the pointer's event, before the next frame.
"""

from app.pyscript.draw import brush, pointer_rules
from app.pyscript.draw.pointer_rules import SECONDARY_BUTTON_HELD
from app.pyscript.draw.state import Draw

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, JsProxy
    from app.pyscript.draw.paper import Paper
    from app.pyscript.page import Page

PRIMARY_BUTTON = 0
# A bit in the field `buttons` of a pointer event.
PEN_ERASER_HELD = 32


class PointerStrokes:
    def __init__(self, page: "Page", paper: "Paper", on_stroke: "Callable") -> None:
        """`on_stroke()` is called when a stroke begins."""
        self._browser = page.browser
        self._draw = page.of(Draw)
        self._paper = paper
        self._on_stroke = on_stroke
        self._pointers = pointer_rules.PointerRules()
        self._sample: int | None = None  # the one shown before the last stroke
        self._box: JsProxy = None

    @property
    def is_drawing(self) -> bool:
        return self._pointers.is_drawing

    def mount(self) -> None:
        """Listen to the canvas, which must be on the page already, and to the page around it."""
        canvas, listen = self._paper.canvas, self._browser.listen
        for event, handler in (
            ("pointerdown", self.on_pointer_down),
            ("pointermove", self.on_pointer_move),
            ("pointerup", self.on_pointer_up),
            ("lostpointercapture", self.on_pointer_up),
            ("pointercancel", self.on_pointer_cancel),
            ("contextmenu", self.on_context_menu),
            ("touchmove", self.on_touch_move),
        ):
            listen(canvas, event, handler, active=True)
        root = self._browser.root()
        listen(root, "pointerdown", self.on_pointer_down_elsewhere)
        listen(root, "pointerover", self.on_pointer_over)
        self._browser.on_leaving(self.on_leaving)
        self._await_early_move = self._browser.early_moves(canvas, self.on_early_move)

    def on_pointer_down(self, event: "JsProxy") -> None:
        erasing = bool(event.buttons & (SECONDARY_BUTTON_HELD | PEN_ERASER_HELD))
        if not (event.button == PRIMARY_BUTTON or erasing):
            return
        event.preventDefault()  # no text selection, no mouse events after touches
        what = self._pointers.down(event)
        self._heed(what)
        if what not in (pointer_rules.BEGIN, pointer_rules.TAKE_OVER):
            return
        self._browser.focus_quietly(self._paper.canvas)
        self._on_stroke()
        self._browser.capture_pointer(self._paper.canvas, event.pointerId)
        self._sample = self._draw.sample
        self._box = self._paper.canvas.getBoundingClientRect()
        x, y = self._cell_position(event)
        self._paper.drawn(self._draw.drawing.begin_stroke(x, y, erasing))
        self._await_early_move()

    def on_pointer_down_elsewhere(self, event: "JsProxy") -> None:
        if not self._paper.canvas.contains(event.target):
            self._heed(self._pointers.down_elsewhere(event))

    def on_pointer_over(self, event: "JsProxy") -> None:
        self._heed(self._pointers.near(event))

    def on_early_move(self, event: "JsProxy") -> None:
        """The first move since the last frame; the next pointermove has it again, with later ones.

        Only the first, because a mouse may send a thousand a second. And only if the pointer is
        captured: this event may come before the one that says that the capture is lost.
        """
        if self._pointers.draws(event) and self._paper.canvas.hasPointerCapture(event.pointerId):
            self._follow(event)

    def on_pointer_move(self, event: "JsProxy") -> None:
        what = self._pointers.move(event)
        if what == pointer_rules.DRAW:
            self._follow(event)
            self._await_early_move()
        elif what == pointer_rules.END:
            # The pointerup never came, so the browser has not ended the capture.
            self._browser.release_pointer(self._paper.canvas, event.pointerId)
        self._heed(what)

    def _follow(self, event: "JsProxy") -> None:
        # Measure at each event: the page may have moved during the stroke.
        self._box = self._paper.canvas.getBoundingClientRect()
        changed = []
        for point in self._browser.pointer_path(event):
            x, y = self._cell_position(point)
            changed.extend(self._draw.drawing.continue_stroke(x, y))
        self._paper.drawn(changed)

    def on_pointer_up(self, event: "JsProxy") -> None:
        self._heed(self._pointers.up(event))

    def on_pointer_cancel(self, event: "JsProxy") -> None:
        self._heed(self._pointers.cancel(event))

    def on_context_menu(self, event: "JsProxy") -> None:
        event.preventDefault()  # some browsers would still show it
        self._heed(self._pointers.menu())

    def on_leaving(self) -> None:
        self._heed(self._pointers.lose())

    def on_touch_move(self, event: "JsProxy") -> None:
        """Leave a pinch with two fingers to the browser, and keep all other touches from it.

        Otherwise the browser may take a quick stroke for a fling. Then the next tap only stops the
        fling and does not click a button. Or it may think that a pen writes into a text field.
        """
        if event.cancelable and not self._pointers.is_pinching:
            event.preventDefault()

    def _heed(self, what: str) -> None:
        """End or take back the stroke, if the event means that; `what` is from pointer_rules.py."""
        if what == pointer_rules.END:
            self._paper.end_stroke()
        elif what in (pointer_rules.CANCEL, pointer_rules.TAKE_OVER):
            self._paper.cancel_stroke(self._sample)

    def _cell_position(self, event: "JsProxy") -> tuple:
        box = self._box
        x = (event.clientX - box.left) / box.width * brush.SIDE
        y = (event.clientY - box.top) / box.height * brush.SIDE
        return x, y
