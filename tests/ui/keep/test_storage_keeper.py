"""The browser is asked to keep what it stores: after a training, once, and never in vain."""

import pytest

from app.pyscript.keep.storage_keeper import SAVED_SECONDS, StorageKeeper
from app.pyscript.messages import NOT_KEPT
from app.pyscript.store import READY, Store
from tests.ui.fake_browser import FakeBrowser


@pytest.fixture
def secure(browser: FakeBrowser) -> FakeBrowser:
    browser.is_persistent = False
    return browser


def begin(store: Store, browser: FakeBrowser) -> None:
    StorageKeeper(store, browser)
    store.worker_changed(READY)
    browser.settle()


def train(store: Store, browser: FakeBrowser) -> None:
    for is_training in (True, False):
        store.progress_arrived(
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


def train_and_save(store: Store, browser: FakeBrowser) -> None:
    train(store, browser)
    browser.advance(1000 * SAVED_SECONDS)


@pytest.mark.parametrize("can_persist", [True, False])
def test_it_is_asked_after_the_first_training_was_kept_and_the_answer_is_said(
    store: Store, secure: FakeBrowser, can_persist: bool
) -> None:
    secure.can_persist = can_persist
    begin(store, secure)
    known_before = store.is_persistent
    train(store, secure)
    assert secure.times_asked_to_persist == 0

    secure.advance(1000 * SAVED_SECONDS)

    assert secure.times_asked_to_persist == 1
    assert (known_before, store.is_persistent) == (None, can_persist)
    train_and_save(store, secure)
    assert secure.times_asked_to_persist == 1


@pytest.mark.parametrize("can_persist", [True, False])
def test_the_next_visit_is_told_and_does_not_ask(
    store: Store, secure: FakeBrowser, can_persist: bool
) -> None:
    secure.can_persist = can_persist
    begin(store, secure)
    train_and_save(store, secure)
    next_store = Store(secure.next_frame, {})

    begin(next_store, secure)
    assert next_store.is_persistent is can_persist
    train_and_save(next_store, secure)

    assert secure.times_asked_to_persist == 1


def test_it_is_not_asked_while_nothing_can_be_kept(store: Store, secure: FakeBrowser) -> None:
    begin(store, secure)
    store.keeping_failed(NOT_KEPT)
    train_and_save(store, secure)
    assert secure.times_asked_to_persist == 0

    store.keeping_failed("")
    train_and_save(store, secure)
    assert secure.times_asked_to_persist == 1


def test_a_browser_that_remembers_nothing_is_asked_all_the_same(
    store: Store, secure: FakeBrowser
) -> None:
    secure.memory = None
    begin(store, secure)
    train_and_save(store, secure)
    assert store.is_persistent


def test_over_plain_http_nothing_is_said(store: Store, browser: FakeBrowser) -> None:
    begin(store, browser)
    train_and_save(store, browser)
    assert store.is_persistent is None
