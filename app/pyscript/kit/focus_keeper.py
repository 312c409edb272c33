"""Keeps the focus when the page is redrawn, so that keyboard and screen reader users stay in place.

A redraw may rebuild a list, disable a button or hide a part, and so take the focus from a control.
Then the control with the same id gets it, or the one in the same place in the list, or the nearest
control that is left. Components that know a better place move the focus themselves.

It knows no state.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, JsProxy


class FocusKeeper:
    def __init__(self, browser: "Browser") -> None:
        self._browser = browser
        self._last: JsProxy | None = None  # has the focus, or had it until a redraw took it
        self._places: list = []  # the places of that element

    def mount(self) -> None:
        self._browser.on_focus(self.on_come, self.on_gone)
        self._browser.on_redraw(self.on_redraw)

    def on_come(self, element: "JsProxy", _former: "JsProxy | None") -> None:
        self._last = element
        self._places = self._browser.places_of(element)

    def on_gone(self) -> None:
        """The visitor has left the control, for example by a click; leave the focus where it is."""
        self._last = None

    def on_redraw(self) -> None:
        last = self._last
        if last is None or self._browser.can_have_focus(last):
            return
        self._last = None
        successor = self._same_as(last) or self._nearest()
        if successor is not None:
            self._browser.focus_in_place(successor)

    def _same_as(self, last: "JsProxy") -> "JsProxy | None":
        """The new element with the same id."""
        identifier = last.getAttribute("id")
        found = self._browser.element(identifier) if identifier else None
        return found if found and self._browser.can_have_focus(found) else None

    def _nearest(self) -> "JsProxy | None":
        """In the innermost part that still has a control: the next one, or else the one before."""
        browser = self._browser
        for container, index in self._places:
            controls = browser.controls_in(container)
            count = controls.length
            for place in list(range(index, count)) + list(range(min(index, count) - 1, -1, -1)):
                control = controls[place]
                if browser.can_have_focus(control) and browser.is_rendered(control):
                    return control
        return None
