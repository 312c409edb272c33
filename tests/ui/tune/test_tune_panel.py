from collections.abc import Callable

import pytest

from app.pyscript.bridge.bridge import READY
from app.pyscript.draw.drawing import CELLS
from app.pyscript.draw.state import Draw
from app.pyscript.page import Page
from app.pyscript.tune.state import Tune
from app.pyscript.tune.tune_panel import TunePanel
from tests.ui.fake_browser import FakeBrowser, FakeWorker


@pytest.fixture(autouse=True)
def panel(page: Page) -> TunePanel:
    panel = TunePanel(page)
    panel.mount()
    return panel


def choose(browser: FakeBrowser, label: str) -> None:
    browser.get("label").value = label
    browser.get("label").fire("change")


def test_all_ten_digits_can_be_chosen(browser: FakeBrowser) -> None:
    options = browser.get("label").children

    assert [option.value for option in options] == ["", *"0123456789"]


def test_a_step_needs_a_worker_a_drawing_and_a_label(
    draw: Callable[[], None], clear: Callable[[], None], page: Page, browser: FakeBrowser
) -> None:
    disabled = [browser.get("tune").disabled]
    choose(browser, "4")
    disabled.append(browser.get("tune").disabled)
    draw()
    disabled.append(browser.get("tune").disabled)
    page.bridge.set_state(READY)
    browser.settle()
    disabled.append(browser.get("tune").disabled)
    choose(browser, "")
    disabled.append(browser.get("tune").disabled)
    choose(browser, "4")
    clear()
    disabled.append(browser.get("tune").disabled)

    assert disabled == [True, True, True, False, True, True]


@pytest.mark.parametrize("label", ["0", "9"])
def test_a_step_is_asked_for(
    draw: Callable[[], None], page: Page, browser: FakeBrowser, worker: FakeWorker, label: str
) -> None:
    page.bridge.set_state(READY)
    draw()
    choose(browser, label)
    browser.get("tune").click()
    browser.settle()

    assert worker.asked("tune") == [(page.of(Draw).hexadecimal, int(label))]


def test_the_losses_before_and_after_are_shown(
    draw: Callable[[], None], page: Page, browser: FakeBrowser
) -> None:
    draw()
    page.of(Tune).tuning.set({"label": 4, "loss_before": 2.34567, "loss_after": 1.23456})
    browser.settle()

    assert browser.text("tune-note") == "Loss on this drawing: 2.346 before, 1.235 after."
    assert browser.get("tune-note").getAttribute("data-loss-before") == "2.34567"
    assert browser.get("tune-note").getAttribute("data-loss-after") == "1.23456"


def test_the_losses_go_with_the_drawing(
    draw: Callable[[], None], page: Page, browser: FakeBrowser
) -> None:
    draw()
    page.of(Tune).tuning.set({"label": 4, "loss_before": 2.34567, "loss_after": 1.23456})
    browser.settle()
    draw()

    assert browser.text("tune-note") == "One training step on this drawing alone."
    assert browser.get("tune-note").getAttribute("data-loss-before") == ""
    assert browser.get("tune-note").getAttribute("data-loss-after") == ""


def test_a_sample_brings_its_label(page: Page, browser: FakeBrowser) -> None:
    page.bridge.set_state(READY)
    page.of(Draw).show_sample(0, [255] * CELLS)
    browser.settle()

    assert browser.get("label").value == "0"
    assert not browser.get("tune").disabled


def test_a_chosen_label_stays_while_the_drawing_grows(
    draw: Callable[[], None], browser: FakeBrowser
) -> None:
    draw()
    choose(browser, "4")
    draw()

    assert browser.get("label").value == "4"


def test_a_cleared_grid_is_no_digit(
    draw: Callable[[], None], clear: Callable[[], None], browser: FakeBrowser
) -> None:
    draw()
    choose(browser, "4")
    clear()

    assert browser.get("label").value == ""
