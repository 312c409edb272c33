"""Numbers in tables, colored by their sign and size."""

from app.pyscript.inside.markup import DIGITS
from app.pyscript.kit.formats import decimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, JsProxy


class Cell:
    """A number in a table, coloured by its sign and size; touches the page only on a change."""

    def __init__(self, element: "JsProxy") -> None:
        self._element = element
        self._style = element.style
        self._text = self._share = ""

    def show(self, value: float, largest: float, decimals: int) -> None:
        """A number, and the largest that it is compared with."""
        self.show_text(signed(value, decimals))
        share = f"{value / largest:.2f}" if largest else "0"
        if share != self._share:
            self._share = share
            self._style.setProperty("--share", share)

    def show_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self._element.textContent = text


def find_row(browser: "Browser", identifier: str) -> list:
    """A cell for each digit, of those that the markup names so."""
    return [Cell(browser.element(f"{identifier}-{digit}")) for digit in DIGITS]


def show_row(cells: list, values: list, largest: "float | None" = None, decimals: int = 1) -> None:
    """Show values in their own scale, or in that of `largest`."""
    scale = max(abs(value) for value in values) if largest is None else largest
    for cell, value in zip(cells, values):
        cell.show(value, scale, decimals)


def signed(value: float, decimals: int) -> str:
    """A number with a sign, and with as many decimals, that lines up with others."""
    text = decimal(abs(value), decimals)
    if text == decimal(0, decimals):
        return text
    return ("+" if value > 0 else "\u2212") + text
