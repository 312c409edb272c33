"""A section of the page that is closed at first, and built only when it is opened.

So unopened sections do not slow down the page's start. Each section has a <details> in the markup
of its panel, which holds the element that this fills.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page


class Fold:
    """Base class of the sections. Each sets its IDENTIFIER and defines `build`."""

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
        """Build the section when it is first opened."""
        if self.is_open and not self._is_built:
            self._is_built = True
            self.build()

    def build(self) -> None:
        """Put the markup into the page, listen and subscribe: called once."""
        raise NotImplementedError
