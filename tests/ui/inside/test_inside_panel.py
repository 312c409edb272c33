from typing import Any

import pytest

from app.pyscript.bridge.bridge import READY
from app.pyscript.bridge.wire import RefusedError
from app.pyscript.draw.state import Draw
from app.pyscript.inside.inside_panel import REFRESH_SECONDS, InsidePanel
from app.pyscript.inside.number_cells import signed
from app.pyscript.inside.state import Inside
from app.pyscript.page import Page
from tests.ui.fake_browser import Bytes, FakeBrowser, FakeWorker

SHEET_BYTES = 4 * 64 * 30 * 34
LOGITS = [0.5, -1, 0, 7.25, 0, 2, 0, 0, 3.5, -0.01]


def unit_of(unit: int, activation: float = 2.0) -> Any:
    weights = [0.0, 0, 0, 1.5, 0, 0, 0, 0, -3, 0]
    adds = [activation * weight for weight in weights]
    return {"unit": unit, "activation": activation, "weights": weights, "adds": adds}


INSPECTION: Any = {
    "active": 42,
    "logits": LOGITS,
    "probabilities": [0, 0, 0, 0.97, 0, 0.005, 0, 0, 0.025, 0],
    "telling": [unit_of(90), unit_of(7, 0.5)],
    "others": [0.5, -1, 0, 3.5, 0, 2, 0, 0, 11, 0],
    "chosen": unit_of(5, 0.125),
    "first": 3,
    "second": 8,
    "votes_for": 10.0,
    "votes_against": -6.25,
    "is_blank": False,
    "sheets": Bytes(2 * SHEET_BYTES),
    "unit": "the unit",
    "votes": "the votes",
}
DIGITS = [
    {"label": label, "distance": 0.125 * place, "pixels": bytes([place] * 784).hex()}
    for place, label in enumerate([9, 4, 4, 7])
]


@pytest.fixture(autouse=True)
def panel(page: Page, browser: FakeBrowser, worker: FakeWorker) -> InsidePanel:
    """The panel, mounted; not yet opened."""
    worker.answers["inspect"] = {k: v for k, v in INSPECTION.items() if k != "is_blank"}
    panel = InsidePanel(page)
    panel.mount()
    page.bridge.set_state(READY)
    browser.settle()
    return panel


@pytest.fixture
def opened(browser: FakeBrowser) -> None:
    """The panel is open; where it stands cannot be seen yet."""
    browser.get("inside").open = True
    browser.get("inside").fire("toggle")
    browser.settle()


@pytest.fixture
def shown(opened: None, page: Page, browser: FakeBrowser) -> None:
    """It shows what is inside."""
    page.of(Inside).inspection.set(INSPECTION)
    browser.settle()


def pressed(browser: FakeBrowser) -> list[str]:
    return [
        button.attributes["id"]
        for button in browser.get("units").descendants()
        if button.getAttribute("aria-pressed") == "true"
    ]


def click_unit(browser: FakeBrowser, unit: int) -> None:
    browser.get("units").fire("click", target=browser.get(f"unit-{unit}"))
    browser.settle()


def test_nothing_is_built_or_asked_before_it_is_opened(
    browser: FakeBrowser, draw: Any, worker: FakeWorker
) -> None:
    draw()
    assert browser.element("units") is None
    assert worker.asked("inspect") == []


