import pytest

from app.pyscript.kit.roving_focus import RovingFocus
from tests.ui.fake_browser import Element, FakeBrowser

COUNT, COLUMNS = 6, 3


class Buttons:
    """Two rows of three buttons."""

    def __init__(self, browser: FakeBrowser, stays_in_row: bool) -> None:
        buttons = [f'<button id="button-{each}" tabindex="-1"></button>' for each in range(COUNT)]
        browser.get("grid-panel").innerHTML = "".join(buttons)
        self.container = browser.get("grid-panel")
        self.buttons = [browser.get(f"button-{index}") for index in range(COUNT)]
        self.roving = RovingFocus(
            browser,
            "grid-panel",
            self.find,
            count=COUNT,
            columns=COLUMNS,
            stays_in_row=stays_in_row,
        )
        self.roving.mount()

    def find(self, index: int) -> Element:
        return self.buttons[index]

    @property
    def stops(self) -> list[int]:
        """The buttons that the Tab key stops at."""
        values = [button.getAttribute("tabindex") for button in self.buttons]
        return [index for index, value in enumerate(values) if value == "0"]

    def press(self, *names: str) -> list[int]:
        for name in names:
            self.container.press(f"Arrow{name}")
        return self.stops


@pytest.fixture
def table(browser: FakeBrowser) -> Buttons:
    return Buttons(browser, stays_in_row=True)


def test_the_tab_key_stops_at_one(table: Buttons) -> None:
    assert table.stops == [0]
    table.roving.move_to(4)
    assert table.stops == [4]


def test_arrows_go_to_neighbors_and_no_further(table: Buttons) -> None:
    assert table.press("Left", "Up") == [0]
    assert table.press("Right", "Down") == [4]
    assert table.buttons[4].is_focused
    assert table.press("Right", "Right", "Down") == [5]
    assert table.press("Left", "Left", "Left") == [3]


def test_the_next_row_may_follow(browser: FakeBrowser) -> None:
    buttons = Buttons(browser, stays_in_row=False)
    assert buttons.press("Right", "Right", "Right") == [3]
    assert buttons.press("Left") == [2]


def test_other_keys_are_the_browsers(table: Buttons) -> None:
    assert table.container.press("ArrowRight").is_prevented
    assert not table.container.press("ArrowRight", alt=True).is_prevented
    assert not table.container.press("Enter").is_prevented
    assert table.stops == [1]
