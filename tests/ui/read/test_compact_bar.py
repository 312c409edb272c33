import pytest

from app.pyscript.draw.grid import Grid
from app.pyscript.read.compact_bar import CompactBar
from app.pyscript.store import READY, Store
from tests.ui.fake_browser import FakeBrowser


class Worker:
    """What was asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def start_training(self) -> None:
        self.asked.append("start")

    def pause_training(self) -> None:
        self.asked.append("pause")


@pytest.fixture(autouse=True)
def worker(store: Store, browser: FakeBrowser) -> Worker:
    worker = Worker()
    Grid(store, browser, lambda: None).mount()
    CompactBar(store, browser, worker).mount()  # type: ignore[arg-type]
    return worker


def read(store: Store, browser: FakeBrowser, unreadable: str = "") -> None:
    probabilities = [0.0] * 7 + [0.94, 0.06, 0.0]
    store.prediction_arrived(
        {"version": 1, "digit": 7, "unreadable": unreadable, "probabilities": probabilities}
    )
    browser.settle()


def train(store: Store, browser: FakeBrowser, iteration: int, is_training: bool) -> None:
    store.progress_arrived(
        {"iteration": iteration, "loss": 1.0, "accuracy": 0.5, "is_training": is_training}
    )
    browser.settle()


def test_invites_to_draw(browser: FakeBrowser) -> None:
    assert browser.text("bar-reading") == "Draw a digit To the drawing"


def test_shows_the_reading(store: Store, browser: FakeBrowser) -> None:
    read(store, browser)

    assert browser.text("bar-digit") == "7"
    assert browser.text("bar-note") == "94% sure"


def test_names_no_digit_that_cannot_be_read(store: Store, browser: FakeBrowser) -> None:
    read(store, browser, unreadable="dot")

    assert browser.text("bar-digit") == ""
    assert browser.text("bar-note") == "That is a dot. Draw a digit."


@pytest.mark.parametrize(
    ("unreadable", "words"),
    [("no answer", "The network gives no answer"), ("more than one digit", "More than one digit")],
)
def test_says_in_half_a_line_why_there_is_no_digit(
    store: Store, browser: FakeBrowser, unreadable: str, words: str
) -> None:
    read(store, browser, unreadable=unreadable)
    assert browser.text("bar-digit") == ""
    assert browser.text("bar-note") == words


def test_goes_to_the_drawing(browser: FakeBrowser) -> None:
    browser.get("bar-reading").click()

    assert browser.revealed == [browser.get("grid")]
    assert browser.get("grid").is_focused


def test_trains_with_one_button(store: Store, browser: FakeBrowser, worker: Worker) -> None:
    button = browser.get("bar-train")
    assert button.disabled
    store.worker_changed(READY)
    browser.settle()
    names = [button.textContent]
    button.click()
    train(store, browser, 1, is_training=True)
    names.append(button.textContent)
    button.click()
    train(store, browser, 2, is_training=False)
    names.append(button.textContent)
    button.click()

    assert names == ["Train", "Pause", "Resume"]
    assert worker.asked == ["start", "pause", "start"]
