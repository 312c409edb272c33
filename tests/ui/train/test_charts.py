import pytest

from app.pyscript.store import Store
from app.pyscript.train import texts
from app.pyscript.train.charts import REDRAW_MILLISECONDS, Charts
from tests.ui.conftest import PAGE
from tests.ui.fake_browser import FakeBrowser


@pytest.fixture(autouse=True)
def charts(store: Store, browser: FakeBrowser) -> Charts:
    charts = Charts(store, browser)
    charts.mount()
    store.boot_progressed("Loading Python", 0.1)
    browser.settle()
    browser.scripts["/uPlot.js"].resolve()
    browser.settle()
    return charts


def step(store: Store, browser: FakeBrowser, iteration: int) -> None:
    store.progress_arrived(
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
    store = Store(browser.next_frame, {})
    Charts(store, browser).mount()
    store.boot_progressed("Loading Python", 0.1)
    browser.settle()
    step(store, browser, 1)
    browser.change_theme()
    browser.window.fire("resize")
    browser.scripts["/uPlot.js"].resolve()
    browser.settle()

    assert browser.charts["loss-chart"].columns == [[1], [1.0]]
    browser.close()
    assert browser.uncaught == []


def test_that_cannot_be_had_are_told_and_the_table_follows_the_run() -> None:
    browser = FakeBrowser(PAGE)
    store = Store(browser.next_frame, {})
    Charts(store, browser).mount()
    browser.settle()
    assert browser.scripts == {}
    store.boot_progressed("Loading Python", 0.1)
    browser.settle()
    browser.scripts["/uPlot.js"].reject(OSError("/uPlot.js did not come"))
    browser.settle()
    open_table(browser)
    for iteration in (1, 2):
        step(store, browser, iteration)
        browser.advance(REDRAW_MILLISECONDS)
        assert table_rows(browser)[-1][:2] == [str(iteration), f"{1 / iteration:.4f}"]
    browser.close()

    (notice,) = store.notices
    assert notice["title"] == "The charts could not be loaded"
    assert "/uPlot.js" in notice["detail"]
    assert browser.uncaught == []


def test_show_the_run(store: Store, browser: FakeBrowser) -> None:
    browser.advance(REDRAW_MILLISECONDS)
    store.progress_arrived({"iteration": 1, "loss": 2.0, "accuracy": 0.25})
    store.validation_arrived({"iteration": 2, "accuracy": 0.5, "drawings": 0.25})
    store.progress_arrived({"iteration": 2, "loss": 1.0, "accuracy": 0.75})
    browser.settle()

    assert browser.charts["loss-chart"].columns == [[1, 2], [2.0, 1.0]]
    accuracy = browser.charts["accuracy-chart"].columns
    assert accuracy == [[1, 2], [25.0, 75.0], [None, 50.0], [None, 25.0]]


def test_name_the_line_of_drawings_where_there_are_some(store: Store, browser: FakeBrowser) -> None:
    for splits, is_hidden in (({}, True), ({"validation_drawings": 2000}, False)):
        store.dataset_arrived({"splits": splits})
        browser.settle()
        assert browser.get("drawings-key").hidden == is_hidden


def test_redraw_no_oftener_than_the_eye_needs_and_show_the_last(
    store: Store, browser: FakeBrowser
) -> None:
    before = times_shown(browser)
    for iteration in range(1, 31):
        browser.advance(REDRAW_MILLISECONDS / 10)
        step(store, browser, iteration)
    browser.advance(REDRAW_MILLISECONDS)

    assert times_shown(browser) - before == 4
    assert browser.charts["loss-chart"].columns[0] == list(range(1, 31))


def test_draw_a_late_change_at_once(store: Store, browser: FakeBrowser) -> None:
    browser.advance(10 * REDRAW_MILLISECONDS)
    before = times_shown(browser)
    step(store, browser, 1)

    assert times_shown(browser) == before + 1


def test_rest_while_nothing_changes(store: Store, browser: FakeBrowser) -> None:
    step(store, browser, 1)
    browser.advance(REDRAW_MILLISECONDS)
    before = times_shown(browser)
    browser.advance(10 * REDRAW_MILLISECONDS)

    assert times_shown(browser) == before


def test_empty_with_a_reset(store: Store, browser: FakeBrowser) -> None:
    step(store, browser, 1)
    browser.advance(REDRAW_MILLISECONDS)
    store.run_reset()
    browser.settle()
    browser.advance(REDRAW_MILLISECONDS)

    assert browser.charts["loss-chart"].columns == [[], []]


def test_take_the_colours_of_the_theme(store: Store, browser: FakeBrowser) -> None:
    step(store, browser, 1)
    old = dict(browser.charts)
    browser.change_theme()

    for identifier, chart in browser.charts.items():
        assert chart is not old[identifier]
        assert {colour for _, colour in chart.series} <= set(chart.colours)
        assert chart.colours["muted"] == "colour of --muted"
        assert chart.columns[0] == [1]


def test_draw_after_a_change_of_theme_in_the_new_charts(store: Store, browser: FakeBrowser) -> None:
    browser.change_theme()
    step(store, browser, 1)
    browser.advance(REDRAW_MILLISECONDS)

    assert browser.charts["loss-chart"].columns[0] == [1]


def open_table(browser: FakeBrowser) -> None:
    browser.get("run-numbers").open = True
    browser.get("run-numbers").fire("toggle")


def table_rows(browser: FakeBrowser) -> list[list[str]]:
    rows = browser.get("run-numbers-rows").children
    return [[cell.textContent for cell in row.children] for row in rows]


def test_show_the_run_as_a_table(store: Store, browser: FakeBrowser) -> None:
    open_table(browser)
    assert table_rows(browser) == []
    assert browser.text("run-numbers-note") == "Appears when you train"
    browser.advance(REDRAW_MILLISECONDS)
    store.progress_arrived({"iteration": 1, "loss": 2.0, "accuracy": 0.25})
    store.validation_arrived({"iteration": 1000, "accuracy": 0.98765, "drawings": 0.9})
    store.progress_arrived({"iteration": 1000, "loss": 0.12345, "accuracy": 0.75})
    browser.settle()

    assert table_rows(browser) == [
        ["1", "2.0000", "25.0%", "\N{EN DASH}", "\N{EN DASH}"],
        ["1,000", "0.1235", "75.0%", "98.77%", "90.00%"],
    ]
    assert browser.text("run-numbers-note") == texts.CHARTS_TABLE_NOTE


def test_show_a_long_run_in_few_rows(store: Store, browser: FakeBrowser) -> None:
    for iteration in range(1, 31):
        step(store, browser, iteration)
    open_table(browser)

    assert [row[0] for row in table_rows(browser)] == [str(each) for each in range(2, 31, 2)]
