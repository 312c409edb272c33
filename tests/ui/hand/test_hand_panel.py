from typing import Any

import pytest

from app.pyscript import texts as common
from app.pyscript.draw.grid import Grid
from app.pyscript.hand import texts
from app.pyscript.hand.hand_panel import HandPanel
from app.pyscript.kit.chart_table import ROW_LIMIT
from app.pyscript.messages import GALLERY_SIZE
from app.pyscript.store import HAND_POINT_LIMIT, NOTHING_TRAINED, READY, Store
from tests.ui.fake_browser import Element, FakeBrowser, File

TRAY: dict[str, Any] = {"count": 10, "held_out": 2, "of_digit": [1] * 10, "removed": 0}
DRAWINGS = [
    {"number": 7, "label": 3, "held_out": False, "pixels": ""},
    {"number": 5, "label": 4, "held_out": True, "pixels": ""},
]
MEASURE: dict[str, Any] = {
    "iteration": 0,
    "learnt": 0.75,
    "held_out": 0.5,
    "mnist": 0.98,
    "drawings": 0.97,
}


@pytest.fixture(autouse=True)
def panel(store: Store, browser: FakeBrowser, worker: Any) -> HandPanel:
    """The panel, mounted; not yet opened."""
    Grid(store, browser, lambda: None).mount()
    panel = HandPanel(store, browser, worker)
    panel.mount()
    store.worker_changed(READY)
    browser.settle()
    return panel


def toggle(browser: FakeBrowser, is_open: bool = True) -> None:
    browser.get("hand").open = is_open
    browser.get("hand").fire("toggle")
    browser.settle()


def bring(store: Store, browser: FakeBrowser, **changes: Any) -> None:
    store.tray_changed(TRAY | changes)
    browser.settle()


def measure(store: Store, browser: FakeBrowser, **changes: Any) -> None:
    store.hand_measured(MEASURE | changes)
    browser.settle()


def items(browser: FakeBrowser) -> list[Element]:
    return browser.get("tray-digits").children


def test_nothing_is_built_asked_or_measured_before_it_is_opened(
    browser: FakeBrowser, store: Store, worker: Any
) -> None:
    bring(store, browser)
    assert browser.element("collect") is None
    worker.list_tray.assert_not_called()
    worker.watch_hand.assert_not_called()
    toggle(browser)
    worker.list_tray.assert_called_once_with(0)
    worker.watch_hand.assert_called_once_with(True)
    toggle(browser, is_open=False)
    worker.watch_hand.assert_called_with(False)
    assert worker.list_tray.call_count == 1


def test_another_worker_is_told_what_is_looked_at(
    browser: FakeBrowser, store: Store, worker: Any
) -> None:
    toggle(browser)
    store.worker_changed("failed")
    store.network_lost()
    browser.settle()
    assert browser.get("collect").disabled
    worker.reset_mock()
    store.worker_changed(READY)
    browser.settle()
    worker.list_tray.assert_called_with(0)
    worker.watch_hand.assert_called_with(True)


def test_a_drawing_is_kept_with_the_label_that_was_chosen(
    browser: FakeBrowser, draw: Any, worker: Any
) -> None:
    toggle(browser)
    draw()
    assert browser.get("keep-drawing").disabled
    browser.get("hand-label").value = "6"
    browser.get("hand-label").fire("change")
    browser.get("keep-drawing").click()
    worker.add_drawing.assert_called_once_with(6)


def test_what_was_kept_makes_room_unless_it_was_drawn_on(
    browser: FakeBrowser, store: Store, draw: Any
) -> None:
    draw()
    version = store.drawing_version
    draw()
    store.drawing_kept(version)
    assert not store.drawing.is_blank
    store.drawing_kept(store.drawing_version)
    assert store.drawing.is_blank


def test_what_was_drawn_on_is_not_taken_for_the_next_one(
    browser: FakeBrowser, store: Store, draw: Any
) -> None:
    toggle(browser)
    browser.get("collect").click()
    draw()
    version = store.drawing_version
    draw()
    store.drawing_kept(version)
    browser.settle()
    assert browser.text("collect-prompt").startswith("Draw a 0.")


def test_nothing_is_kept_twice_while_the_answer_is_awaited(
    browser: FakeBrowser, store: Store, draw: Any
) -> None:
    toggle(browser)
    browser.get("collect").click()
    draw()
    store.keeping_changed(True)
    browser.settle()
    assert browser.get("collect-keep").disabled
    store.keeping_changed(False)
    browser.settle()
    assert not browser.get("collect-keep").disabled


