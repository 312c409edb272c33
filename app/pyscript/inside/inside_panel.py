"""The section on the network's inside: hidden units, what they add to each digit, votes of ink.

Shows: inspected, inspection, drawing, prediction, training, weights, worker. Changes: inspected.
Emits the intent to inspect, at most a few times a second, while it is in view and something has
changed. Nothing is built before it is opened.

Keyboard, among the units: arrows move from unit to unit, Enter or Space chooses one.
"""

from app.pyscript.draw.state import Draw
from app.pyscript.inside import texts
from app.pyscript.inside.drawing_view import DrawingView
from app.pyscript.inside.markup import MARKUP, SHEET_COLUMNS, SHEETS
from app.pyscript.inside.nearest_digits import NearestDigits
from app.pyscript.inside.number_cells import find_row, show_row
from app.pyscript.inside.state import Inside
from app.pyscript.kit.fold import Fold
from app.pyscript.kit.formats import decimal
from app.pyscript.kit.live import Live
from app.pyscript.kit.roving_focus import RovingFocus
from app.pyscript.messages import HIDDEN_SIZE, TELLING_UNITS
from app.pyscript.train.state import Train
from app.pyscript.weights.state import Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy
    from app.pyscript.inside.records import Unit
    from app.pyscript.page import Page

# The shortest time between two inspections that the visitor has not asked for.
REFRESH_SECONDS = 0.3


class InsidePanel(Fold):
    IDENTIFIER = "inside"

    def __init__(self, page: "Page") -> None:
        super().__init__(page)
        self._draw = page.of(Draw)
        self._inside = page.of(Inside)
        self._train = page.of(Train)
        self._weights = page.of(Weights)
        self._live = Live(
            page.browser, 1000 * REFRESH_SECONDS, self._is_watched, self._inside.inspect
        )
        self._focus = RovingFocus(
            page.browser, "units", self._button, count=HIDDEN_SIZE, columns=SHEET_COLUMNS
        )
        self._pressed: JsProxy | None = None
        self._drawing_view = DrawingView(page.browser)
        self._nearest = NearestDigits(page)

    def build(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("inside-panel").innerHTML = MARKUP
        self._unit_weights = find_row(self._browser, "weight")
        self._adds = find_row(self._browser, "adds")
        self._drawing_view.mount()
        listen(find("units"), "click", self.on_unit)
        for row in range(TELLING_UNITS):
            listen(find(f"telling-{row}-unit"), "click", self.on_unit)
        for name, key in (("ink-for", "first"), ("ink-against", "second")):
            self._listen_to_choice(find(name), key)
        self._focus.mount()
        self._nearest.mount()
        self._page.watch(
            (
                self._page.bridge.state,
                self._draw.changed,
                self._train.training,
                self._weights.origin,
            ),
            self._live.outdate,
        )
        self._page.network_changed.listen(lambda is_training: self._live.outdate())
        self._page.watch((self._inside.inspected,), self.render_choice)
        self._page.watch((self._inside.inspection,), self.render_inspection)
        self.render_choice()
        self.render_inspection()
        self._live.watch_view(find("inside-panel"))

    def _listen_to_choice(self, choice: "JsProxy", key: str) -> None:
        def on_change() -> None:
            self._inside.change({key: int(choice.value)})
            self._browser.run(self._inside.inspect())

        self._browser.listen(choice, "change", lambda event: on_change())

    def _is_watched(self) -> bool:
        return self._live.is_seen and self._page.bridge.is_ready

    # The units

    def on_unit(self, event: "JsProxy") -> None:
        """Choose the unit of a button, in the sheets or in the table."""
        unit = event.target.getAttribute("data-unit")
        if unit is not None:
            self._inside.change({"unit": int(unit)})
            self._focus.move_to(int(unit))
            self._browser.run(self._inside.inspect())
            self._browser.reveal(self._browser.element("unit-title"))

    def _button(self, unit: int) -> "JsProxy":
        return self._browser.element(f"unit-{unit}")

    # Drawing

    def render_choice(self) -> None:
        find, inspected = self._browser.element, self._inside.inspected.value
        unit = inspected["unit"]
        find("unit-title").textContent = texts.INSIDE_UNIT_BUTTON.format(unit=unit)
        find("ink-for").value = str(inspected["first"])
        find("ink-against").value = str(inspected["second"])
        if self._pressed is not None:
            self._pressed.removeAttribute("aria-pressed")
        self._pressed = self._button(unit)
        self._pressed.setAttribute("aria-pressed", "true")

    def render_inspection(self) -> None:
        find, inspection = self._browser.element, self._inside.inspection.value
        is_blank = inspection is None or inspection["is_blank"]
        words = texts.INSIDE_LOADING if inspection is None else texts.INSIDE_NOTHING_DRAWN
        find("inside-blank").textContent = words if is_blank else ""
        find("inside-blank").hidden = not is_blank
        find("inside-drawing").hidden = is_blank
        if inspection is None:
            return
        fill, sheets = self._browser.fill_canvas, inspection["sheets"]
        for sheet in range(SHEETS):
            fill(find(f"sheet-{sheet}"), sheets, sheet * sheets.length // SHEETS)
        self._render_unit(inspection["chosen"], is_blank)
        fill(find("unit-picture"), inspection["unit"])
        if not is_blank:
            self._drawing_view.show(inspection)

    def _render_unit(self, chosen: "Unit", is_blank: bool) -> None:
        find = self._browser.element
        activation = chosen["activation"]
        words = texts.INSIDE_RESPONDS if activation else texts.INSIDE_SILENT
        words = texts.INSIDE_NOT_ASKED if is_blank else words
        find("unit-words").textContent = words.format(activation=decimal(activation, 2))
        picture = texts.INSIDE_UNIT_PICTURE.format(unit=chosen["unit"])
        find("unit-picture").setAttribute("aria-label", picture)
        show_row(self._unit_weights, chosen["weights"], decimals=2)
        show_row(self._adds, chosen["adds"], decimals=2)
