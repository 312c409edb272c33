"""The browser is asked to keep what it stores: after a training, once, and never in vain."""

import pytest

from app.pyscript.bridge.bridge import READY
from app.pyscript.keep.persistence import SAVED_SECONDS, StorageKeeper
from app.pyscript.keep.state import Keep
from app.pyscript.messages import NOT_KEPT
from app.pyscript.page import Page
from app.pyscript.train.state import Train
from tests.ui.fake_browser import FakeBrowser


@pytest.fixture
def secure(browser: FakeBrowser) -> FakeBrowser:
    browser.is_persistent = False
    return browser


def begin(page: Page, browser: FakeBrowser) -> None:
    StorageKeeper(page)
    page.bridge.set_state(READY)
    browser.settle()


def train(page: Page, browser: FakeBrowser) -> None:
    for is_training in (True, False):
        page.of(Train).note_progress(
            {
                "iteration": 10,
                "epoch": 0.1,
                "loss": 0.5,
                "accuracy": 0.9,
                "samples_per_second": 100.0,
                "is_training": is_training,
            }
        )
        browser.settle()


def train_and_save(page: Page, browser: FakeBrowser) -> None:
    train(page, browser)
    browser.advance(1000 * SAVED_SECONDS)


@pytest.mark.parametrize("can_persist", [True, False])
def test_it_is_asked_after_the_first_training_was_kept_and_the_answer_is_said(
    page: Page, secure: FakeBrowser, can_persist: bool
) -> None:
    secure.can_persist = can_persist
    begin(page, secure)
    known_before = page.of(Keep).is_persistent.value
    train(page, secure)
    assert secure.times_asked_to_persist == 0

    secure.advance(1000 * SAVED_SECONDS)

    assert secure.times_asked_to_persist == 1
    assert (known_before, page.of(Keep).is_persistent.value) == (None, can_persist)
    train_and_save(page, secure)
    assert secure.times_asked_to_persist == 1


@pytest.mark.parametrize("can_persist", [True, False])
def test_the_next_visit_is_told_and_does_not_ask(
    page: Page, secure: FakeBrowser, can_persist: bool
) -> None:
    secure.can_persist = can_persist
    begin(page, secure)
    train_and_save(page, secure)
    next_page = Page(secure)

    begin(next_page, secure)
    assert next_page.of(Keep).is_persistent.value is can_persist
    train_and_save(next_page, secure)

    assert secure.times_asked_to_persist == 1


def test_it_is_not_asked_while_nothing_can_be_kept(page: Page, secure: FakeBrowser) -> None:
    begin(page, secure)
    page.of(Keep).not_kept.set(NOT_KEPT)
    train_and_save(page, secure)
    assert secure.times_asked_to_persist == 0

    page.of(Keep).not_kept.set("")
    train_and_save(page, secure)
    assert secure.times_asked_to_persist == 1


def test_a_browser_that_remembers_nothing_is_asked_all_the_same(
    page: Page, secure: FakeBrowser
) -> None:
    secure.memory = None
    begin(page, secure)
    train_and_save(page, secure)
    assert page.of(Keep).is_persistent.value


def test_over_plain_http_nothing_is_said(page: Page, browser: FakeBrowser) -> None:
    begin(page, browser)
    train_and_save(page, browser)
    assert page.of(Keep).is_persistent.value is None
