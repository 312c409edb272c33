"""Collects drawings for the tray: it asks for one digit after the other, or the visitor says which.

Shows: worker, drawing, sample, is_keeping, kept, tray. Emits the intent to keep a drawing. While it
asks for digits, it shows a bar at the bottom of the window, so that the grid stays in view.
"""

from app.pyscript.draw.label_field import LabelField
from app.pyscript.draw.state import Draw
from app.pyscript.hand import texts
from app.pyscript.hand.markup import BAR
from app.pyscript.hand.state import Hand
from app.pyscript.kit.clicks import on_clicks
from app.pyscript.kit.live_region import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page


class Collecting:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._draw = page.of(Draw)
        self._hand = page.of(Hand)
        self._asked: int | None = None  # the digit that collecting asks for
        self._field = LabelField(page, "hand-label", self.render)

    def mount(self) -> None:
        """Listen to the section's markup, which must be on the page already, and to the bar."""
        find = self._browser.element
        find("collect-bar").innerHTML = BAR
        on_clicks(
            self._browser,
            ("collect", lambda: self._ask(0)),
            ("collect-keep", self._keep_asked),
            ("collect-skip", self._ask_next),
            ("collect-end", lambda: self._ask(None)),
            ("keep-drawing", lambda: self._hand.add(self._field.label)),
        )
        self._field.mount()
        self._page.watch(
            (self._draw.changed, self._page.bridge.state, self._hand.is_keeping), self.render
        )
        self._page.watch((self._draw.kept,), self._ask_next)
        self.render()

    def end(self) -> None:
        """Stop asking: the section was closed. Leave the view where it is."""
        self._ask(None, is_looking=False)

    def _ask(self, digit: "int | None", is_looking: bool = True) -> None:
        """Ask for a digit, or stop asking with None."""
        was_asked, self._asked = self._asked, digit
        find = self._browser.element
        find("collect-bar").hidden = digit is None
        self.render()
        if digit is not None and was_asked is None:
            self._browser.reveal(find("grid-panel"))
            self._browser.focus_quietly(find("grid"))
        elif digit is None and was_asked is not None and is_looking:
            self._browser.reveal(find("hand"))
            find("collect").focus()

    def _keep_asked(self) -> None:
        """Keep the drawing as the digit that was asked for. The next digit needs the grid."""
        self._hand.add(self._asked)
        self._browser.focus_quietly(self._browser.element("grid"))

    def _ask_next(self) -> None:
        if self._asked is not None:
            self._ask((self._asked + 1) % 10)

    def render(self) -> None:
        find = self._browser.element
        can_keep = (
            self._page.bridge.is_ready
            and not self._hand.is_keeping.value
            and not self._draw.drawing.is_blank
        )
        find("collect").disabled = not self._page.bridge.is_ready
        find("collect-keep").disabled = not can_keep
        find("keep-drawing").disabled = not (can_keep and self._field.label is not None)
        if self._asked is not None:
            tray = self._hand.tray.value
            count = 0 if tray is None else tray["count"]
            prompt = texts.HAND_PROMPT.format(digit=self._asked, count=count)
            say(self._browser, "collect-prompt", prompt)
