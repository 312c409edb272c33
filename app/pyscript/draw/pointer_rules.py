"""Decides which pointer draws: the mouse, the pen or a finger, but not a resting palm.

pointer_strokes.py asks what each pointer event means, and draws. This module does not use the page:
an event is any object with the fields of the DOM's PointerEvent, and times are its `timeStamp`.
Runs on MicroPython and on CPython.

The release of a button may never arrive: it happened outside the page, a menu opened, or the
browser lost track. So a stroke ends at the first move without a button down, and a new primary
pointer takes over.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy

# What an event can mean. BEGIN first ends a stroke under way. TAKE_OVER takes back the last stroke
# and begins a new one. CANCEL only takes back the last stroke.
BEGIN, TAKE_OVER, DRAW, END, CANCEL, IGNORE = "begin", "takeover", "draw", "end", "cancel", "ignore"
MOUSE, PEN, TOUCH = "mouse", "pen", "touch"
# A bit in an event's field `buttons`.
SECONDARY_BUTTON_HELD = 2
# For this long after an event of a pen, a touch is the hand that holds the pen.
PEN_NEAR_MILLISECONDS = 1000
# The fingers of a pinch come down together, so the first has hardly moved when the second comes.
# These are the limits in CSS pixels, within this time and later. If the first finger has moved
# further, it draws, and the second touch is a palm.
TOGETHER_MILLISECONDS = 500
STILL_TOGETHER, STILL = 50, 30


class PointerRules:
    def __init__(self) -> None:
        self._identifier: int | None = None  # the id of the pointer that draws
        self._kind = ""
        self._began: tuple = (0, 0, 0)  # when the stroke began, and where
        self._held = 0  # the buttons held when it began
        self._moved: float = 0  # the largest distance from there
        self._pen_seen: float | None = None
        self._touch_ended: float | None = None  # when, if a finger drew the last stroke
        self._other_touch: float | None = None  # when one came down outside the grid
        self.is_pinching = False
        """Are two fingers zooming or moving the page? True until all are up."""

    @property
    def is_drawing(self) -> bool:
        return self._identifier is not None

    def draws(self, event: "JsProxy") -> bool:
        """Is this the pointer that draws, with a button down?"""
        return bool(event.pointerId == self._identifier and event.buttons)

    def down(self, event: "JsProxy") -> str:
        """A pointer comes down on the grid: BEGIN, TAKE_OVER, CANCEL or IGNORE."""
        is_palm_ink = self._see(event)
        if event.pointerType == TOUCH:
            if self._is_pen_near(event):
                return IGNORE
            if event.isPrimary:
                self.is_pinching = False
            elif self.is_pinching or self._identifier not in (None, event.pointerId):
                return self._join(event)
            elif self._is_together(event, self._other_touch):
                self.is_pinching = True
                return IGNORE
        self._identifier = event.pointerId
        self._kind = event.pointerType
        self._began = (event.timeStamp, event.clientX, event.clientY)
        self._held = event.buttons
        self._moved = 0
        self._touch_ended = None
        return TAKE_OVER if is_palm_ink else BEGIN

    def down_elsewhere(self, event: "JsProxy") -> str:
        """A pointer comes down outside the grid: CANCEL or IGNORE."""
        is_palm_ink = self._see(event)
        if event.pointerType == TOUCH:
            if event.isPrimary:
                self.is_pinching = False
                self._other_touch = event.timeStamp
            elif self.is_drawing:
                return self._join(event)
        return self._cancel() if is_palm_ink else IGNORE

    def near(self, event: "JsProxy") -> str:
        """A pointer is over the page: CANCEL if it is a pen and a palm has drawn; else IGNORE."""
        return self._cancel() if self._see(event) else IGNORE

    def move(self, event: "JsProxy") -> str:
        """A pointer moves: DRAW, END, CANCEL or IGNORE."""
        if self._see(event):
            return self._cancel()
        if event.pointerId != self._identifier:
            return IGNORE
        if not event.buttons:
            return self._end(event)
        _, x, y = self._began
        self._moved = max(self._moved, abs(event.clientX - x), abs(event.clientY - y))
        return DRAW

    def up(self, event: "JsProxy") -> str:
        """A pointer goes up, or the grid no longer gets its events: END or IGNORE."""
        self._see(event)
        return self._end(event) if event.pointerId == self._identifier else IGNORE

    def cancel(self, event: "JsProxy") -> str:
        """The browser takes the pointer away: END, CANCEL or IGNORE.

        A touch that has hardly moved was a palm or the first finger of a pinch.
        """
        if event.pointerId != self._identifier:
            return IGNORE
        if self._kind == TOUCH and self._is_still(event):
            return self._cancel()
        return self._end(event)

    def menu(self) -> str:
        """A context menu opens, and may swallow later events: END or IGNORE.

        IGNORE if the menu came from the button that is drawing, or from a finger held still.
        """
        is_by_button = self._kind == MOUSE and not self._held & SECONDARY_BUTTON_HELD
        return self.lose() if is_by_button else IGNORE

    def lose(self) -> str:
        """The page no longer gets the events of pointers: END or IGNORE."""
        if not self.is_drawing:
            return IGNORE
        self._identifier = None
        return END

    def _end(self, event: "JsProxy") -> str:
        self._identifier = None
        self._touch_ended = event.timeStamp if self._kind == TOUCH else None
        return END

    def _cancel(self) -> str:
        self._identifier = self._touch_ended = None
        return CANCEL

    def _see(self, event: "JsProxy") -> bool:
        """If this is a pen, remember its time. Returns whether a palm drew just before it came."""
        if event.pointerType != PEN:
            return False
        self._pen_seen = event.timeStamp
        if self.is_drawing:
            return self._kind == TOUCH
        ended = self._touch_ended
        return ended is not None and event.timeStamp - ended < PEN_NEAR_MILLISECONDS

    def _is_pen_near(self, event: "JsProxy") -> bool:
        seen = self._pen_seen
        return seen is not None and event.timeStamp - seen < PEN_NEAR_MILLISECONDS

    def _join(self, event: "JsProxy") -> str:
        """Another finger comes down: for a pinch with the one that draws, or by mistake."""
        if self.is_drawing and self._kind == TOUCH and self._is_still(event):
            self.is_pinching = True
            return self._cancel()
        return IGNORE

    def _is_still(self, event: "JsProxy") -> bool:
        """Has the finger that draws hardly moved yet?"""
        is_together = self._is_together(event, self._began[0])
        return self._moved < (STILL_TOGETHER if is_together else STILL)

    def _is_together(self, event: "JsProxy", time: "float | None") -> bool:
        return time is not None and event.timeStamp - time < TOGETHER_MILLISECONDS
