from collections.abc import Callable
from typing import Any

import pytest

from app.model.readability import REASONS
from app.pyscript.bridge.bridge import FAILED, READY
from app.pyscript.draw.state import Draw
from app.pyscript.page import Page
from app.pyscript.read.prediction_panel import (
    SENTENCES,
    SPEAK_AFTER_SECONDS,
    PredictionPanel,
)
from app.pyscript.read.state import Read
from app.pyscript.worker.answers import NO_ANSWER
from tests.ui.fake_browser import Element, FakeBrowser

PROBABILITIES = [0.0, 0.001, 0.25, 0.7, 0.0004, 0.0086, 0.03, 0.01, 0.0, 0.0]


@pytest.fixture(autouse=True)
def panel(page: Page, browser: FakeBrowser) -> PredictionPanel:
    panel = PredictionPanel(page)
    panel.mount()
    return panel


def read(page: Page, browser: FakeBrowser, **changes: Any) -> None:
    prediction = {
        "version": page.of(Draw).version,
        "digit": 3,
        "unreadable": "",
        "probabilities": PROBABILITIES,
        "seen": "the normalized picture",
        "worker_milliseconds": 0.4321,
        "milliseconds": 12.6,
    }
    page.of(Read).show({**prediction, **changes})
    browser.settle()


def bars(browser: FakeBrowser) -> list[Element]:
    return browser.get("probabilities").children


def assert_nothing_shown(browser: FakeBrowser) -> None:
    assert browser.text("prediction") == ""
    assert browser.text("prediction-time") == ""
    assert browser.canvases["seen"].rgba is None
    for bar in bars(browser):
        assert bar.getAttribute("data-probability") == ""
        assert bar.children[2].textContent == ""
        assert bar.children[1].children[0].style.getPropertyValue("--share") == "0"
        assert not bar.classList.contains("is-best")


def test_a_reading_is_shown(draw: Callable[[], None], page: Page, browser: FakeBrowser) -> None:
    draw()
    read(page, browser)

    assert browser.text("prediction") == "3"
    assert browser.text("prediction-note") == "70% sure"
    assert browser.text("prediction-time") == "Read in 0.4 ms; 13 ms there and back."
    assert browser.canvases["seen"].rgba == "the normalized picture"


def test_the_panel_is_busy_until_the_drawing_is_read_as_it_is_now(
    draw: Callable[[], None], clear: Callable[[], None], page: Page, browser: FakeBrowser
) -> None:
    def busy() -> str | None:
        browser.settle()
        return browser.get("prediction-panel").getAttribute("aria-busy")

    page.bridge.set_state(READY)
    assert busy() != "true"
    draw()
    assert busy() == "true"
    read(page, browser)
    assert busy() == "false"
    draw()
    assert busy() == "true"
    page.of(Read).fail()
    assert busy() == "false"
    read(page, browser)
    draw()
    assert busy() == "true"
    clear()
    assert busy() == "false"


def test_every_digit_has_its_bar(
    draw: Callable[[], None], page: Page, browser: FakeBrowser
) -> None:
    draw()
    read(page, browser)

    assert [bar.getAttribute("data-digit") for bar in bars(browser)] == list("0123456789")
    exact = [bar.getAttribute("data-probability") for bar in bars(browser)]
    assert [float(str(value)) for value in exact] == PROBABILITIES
    assert [bar.children[2].textContent for bar in bars(browser)][:6] == [
        "0%",
        "0.1%",
        "25%",
        "70%",
        "0%",
        "0.9%",
    ]
    fills = [bar.children[1].children[0] for bar in bars(browser)]
    assert [float(fill.style.getPropertyValue("--share")) for fill in fills] == PROBABILITIES
    assert [bar.classList.contains("is-best") for bar in bars(browser)].index(True) == 3


def test_the_best_bar_moves(draw: Callable[[], None], page: Page, browser: FakeBrowser) -> None:
    draw()
    read(page, browser)
    read(page, browser, digit=2)

    best = [bar.classList.contains("is-best") for bar in bars(browser)]
    assert best == [digit == 2 for digit in range(10)]


def test_a_blank_grid_shows_no_reading(
    draw: Callable[[], None], clear: Callable[[], None], page: Page, browser: FakeBrowser
) -> None:
    assert_nothing_shown(browser)
    page.bridge.set_state(READY)
    draw()
    read(page, browser)
    clear()

    assert_nothing_shown(browser)
    assert browser.text("prediction-note") == "Nothing drawn yet."


