from typing import Any

import pytest

from app.pyscript import texts as common
from app.pyscript.bridge.bridge import READY
from app.pyscript.bridge.wire import RefusedError
from app.pyscript.draw.grid import Grid
from app.pyscript.draw.state import Draw
from app.pyscript.hand import texts
from app.pyscript.hand.hand_panel import HandPanel
from app.pyscript.hand.state import POINT_LIMIT, Hand
from app.pyscript.kit.chart_library import ChartLibrary
from app.pyscript.kit.chart_table import ROW_LIMIT
from app.pyscript.messages import GALLERY_SIZE
from app.pyscript.page import Page
from app.pyscript.settings.state import Settings
from app.pyscript.train.state import NOTHING_TRAINED, Train
from tests.ui.fake_browser import Bytes, Element, FakeBrowser, FakeWorker, File

TRAY: Any = {"count": 10, "held_out": 2, "of_digit": [1] * 10, "removed": 0}
DRAWINGS = [
    {"number": 7, "label": 3, "held_out": False, "pixels": ""},
    {"number": 5, "label": 4, "held_out": True, "pixels": ""},
]
MEASURE: Any = {
    "iteration": 0,
    "learned": 0.75,
    "held_out": 0.5,
    "mnist": 0.98,
    "drawings": 0.97,
}


@pytest.fixture(autouse=True)
def panel(page: Page, browser: FakeBrowser, worker: FakeWorker) -> HandPanel:
    """The panel, mounted; not yet opened."""
    Grid(page).mount()
    panel = HandPanel(page)
    panel.mount()
    page.bridge.set_state(READY)
    browser.settle()
    return panel


def toggle(browser: FakeBrowser, is_open: bool = True) -> None:
    browser.get("hand").open = is_open
    browser.get("hand").fire("toggle")
    browser.settle()


def bring(page: Page, browser: FakeBrowser, **changes: Any) -> None:
    page.of(Hand).tray.set(TRAY | changes)
    browser.settle()


def measure(page: Page, browser: FakeBrowser, **changes: Any) -> None:
    page.of(Hand).note_measure(MEASURE | changes)
    browser.settle()


def items(browser: FakeBrowser) -> list[Element]:
    return browser.get("tray-digits").children


def test_nothing_is_built_asked_or_measured_before_it_is_opened(
    browser: FakeBrowser, page: Page, worker: FakeWorker
) -> None:
    bring(page, browser)
    assert browser.element("collect") is None
    assert worker.asked("list_tray") == []
    assert worker.asked("watch_hand") == []
    toggle(browser)
    assert worker.asked("list_tray") == [(0,)]
    assert worker.asked("watch_hand") == [(True,)]
    toggle(browser, is_open=False)
    assert worker.asked("watch_hand")[-1] == (False,)
    assert len(worker.asked("list_tray")) == 1


def test_another_worker_is_told_what_is_looked_at(
    browser: FakeBrowser, page: Page, worker: FakeWorker
) -> None:
    toggle(browser)
    page.bridge.set_state("failed")
    page.bridge.lost.tell()
    browser.settle()
    assert browser.get("collect").disabled
    worker.calls.clear()
    page.bridge.set_state(READY)
    browser.settle()
    assert worker.asked("list_tray")[-1] == (0,)
    assert worker.asked("watch_hand")[-1] == (True,)


def test_a_drawing_is_kept_with_the_label_that_was_chosen(
    browser: FakeBrowser, page: Page, draw: Any, worker: FakeWorker
) -> None:
    toggle(browser)
    draw()
    assert browser.get("keep-drawing").disabled
    browser.get("hand-label").value = "6"
    browser.get("hand-label").fire("change")
    browser.get("keep-drawing").click()
    browser.settle()
    assert worker.asked("add_drawing") == [(page.of(Draw).hexadecimal, 6)]


def test_what_was_kept_makes_room_unless_it_was_drawn_on(
    browser: FakeBrowser, page: Page, draw: Any
) -> None:
    draw()
    version = page.of(Draw).version
    draw()
    page.of(Draw).put_away(version)
    assert not page.of(Draw).drawing.is_blank
    page.of(Draw).put_away(page.of(Draw).version)
    assert page.of(Draw).drawing.is_blank


