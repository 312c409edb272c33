"""Turns the pages of a list that is too long to show at once, and says which part is shown."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Callable


class Paging:
    def __init__(
        self,
        browser: "Browser",
        back: str,
        on: str,
        position: str,
        turn: "Callable",
        *,
        size: int,
    ) -> None:
        """Ids of the two buttons and of the place for the words; size: items on a page.

        `turn(first)` must bring the page that begins with item `first`.
        """
        self._browser = browser
        self._back, self._on, self._position = back, on, position
        self._size = size
        self._turn = turn
        self._first = 0

    def mount(self) -> None:
        """Listen to the buttons, which must be on the page already."""
        find, listen = self._browser.element, self._browser.listen
        listen(find(self._back), "click", lambda event: self._go(-self._size))
        listen(find(self._on), "click", lambda event: self._go(self._size))

    def _go(self, step: int) -> None:
        self._turn(max(0, self._first + step))

    def show(self, first: int, count: int, total: int, words: str) -> None:
        """`count` of `total` items are shown, from `first` on. If these are all, say nothing."""
        find, is_all = self._browser.element, count == total
        self._first = first
        find(self._back).hidden = find(self._on).hidden = is_all
        find(self._back).disabled = first == 0
        find(self._on).disabled = first + count >= total
        find(self._position).textContent = "" if is_all else words
