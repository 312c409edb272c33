from typing import Any

import pytest

from app.pyscript.keep import texts
from app.pyscript.keep.keep_panel import COLUMNS, HISTORY_FILE, KeepPanel
from app.pyscript.messages import DEFAULT_SETTINGS, KEPT_BY_OTHER_TAB, NOT_KEPT
from app.pyscript.store import FAILED, READY, Store
from tests.ui.fake_browser import FakeBrowser, File
from tests.ui.weights.test_weights_panel import SHARED

FILE_BUTTONS = ("save-weights", "open-weights", "save-program")


@pytest.fixture(autouse=True)
def panel(store: Store, browser: FakeBrowser, worker: Any) -> KeepPanel:
    store.settings_changed(DEFAULT_SETTINGS)
    panel = KeepPanel(store, browser, worker)
    panel.mount()
    return panel


def begin(store: Store, browser: FakeBrowser, **weights: Any) -> None:
    store.worker_changed(READY)
    store.weights_changed({**SHARED, **weights})
    browser.settle()


@pytest.mark.parametrize("state", [READY, FAILED])
def test_files_are_saved_and_opened_while_the_worker_is_up(
    store: Store, browser: FakeBrowser, state: str
) -> None:
    assert all(browser.get(identifier).disabled for identifier in FILE_BUTTONS)
    store.worker_changed(state)
    browser.settle()
    for identifier in FILE_BUTTONS:
        assert browser.get(identifier).disabled == (state != READY)


def test_the_buttons_ask_the_worker(store: Store, browser: FakeBrowser, worker: Any) -> None:
    begin(store, browser)
    browser.get("save-weights").click()
    worker.save_weights.assert_called_once_with()
    browser.get("save-program").click()
    worker.save_program.assert_called_once_with()


def test_a_chosen_file_is_opened(store: Store, browser: FakeBrowser, worker: Any) -> None:
    begin(store, browser)
    field: Any = browser.get("weights-file")
    opened: list[Any] = []
    browser.listen(field, "click", opened.append)
    browser.get("open-weights").click()
    assert len(opened) == 1

    field.fire("change")  # nothing was chosen
    worker.open_weights.assert_not_called()
    field.file = File("mine.npz")
    field.fire("change")
    worker.open_weights.assert_called_once_with(field.file)


@pytest.mark.parametrize(
    "change",
    [
        lambda store: store.weights_changed({**SHARED, "tuned": 1}),
        lambda store: store.weights_changed({**SHARED, "source": "random"}),
        lambda store: store.settings_changed({"batch_size": 3}),
        lambda store: store.restored_changed({"saved_at": "then", "digest": ""}),
    ],
)
def test_to_start_afresh_needs_something_to_discard(
    store: Store, browser: FakeBrowser, change: Any
) -> None:
    begin(store, browser)
    assert browser.get("start-afresh").disabled
    change(store)
    browser.settle()
    assert not browser.get("start-afresh").disabled


def test_nothing_is_discarded_by_one_click(store: Store, browser: FakeBrowser, worker: Any) -> None:
    begin(store, browser, tuned=1)
    assert browser.get("afresh-sure").hidden
    browser.get("start-afresh").click()
    assert not browser.get("afresh-sure").hidden
    assert browser.get("cancel-afresh").is_focused
    browser.get("cancel-afresh").click()
    assert browser.get("afresh-sure").hidden
    worker.start_afresh.assert_not_called()

    browser.get("start-afresh").click()
    browser.get("confirm-afresh").click()
    assert browser.get("afresh-sure").hidden
    worker.start_afresh.assert_called_once_with()


def test_it_is_told_what_was_restored_as_long_as_it_is_there(
    store: Store, browser: FakeBrowser
) -> None:
    begin(store, browser, changed_by_training=True)
    assert browser.text("keep-note").startswith("Your network and settings are kept")

    store.restored_changed({"saved_at": "then", "digest": SHARED["digest"]})
    browser.settle()
    expected = "Restored: your network and settings of local then."
    assert browser.text("keep-note") == expected

    store.weights_changed({**SHARED, "digest": "of others"})
    browser.settle()
    assert browser.text("keep-note").startswith("Your network and settings are kept")

    store.restored_changed({"saved_at": "then", "digest": ""})
    browser.settle()
    assert browser.text("keep-note") == "Restored: your settings of local then."


def test_a_browser_that_keeps_nothing_is_not_said_to_keep(
    store: Store, browser: FakeBrowser
) -> None:
    begin(store, browser)
    store.keeping_failed(NOT_KEPT)
    browser.settle()
    assert browser.text("keep-note").startswith("Nothing can be kept in this browser")
    store.keeping_failed("")
    browser.settle()
    assert browser.text("keep-note").startswith("Your network and settings are kept")


def test_the_history_is_saved_as_comma_separated_values(store: Store, browser: FakeBrowser) -> None:
    assert browser.get("save-history").disabled
    store.history.add(10, 2.25, 0.125)
    store.training["iteration"] = 10
    store.settings_changed({"batch_size": 32})
    store.history.add_validation(20, 0.98765432, 0.5)
    store.history.add(20, 1 / 3, 1.0)
    store.validation_arrived({"iteration": 20, "accuracy": 0.98765432, "drawings": 0.5})
    browser.settle()

    browser.get("save-history").click()
    first = "128,0.005,4,momentum,0.9,constant,2000,0,he_normal,drawings,1,0,0,0,0"
    then = first.replace("128", "32", 1)
    lines = [COLUMNS, f"10,2.25,0.125,,,{first}", f"20,0.333333,1,0.987654,0.5,{then}", ""]
    assert browser.saved == [(HISTORY_FILE, "text/csv", "\r\n".join(lines))]


def test_another_tabs_network_is_replaced_when_it_is_asked_for(
    store: Store, browser: FakeBrowser, worker: Any
) -> None:
    begin(store, browser)
    assert browser.get("keep-this").hidden
    store.keeping_failed(KEPT_BY_OTHER_TAB)
    browser.settle()
    assert browser.text("keep-note") == texts.KEEP_ELSEWHERE

    browser.get("keep-this").click()
    worker.keep_this.assert_called_once_with()
    store.keeping_failed("")
    browser.settle()
    assert browser.get("keep-this").hidden


@pytest.mark.parametrize(
    ("is_persistent", "words"),
    [(None, ""), (True, texts.KEEP_PERSISTENT), (False, texts.KEEP_EVICTABLE)],
)
def test_whether_it_is_kept_for_good_is_said_where_it_is_known(
    store: Store, browser: FakeBrowser, worker: Any, is_persistent: bool | None, words: str
) -> None:
    begin(store, browser)
    store.persistence_changed(is_persistent)
    browser.settle()
    assert browser.text("keep-note") == f"{texts.KEEP_KEPT} {words}".strip()
    store.keeping_failed(KEPT_BY_OTHER_TAB)
    browser.settle()
    assert browser.text("keep-note") == texts.KEEP_ELSEWHERE