def test_what_was_drawn_on_is_not_taken_for_the_next_one(
    browser: FakeBrowser, page: Page, draw: Any
) -> None:
    toggle(browser)
    browser.get("collect").click()
    draw()
    version = page.of(Draw).version
    draw()
    page.of(Draw).put_away(version)
    browser.settle()
    assert browser.text("collect-prompt").startswith("Draw a 0.")


def test_nothing_is_kept_twice_while_the_answer_is_awaited(
    browser: FakeBrowser, page: Page, draw: Any
) -> None:
    toggle(browser)
    browser.get("collect").click()
    draw()
    page.of(Hand).is_keeping.set(True)
    browser.settle()
    assert browser.get("collect-keep").disabled
    page.of(Hand).is_keeping.set(False)
    browser.settle()
    assert not browser.get("collect-keep").disabled


def test_the_next_drawing_has_no_label_yet_and_a_sample_brings_its_own(
    browser: FakeBrowser, page: Page, draw: Any
) -> None:
    toggle(browser)
    draw()
    browser.get("hand-label").value = "6"
    browser.get("hand-label").fire("change")
    page.of(Draw).put_away(page.of(Draw).version)
    browser.settle()
    draw()
    assert browser.get("hand-label").value == ""
    assert browser.get("keep-drawing").disabled
    page.of(Draw).show_sample(3, [255] * 784)
    browser.settle()
    assert browser.get("hand-label").value == "3"
    assert not browser.get("keep-drawing").disabled


def test_the_table_has_a_part_of_many_measures(browser: FakeBrowser, page: Page) -> None:
    toggle(browser)
    bring(page, browser)
    browser.get("hand-table").open = True
    for iteration in range(100):
        measure(page, browser, iteration=iteration)
    rows = browser.get("hand-table-rows").children
    heads = [row.children[0].textContent for row in rows]
    assert len(heads) == ROW_LIMIT
    assert (heads[0], heads[-1]) == ("0", "99")


def test_no_text_names_a_set_of_digits_that_may_not_be_in_use() -> None:
    both = (vars(common) | vars(texts)).items()
    said = [value for name, value in both if name.startswith("HAND_")]
    assert said
    assert not [value for value in said if "MNIST" in value]


def test_collecting_asks_for_each_digit_in_turn(
    browser: FakeBrowser, page: Page, draw: Any, worker: FakeWorker
) -> None:
    toggle(browser)
    assert browser.get("collect-bar").hidden
    browser.get("collect").click()
    assert not browser.get("collect-bar").hidden
    assert browser.revealed[-1] is browser.get("grid-panel")
    for number in range(12):
        prompt = f"Draw a {number % 10}. In the tray: {number}"
        assert browser.text("collect-prompt") == prompt
        assert browser.get("collect-keep").disabled
        draw()
        browser.get("collect-keep").click()
        browser.settle()
        assert worker.asked("add_drawing")[-1] == (page.of(Draw).hexadecimal, number % 10)
        bring(page, browser, count=number + 1)
        worker.waiting("add_drawing")[0].resolve({})
        browser.settle()
    browser.get("collect-skip").click()
    assert browser.text("collect-prompt") == "Draw a 3. In the tray: 12"
    browser.get("collect-end").click()
    assert browser.get("collect-bar").hidden
    assert browser.get("collect").is_focused


def test_a_drawing_that_is_refused_is_asked_for_again(
    browser: FakeBrowser, page: Page, worker: FakeWorker, draw: Any
) -> None:
    worker.answers["add_drawing"] = RefusedError("Not kept", "The tray is full.")
    toggle(browser)
    browser.get("collect").click()
    draw()
    browser.get("collect-keep").click()
    browser.settle()
    assert len(worker.asked("add_drawing")) == 1
    assert browser.text("collect-prompt").startswith("Draw a 0.")
    assert not page.of(Draw).drawing.is_blank


def test_closing_the_section_ends_collecting(browser: FakeBrowser) -> None:
    toggle(browser)
    browser.get("collect").click()
    toggle(browser, is_open=False)
    assert browser.get("collect-bar").hidden
    assert not browser.get("collect").is_focused


