import pytest

from app.pyscript.kit.confirmation import Confirmation
from tests.ui.fake_browser import FakeBrowser

MARKUP = """
<button id="delete">Delete</button><button id="clear-name">Clear</button>
<div id="sure" hidden><button id="cancel">No</button><button id="confirm">Yes</button></div>
"""


class View:
    """A panel with a button that deletes, once the visitor is sure."""

    def __init__(self, browser: FakeBrowser, asker: str) -> None:
        browser.get("grid-panel").innerHTML = MARKUP
        self.times_deleted = 0
        self.confirmation = Confirmation(browser, "sure", "cancel", "confirm", asker)
        self.confirmation.mount()

    def ask(self) -> None:
        self.confirmation.ask(self.delete)

    def delete(self) -> None:
        self.times_deleted += 1


@pytest.fixture
def view(browser: FakeBrowser) -> View:
    return View(browser, "delete")


def test_nothing_happens_before_the_visitor_confirms(view: View, browser: FakeBrowser) -> None:
    view.ask()
    assert not browser.get("sure").hidden
    assert browser.get("delete").getAttribute("aria-expanded") == "true"
    assert browser.get("cancel").is_focused
    assert view.times_deleted == 0

    browser.get("confirm").click()
    assert view.times_deleted == 1
    assert browser.get("sure").hidden
    assert browser.get("delete").getAttribute("aria-expanded") == "false"
    assert browser.get("delete").is_focused


def test_nor_when_they_cancel(view: View, browser: FakeBrowser) -> None:
    view.ask()
    browser.get("cancel").click()

    assert view.times_deleted == 0
    assert browser.get("sure").hidden
    assert browser.get("delete").is_focused


def test_whichever_button_asked_has_the_focus_again(browser: FakeBrowser) -> None:
    view = View(browser, "")
    browser.move_focus(browser.get("clear-name"))
    view.ask()
    browser.get("clear-name").is_focused = False
    browser.get("cancel").click()

    assert browser.get("clear-name").is_focused
    assert browser.get("delete").getAttribute("aria-expanded") is None


def test_there_may_be_a_third_answer(view: View, browser: FakeBrowser) -> None:
    answers: list[str] = []
    view.ask()
    view.confirmation.answer(lambda: answers.append("everywhere"))

    assert answers == ["everywhere"]
    assert view.times_deleted == 0
    assert browser.get("sure").hidden


def test_what_is_no_longer_asked_leaves_the_focus(view: View, browser: FakeBrowser) -> None:
    view.ask()
    view.confirmation.close()

    assert browser.get("sure").hidden
    assert not browser.get("delete").is_focused
