"""Numbers in tables, colored by their sign and size."""

from app.pyscript.inside.markup import DIGITS
from app.pyscript.kit.formats import decimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, JsProxy


class Cell:
    """A number in a table, colored by its sign and size. Changes the page only if needed."""

    def __init__(self, element: "JsProxy") -> None:
        self._element = element
        self._style = element.style
        self._text = self._share = ""

    def show(self, value: float, largest: float, decimals: int) -> None:
        """Show a number; its color depends on its size compared with `largest`."""
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
    """A row's cells, one for each digit; their ids are the identifier, a hyphen and the digit."""
    return [Cell(browser.element(f"{identifier}-{digit}")) for digit in DIGITS]


def show_row(cells: list, values: list, largest: "float | None" = None, decimals: int = 1) -> None:
    """Show values, colored by the largest of them, or by `largest`."""
    scale = max(abs(value) for value in values) if largest is None else largest
    for cell, value in zip(cells, values):
        cell.show(value, scale, decimals)


def signed(value: float, decimals: int) -> str:
    """A number with a sign and this many decimals, so that it lines up with others."""
    text = decimal(abs(value), decimals)
    if text == decimal(0, decimals):
        return text
    return ("+" if value > 0 else "\u2212") + text
