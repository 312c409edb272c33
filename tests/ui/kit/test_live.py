"""Virtual time: what is outdated is renewed at its pace, and only while it is wanted."""

import pytest

from app.pyscript.kit.live import Live
from tests.ui.fake_browser import FakeBrowser

PACE = 500


class View:
    """Counts how often it is renewed; wanted unless told otherwise."""

    def __init__(self, browser: FakeBrowser) -> None:
        self.is_wanted = True
        self.renewed = 0
        self.live = Live(browser, PACE, lambda: self.is_wanted, self.renew)

    async def renew(self) -> None:
        self.renewed += 1


@pytest.fixture
def view(browser: FakeBrowser) -> View:
    return View(browser)


def test_the_first_time_is_at_once_and_then_at_a_pace(view: View, browser: FakeBrowser) -> None:
    for _ in range(10):
        view.live.outdate()
        browser.advance(PACE / 20)
    assert view.renewed == 1
    browser.advance(PACE)
    assert view.renewed == 2


def test_what_is_up_to_date_is_left_alone(view: View, browser: FakeBrowser) -> None:
    view.live.outdate()
    browser.advance(10 * PACE)
    view.live.follow()
    browser.advance(10 * PACE)
    assert view.renewed == 1


def test_what_is_not_wanted_waits_until_it_is(view: View, browser: FakeBrowser) -> None:
    view.is_wanted = False
    view.live.outdate()
    browser.advance(10 * PACE)
    assert view.renewed == 0

    view.is_wanted = True
    view.live.follow()
    browser.settle()
    assert view.renewed == 1


def test_what_comes_into_view_is_renewed(browser: FakeBrowser) -> None:
    view = View(browser)
    view.live.watch_view(browser.get("grid-panel"))
    view.is_wanted = False
    view.live.outdate()
    view.is_wanted = True
    browser.bring_into_view("grid-panel")
    browser.settle()
    assert view.live.is_seen
    assert view.renewed == 1

    browser.bring_into_view("grid-panel", is_seen=False)
    assert not view.live.is_seen


def test_what_ceases_to_be_wanted_while_it_waits_is_not_renewed(
    view: View, browser: FakeBrowser
) -> None:
    view.live.outdate()
    browser.settle()
    view.live.outdate()
    browser.settle()
    view.is_wanted = False
    browser.advance(10 * PACE)
    assert view.renewed == 1
