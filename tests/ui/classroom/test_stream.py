import json
from typing import Any

import pytest

from app.pyscript.classroom.stream import LONGEST_PAUSE_SECONDS, SILENCE_SECONDS, Stream
from tests.ui.fake_browser import FakeBrowser, FetchError


class Listener:
    def __init__(self, browser: FakeBrowser) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.states: list[bool] = []
        self.may_go_on: bool | FetchError = True
        self.times_asked = 0
        self.stream = Stream(
            browser,
            "/events",
            lambda kind, document: self.heard.append((kind, document)),
            self.states.append,
        )
        self.stream.may_go_on = self._may_go_on
        self.stream.open()

    async def _may_go_on(self) -> bool:
        self.times_asked += 1
        if isinstance(self.may_go_on, FetchError):
            raise self.may_go_on
        return self.may_go_on


@pytest.fixture
def listener(browser: FakeBrowser) -> Listener:
    return Listener(browser)


def test_passes_on_what_the_server_says(browser: FakeBrowser, listener: Listener) -> None:
    browser.streams[0].send("class", {"role": "pupil"})
    browser.streams[0].send("pupils", [1])
    browser.streams[0].send("alive", {})

    assert listener.heard == [("class", {"role": "pupil"}), ("pupils", [1])]
    assert listener.states == [True]


def test_comes_back_by_itself(browser: FakeBrowser, listener: Listener) -> None:
    browser.streams[0].send("class", {})
    browser.streams[0].fail()
    assert listener.states == [True, False]
    browser.advance(600)

    assert listener.times_asked == 1
    assert len(browser.streams) == 2
    browser.streams[1].send("class", {})
    assert listener.states == [True, False, True]


def test_tries_again_until_the_server_answers(browser: FakeBrowser, listener: Listener) -> None:
    listener.may_go_on = FetchError(0, "no answer")
    browser.streams[0].fail()
    browser.advance(30_000)
    assert len(browser.streams) == 1
    assert listener.times_asked >= 30 / LONGEST_PAUSE_SECONDS

    listener.may_go_on = True
    browser.advance(LONGEST_PAUSE_SECONDS * 1000)
    assert len(browser.streams) == 2


def test_stays_away_from_a_class_that_is_over(browser: FakeBrowser, listener: Listener) -> None:
    listener.may_go_on = False
    browser.streams[0].fail()
    browser.advance(60_000)

    assert listener.times_asked == 1
    assert len(browser.streams) == 1


def test_notices_a_connection_that_died_in_silence(
    browser: FakeBrowser, listener: Listener
) -> None:
    for _ in range(6):
        browser.streams[0].send("alive", {})
        browser.advance(10_000)
    assert len(browser.streams) == 1

    browser.advance(2 * SILENCE_SECONDS * 1000)
    assert browser.streams[0].is_closed
    assert len(browser.streams) >= 2


def test_hears_nothing_once_it_is_closed(browser: FakeBrowser, listener: Listener) -> None:
    stream = browser.streams[0]
    listener.stream.close()
    listener.stream.doubt()
    browser.advance(60_000)

    assert stream.is_closed
    assert len(browser.streams) == 1
    assert json.dumps(listener.heard) == "[]"


def test_a_doubt_opens_it_anew_once(browser: FakeBrowser, listener: Listener) -> None:
    browser.streams[0].send("class", {})
    listener.stream.doubt()
    listener.stream.doubt()
    browser.advance(1000)

    assert [stream.is_closed for stream in browser.streams] == [True, False]


def test_the_network_that_is_back_ends_the_pause(browser: FakeBrowser, listener: Listener) -> None:
    listener.may_go_on = FetchError(0, "no answer")
    browser.streams[0].fail()
    browser.advance(20_000)
    listener.may_go_on = True
    listener.stream.try_now()
    browser.advance(500)

    assert len(browser.streams) == 2
