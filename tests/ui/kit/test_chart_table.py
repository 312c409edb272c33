import pytest

from app.pyscript.kit import chart_table
from app.pyscript.kit.chart_table import ChartTable
from tests.ui.fake_browser import Element, FakeBrowser


class Numbers:
    """What a table is to show."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.times_asked = 0

    def describe(self) -> tuple[str, list[list[str]]]:
        self.times_asked += 1
        return "All of them.", self.rows


@pytest.fixture
def numbers() -> Numbers:
    return Numbers()


@pytest.fixture
def table(browser: FakeBrowser, numbers: Numbers) -> ChartTable:
    browser.get("charts").innerHTML = chart_table.markup("numbers", ("Step", "Loss"))
    table = ChartTable(browser, "numbers", numbers.describe)
    table.mount()
    return table


def open_it(browser: FakeBrowser) -> None:
    browser.get("numbers").open = True
    browser.get("numbers").fire("toggle")


def shown(browser: FakeBrowser) -> list[list[str]]:
    rows = browser.get("numbers-rows").children
    return [[cell.textContent for cell in row.children] for row in rows]


def test_builds_nothing_while_it_is_closed(
    browser: FakeBrowser, numbers: Numbers, table: ChartTable
) -> None:
    numbers.rows = [["1", "2.3"]]
    table.render()

    assert numbers.times_asked == 0
    assert shown(browser) == []


def test_shows_its_rows_with_headings(
    browser: FakeBrowser, numbers: Numbers, table: ChartTable
) -> None:
    numbers.rows = [["1", "2.3"], ["2", "1.9"]]
    open_it(browser)

    assert shown(browser) == numbers.rows
    assert browser.text("numbers-note") == "All of them."
    headings = [cell for row in browser.get("numbers-rows").children for cell in row.children[:1]]
    assert [(each.tag, each.attributes["scope"]) for each in headings] == [("th", "row")] * 2


def rows_of(browser: FakeBrowser) -> list[Element]:
    return browser.get("numbers-rows").children


def test_changes_rows_in_place(browser: FakeBrowser, numbers: Numbers, table: ChartTable) -> None:
    numbers.rows = [["1", "2.3"], ["2", "1.9"]]
    open_it(browser)
    before = rows_of(browser)
    numbers.rows = [["1", "2.3"], ["3", "1.7"], ["4", "1.6"]]
    table.render()

    assert shown(browser) == numbers.rows
    assert rows_of(browser)[:2] == before


def test_takes_rows_away(browser: FakeBrowser, numbers: Numbers, table: ChartTable) -> None:
    numbers.rows = [["1", "2.3"], ["2", "1.9"]]
    open_it(browser)
    numbers.rows = [["2", "2.1"]]
    table.render()

    assert shown(browser) == [["2", "2.1"]]
