"""The numbers behind the drawing: 28 rows of 28 intensities, in a dialog.

Shows: drawing. Changes nothing.
"""

from app.pyscript.draw.brush import SIDE
from app.pyscript.draw.state import Draw
from app.pyscript.samples import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page

MARKUP = f"""
<dialog id="data-dialog" aria-labelledby="data-title">
  <h2 id="data-title">{texts.DATA_TITLE}</h2>
  <p class="note">{texts.DATA_NOTE}</p>
  <div class="data-scroll" tabindex="0" aria-label="{texts.DATA_LABEL}">
    <table class="data-table" id="data-table"></table>
  </div>
  <div class="row">
    <span class="grow"></span><button id="close-data" class="primary">{texts.DATA_CLOSE}</button>
  </div>
</dialog>
"""


class DataDialog:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._draw = page.of(Draw)

    def mount(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("data-panel").innerHTML = MARKUP
        listen(find("show-data"), "click", lambda event: self.open())
        listen(find("close-data"), "click", lambda event: find("data-dialog").close())

    def open(self) -> None:
        find, pixels = self._browser.element, self._draw.drawing.pixels
        find("data-table").innerHTML = table_rows(pixels)
        find("data-dialog").showModal()
        # A phone has room for a third of the columns, so scroll to the ink.
        self._browser.reveal(find("data-table").children[0].children[0].children[middle(pixels)])


def table_rows(pixels: bytearray) -> str:
    """The rows of the table as HTML; cells with ink are marked."""
    rows = []
    for start in range(0, len(pixels), SIDE):
        cells = [
            f'<td class="ink">{value}</td>' if value else "<td>0</td>"
            for value in pixels[start : start + SIDE]
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<tbody>{''.join(rows)}</tbody>"


def middle(pixels: bytearray) -> int:
    """The column halfway between the first and the last with ink."""
    inked = [index % SIDE for index, value in enumerate(pixels) if value]
    return (min(inked) + max(inked)) // 2 if inked else SIDE // 2
