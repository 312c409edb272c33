import pytest

from app.pyscript.kit.paging import Paging
from tests.ui.fake_browser import FakeBrowser

MARKUP = """
<button id="back" hidden>Back</button><button id="on" hidden>On</button><span id="position"></span>
"""
SIZE = 10


class List:
    """A list of 25 things, of which it remembers which pages it was turned to."""

    def __init__(self, browser: FakeBrowser) -> None:
        browser.get("grid-panel").innerHTML = MARKUP
        self.turned_to: list[int] = []
        self.paging = Paging(browser, "back", "on", "position", self.turn, size=SIZE)
        self.paging.mount()

    def turn(self, first: int) -> None:
        self.turned_to.append(first)
        self.paging.show(first, min(SIZE, 25 - first), 25, f"from {first}")


@pytest.fixture
def things(browser: FakeBrowser) -> List:
    return List(browser)


def test_turns_the_pages_up_to_the_ends(things: List, browser: FakeBrowser) -> None:
    things.turn(0)
    assert browser.get("back").disabled
    assert browser.text("position") == "from 0"

    browser.get("on").click()
    assert not browser.get("back").disabled
    browser.get("on").click()
    assert browser.get("on").disabled
    browser.get("back").click()

    assert things.turned_to == [0, 10, 20, 10]


def test_the_first_page_is_whole(things: List, browser: FakeBrowser) -> None:
    things.turn(5)
    browser.get("back").click()

    assert things.turned_to == [5, 0]


def test_what_fits_on_one_page_has_no_buttons(things: List, browser: FakeBrowser) -> None:
    things.turn(0)
    assert not browser.get("on").hidden

    things.paging.show(0, 3, 3, "all")
    assert browser.get("back").hidden
    assert browser.get("on").hidden
    assert browser.text("position") == ""
