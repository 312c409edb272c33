"""A section of the page that is closed at first, and that nothing is built for until it is opened.

Starting the page costs no more for the sections that are not looked at. Each has a <details> in
index.html, and in it the element that its markup goes into.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page


class Fold:
    """What the sections have in common; each says its IDENTIFIER, and what to `build`."""

    IDENTIFIER = ""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._is_built = False

    def mount(self) -> None:
        fold = self._browser.element(self.IDENTIFIER)
        self._browser.listen(fold, "toggle", lambda event: self.on_toggle())
        self.on_toggle()  # it may have been opened already

    @property
    def is_open(self) -> bool:
        return bool(self._browser.element(self.IDENTIFIER).open)

    def on_toggle(self) -> None:
        """Build it when it is first opened."""
        if self.is_open and not self._is_built:
            self._is_built = True
            self.build()

    def build(self) -> None:
        """Put the markup into the page, listen and subscribe: called once."""
        raise NotImplementedError
