from typing import Any

import pytest

from app.pyscript.kit.chart_library import ChartLibrary
from app.pyscript.page import Page
from app.pyscript.runs import texts
from app.pyscript.runs.course_chart import TABLE_ROWS, some_of
from app.pyscript.runs.run_words import start_of
from app.pyscript.runs.runs import Run
from app.pyscript.runs.runs_panel import REDRAW_MILLISECONDS, RunsPanel
from app.pyscript.runs.state import RunList
from app.pyscript.settings.state import Settings
from app.pyscript.train.history import History
from app.pyscript.train.state import Train
from app.pyscript.weights.state import Weights
from tests.ui.fake_browser import Box, Element, FakeBrowser, FakeChart

WEIGHTS: Any = {
    "source": "random",
    "name": "",
    "digest": "ab",
    "changed_by_training": False,
    "tuned": 0,
}


def train(page: Page, browser: FakeBrowser, *iterations: int) -> None:
    for iteration in iterations:
        page.of(Train).note_progress(
            {
                "iteration": iteration,
                "loss": iteration / 10,
                "accuracy": iteration / 1000,
                "is_training": True,
            }
        )
    browser.settle()


def begin(page: Page, browser: FakeBrowser, **weights: Any) -> None:
    page.of(Weights).note({**WEIGHTS, **weights})
    page.of(Train).begin_run({"start": "weights", "number": 1, "iteration": 0})
    browser.settle()


@pytest.fixture(autouse=True)
def panel(page: Page, browser: FakeBrowser) -> RunsPanel:
    panel = RunsPanel(page)
    begin(page, browser)
    browser.get("time").open = True
    panel.mount()
    page.of(ChartLibrary).is_there.set(True)
    browser.settle()
    return panel


@pytest.fixture
def two_runs(page: Page, browser: FakeBrowser) -> None:
    train(page, browser, 10, 30)
    page.of(Train).note_validation({"iteration": 30, "accuracy": 0.75})
    begin(page, browser, source="shared")
    page.of(Settings).change({"learning_rate": 0.5})
    train(page, browser, 20, 30)
    browser.advance(REDRAW_MILLISECONDS)


def items(browser: FakeBrowser) -> list[Element]:
    return browser.get("runs-list").children


def words(browser: FakeBrowser) -> list[str]:
    """Name and figures of each run."""
    return [" | ".join(part.textContent for part in item.children[:2]) for item in items(browser)]


def chart(browser: FakeBrowser) -> FakeChart:
    return browser.charts["runs-chart"]


def click(browser: FakeBrowser, identifier: str) -> None:
    """Events do not bubble in the fake: the list hears of its button so."""
    button = browser.get(identifier)
    assert not button.disabled
    browser.get("runs-list").fire("click", target=button)
    browser.settle()


def test_one_run_alone_is_not_compared(page: Page, browser: FakeBrowser) -> None:
    train(page, browser, 10, 20)
    browser.advance(5000)
    assert not browser.get("runs-note").hidden
    assert browser.get("runs-list").hidden
    assert browser.get("runs-course").hidden
    assert "runs-chart" not in browser.charts


@pytest.mark.usefixtures("two_runs")
def test_runs_are_named_by_what_differs(browser: FakeBrowser) -> None:
    assert words(browser) == [
        "Run 2, now: shared weights, learning rate 0.5 | "
        "30 iterations, loss 3.0000, 3.0% on batches",
        "Run 1: random weights, learning rate 0.005 | "
        "30 iterations, loss 3.0000, 3.0% on batches, 75.0% on validation digits",
    ]


@pytest.mark.usefixtures("two_runs")
def test_runs_are_compared_on_drawings_too(page: Page, browser: FakeBrowser) -> None:
    page.of(Train).note_validation({"iteration": 30, "accuracy": 0.75, "drawings": 0.5})
    browser.advance(REDRAW_MILLISECONDS)
    assert words(browser)[0].endswith("75.0% on validation digits, 50.0% on validation drawings")
    browser.get("runs-figure").value = "drawings"
    browser.get("runs-figure").fire("change")
    assert chart(browser).columns[1] == [None, None, 50]


def test_a_run_without_differences_is_a_number(page: Page, browser: FakeBrowser) -> None:
    train(page, browser, 10, 30)
    begin(page, browser)
    assert words(browser)[0] == f"Run 2, now | {texts.RUNS_NOT_YET}"
    train(page, browser, 10)
    browser.advance(REDRAW_MILLISECONDS)
    assert words(browser)[0].startswith("Run 2, now | 10 iterations")
    assert words(browser)[1].startswith("Run 1 |")


@pytest.mark.usefixtures("two_runs")
def test_a_setting_changed_on_the_way_says_both(page: Page, browser: FakeBrowser) -> None:
    page.of(Settings).change({"optimizer": "adam", "l2": 0.5})
    train(page, browser, 40)
    assert words(browser)[0].startswith(
        "Run 2, now: shared weights, L2 0 to 0.5, learning rate 0.5, optimizer momentum to adam |"
    )


@pytest.mark.usefixtures("two_runs")
def test_both_courses_are_on_one_chart(browser: FakeBrowser) -> None:
    assert chart(browser).columns == [[10, 20, 30], [None, 2, 3], [1, None, 3]]
    assert [color for _, color in chart(browser).series] == ["chart-1", "chart-2"]
    label = browser.get("runs-chart").attributes["aria-label"]
    assert label == "Loss over iterations: Run 2, now and Run 1"


@pytest.mark.usefixtures("two_runs")
def test_other_figures_are_chosen(browser: FakeBrowser) -> None:
    browser.get("runs-figure").value = "validations"
    browser.get("runs-figure").fire("change")
    assert chart(browser).columns == [[10, 20, 30], [None, None, None], [None, None, 75]]
    browser.get("runs-figure").value = "accuracies"
    browser.get("runs-figure").fire("change")
    assert chart(browser).columns == [[10, 20, 30], [None, 2, 3], [1, None, 3]]


