"""Whether the page says truly that it works without its server."""

import pytest

from app.pyscript.bridge.bridge import READY, STARTING
from app.pyscript.offline import texts
from app.pyscript.offline.offline_note import OfflineNote
from app.pyscript.offline.state import KEEP_LIMIT_SECONDS, Offline
from app.pyscript.page import Page
from tests.ui.fake_browser import FakeBrowser


@pytest.fixture
def secure(browser: FakeBrowser) -> FakeBrowser:
    browser.is_page_secure = True
    return browser


def mount(page: Page, browser: FakeBrowser) -> None:
    page.of(Offline)
    OfflineNote(page).mount()


def become_ready(page: Page, browser: FakeBrowser) -> None:
    page.bridge.set_state(READY)
    browser.settle()


def test_nothing_is_kept_before_the_network_reads(page: Page, secure: FakeBrowser) -> None:
    mount(page, secure)
    secure.settle()

    assert secure.keeping == []
    assert secure.text("offline") == ""


def test_that_it_is_kept_is_said_once_it_is(page: Page, secure: FakeBrowser) -> None:
    mount(page, secure)
    become_ready(page, secure)
    assert secure.text("offline") == ""

    secure.keeping[0].resolve()
    secure.settle()

    assert secure.text("offline") == texts.OFFLINE_KEPT


def test_it_is_kept_once_however_many_workers_start(page: Page, secure: FakeBrowser) -> None:
    mount(page, secure)
    become_ready(page, secure)
    page.bridge.set_state(STARTING)
    become_ready(page, secure)

    assert len(secure.keeping) == 1


def test_a_browser_that_cannot_keep_it_is_no_alarm(page: Page, secure: FakeBrowser) -> None:
    mount(page, secure)
    become_ready(page, secure)

    secure.keeping[0].reject(OSError("QuotaExceededError"))
    secure.settle()

    assert secure.text("offline") == texts.OFFLINE_NOT_KEEPING
    assert page.notices.shown.value == []


def test_keeping_that_never_ends_has_failed(page: Page, secure: FakeBrowser) -> None:
    mount(page, secure)
    become_ready(page, secure)

    secure.advance(1000 * KEEP_LIMIT_SECONDS + 1)

    assert secure.text("offline") == texts.OFFLINE_NOT_KEEPING


def test_over_plain_http_nothing_is_tried(page: Page, browser: FakeBrowser) -> None:
    mount(page, browser)
    become_ready(page, browser)

    assert browser.keeping == []
    assert browser.text("offline") == texts.OFFLINE_INSECURE


def test_a_browser_without_service_workers(page: Page, secure: FakeBrowser) -> None:
    secure.can_keep_pages = False
    mount(page, secure)
    become_ready(page, secure)

    assert secure.keeping == []
    assert secure.text("offline") == texts.OFFLINE_UNSUPPORTED


def test_a_kept_page_says_from_the_start_that_it_is_one(secure: FakeBrowser) -> None:
    secure.is_page_kept = True
    page = Page(secure)
    mount(page, secure)
    assert secure.text("offline") == texts.OFFLINE_AWAY

    become_ready(page, secure)

    assert secure.keeping == []
    assert secure.text("offline") == texts.OFFLINE_AWAY
    assert not secure.get("stop-keeping").hidden

    secure.get("stop-keeping").click()
    secure.settle()

    assert secure.has_forgotten_page


def test_only_a_kept_page_has_a_way_out(page: Page, secure: FakeBrowser) -> None:
    mount(page, secure)
    become_ready(page, secure)
    secure.keeping[0].resolve()
    secure.settle()

    assert secure.get("stop-keeping").hidden