def test_drawings_are_shown_with_label_and_a_button_to_delete(
    browser: FakeBrowser, page: Page, worker: FakeWorker
) -> None:
    toggle(browser)
    bring(page, browser)
    listed: Any = {"first": 0, "total": 2, "drawings": DRAWINGS, "pictures": "pictures"}
    page.of(Hand).tray_page.set(listed)
    browser.settle()
    assert browser.text("tray-title") == "10 drawings in the tray"
    assert browser.text("tray-note") == "Held out, and never trained on: 2."
    canvas, words, button = items(browser)[1].children
    assert canvas.getAttribute("data-shows") == "1 of pictures"
    assert words.textContent == "4, held out"
    assert button.getAttribute("aria-label") == "Delete this 4"
    assert browser.get("tray-older").hidden
    browser.get("tray-digits").fire("click", target=button)
    browser.settle()
    assert worker.asked("remove_drawing") == [(5,)]
    browser.get("tray-digits").fire("click", target=canvas)
    browser.settle()
    assert len(worker.asked("remove_drawing")) == 1
    bring(page, browser, count=9, removed=1)
    assert browser.get("tray-undo").is_focused


def test_a_long_tray_is_turned_page_by_page(
    browser: FakeBrowser, page: Page, worker: FakeWorker
) -> None:
    toggle(browser)
    bring(page, browser, count=26)
    listed: Any = {"first": 0, "total": 26, "drawings": DRAWINGS, "pictures": ""}
    page.of(Hand).tray_page.set(listed)
    browser.settle()
    assert browser.text("tray-position") == "1 to 2 of 26"
    assert browser.get("tray-newer").disabled
    browser.get("tray-older").click()
    browser.settle()
    assert worker.asked("list_tray")[-1] == (GALLERY_SIZE,)
    # The last drawings of that page are deleted: the page before is shown.
    page.of(Hand).tray_page.set(listed | {"first": GALLERY_SIZE, "total": 24, "drawings": []})
    browser.settle()
    assert worker.asked("list_tray")[-1] == (0,)


def test_what_was_removed_can_be_brought_back(
    browser: FakeBrowser, page: Page, worker: FakeWorker
) -> None:
    toggle(browser)
    bring(page, browser)
    assert browser.get("tray-undo").hidden
    browser.get("tray-clear").click()
    browser.settle()
    assert worker.asked("clear_tray") == [()]
    assert browser.get("tray-title").is_focused
    bring(page, browser, count=0, held_out=0, of_digit=[0] * 10, removed=10)
    assert browser.text("tray-title") == "The tray is empty"
    assert browser.get("tray-clear").disabled
    assert browser.text("tray-undo") == "Bring back 10"
    browser.get("tray-undo").click()
    browser.settle()
    assert worker.asked("undo_tray") == [()]
    assert browser.get("tray-title").is_focused


def test_the_tray_is_saved_and_opened(browser: FakeBrowser, page: Page, worker: FakeWorker) -> None:
    toggle(browser)
    assert browser.get("save-tray").disabled
    bring(page, browser)
    browser.get("save-tray").click()
    browser.settle()
    assert worker.asked("save_tray") == [()]
    browser.get("tray-file").fire("change")
    browser.settle()
    assert worker.asked("open_tray") == []
    content, file = Bytes(10), File("mine.json")
    file.reading.resolve(content)
    field: Any = browser.get("tray-file")
    field.file = file
    browser.get("tray-file").fire("change")
    browser.settle()
    assert worker.asked("open_tray") == [(content, "mine.json")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"count": 1}, "One drawing in the tray"),
        ({"of_digit": [1, 1, 0, 1, 1, 1, 1, 1, 1, 0]}, "Still missing: 2, 9."),
        ({"count": 500}, "It is full."),
    ],
)
def test_what_is_missing_or_full_is_said(
    browser: FakeBrowser, page: Page, changes: dict[str, Any], expected: str
) -> None:
    toggle(browser)
    bring(page, browser, **changes)
    assert expected in browser.text("tray-title") + browser.text("tray-note")