@pytest.mark.usefixtures("two_runs")
def test_the_run_goes_on_on_the_chart_but_not_too_often(page: Page, browser: FakeBrowser) -> None:
    shown = chart(browser).times_shown
    for iteration in range(40, 60):
        train(page, browser, iteration)
        browser.advance(100)
    browser.advance(REDRAW_MILLISECONDS)
    assert 2 <= chart(browser).times_shown - shown <= 4
    assert chart(browser).columns[0][-1] == 59

    browser.get("runs").box = Box(0, 0, 0, 0)
    shown = chart(browser).times_shown
    train(page, browser, 60)
    browser.window.fire("scroll")
    browser.advance(5000)
    assert chart(browser).times_shown == shown
    browser.get("runs").box = Box(0, 0, 100, 100)
    browser.window.fire("scroll")
    browser.advance(5000)
    assert chart(browser).columns[0][-1] == 60


@pytest.mark.usefixtures("two_runs")
def test_another_theme_has_another_chart(browser: FakeBrowser) -> None:
    before = chart(browser)
    browser.change_theme()
    assert chart(browser) is not before
    assert chart(browser).columns == before.columns


@pytest.mark.usefixtures("two_runs")
def test_a_run_is_compared_pinned_and_deleted(page: Page, browser: FakeBrowser) -> None:
    compare = browser.get("run-compare-1")
    assert (compare.textContent, compare.attributes["aria-pressed"]) == ("Compared", "true")
    click(browser, "run-compare-1")
    assert page.of(RunList).runs.value.compared is None
    assert chart(browser).columns == [[20, 30], [2, 3], [None, None]]
    compare = browser.get("run-compare-1")
    assert (compare.textContent, compare.attributes["aria-pressed"]) == ("Compare", "false")
    assert compare.is_focused
    click(browser, "run-compare-1")
    assert chart(browser).columns[0] == [10, 20, 30]

    click(browser, "run-pin-1")
    assert page.of(RunList).runs.value.former[0].is_pinned
    assert browser.get("run-pin-1").attributes["aria-label"] == "Pinned run 1"
    click(browser, "run-delete-1")
    assert page.of(RunList).runs.value.former == []
    assert browser.get("runs-course").hidden
    assert browser.get("runs-title").is_focused


@pytest.mark.usefixtures("two_runs")
def test_a_click_beside_the_buttons_does_nothing(page: Page, browser: FakeBrowser) -> None:
    browser.get("runs-list").fire("click")
    assert len(page.of(RunList).runs.value.former) == 1


@pytest.mark.usefixtures("two_runs")
def test_the_table_has_both_in_numbers_while_it_is_open(page: Page, browser: FakeBrowser) -> None:
    assert browser.text("runs-rows") == ""
    browser.get("runs-table").open = True
    browser.get("runs-table").fire("toggle")
    rows = [
        [cell.textContent for cell in row.children] for row in browser.get("runs-rows").children
    ]
    assert rows == [
        ["10", "\u2013", "1.0000"],
        ["20", "2.0000", "1.0000"],
        ["30", "3.0000", "3.0000"],
    ]
    train(page, browser, 40)
    browser.advance(REDRAW_MILLISECONDS)
    last = browser.get("runs-rows").children[-1]
    assert [cell.textContent for cell in last.children] == ["40", "4.0000", "\u2013"]
    browser.get("runs-figure").value = "validations"
    browser.get("runs-figure").fire("change")
    last = browser.get("runs-rows").children[2]
    assert [cell.textContent for cell in last.children] == ["30", "\u2013", "75.0%"]
    click(browser, "run-compare-1")
    assert browser.text("runs-head-2") == "\u2013"


def test_without_charts_the_list_and_the_table_are_there(browser: FakeBrowser) -> None:
    page = Page(browser)
    browser.charts.clear()
    RunsPanel(page).mount()
    train(page, browser, 1, 2)
    page.bridge.lost.tell()
    browser.settle()
    assert len(items(browser)) == 2
    assert browser.charts == {}
    browser.get("runs-table").open = True
    browser.get("runs-table").fire("toggle")
    assert len(browser.get("runs-rows").children) == 2
    train(page, browser, 1, 2, 3)
    browser.advance(REDRAW_MILLISECONDS)
    assert len(browser.get("runs-rows").children) == 3


def test_a_table_shows_some_iterations_of_many() -> None:
    assert some_of([1, 2, 3]) == [1, 2, 3]
    few = some_of(list(range(1, 801)))
    assert len(few) == TABLE_ROWS
    assert few[-1] == 800
    assert few == list(range(50, 801, 50))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "random weights"),
        ({"source": "shared", "is_trained": True}, "shared weights trained before"),
        ({"source": "file", "name": "mine.npz"}, "mine.npz"),
        ({"run": 3, "iteration": 1200}, "from run 3 at iteration 1,200"),
        ({"iteration": 0}, "from iteration 0"),
    ],
)
def test_how_a_run_began(changes: dict[str, Any], expected: str) -> None:
    run = Run(1)
    assert start_of(run) == ""
    start: Any = {"source": "random", "name": "", "is_trained": False}
    run.start = start | {"run": None, "iteration": None} | changes
    assert start_of(run) == expected


def test_history_of_a_former_run_is_its_own(page: Page, browser: FakeBrowser) -> None:
    train(page, browser, 1, 2)
    begin(page, browser)
    assert isinstance(page.of(RunList).runs.value.former[0].history, History)
    assert page.of(RunList).runs.value.former[0].history is not page.of(Train).history.value
