from typing import Any

import pytest

from app.pyscript.draw.state import DRAWING_MILLISECONDS, Draw
from app.pyscript.kit.chart_library import ChartLibrary
from app.pyscript.page import Page
from app.pyscript.train import texts
from app.pyscript.train.charts import REDRAW_MILLISECONDS, Charts
from app.pyscript.train.data import TrainingData
from app.pyscript.train.state import Train
from tests.ui.conftest import PAGE
from tests.ui.fake_browser import FakeBrowser


@pytest.fixture(autouse=True)
def charts(page: Page, browser: FakeBrowser) -> Charts:
    charts = Charts(page)
    charts.mount()
    page.of(ChartLibrary).load()
    browser.settle()
    browser.scripts["/uPlot.js"].resolve()
    browser.settle()
    return charts


def step(page: Page, browser: FakeBrowser, iteration: int) -> None:
    page.of(Train).note_progress(
        {"iteration": iteration, "loss": 1 / iteration, "accuracy": 0.5, "is_training": True}
    )
    browser.settle()


def times_shown(browser: FakeBrowser) -> int:
    times = {chart.times_shown for chart in browser.charts.values()}
    assert len(times) == 1
    return times.pop()


def test_begin_empty(browser: FakeBrowser) -> None:
    assert browser.charts["loss-chart"].columns == [[], []]
    assert browser.charts["accuracy-chart"].columns == [[], [], [], []]


def test_show_what_was_trained_before_they_were_there() -> None:
    browser = FakeBrowser(PAGE)
    page = Page(browser)
    Charts(page).mount()
    page.of(ChartLibrary).load()
    browser.settle()
    step(page, browser, 1)
    browser.change_theme()
    browser.window.fire("resize")
    browser.scripts["/uPlot.js"].resolve()
    browser.settle()

    assert browser.charts["loss-chart"].columns == [[1], [1.0]]
    browser.close()
    assert browser.uncaught == []


def test_that_cannot_be_had_are_told_and_the_table_follows_the_run() -> None:
    browser = FakeBrowser(PAGE)
    page = Page(browser)
    Charts(page).mount()
    browser.settle()
    assert browser.scripts == {}
    page.of(ChartLibrary).load()
    browser.settle()
    browser.scripts["/uPlot.js"].reject(OSError("/uPlot.js did not come"))
    browser.settle()
    open_table(browser)
    for iteration in (1, 2):
        step(page, browser, iteration)
        browser.advance(REDRAW_MILLISECONDS)
        assert table_rows(browser)[-1][:2] == [str(iteration), f"{1 / iteration:.4f}"]
    browser.close()

    (notice,) = page.notices.shown.value
    assert notice["title"] == "The charts could not be loaded"
    assert "/uPlot.js" in notice["detail"]
    assert browser.uncaught == []


def test_show_the_run(page: Page, browser: FakeBrowser) -> None:
    browser.advance(REDRAW_MILLISECONDS)
    page.of(Train).note_progress({"iteration": 1, "loss": 2.0, "accuracy": 0.25})
    page.of(Train).note_validation({"iteration": 2, "accuracy": 0.5, "drawings": 0.25})
    page.of(Train).note_progress({"iteration": 2, "loss": 1.0, "accuracy": 0.75})
    browser.settle()

    assert browser.charts["loss-chart"].columns == [[1, 2], [2.0, 1.0]]
    accuracy = browser.charts["accuracy-chart"].columns
    assert accuracy == [[1, 2], [25.0, 75.0], [None, 50.0], [None, 25.0]]


def test_name_the_line_of_drawings_where_there_are_some(page: Page, browser: FakeBrowser) -> None:
    for splits, is_hidden in (({}, True), ({"validation_drawings": 2000}, False)):
        dataset: Any = {"splits": splits}
        page.of(TrainingData).dataset.set(dataset)
        browser.settle()
        assert browser.get("drawings-key").hidden == is_hidden


def test_redraw_no_oftener_than_the_eye_needs_and_show_the_last(
    page: Page, browser: FakeBrowser
) -> None:
    before = times_shown(browser)
    for iteration in range(1, 31):
        browser.advance(REDRAW_MILLISECONDS / 10)
        step(page, browser, iteration)
    browser.advance(REDRAW_MILLISECONDS)

    assert times_shown(browser) - before == 4
    assert browser.charts["loss-chart"].columns[0] == list(range(1, 31))


