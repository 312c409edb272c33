"""The choice of what the drawing is, as it stands in several panels.

Reads from the store: drawing, sample.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Callable
    from app.pyscript.store import Store


class LabelField:
    def __init__(
        self, store: "Store", browser: "Browser", identifier: str, on_change: "Callable"
    ) -> None:
        """identifier: of a <select> with the digits and "", not known; `on_change()` is called when
        the visitor chose."""
        self._store = store
        self._browser = browser
        self._identifier = identifier
        self._on_change = on_change
        self._offered: int | None = None  # the label that came with a sample

    def mount(self) -> None:
        """Listen to the field, which is on the page by now; before its panel subscribes."""
        field = self._browser.element(self._identifier)
        self._browser.listen(field, "change", lambda event: self._on_choice())
        self._store.subscribe(("drawing",), self.offer)
        self.offer()

    @property
    def label(self) -> "int | None":
        """From 0 to 9, or None while it is not known."""
        chosen = self._browser.element(self._identifier).value
        return int(chosen) if chosen else None

    def _on_choice(self) -> None:
        self._offered = None
        self._on_change()

    def offer(self) -> None:
        """A sample brings its label, and takes it along; a fresh drawing is not yet anything."""
        sample = self._store.sample
        if sample is not None:
            self._browser.element(self._identifier).value = str(sample)
        elif self._store.drawing.is_blank or self._offered is not None:
            self._browser.element(self._identifier).value = ""
        self._offered = sample
