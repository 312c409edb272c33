"""Whether the page says truly that it works without its server."""

import pytest

from app.pyscript.offline import texts
from app.pyscript.offline.offline_note import OfflineNote
from app.pyscript.offline.page_keeper import KEEP_LIMIT_SECONDS, PageKeeper
from app.pyscript.store import READY, STARTING, Store
from tests.ui.fake_browser import FakeBrowser


@pytest.fixture
def secure(browser: FakeBrowser) -> FakeBrowser:
    browser.is_page_secure = True
    return browser


def mount(store: Store, browser: FakeBrowser) -> None:
    PageKeeper(store, browser)
    OfflineNote(store, browser).mount()


def become_ready(store: Store, browser: FakeBrowser) -> None:
    store.worker_changed(READY)
    browser.settle()


def test_nothing_is_kept_before_the_network_reads(store: Store, secure: FakeBrowser) -> None:
    mount(store, secure)
    secure.settle()

    assert secure.keeping == []
    assert secure.text("offline") == ""


def test_that_it_is_kept_is_said_once_it_is(store: Store, secure: FakeBrowser) -> None:
    mount(store, secure)
    become_ready(store, secure)
    assert secure.text("offline") == ""

    secure.keeping[0].resolve()
    secure.settle()

    assert secure.text("offline") == texts.OFFLINE_KEPT


def test_it_is_kept_once_however_many_workers_start(store: Store, secure: FakeBrowser) -> None:
    mount(store, secure)
    become_ready(store, secure)
    store.worker_changed(STARTING)
    become_ready(store, secure)

    assert len(secure.keeping) == 1


def test_a_browser_that_cannot_keep_it_is_no_alarm(store: Store, secure: FakeBrowser) -> None:
    mount(store, secure)
    become_ready(store, secure)

    secure.keeping[0].reject(OSError("QuotaExceededError"))
    secure.settle()

    assert secure.text("offline") == texts.OFFLINE_NOT_KEEPING
    assert store.notices == []


def test_keeping_that_never_ends_has_failed(store: Store, secure: FakeBrowser) -> None:
    mount(store, secure)
    become_ready(store, secure)

    secure.advance(1000 * KEEP_LIMIT_SECONDS + 1)

    assert secure.text("offline") == texts.OFFLINE_NOT_KEEPING


def test_over_plain_http_nothing_is_tried(store: Store, browser: FakeBrowser) -> None:
    mount(store, browser)
    become_ready(store, browser)

    assert browser.keeping == []
    assert browser.text("offline") == texts.OFFLINE_INSECURE


def test_a_browser_without_service_workers(store: Store, secure: FakeBrowser) -> None:
    secure.can_keep_pages = False
    mount(store, secure)
    become_ready(store, secure)

    assert secure.keeping == []
    assert secure.text("offline") == texts.OFFLINE_UNSUPPORTED


def test_a_kept_page_says_from_the_start_that_it_is_one(store: Store, secure: FakeBrowser) -> None:
    secure.is_page_kept = True
    mount(store, secure)
    assert secure.text("offline") == texts.OFFLINE_AWAY

    become_ready(store, secure)

    assert secure.keeping == []
    assert secure.text("offline") == texts.OFFLINE_AWAY
    assert not secure.get("stop-keeping").hidden

    secure.get("stop-keeping").click()
    secure.settle()

    assert secure.has_forgotten_page


def test_only_a_kept_page_has_a_way_out(store: Store, secure: FakeBrowser) -> None:
    mount(store, secure)
    become_ready(store, secure)
    secure.keeping[0].resolve()
    secure.settle()

    assert secure.get("stop-keeping").hidden