def test_what_cannot_be_read_is_said_until_something_is_read(
    draw: Callable[[], None], page: Page, browser: FakeBrowser
) -> None:
    page.bridge.set_state(READY)
    draw()
    read(page, browser)
    page.of(Read).fail()
    browser.settle()
    assert_nothing_shown(browser)
    assert browser.text("prediction-note") == "It could not be read."

    read(page, browser)
    assert browser.text("prediction-note") == "70% sure"


def test_a_reading_that_arrives_after_clearing_is_not_shown(
    draw: Callable[[], None], clear: Callable[[], None], page: Page, browser: FakeBrowser
) -> None:
    draw()
    version = page.of(Draw).version
    clear()
    read(page, browser, version=version)

    assert_nothing_shown(browser)


@pytest.mark.parametrize(
    ("unreadable", "words"),
    [
        ("blank", "Too little ink"),
        ("dot", "a dot"),
        ("filled", "a blot"),
        ("more than one digit", "one at a time"),
        ("no answer", "Load the shared weights"),
    ],
)
def test_what_cannot_be_read_is_not_named(
    draw: Callable[[], None], page: Page, browser: FakeBrowser, unreadable: str, words: str
) -> None:
    page.bridge.set_state(READY)
    draw()
    read(page, browser)
    draw()
    read(page, browser, unreadable=unreadable)

    assert browser.text("prediction") == ""
    assert words in browser.text("prediction-note")
    assert {bar.getAttribute("data-probability") for bar in bars(browser)} == {""}
    assert browser.canvases["seen"].rgba == "the normalized picture"

    browser.advance(SPEAK_AFTER_SECONDS * 1000)
    assert words in browser.text("prediction-heard")


def test_the_same_digit_in_a_new_drawing_is_heard_again(
    draw: Callable[[], None], clear: Callable[[], None], page: Page, browser: FakeBrowser
) -> None:
    page.bridge.set_state(READY)
    heard = []
    for _ in range(2):
        draw()
        read(page, browser)
        browser.advance(SPEAK_AFTER_SECONDS * 1000)
        heard.append(browser.get("prediction-heard").children[0])
        clear()
        assert browser.text("prediction-heard") == ""

    assert heard[0] is not heard[1]
    assert heard[0].textContent == heard[1].textContent != ""


def test_a_reading_that_stands_is_heard_once(
    draw: Callable[[], None], page: Page, browser: FakeBrowser
) -> None:
    page.bridge.set_state(READY)
    draw()
    heard = []
    for _ in range(5):
        read(page, browser, version=page.of(Draw).version)
        browser.advance(SPEAK_AFTER_SECONDS * 1000)
        heard.append(browser.get("prediction-heard").children[0])

    assert all(each is heard[0] for each in heard)


def test_what_is_no_digit_for_the_network_is_not_named_but_shown(
    draw: Callable[[], None], page: Page, browser: FakeBrowser
) -> None:
    draw()
    read(page, browser, unreadable="no digit")

    assert browser.text("prediction") == ""
    assert browser.text("prediction-note") == "Not a digit that it knows. Likeliest: 3, 70%."
    assert [bar.getAttribute("data-probability") for bar in bars(browser)][3] == "0.7"
    assert not any(bar.classList.contains("is-best") for bar in bars(browser))


def test_every_reason_has_a_sentence() -> None:
    assert set(SENTENCES) >= {*REASONS, NO_ANSWER}


def test_before_the_worker_is_up_it_says_so(
    draw: Callable[[], None], page: Page, browser: FakeBrowser
) -> None:
    draw()

    assert_nothing_shown(browser)
    assert "still loading" in browser.text("prediction-note")

    page.bridge.set_state(READY)
    browser.settle()

    assert browser.text("prediction-note") == "Reading…"


def test_without_a_worker_it_says_so(
    draw: Callable[[], None], page: Page, browser: FakeBrowser
) -> None:
    page.bridge.set_state(READY)
    draw()
    read(page, browser)
    page.bridge.set_state(FAILED)
    browser.settle()

    assert_nothing_shown(browser)
    assert browser.text("prediction-note") == "The network is not running."

    page.of(Read).page_reads.set(True)
    browser.settle()

    assert browser.text("prediction-note") == "Reading…"


def test_a_page_that_reads_by_itself_says_so(
    draw: Callable[[], None], page: Page, browser: FakeBrowser
) -> None:
    page.bridge.set_state(FAILED)
    page.of(Read).page_reads.set(True)
    browser.settle()
    assert browser.text("prediction-note") == "Nothing drawn yet."

    draw()
    read(page, browser, worker_milliseconds=None, milliseconds=0.64)

    assert browser.text("prediction-time") == "Read in 0.6 ms, by the page itself."