def test_the_next_drawing_has_no_label_yet_and_a_sample_brings_its_own(
    browser: FakeBrowser, store: Store, draw: Any
) -> None:
    toggle(browser)
    draw()
    browser.get("hand-label").value = "6"
    browser.get("hand-label").fire("change")
    store.drawing_kept(store.drawing_version)
    browser.settle()
    draw()
    assert browser.get("hand-label").value == ""
    assert browser.get("keep-drawing").disabled
    store.sample_arrived(3, [255] * 784)
    browser.settle()
    assert browser.get("hand-label").value == "3"
    assert not browser.get("keep-drawing").disabled


def test_the_table_has_a_part_of_many_measures(browser: FakeBrowser, store: Store) -> None:
    toggle(browser)
    bring(store, browser)
    browser.get("hand-table").open = True
    for iteration in range(100):
        measure(store, browser, iteration=iteration)
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
    browser: FakeBrowser, store: Store, draw: Any, worker: Any
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
        worker.add_drawing.assert_called_with(number % 10)
        bring(store, browser, count=number + 1)
        store.drawing_kept(store.drawing_version)
        browser.settle()
    browser.get("collect-skip").click()
    assert browser.text("collect-prompt") == "Draw a 3. In the tray: 12"
    browser.get("collect-end").click()
    assert browser.get("collect-bar").hidden
    assert browser.get("collect").is_focused


def test_a_drawing_that_is_refused_is_asked_for_again(
    browser: FakeBrowser, store: Store, draw: Any
) -> None:
    toggle(browser)
    browser.get("collect").click()
    draw()
    browser.get("collect-keep").click()
    browser.settle()
    assert browser.text("collect-prompt").startswith("Draw a 0.")
    assert not store.drawing.is_blank


def test_closing_the_section_ends_collecting(browser: FakeBrowser) -> None:
    toggle(browser)
    browser.get("collect").click()
    toggle(browser, is_open=False)
    assert browser.get("collect-bar").hidden
    assert not browser.get("collect").is_focused


def test_drawings_are_shown_with_label_and_a_button_to_delete(
    browser: FakeBrowser, store: Store, worker: Any
) -> None:
    toggle(browser)
    bring(store, browser)
    page = {"first": 0, "total": 2, "drawings": DRAWINGS, "pictures": "pictures"}
    store.tray_listed(page)
    browser.settle()
    assert browser.text("tray-title") == "10 drawings in the tray"
    assert browser.text("tray-note") == "Held out, and never trained on: 2."
    canvas, words, button = items(browser)[1].children
    assert canvas.getAttribute("data-shows") == "1 of pictures"
    assert words.textContent == "4, held out"
    assert button.getAttribute("aria-label") == "Delete this 4"
    assert browser.get("tray-older").hidden
    browser.get("tray-digits").fire("click", target=button)
    worker.remove_drawing.assert_called_once_with(5)
    browser.get("tray-digits").fire("click", target=canvas)
    assert worker.remove_drawing.call_count == 1
    bring(store, browser, count=9, removed=1)
    assert browser.get("tray-undo").is_focused


def test_a_long_tray_is_turned_page_by_page(
    browser: FakeBrowser, store: Store, worker: Any
) -> None:
    toggle(browser)
    bring(store, browser, count=26)
    page = {"first": 0, "total": 26, "drawings": DRAWINGS, "pictures": ""}
    store.tray_listed(page)
    browser.settle()
    assert browser.text("tray-position") == "1 to 2 of 26"
    assert browser.get("tray-newer").disabled
    browser.get("tray-older").click()
    worker.list_tray.assert_called_with(GALLERY_SIZE)
    # The last drawings of that page are deleted: the page before is shown.
    store.tray_listed(page | {"first": GALLERY_SIZE, "total": 24, "drawings": []})
    browser.settle()
    worker.list_tray.assert_called_with(0)


def test_what_was_removed_can_be_brought_back(
    browser: FakeBrowser, store: Store, worker: Any
) -> None:
    toggle(browser)
    bring(store, browser)
    assert browser.get("tray-undo").hidden
    browser.get("tray-clear").click()
    worker.clear_tray.assert_called_once_with()
    assert browser.get("tray-title").is_focused
    bring(store, browser, count=0, held_out=0, of_digit=[0] * 10, removed=10)
    assert browser.text("tray-title") == "The tray is empty"
    assert browser.get("tray-clear").disabled
    assert browser.text("tray-undo") == "Bring back 10"
    browser.get("tray-undo").click()
    worker.undo_tray.assert_called_once_with()
    assert browser.get("tray-title").is_focused


