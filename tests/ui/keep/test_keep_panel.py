from typing import Any

import pytest

from app.pyscript.bridge.bridge import FAILED, READY
from app.pyscript.draw.state import Draw
from app.pyscript.keep import texts
from app.pyscript.keep.keep_panel import COLUMNS, HISTORY_FILE, KeepPanel
from app.pyscript.keep.state import Keep
from app.pyscript.messages import KEPT_BY_OTHER_TAB, NOT_KEPT
from app.pyscript.page import Page
from app.pyscript.settings.limits import DEFAULT_SETTINGS
from app.pyscript.settings.state import Settings
from app.pyscript.train.state import Train
from app.pyscript.weights.state import Weights
from tests.ui.fake_browser import Bytes, FakeBrowser, FakeWorker, File
from tests.ui.weights.test_weights_panel import SHARED

FILE_BUTTONS = ("save-weights", "open-weights", "save-program")


@pytest.fixture(autouse=True)
def panel(page: Page, browser: FakeBrowser, worker: FakeWorker) -> KeepPanel:
    page.of(Settings).change(DEFAULT_SETTINGS)
    panel = KeepPanel(page)
    panel.mount()
    return panel


def begin(page: Page, browser: FakeBrowser, **weights: Any) -> None:
    page.bridge.set_state(READY)
    page.of(Weights).note({**SHARED, **weights})
    browser.settle()


@pytest.mark.parametrize("state", [READY, FAILED])
def test_files_are_saved_and_opened_while_the_worker_is_up(
    page: Page, browser: FakeBrowser, state: str
) -> None:
    assert all(browser.get(identifier).disabled for identifier in FILE_BUTTONS)
    page.bridge.set_state(state)
    browser.settle()
    for identifier in FILE_BUTTONS:
        assert browser.get(identifier).disabled == (state != READY)


def test_the_buttons_ask_the_worker(page: Page, browser: FakeBrowser, worker: FakeWorker) -> None:
    begin(page, browser)
    browser.get("save-weights").click()
    browser.settle()
    assert worker.asked("save_weights") == [()]
    browser.get("weights-format").value = "onnx"
    browser.get("save-weights").click()
    browser.settle()
    assert worker.asked("save_weights_as") == [("onnx",)]
    browser.get("save-program").click()
    browser.settle()
    assert worker.asked("save_program") == [(page.of(Draw).hexadecimal,)]


def test_a_chosen_file_is_opened(page: Page, browser: FakeBrowser, worker: FakeWorker) -> None:
    begin(page, browser)
    field: Any = browser.get("weights-file")
    opened: list[Any] = []
    browser.listen(field, "click", opened.append)
    browser.get("open-weights").click()
    assert len(opened) == 1

    field.fire("change")  # nothing was chosen
    browser.settle()
    assert worker.asked("open_weights") == []
    content, field.file = Bytes(10), File("mine.npz")
    field.file.reading.resolve(content)
    field.fire("change")
    browser.settle()
    assert worker.asked("open_weights") == [(content, "mine.npz")]


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.of(Weights).note({**SHARED, "tuned": 1}),
        lambda page: page.of(Weights).note({**SHARED, "source": "random"}),
        lambda page: page.of(Settings).change({"batch_size": 3}),
        lambda page: page.of(Keep).restored.set({"saved_at": "then", "digest": ""}),
    ],
)
def test_to_start_afresh_needs_something_to_discard(
    page: Page, browser: FakeBrowser, change: Any
) -> None:
    begin(page, browser)
    assert browser.get("start-afresh").disabled
    change(page)
    browser.settle()
    assert not browser.get("start-afresh").disabled


def test_nothing_is_discarded_by_one_click(
    page: Page, browser: FakeBrowser, worker: FakeWorker
) -> None:
    begin(page, browser, tuned=1)
    assert browser.get("afresh-sure").hidden
    browser.get("start-afresh").click()
    assert not browser.get("afresh-sure").hidden
    assert browser.get("cancel-afresh").is_focused
    browser.get("cancel-afresh").click()
    browser.settle()
    assert browser.get("afresh-sure").hidden
    assert worker.asked("start_afresh") == []

    browser.get("start-afresh").click()
    browser.get("confirm-afresh").click()
    browser.settle()
    assert browser.get("afresh-sure").hidden
    assert worker.asked("start_afresh") == [()]


