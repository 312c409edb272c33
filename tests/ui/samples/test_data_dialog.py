from collections.abc import Callable

import pytest

from app.pyscript.draw.brush import SIDE
from app.pyscript.draw.grid import Grid
from app.pyscript.draw.state import Draw
from app.pyscript.page import Page
from app.pyscript.samples.data_dialog import DataDialog
from tests.ui.fake_browser import Element, FakeBrowser


def open_dialog(page: Page, browser: FakeBrowser) -> Element:
    Grid(page).mount()
    DataDialog(page).mount()
    browser.get("show-data").disabled = False
    browser.get("show-data").click()
    return browser.get("data-dialog")


def test_opens_and_closes(page: Page, browser: FakeBrowser) -> None:
    dialog = open_dialog(page, browser)
    was_open = dialog.open

    browser.get("close-data").click()

    assert (was_open, dialog.open) == (True, False)


def test_shows_the_784_numbers_row_by_row(
    draw: Callable[[], None], page: Page, browser: FakeBrowser
) -> None:
    draw()
    open_dialog(page, browser)

    rows = browser.get("data-table").children[0].children
    cells = [cell for row in rows for cell in row.children]
    assert [len(row.children) for row in rows] == [SIDE] * SIDE
    assert [int(cell.textContent) for cell in cells] == list(page.of(Draw).drawing.pixels)
    marked = [cell.className == "ink" for cell in cells]
    assert marked == [value > 0 for value in page.of(Draw).drawing.pixels]


@pytest.mark.parametrize(
    ("inked", "column"), [((), 14), ((3, 9), 6), ((SIDE + 25, 5 * SIDE + 27), 26)]
)
def test_the_middle_of_the_ink_is_brought_into_view(
    inked: tuple[int, ...], column: int, page: Page, browser: FakeBrowser
) -> None:
    for index in inked:
        page.of(Draw).drawing.pixels[index] = 200
    open_dialog(page, browser)

    first_row = browser.get("data-table").children[0].children[0]
    assert browser.revealed == [first_row.children[column]]


def test_shows_the_drawing_as_it_is_when_opened(
    draw: Callable[[], None], page: Page, browser: FakeBrowser
) -> None:
    open_dialog(page, browser)
    draw()
    browser.get("show-data").click()

    assert "255" in browser.text("data-table")