def test_the_tray_is_saved_and_opened(browser: FakeBrowser, store: Store, worker: Any) -> None:
    toggle(browser)
    assert browser.get("save-tray").disabled
    bring(store, browser)
    browser.get("save-tray").click()
    worker.save_tray.assert_called_once_with()
    browser.get("tray-file").fire("change")
    worker.open_tray.assert_not_called()
    file = File("mine.json")
    field: Any = browser.get("tray-file")
    field.file = file
    browser.get("tray-file").fire("change")
    worker.open_tray.assert_called_once_with(file)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"count": 1}, "One drawing in the tray"),
        ({"of_digit": [1, 1, 0, 1, 1, 1, 1, 1, 1, 0]}, "Still missing: 2, 9."),
        ({"count": 500}, "It is full."),
    ],
)
def test_what_is_missing_or_full_is_said(
    browser: FakeBrowser, store: Store, changes: dict[str, Any], expected: str
) -> None:
    toggle(browser)
    bring(store, browser, **changes)
    assert expected in browser.text("tray-title") + browser.text("tray-note")


def test_the_share_is_a_setting_of_the_training(
    browser: FakeBrowser, store: Store, worker: Any
) -> None:
    toggle(browser)
    bring(store, browser)
    assert not browser.get("hand-learn").checked
    assert browser.get("hand-share").value == "0.25"
    browser.get("hand-learn").checked = True
    browser.get("hand-learn").fire("change")
    worker.change_settings.assert_called_with({"tray_share": 0.25})
    assert store.settings["tray_share"] == 0.25
    browser.get("hand-share").value = "1"
    browser.get("hand-share").fire("change")
    browser.settle()
    worker.change_settings.assert_called_with({"tray_share": 1})
    assert "Without replay" in browser.text("hand-advice")
    browser.get("hand-learn").checked = False
    browser.get("hand-learn").fire("change")
    browser.settle()
    worker.change_settings.assert_called_with({"tray_share": 0})
    assert browser.get("hand-share").value == "1"
    assert browser.text("hand-advice").startswith("Off")


def test_a_tray_with_nothing_to_learn_says_so(browser: FakeBrowser, store: Store) -> None:
    toggle(browser)
    store.settings_changed({"tray_share": 0.5})
    browser.settle()
    assert browser.text("hand-advice").startswith("Nothing in the tray is for training yet")


def test_training_starts_and_pauses_from_here_too(
    browser: FakeBrowser, store: Store, worker: Any
) -> None:
    toggle(browser)
    browser.get("hand-train").click()
    worker.start_training.assert_called_once_with()
    store.progress_arrived({**NOTHING_TRAINED, "is_training": True})
    browser.settle()
    assert browser.text("hand-train") == "Pause"
    browser.get("hand-train").click()
    worker.pause_training.assert_called_once_with()


def test_figures_chart_and_table_show_both_side_by_side(browser: FakeBrowser, store: Store) -> None:
    toggle(browser)
    bring(store, browser)
    store.charts_arrived()
    measure(store, browser)
    assert browser.text("hand-learnt") == "75.0%"
    assert browser.get("hand-mnist").getAttribute("data-value") == "0.98"
    assert browser.get("hand-chart").hidden
    assert browser.text("hand-drawings") == "97.0%"
    assert not browser.get("hand-figure-drawings").hidden
    measure(store, browser, iteration=1500, held_out=None, mnist=0.9, drawings=None)
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
    store.run_reset()
    browser.settle()
    assert browser.get("hand-chart").hidden


@pytest.mark.parametrize(
    ("held_out", "expected"),
    [(0, "No drawing is held out yet"), (2, "each counts for 50%"), (40, "memorized")],
)
def test_how_much_the_figures_are_worth_is_said(
    browser: FakeBrowser, store: Store, held_out: int, expected: str
) -> None:
    toggle(browser)
    bring(store, browser, held_out=held_out)
    assert expected in browser.text("hand-honest")


def test_the_course_is_bounded_and_a_measure_of_the_same_moment_replaces(store: Store) -> None:
    for iteration in range(HAND_POINT_LIMIT * 3):
        store.hand_measured(MEASURE | {"iteration": iteration})
    assert len(store.hand) <= HAND_POINT_LIMIT
    assert store.hand[0]["iteration"] == 0
    assert store.hand[-1]["iteration"] == HAND_POINT_LIMIT * 3 - 1
    store.hand_measured(MEASURE | {"iteration": HAND_POINT_LIMIT * 3 - 1, "mnist": 0.5})
    assert store.hand[-1]["mnist"] == 0.5
    assert store.hand[-2]["iteration"] < HAND_POINT_LIMIT * 3 - 1
