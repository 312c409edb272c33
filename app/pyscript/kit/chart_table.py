"""A chart's numbers as a table, for visitors who cannot see the chart or want exact numbers.

It is closed at first, and nothing is built before it is opened. Rows are changed in place, so that
screen readers keep their place in the table while training goes on.
"""

from app.pyscript.kit import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Callable, JsProxy

# No more rows than people can read and scroll past.
ROW_LIMIT = 20


def markup(identifier: str, columns: tuple) -> str:
    """A <details> with this id, and in it a table with these headings."""
    headings = "".join(f'<th scope="col">{column}</th>' for column in columns)
    return f"""
<details class="numbers" id="{identifier}">
  <summary>{texts.NUMBERS_SUMMARY}</summary>
  <table>
    <caption id="{identifier}-note"></caption>
    <thead><tr>{headings}</tr></thead>
    <tbody id="{identifier}-rows"></tbody>
  </table>
</details>
"""


class ChartTable:
    def __init__(self, browser: "Browser", identifier: str, describe: "Callable") -> None:
        """`describe()` gives the caption and at most ROW_LIMIT rows. A row is a list of texts, with
        its heading first. It is called only while the table is open."""
        self._browser = browser
        self._identifier = identifier
        self._describe = describe
        self._cells: list[list[JsProxy]] = []
        self._shown: list[list[str]] = []

    def mount(self) -> None:
        """Listen to the <details> of `markup`, which must be on the page already."""
        details = self._browser.element(self._identifier)
        self._browser.listen(details, "toggle", lambda event: self.render())

    def render(self) -> None:
        find = self._browser.element
        if not find(self._identifier).open:
            return
        caption, rows = self._describe()
        find(f"{self._identifier}-note").textContent = caption
        if len(rows) < len(self._shown):
            find(f"{self._identifier}-rows").textContent = ""
            self._cells, self._shown = [], []
        for index, row in enumerate(rows):
            if index == len(self._shown):
                self._add_row(len(row))
            for column, text in enumerate(row):
                if self._shown[index][column] != text:
                    self._shown[index][column] = text
                    self._cells[index][column].textContent = text

    def _add_row(self, length: int) -> None:
        create = self._browser.create_element
        line = create("tr")
        cells = [create("td" if column else "th") for column in range(length)]
        cells[0].setAttribute("scope", "row")
        for cell in cells:
            line.appendChild(cell)
        self._browser.element(f"{self._identifier}-rows").appendChild(line)
        self._cells.append(cells)
        self._shown.append([""] * length)