def test_it_is_told_what_was_restored_as_long_as_it_is_there(
    page: Page, browser: FakeBrowser
) -> None:
    begin(page, browser, changed_by_training=True)
    assert browser.text("keep-note").startswith("Your network and settings are kept")

    page.of(Keep).restored.set({"saved_at": "then", "digest": SHARED["digest"]})
    browser.settle()
    expected = "Restored: your network and settings of local then."
    assert browser.text("keep-note") == expected

    page.of(Weights).note({**SHARED, "digest": "of others"})
    browser.settle()
    assert browser.text("keep-note").startswith("Your network and settings are kept")

    page.of(Keep).restored.set({"saved_at": "then", "digest": ""})
    browser.settle()
    assert browser.text("keep-note") == "Restored: your settings of local then."


def test_a_browser_that_keeps_nothing_is_not_said_to_keep(page: Page, browser: FakeBrowser) -> None:
    begin(page, browser)
    page.of(Keep).not_kept.set(NOT_KEPT)
    browser.settle()
    assert browser.text("keep-note").startswith("Nothing can be kept in this browser")
    page.of(Keep).not_kept.set("")
    browser.settle()
    assert browser.text("keep-note").startswith("Your network and settings are kept")


def test_the_history_is_saved_as_comma_separated_values(page: Page, browser: FakeBrowser) -> None:
    assert browser.get("save-history").disabled
    page.of(Train).history.value.add(10, 2.25, 0.125)
    page.of(Train).training.value["iteration"] = 10
    page.of(Settings).change({"batch_size": 32})
    page.of(Train).history.value.add_validation(20, 0.98765432, 0.5)
    page.of(Train).history.value.add(20, 1 / 3, 1.0)
    page.of(Train).note_validation({"iteration": 20, "accuracy": 0.98765432, "drawings": 0.5})
    browser.settle()

    browser.get("save-history").click()
    first = "128,0.005,4,momentum,0.9,constant,2000,0,he_normal,drawings,1,0,0,0,0"
    then = first.replace("128", "32", 1)
    lines = [COLUMNS, f"10,2.25,0.125,,,{first}", f"20,0.333333,1,0.987654,0.5,{then}", ""]
    assert browser.saved == [(HISTORY_FILE, "text/csv", "\r\n".join(lines))]


def test_another_tabs_network_is_replaced_when_it_is_asked_for(
    page: Page, browser: FakeBrowser, worker: FakeWorker
) -> None:
    begin(page, browser)
    assert browser.get("keep-this").hidden
    page.of(Keep).not_kept.set(KEPT_BY_OTHER_TAB)
    browser.settle()
    assert browser.text("keep-note") == texts.KEEP_ELSEWHERE

    browser.get("keep-this").click()
    browser.settle()
    assert worker.asked("keep_this") == [()]
    page.of(Keep).not_kept.set("")
    browser.settle()
    assert browser.get("keep-this").hidden


@pytest.mark.parametrize(
    ("is_persistent", "words"),
    [(None, ""), (True, texts.KEEP_PERSISTENT), (False, texts.KEEP_EVICTABLE)],
)
def test_whether_it_is_kept_for_good_is_said_where_it_is_known(
    page: Page, browser: FakeBrowser, worker: FakeWorker, is_persistent: bool | None, words: str
) -> None:
    begin(page, browser)
    page.of(Keep).is_persistent.set(is_persistent)
    browser.settle()
    assert browser.text("keep-note") == f"{texts.KEEP_KEPT} {words}".strip()
    page.of(Keep).not_kept.set(KEPT_BY_OTHER_TAB)
    browser.settle()
    assert browser.text("keep-note") == texts.KEEP_ELSEWHERE
