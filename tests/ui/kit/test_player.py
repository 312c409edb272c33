import pytest

from app.pyscript.kit.player import Player
from tests.ui.fake_browser import FakeBrowser

LAST = 3


class Show:
    """Slides from 0 to LAST, with what was shown."""

    def __init__(self, browser: FakeBrowser) -> None:
        self.slide = 0
        self.shown: list[tuple[int, bool]] = []
        self.player = Player(browser, 1, self.advance, self.render)

    def advance(self) -> bool:
        self.slide += 1
        return self.slide < LAST

    def render(self) -> None:
        self.shown.append((self.slide, self.player.is_playing))


@pytest.fixture
def show(browser: FakeBrowser) -> Show:
    return Show(browser)


def test_goes_on_to_the_end(show: Show, browser: FakeBrowser) -> None:
    show.player.start()
    browser.advance(500)
    assert show.shown == []

    browser.advance(10_000)
    assert show.shown == [(1, True), (2, True), (3, False)]


def test_stays_where_it_is_stopped(show: Show, browser: FakeBrowser) -> None:
    show.player.start()
    browser.advance(1500)
    show.player.stop()
    browser.advance(10_000)
    assert show.shown == [(1, True)]


def test_another_start_waits_for_its_own_time(show: Show, browser: FakeBrowser) -> None:
    show.player.start()
    browser.advance(800)
    show.player.stop()
    show.player.start()
    browser.advance(800)
    assert show.shown == []

    browser.advance(200)
    assert show.shown == [(1, True)]