def test_draw_a_late_change_at_once(page: Page, browser: FakeBrowser) -> None:
    browser.advance(10 * REDRAW_MILLISECONDS)
    before = times_shown(browser)
    step(page, browser, 1)

    assert times_shown(browser) == before + 1


def test_wait_while_the_visitor_draws_but_not_for_long(page: Page, browser: FakeBrowser) -> None:
    step(page, browser, 1)
    before = times_shown(browser)
    for iteration in range(2, 9):
        page.of(Draw).drawing_changed()
        step(page, browser, iteration)
        browser.advance(DRAWING_MILLISECONDS / 2)
    assert times_shown(browser) == before

    browser.advance(DRAWING_MILLISECONDS)
    assert times_shown(browser) == before + 1
    assert browser.charts["loss-chart"].columns[0] == list(range(1, 9))

    for iteration in range(9, 29):
        page.of(Draw).drawing_changed()
        step(page, browser, iteration)
        browser.advance(DRAWING_MILLISECONDS / 2)
    assert times_shown(browser) == before + 2


def test_rest_while_nothing_changes(page: Page, browser: FakeBrowser) -> None:
    step(page, browser, 1)
    browser.advance(REDRAW_MILLISECONDS)
    before = times_shown(browser)
    browser.advance(10 * REDRAW_MILLISECONDS)

    assert times_shown(browser) == before


def test_empty_with_a_reset(page: Page, browser: FakeBrowser) -> None:
    step(page, browser, 1)
    browser.advance(REDRAW_MILLISECONDS)
    page.bridge.lost.tell()
    browser.settle()
    browser.advance(REDRAW_MILLISECONDS)

    assert browser.charts["loss-chart"].columns == [[], []]


def test_take_the_colors_of_the_theme(page: Page, browser: FakeBrowser) -> None:
    step(page, browser, 1)
    old = dict(browser.charts)
    browser.change_theme()

    for identifier, chart in browser.charts.items():
        assert chart is not old[identifier]
        assert {color for _, color in chart.series} <= set(chart.colors)
        assert chart.colors["muted"] == "color of --muted"
        assert chart.columns[0] == [1]


def test_draw_after_a_change_of_theme_in_the_new_charts(page: Page, browser: FakeBrowser) -> None:
    browser.change_theme()
    step(page, browser, 1)
    browser.advance(REDRAW_MILLISECONDS)

    assert browser.charts["loss-chart"].columns[0] == [1]


def open_table(browser: FakeBrowser) -> None:
    browser.get("run-numbers").open = True
    browser.get("run-numbers").fire("toggle")


def table_rows(browser: FakeBrowser) -> list[list[str]]:
    rows = browser.get("run-numbers-rows").children
    return [[cell.textContent for cell in row.children] for row in rows]


def test_show_the_run_as_a_table(page: Page, browser: FakeBrowser) -> None:
    open_table(browser)
    assert table_rows(browser) == []
    assert browser.text("run-numbers-note") == "Appears when you train"
    browser.advance(REDRAW_MILLISECONDS)
    page.of(Train).note_progress({"iteration": 1, "loss": 2.0, "accuracy": 0.25})
    page.of(Train).note_validation({"iteration": 1000, "accuracy": 0.98765, "drawings": 0.9})
    page.of(Train).note_progress({"iteration": 1000, "loss": 0.12345, "accuracy": 0.75})
    browser.settle()

    assert table_rows(browser) == [
        ["1", "2.0000", "25.0%", "\N{EN DASH}", "\N{EN DASH}"],
        ["1,000", "0.1235", "75.0%", "98.77%", "90.00%"],
    ]
    assert browser.text("run-numbers-note") == texts.CHARTS_TABLE_NOTE


def test_show_a_long_run_in_few_rows(page: Page, browser: FakeBrowser) -> None:
    for iteration in range(1, 31):
        step(page, browser, iteration)
    open_table(browser)

    assert [row[0] for row in table_rows(browser)] == [str(each) for each in range(2, 31, 2)]
