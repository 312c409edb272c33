"""Asks "are you sure?" in a row on the page, before something that cannot be undone.

The row has a button to cancel, which gets the focus, and one to confirm. Afterward the focus goes
back to the button that the visitor had pressed.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Callable, JsProxy


class Confirmation:
    def __init__(
        self, browser: "Browser", row: str, cancel: str, confirm: str, asker: str = ""
    ) -> None:
        """Ids of the row, its two buttons, and the button that opens the row.

        Without `asker`, that is the button with the focus.
        """
        self._browser = browser
        self._row, self._cancel, self._confirm, self._asker = row, cancel, confirm, asker
        self._asking: JsProxy | None = None
        self._act: Callable = lambda: None

    def mount(self) -> None:
        """Listen to the buttons, which must be on the page already."""
        find, listen = self._browser.element, self._browser.listen
        listen(find(self._cancel), "click", lambda event: self.answer(lambda: None))
        listen(find(self._confirm), "click", lambda event: self.answer(self._act))

    def ask(self, act: "Callable") -> None:
        """Show the row; call `act()` if the visitor confirms."""
        find = self._browser.element
        self._act = act
        self._asking = find(self._asker) if self._asker else self._browser.focused()
        self._show(True)
        find(self._cancel).focus()

    def answer(self, act: "Callable") -> None:
        """The visitor has answered: close the row and call `act()`."""
        self.close()
        if self._asking:
            self._asking.focus()
        act()

    def close(self) -> None:
        """Hide the row, without an answer."""
        self._show(False)

    def _show(self, is_asked: bool) -> None:
        find = self._browser.element
        find(self._row).hidden = not is_asked
        if self._asker:
            find(self._asker).setAttribute("aria-expanded", "true" if is_asked else "false")
