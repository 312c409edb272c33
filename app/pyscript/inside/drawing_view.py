"""Shows what the network saw in the drawing: ink for and against a digit, and the telling units.

Shows: an inspection that inside_panel.py passes to it.
"""

from app.pyscript.inside import texts
from app.pyscript.inside.number_cells import find_row, show_row, signed
from app.pyscript.kit.formats import decimal, rough_percent
from app.pyscript.messages import TELLING_UNITS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser
    from app.pyscript.inside.records import Inspection


class DrawingView:
    def __init__(self, browser: "Browser") -> None:
        self._browser = browser

    def mount(self) -> None:
        """Find the cells of the markup, which must be on the page already."""
        self._others, self._totals, self._shares = [
            find_row(self._browser, name) for name in ("others", "total", "share")
        ]
        self._telling = [find_row(self._browser, f"telling-{row}") for row in range(TELLING_UNITS)]

    def show(self, inspection: "Inspection") -> None:
        canvas = self._browser.element("votes")
        self._browser.fill_canvas(canvas, inspection["votes"])
        self._show_votes(inspection)
        self._show_telling(inspection)

    def _show_votes(self, inspection: "Inspection") -> None:
        find = self._browser.element
        difference = inspection["votes_for"] + inspection["votes_against"]
        first, second = inspection["first"], inspection["second"]
        picture = texts.INSIDE_VOTES_PICTURE.format(first=first, second=second)
        find("votes").setAttribute("aria-label", picture)
        find("votes-for").textContent = texts.INSIDE_VOTES_FOR.format(first=first)
        find("votes-against").textContent = texts.INSIDE_VOTES_AGAINST.format(second=second)
        words = find("votes-words")
        words.textContent = texts.INSIDE_VOTES.format(
            votes_for=signed(inspection["votes_for"], 2),
            votes_against=signed(inspection["votes_against"], 2),
            difference=signed(difference, 2),
            first=first,
            second=second,
        )
        words.setAttribute("data-value", str(difference))

    def _show_telling(self, inspection: "Inspection") -> None:
        find, telling = self._browser.element, inspection["telling"]
        note = texts.INSIDE_TELLING_NOTE.format(active=inspection["active"])
        find("telling-note").textContent = note
        rows = [unit["adds"] for unit in telling] + [inspection["others"]]
        largest = max(abs(value) for row in rows for value in row)
        for index, cells in enumerate(self._telling):
            find(f"telling-{index}").hidden = index >= len(telling)
            if index < len(telling):
                unit = telling[index]
                button = find(f"telling-{index}-unit")
                if button.textContent != str(unit["unit"]):
                    button.textContent = str(unit["unit"])
                    button.setAttribute("data-unit", str(unit["unit"]))
                    words = texts.INSIDE_UNIT_BUTTON.format(unit=unit["unit"])
                    button.setAttribute("aria-label", words)
                find(f"telling-{index}-activation").textContent = decimal(unit["activation"], 1)
                show_row(cells, unit["adds"], largest)
        show_row(self._others, inspection["others"], largest)
        show_row(self._totals, inspection["logits"])
        for cell, share in zip(self._shares, inspection["probabilities"]):
            cell.show_text(rough_percent(share))
