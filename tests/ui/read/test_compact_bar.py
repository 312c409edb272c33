import pytest

from app.pyscript.bridge.bridge import READY
from app.pyscript.draw.grid import Grid
from app.pyscript.page import Page
from app.pyscript.read.compact_bar import CompactBar
from app.pyscript.read.state import Read
from app.pyscript.settings.state import Settings
from app.pyscript.train.state import Train
from tests.ui.fake_browser import FakeBrowser, FakeWorker


@pytest.fixture(autouse=True)
def bar(page: Page) -> CompactBar:
    Grid(page).mount()
    bar = CompactBar(page)
    bar.mount()
    return bar


def read(page: Page, browser: FakeBrowser, unreadable: str = "") -> None:
    probabilities = [0.0] * 7 + [0.94, 0.06, 0.0]
    page.of(Read).show(
        {"version": 1, "digit": 7, "unreadable": unreadable, "probabilities": probabilities}
    )
    browser.settle()


def train(page: Page, browser: FakeBrowser, iteration: int, is_training: bool) -> None:
    page.of(Train).note_progress(
        {"iteration": iteration, "loss": 1.0, "accuracy": 0.5, "is_training": is_training}
    )
    browser.settle()


def test_invites_to_draw(browser: FakeBrowser) -> None:
    assert browser.text("bar-reading") == "Draw a digit To the drawing"


def test_shows_the_reading(page: Page, browser: FakeBrowser) -> None:
    read(page, browser)

    assert browser.text("bar-digit") == "7"
    assert browser.text("bar-note") == "94% sure"


def test_names_no_digit_that_cannot_be_read(page: Page, browser: FakeBrowser) -> None:
    read(page, browser, unreadable="dot")

    assert browser.text("bar-digit") == ""
    assert browser.text("bar-note") == "That is a dot. Draw a digit."


@pytest.mark.parametrize(
    ("unreadable", "words"),
    [("no answer", "The network gives no answer"), ("more than one digit", "More than one digit")],
)
def test_says_in_half_a_line_why_there_is_no_digit(
    page: Page, browser: FakeBrowser, unreadable: str, words: str
) -> None:
    read(page, browser, unreadable=unreadable)
    assert browser.text("bar-digit") == ""
    assert browser.text("bar-note") == words


def test_goes_to_the_drawing(browser: FakeBrowser) -> None:
    browser.get("bar-reading").click()

    assert browser.revealed == [browser.get("grid")]
    assert browser.get("grid").is_focused


def test_trains_with_one_button(page: Page, browser: FakeBrowser, worker: FakeWorker) -> None:
    button = browser.get("bar-train")
    assert button.disabled
    page.bridge.set_state(READY)
    browser.settle()
    names = [button.textContent]
    button.click()
    train(page, browser, 1, is_training=True)
    names.append(button.textContent)
    button.click()
    train(page, browser, 2, is_training=False)
    names.append(button.textContent)
    button.click()
    browser.settle()

    assert names == ["Train", "Pause", "Resume"]
    calls = [(call.name, *call.arguments) for call in worker.calls]
    start = ("start_training", page.of(Settings).values.value)
    assert calls == [start, ("pause_training",), start]
