"""The field in which the visitor says which digit the drawing is. Several panels have one."""

from app.pyscript.draw.state import Draw

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable
    from app.pyscript.page import Page

# The options of a <select> for a digit.
DIGIT_OPTIONS = "".join(f'<option value="{digit}">{digit}</option>' for digit in range(10))


class LabelField:
    def __init__(self, page: "Page", identifier: str, on_change: "Callable") -> None:
        """identifier: the id of a <select> with the digits, and "" for unknown. `on_change()` is
        called when the visitor has chosen."""
        self._page = page
        self._browser = page.browser
        self._draw = page.of(Draw)
        self._identifier = identifier
        self._on_change = on_change
        self._offered: int | None = None  # the label that came with a sample

    def mount(self) -> None:
        """Listen to the field, which must be on the page. Call before the panel subscribes."""
        field = self._browser.element(self._identifier)
        self._browser.listen(field, "change", lambda event: self._on_choice())
        self._page.watch((self._draw.changed,), self.offer)
        self.offer()

    @property
    def label(self) -> "int | None":
        """From 0 to 9, or None if it is unknown."""
        chosen = self._browser.element(self._identifier).value
        return int(chosen) if chosen else None

    def _on_choice(self) -> None:
        self._offered = None
        self._on_change()

    def offer(self) -> None:
        """Fill in a sample's label. Empty the field when the sample is gone or the grid blank."""
        sample = self._draw.sample
        if sample is not None:
            self._browser.element(self._identifier).value = str(sample)
        elif self._draw.drawing.is_blank or self._offered is not None:
            self._browser.element(self._identifier).value = ""
        self._offered = sample
