import pytest

from app.pyscript.kit.chart import Chart, in_percent
from app.pyscript.kit.chart_library import ChartLibrary
from app.pyscript.page import Page
from tests.ui.fake_browser import FakeBrowser, FakeChart

PLACE = "grid-panel"  # any element of the page
COLUMNS: list[list[float]] = [[1, 2], [0.5, 0.25]]
NARROW, WIDE = {"range": "narrow"}, {"range": "wide"}


class View:
    """A panel with a chart: what it would show, and how often it was asked to."""

    def __init__(self, page: Page) -> None:
        self.columns: list[list[float]] | None = COLUMNS
        self.times_rendered = 0
        self.chart = Chart(
            page, PLACE, self.render, height=100, series=[("Loss", "chart-1")], scale=NARROW
        )
        self.chart.mount()

    def render(self) -> None:
        self.times_rendered += 1
        self.chart.show(self.columns)


@pytest.fixture
def view(page: Page) -> View:
    return View(page)


def bring_library(page: Page, browser: FakeBrowser) -> FakeChart:
    page.of(ChartLibrary).is_there.set(True)
    browser.settle()
    return browser.charts[PLACE]


def test_is_built_once_the_library_has_come(view: View, page: Page, browser: FakeBrowser) -> None:
    view.render()
    assert browser.charts == {}

    chart = bring_library(page, browser)
    assert chart.columns == COLUMNS
    assert chart.series == [("Loss", "chart-1")]
    assert set(chart.colors) == {"muted", "line", "chart-1"}

    view.render()
    assert browser.charts[PLACE] is chart
    assert chart.times_shown == 2


def test_another_theme_has_another_chart(view: View, page: Page, browser: FakeBrowser) -> None:
    chart = bring_library(page, browser)
    browser.change_theme()

    assert chart.is_removed
    assert browser.charts[PLACE].columns == COLUMNS


def test_so_has_another_scale(view: View, page: Page, browser: FakeBrowser) -> None:
    chart = bring_library(page, browser)
    view.chart.use_scale(NARROW)
    view.render()
    assert browser.charts[PLACE] is chart

    view.chart.use_scale(WIDE)
    assert chart.is_removed
    view.render()
    assert browser.charts[PLACE].columns == COLUMNS


def test_a_chart_of_nothing_is_hidden(view: View, page: Page, browser: FakeBrowser) -> None:
    chart = bring_library(page, browser)
    view.columns = None
    view.render()
    assert browser.get(PLACE).hidden

    view.columns = COLUMNS
    view.render()
    assert not browser.get(PLACE).hidden
    assert browser.charts[PLACE] is chart


def test_nothing_is_built_for_nothing(view: View, page: Page, browser: FakeBrowser) -> None:
    view.columns = None
    page.of(ChartLibrary).is_there.set(True)
    browser.settle()
    browser.change_theme()

    assert view.times_rendered == 2
    assert browser.charts == {}


def test_shares_are_charted_in_percent() -> None:
    assert in_percent([0.5, None, 1]) == [50, None, 100]
