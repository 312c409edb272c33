"""Rows of many buttons as one stop of the Tab key; the arrow keys move between the buttons."""

from app.pyscript.kit import keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Callable, JsProxy

# How many columns and rows each key moves.
ARROWS = {"ArrowLeft": (-1, 0), "ArrowRight": (1, 0), "ArrowUp": (0, -1), "ArrowDown": (0, 1)}


class RovingFocus:
    def __init__(
        self,
        browser: "Browser",
        container: str,
        find_button: "Callable",
        *,
        count: int,
        columns: int,
        stays_in_row: bool = False,
    ) -> None:
        """container: the id of the element around them; `find_button(index)` finds one, row by row.

        stays_in_row: stop at the end of a row; otherwise go on to the next row.
        """
        self._browser = browser
        self._container = container
        self._find_button = find_button
        self._count = count
        self._columns = columns
        self._stays_in_row = stays_in_row
        self._index = 0

    def mount(self) -> None:
        """Start. The buttons must be on the page already, with a tabindex of -1."""
        container = self._browser.element(self._container)
        self._browser.listen(container, "keydown", self.on_key, active=True)
        self.move_to(0)

    def move_to(self, index: int) -> None:
        """Make this button the stop of the Tab key."""
        self._find_button(self._index).setAttribute("tabindex", "-1")
        self._index = index
        self._find_button(index).setAttribute("tabindex", "0")

    def on_key(self, event: "JsProxy") -> None:
        step = ARROWS.get(event.key)
        if step is None or not keys.is_plain(event):
            return
        event.preventDefault()
        across, down = step
        column = self._index % self._columns + across
        index = self._index + across + down * self._columns
        is_beyond = self._stays_in_row and not 0 <= column < self._columns
        if 0 <= index < self._count and not is_beyond:
            self.move_to(index)
            self._find_button(index).focus()