def test_the_share_is_a_setting_of_the_training(
    browser: FakeBrowser, page: Page, worker: FakeWorker
) -> None:
    toggle(browser)
    bring(page, browser)
    assert not browser.get("hand-learn").checked
    assert browser.get("hand-share").value == "0.25"
    browser.get("hand-learn").checked = True
    browser.get("hand-learn").fire("change")
    browser.settle()
    assert worker.asked("change_settings")[-1] == ({"tray_share": 0.25},)
    assert page.of(Settings).values.value["tray_share"] == 0.25
    browser.get("hand-share").value = "1"
    browser.get("hand-share").fire("change")
    browser.settle()
    assert worker.asked("change_settings")[-1] == ({"tray_share": 1},)
    assert "Without replay" in browser.text("hand-advice")
    browser.get("hand-learn").checked = False
    browser.get("hand-learn").fire("change")
    browser.settle()
    assert worker.asked("change_settings")[-1] == ({"tray_share": 0},)
    assert browser.get("hand-share").value == "1"
    assert browser.text("hand-advice").startswith("Off")


def test_a_tray_with_nothing_to_learn_says_so(browser: FakeBrowser, page: Page) -> None:
    toggle(browser)
    page.of(Settings).change({"tray_share": 0.5})
    browser.settle()
    assert browser.text("hand-advice").startswith("Nothing in the tray is for training yet")


def test_training_starts_and_pauses_from_here_too(
    browser: FakeBrowser, page: Page, worker: FakeWorker
) -> None:
    toggle(browser)
    browser.get("hand-train").click()
    browser.settle()
    assert worker.asked("start_training") == [(page.of(Settings).values.value,)]
    page.of(Train).note_progress({**NOTHING_TRAINED, "is_training": True})
    browser.settle()
    assert browser.text("hand-train") == "Pause"
    browser.get("hand-train").click()
    browser.settle()
    assert worker.asked("pause_training") == [()]


def test_figures_chart_and_table_show_both_side_by_side(browser: FakeBrowser, page: Page) -> None:
    toggle(browser)
    bring(page, browser)
    page.of(ChartLibrary).is_there.set(True)
    measure(page, browser)
    assert browser.text("hand-learned") == "75.0%"
    assert browser.get("hand-mnist").getAttribute("data-value") == "0.98"
    assert browser.get("hand-chart").hidden
    assert browser.text("hand-drawings") == "97.0%"
    assert not browser.get("hand-figure-drawings").hidden
    measure(page, browser, iteration=1500, held_out=None, mnist=0.9, drawings=None)
    assert browser.text("hand-held_out") == "\u2013"
    assert not browser.get("hand-chart").hidden
    chart = browser.charts["hand-chart"]
    assert chart.columns == [[0, 1500], [75, 75], [50, None], [98, 90], [97, None]]
    assert browser.get("hand-figure-drawings").hidden, "a server without such drawings"
    assert not browser.get("hand-table-rows").children
    browser.get("hand-table").open = True
    browser.get("hand-table").fire("toggle")
    rows = [
        [cell.textContent for cell in row.children]
        for row in browser.get("hand-table-rows").children
    ]
    assert rows == [
        ["0", "75.0", "50.0", "98.0", "97.0"],
        ["1,500", "75.0", "\u2013", "90.0", "\u2013"],
    ]
    browser.change_theme()
    assert browser.charts["hand-chart"] is not chart
    assert chart.is_removed
    page.bridge.lost.tell()
    browser.settle()
    assert browser.get("hand-chart").hidden


@pytest.mark.parametrize(
    ("held_out", "expected"),
    [(0, "No drawing is held out yet"), (2, "each counts for 50%"), (40, "memorized")],
)
def test_how_much_the_figures_are_worth_is_said(
    browser: FakeBrowser, page: Page, held_out: int, expected: str
) -> None:
    toggle(browser)
    bring(page, browser, held_out=held_out)
    assert expected in browser.text("hand-honest")


def test_the_course_is_bounded_and_a_measure_of_the_same_moment_replaces(page: Page) -> None:
    for iteration in range(POINT_LIMIT * 3):
        page.of(Hand).note_measure(MEASURE | {"iteration": iteration})
    assert len(page.of(Hand).measures.value) <= POINT_LIMIT
    assert page.of(Hand).measures.value[0]["iteration"] == 0
    assert page.of(Hand).measures.value[-1]["iteration"] == POINT_LIMIT * 3 - 1
    page.of(Hand).note_measure(MEASURE | {"iteration": POINT_LIMIT * 3 - 1, "mnist": 0.5})
    assert page.of(Hand).measures.value[-1]["mnist"] == 0.5
    assert page.of(Hand).measures.value[-2]["iteration"] < POINT_LIMIT * 3 - 1