@pytest.mark.usefixtures("opened")
class TestWhenItAsks:
    def test_only_while_it_is_in_view(
        self, browser: FakeBrowser, draw: Any, worker: FakeWorker
    ) -> None:
        draw()
        assert worker.asked("inspect") == []
        browser.bring_into_view("inside-panel")
        browser.settle()
        assert len(worker.asked("inspect")) == 1
        browser.bring_into_view("inside-panel", is_seen=False)
        draw()
        browser.advance(5000)
        assert len(worker.asked("inspect")) == 1
        browser.bring_into_view("inside-panel")
        browser.settle()
        assert len(worker.asked("inspect")) == 2

    def test_a_few_times_a_second_while_much_happens_and_not_when_nothing_does(
        self, browser: FakeBrowser, draw: Any, worker: FakeWorker
    ) -> None:
        browser.bring_into_view("inside-panel")
        for _ in range(100):
            draw()
            browser.advance(10)
        assert len(worker.asked("inspect")) == 1 + int(1 / REFRESH_SECONDS)
        browser.advance(1000)
        asked = len(worker.asked("inspect"))
        browser.advance(10_000)
        assert len(worker.asked("inspect")) == asked

    def test_not_before_the_network_is_there(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        page.bridge.set_state("starting")
        browser.bring_into_view("inside-panel")
        browser.advance(1000)
        assert worker.asked("inspect") == []
        page.bridge.set_state(READY)
        browser.settle()
        assert len(worker.asked("inspect")) == 1

    def test_for_what_is_chosen_at_once(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        browser.bring_into_view("inside-panel")
        browser.settle()
        click_unit(browser, 90)
        assert len(worker.asked("inspect")) == 2
        browser.get("ink-against").value = "8"
        browser.get("ink-against").fire("change")
        browser.settle()
        assert len(worker.asked("inspect")) == 3
        assert page.of(Inside).inspected.value == {"unit": 90, "first": -1, "second": 8}


@pytest.mark.usefixtures("opened")
def test_until_the_network_is_there_it_says_so(page: Page, browser: FakeBrowser) -> None:
    assert browser.text("inside-blank") == "The network is still loading."
    page.of(Inside).inspection.set(INSPECTION)
    browser.settle()
    assert browser.get("inside-blank").hidden
    page.bridge.lost.tell()
    browser.settle()
    assert not browser.get("inside-blank").hidden
    assert browser.get("inside-drawing").hidden


@pytest.mark.usefixtures("shown")
class TestUnits:
    def test_both_sheets_are_shown(self, browser: FakeBrowser) -> None:
        shown = [browser.get(each) for each in ("sheet-0", "sheet-1", "unit-picture")]
        assert [canvas.getAttribute("data-shows") for canvas in shown] == [
            f"{2 * SHEET_BYTES} bytes",
            f"{2 * SHEET_BYTES} bytes from {SHEET_BYTES}",
            "the unit",
        ]

    def test_a_chosen_unit_is_marked_named_and_brought_into_view(
        self, browser: FakeBrowser
    ) -> None:
        assert pressed(browser) == ["unit-0"]
        click_unit(browser, 127)
        assert pressed(browser) == ["unit-127"]
        assert browser.text("unit-title") == "Unit 127"
        assert browser.revealed == [browser.get("unit-title")]

    def test_a_click_between_the_units_chooses_none(
        self, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        browser.get("units").fire("click", target=browser.get("units"))
        browser.settle()
        assert pressed(browser) == ["unit-0"]
        assert worker.asked("inspect") == []

    def test_arrow_keys_move_among_them_and_tab_finds_the_place_again(
        self, browser: FakeBrowser
    ) -> None:
        def press(key: str, **held: Any) -> bool:
            return browser.get("units").press(key, **held).is_prevented

        assert press("ArrowDown")
        assert press("ArrowRight")
        assert browser.get("unit-9").is_focused
        assert browser.get("unit-9").getAttribute("tabindex") == "0"
        assert browser.get("unit-0").getAttribute("tabindex") == "-1"
        press("ArrowUp")
        press("ArrowUp")  # there is none above
        assert browser.get("unit-1").getAttribute("tabindex") == "0"
        assert not press("Enter")
        assert not press("ArrowRight", control=True)
        click_unit(browser, 127)
        press("ArrowRight")
        assert browser.get("unit-127").getAttribute("tabindex") == "0"

    def test_what_a_unit_does_is_said_in_numbers(self, browser: FakeBrowser) -> None:
        assert browser.text("unit-words") == "It responds to your drawing with 0.12."
        assert browser.text("weight-3") == "+1.50"
        assert browser.text("adds-3") == "+0.19"
        assert browser.text("adds-8") == "\u22120.38"
        assert browser.get("adds-8").style.getPropertyValue("--share") == "-1.00"
        assert browser.get("adds-3").style.getPropertyValue("--share") == "0.50"
        assert browser.get("adds-0").style.getPropertyValue("--share") == "0.00"

    def test_a_silent_unit_is_said_to_be_silent(self, page: Page, browser: FakeBrowser) -> None:
        page.of(Inside).inspection.set(INSPECTION | {"chosen": unit_of(5, 0.0)})
        browser.settle()
        assert browser.text("unit-words").startswith("It does not respond")
        assert browser.text("adds-3") == "0.00"
        assert browser.get("adds-3").style.getPropertyValue("--share") == "0"


@pytest.mark.usefixtures("shown")
class TestDrawing:
    def test_the_ink_s_votes_are_shown_and_added_up(self, browser: FakeBrowser) -> None:
        assert browser.get("votes").getAttribute("data-shows") == "the votes"
        label = browser.get("votes").getAttribute("aria-label")
        assert label is not None
        assert "blue ink speaks for 3, orange ink for 8" in label
        assert (browser.text("votes-for"), browser.text("votes-against")) == ("for 3", "for 8")
        assert browser.text("votes-words").startswith(
            "All blue ink: +10.00. All orange ink: \u22126.25. Together +3.75, and"
        )
        assert browser.get("votes-words").getAttribute("data-value") == "3.75"

    def test_the_units_rows_add_up_to_the_totals(self, browser: FakeBrowser) -> None:
        assert browser.text("telling-note").startswith("42 of 128 units respond.")
        assert browser.text("telling-0-unit") == "90"
        assert browser.text("telling-1-activation") == "0.5"
        column = [browser.text(f"{row}-3") for row in ("telling-0", "telling-1", "others", "total")]
        assert column == ["+3.0", "+0.8", "+3.5", "+7.2"]
        assert browser.get("telling-0-8").style.getPropertyValue("--share") == "-0.55"
        assert browser.text("share-3") == "97%"
        assert browser.text("share-5") == "0.5%"
        hidden = [browser.get(f"telling-{row}").hidden for row in range(8)]
        assert hidden == [False, False] + [True] * 6

    def test_a_unit_is_chosen_in_the_table_too(self, page: Page, browser: FakeBrowser) -> None:
        browser.get("telling-1-unit").click()
        browser.settle()
        assert page.of(Inside).inspected.value["unit"] == 7
        assert pressed(browser) == ["unit-7"]

    def test_digits_are_chosen_and_the_choice_is_shown(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        for identifier, digit in (("ink-for", "4"), ("ink-against", "4")):
            browser.get(identifier).value = digit
            browser.get(identifier).fire("change")
            browser.settle()
        assert page.of(Inside).inspected.value["second"] == 4
        assert browser.get("ink-for").value == "-1"

    def test_without_a_drawing_the_units_alone_are_shown(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        assert browser.get("inside-blank").hidden
        page.of(Inside).inspection.set(INSPECTION | {"is_blank": True, "telling": []})
        browser.settle()
        assert browser.get("inside-drawing").hidden
        assert browser.text("inside-blank").startswith("Nothing is drawn yet.")
        assert browser.text("unit-words") == "Draw a digit to see whether it responds."


@pytest.mark.usefixtures("opened")
class TestNearest:
    def test_it_is_offered_for_a_drawing(
        self, page: Page, browser: FakeBrowser, draw: Any, clear: Any, worker: FakeWorker
    ) -> None:
        assert browser.get("find-nearest").disabled
        draw()
        browser.get("find-nearest").click()
        browser.settle()
        assert worker.asked("list_nearest") == [(page.of(Draw).hexadecimal,)]
        clear()
        assert browser.get("find-nearest").disabled

    def test_how_far_the_search_is(
        self, browser: FakeBrowser, draw: Any, worker: FakeWorker
    ) -> None:
        draw()
        assert browser.get("nearest-progress").hidden
        browser.get("find-nearest").click()
        browser.settle()
        assert not browser.get("nearest-progress").hidden
        worker.report(type="searching", done=1024, total=4096)
        browser.settle()
        assert browser.text("nearest-stage") == "Fetching training digits: 1,024 of 4,096"
        assert browser.get("nearest-progress").value == 0.25
        browser.get("find-nearest").click()  # enabled, for it has the focus
        browser.settle()
        assert len(worker.asked("list_nearest")) == 1
        worker.report(type="searching", done=4096, total=4096)
        browser.settle()
        assert browser.text("nearest-stage") == "Comparing…"
        worker.waiting("list_nearest")[0].resolve(RefusedError("Not found", "No digits came."))
        browser.settle()
        assert browser.get("nearest-progress").hidden
        assert not browser.get("find-nearest").disabled

    def test_the_digits_are_counted_shown_and_put_on_the_grid(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        assert browser.get("nearest").hidden
        nearest: Any = {"among": 4096, "digits": DIGITS, "pictures": "pictures"}
        page.of(Inside).nearest.set(nearest)
        browser.settle()
        assert browser.text("nearest-words") == (
            "The 4 nearest of 4,096 training digits: 2 of label 4, 1 of label 7, 1 of label 9."
        )
        figures = browser.get("nearest-drawing").children
        assert [figure.textContent for figure in figures] == ["as drawn", "as it sees it"]
        items = browser.get("nearest-digits")
        buttons = [item.children[0] for item in items.children]
        assert [button.textContent for button in buttons] == [
            "9distance 0.00",
            "4distance 0.12",
            "4distance 0.25",
            "7distance 0.38",
        ]
        canvases = [button.children[0].getAttribute("data-shows") for button in buttons]
        assert canvases == [f"{place} of pictures" for place in (2, 3, 4, 5)]
        items.fire("click", target=items)
        assert page.of(Draw).drawing.is_blank
        items.fire("click", target=buttons[2])
        assert page.of(Draw).sample == 4
        assert page.of(Draw).drawing.pixels == bytearray([2] * 784)
        assert browser.revealed == [browser.get("grid-panel")]

        page.bridge.lost.tell()
        browser.settle()
        assert browser.get("nearest").hidden
        assert items.children == []


@pytest.mark.parametrize(
    ("value", "text"), [(1.25, "+1.2"), (-0.06, "\u22120.1"), (0.04, "0.0"), (-0.04, "0.0")]
)
def test_numbers_have_a_sign_unless_they_show_as_nothing(value: float, text: str) -> None:
    assert signed(value, 1) == text
