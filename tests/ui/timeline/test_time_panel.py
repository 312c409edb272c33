from itertools import pairwise
from typing import Any

import pytest

from app.pyscript.bridge.bridge import FAILED, READY, STARTING
from app.pyscript.draw.state import Draw
from app.pyscript.page import Page
from app.pyscript.timeline import texts
from app.pyscript.timeline.state import Timeline
from app.pyscript.timeline.strip import DENSE
from app.pyscript.timeline.time_panel import REFRESH_MILLISECONDS, TimePanel
from app.pyscript.train.state import Train
from app.pyscript.weights.state import Weights
from tests.ui.fake_browser import Box, Call, Element, FakeBrowser, FakeWorker

WEIGHTS: Any = {
    "source": "shared",
    "name": "",
    "digest": "ab",
    "changed_by_training": False,
    "tuned": 0,
}


@pytest.fixture(autouse=True)
def panel(page: Page, browser: FakeBrowser, worker: FakeWorker) -> TimePanel:
    """The panel, mounted; not yet opened."""
    panel = TimePanel(page)
    panel.mount()
    page.bridge.set_state(READY)
    page.of(Weights).note(WEIGHTS)
    browser.settle()
    return panel


def open_panel(browser: FakeBrowser) -> None:
    browser.get("time").open = True
    browser.get("time").fire("toggle")
    browser.settle()


def course(
    *accuracies: float | None, digits: tuple[int | None, ...] = (), now: int | None = None
) -> Any:
    """Checkpoints 1, 2, 3... at iterations 0, 10, 20..., that are quite sure of what they read."""
    read = digits or (None,) * len(accuracies)
    checkpoints = [
        {
            "number": index + 1,
            "iteration": 10 * index,
            "accuracy": accuracy,
            "loss": None if accuracy is None else 1 - accuracy,
            "drawings": None,
            "digit": digit,
        }
        for index, (accuracy, digit) in enumerate(zip(accuracies, read, strict=True))
    ]
    probabilities = [0.91 if each == digit else 0.01 for digit in digits for each in range(10)]
    return {
        "now": now or len(accuracies),
        "checkpoints": checkpoints,
        "probabilities": probabilities,
    }


@pytest.fixture
def run(browser: FakeBrowser, worker: FakeWorker) -> None:
    """A run of three checkpoints is shown in the open panel."""
    worker.answers["list_checkpoints"] = course(0.1, 0.5, 0.9, digits=(3, 7, 7))
    worker.answers["list_checkpoint_units"] = {"picture": "picture"}
    open_panel(browser)


def slide(browser: FakeBrowser, index: int) -> None:
    browser.get("time-slider").value = str(index)
    browser.get("time-slider").fire("input")
    browser.settle()


def bars(browser: FakeBrowser) -> list[Element]:
    return [bar for bar in browser.get("time-strip").children if not bar.hidden]


def has(element: Element, name: str) -> bool:
    return element.classList.contains(name)


def test_nothing_is_built_or_asked_before_it_is_opened(
    page: Page, browser: FakeBrowser, worker: FakeWorker
) -> None:
    page.of(Draw).drawing_changed()
    browser.advance(5000)
    assert browser.element("time-slider") is None
    assert worker.asked("list_checkpoints") == []
    open_panel(browser)
    assert len(worker.asked("list_checkpoints")) == 1


def test_before_training_it_says_what_will_be_here(page: Page, browser: FakeBrowser) -> None:
    open_panel(browser)
    assert browser.text("time-note") == texts.TIME_NO_NETWORK
    page.of(Timeline).show(course(0.1))
    browser.settle()
    assert browser.text("time-note") == texts.TIME_NOTHING
    assert browser.get("time-travel").hidden


@pytest.mark.usefixtures("run")
def test_it_begins_at_the_network_as_it_is(browser: FakeBrowser) -> None:
    assert browser.text("time-note") == ""
    assert browser.get("time-slider").value == "2"
    assert browser.get("time-slider").attributes["max"] == "2"
    assert browser.text("time-iteration") == "Iteration 20 (now)"
    assert browser.text("time-accuracy") == "90.0% of the validation digits right"
    assert browser.text("time-digit") == "7"
    assert browser.get("time-go-on").disabled


@pytest.mark.usefixtures("run")
def test_the_slider_shows_an_earlier_checkpoint_without_asking_for_its_answer(
    browser: FakeBrowser, worker: FakeWorker
) -> None:
    asked = len(worker.asked("list_checkpoints"))
    slide(browser, 0)
    assert browser.text("time-iteration") == "Iteration 0"
    assert browser.text("time-digit") == "3"
    shares = [bar.attributes["data-probability"] for bar in browser.get("time-bars").children]
    assert shares == ["0.91" if digit == 3 else "0.01" for digit in range(10)]
    assert browser.get("time-slider").attributes["aria-valuetext"] == (
        "Iteration 0, 10.0% of the validation digits right, reads 3, 91% sure"
    )
    assert not browser.get("time-go-on").disabled
    assert len(worker.asked("list_checkpoints")) == asked


@pytest.mark.usefixtures("run")
def test_bars_stand_for_accuracy_and_tell_where_the_answer_was_another(
    page: Page, browser: FakeBrowser
) -> None:
    slide(browser, 1)
    strip = bars(browser)
    assert [bar.style.getPropertyValue("--share") for bar in strip] == ["0.100", "0.500", "0.900"]
    assert [bar.style.getPropertyValue("--at") for bar in strip] == ["0.0000", "0.5000", "1.0000"]
    assert [bar.textContent for bar in strip] == ["3", "7", ""]
    assert [has(bar, "is-other") for bar in strip] == [True, False, False]
    assert [has(bar, "is-chosen") for bar in strip] == [False, True, False]
    assert browser.text("time-range").startswith("0% to 100%")

    page.of(Timeline).show(course(None, 0.95))
    browser.settle()
    strip = bars(browser)
    assert [has(bar, "is-unknown") for bar in strip] == [True, False]
    assert [bar.style.getPropertyValue("--share") for bar in strip] == ["1.000", "0.500"]
    assert [bar.textContent for bar in strip] == ["", ""]
    assert browser.text("time-range").startswith("90% to 100%")
    assert browser.text("time-legend") == texts.TIME_LEGEND_BLANK


def test_many_bars_are_marked_as_dense(page: Page, browser: FakeBrowser) -> None:
    open_panel(browser)
    for count, is_dense in ((DENSE, False), (DENSE + 1, True), (2, False)):
        page.of(Timeline).show(course(*[0.5] * count))
        browser.settle()
        assert has(browser.get("time-strip"), "is-dense") is is_dense
        assert len(bars(browser)) == count


@pytest.mark.usefixtures("run")
def test_a_blank_grid_has_no_answer(page: Page, browser: FakeBrowser) -> None:
    assert browser.get("time-blank").hidden
    page.of(Timeline).show(course(0.1, 0.2))
    browser.settle()
    assert browser.get("time-answer").hidden
    assert not browser.get("time-blank").hidden


@pytest.mark.usefixtures("run")
def test_it_follows_the_run_until_a_checkpoint_is_chosen(page: Page, browser: FakeBrowser) -> None:
    page.of(Timeline).show(course(0.1, 0.5, 0.9, 0.95))
    browser.settle()
    assert browser.text("time-iteration") == "Iteration 30 (now)"
    slide(browser, 1)
    grown = course(0.1, 0.5, 0.9, 0.95, 0.96)
    page.of(Timeline).show(grown)
    browser.settle()
    assert browser.text("time-iteration") == "Iteration 10"

    # The chosen one makes room: the nearest takes its place.
    del grown["checkpoints"][1]
    grown["checkpoints"][1]["iteration"] = 12
    page.of(Timeline).show(grown)
    browser.settle()
    assert browser.text("time-iteration") == "Iteration 12"


class TestAsking:
    def test_follows_the_drawing_the_training_and_the_network_but_not_too_often(
        self,
        page: Page,
        browser: FakeBrowser,
        worker: FakeWorker,
        draw: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        worker.answers["list_checkpoints"] = course(0.1)
        open_panel(browser)
        times = []
        call = worker.call

        def call_and_note_time(limit: float, name: str, text: str, *arrays: Any) -> Call:
            if name == "list_checkpoints":
                times.append(browser.now())
            return call(limit, name, text, *arrays)

        monkeypatch.setattr(worker, "call", call_and_note_time)
        for _ in range(50):
            draw()
            browser.advance(100)
        browser.advance(5000)
        gaps = [later - time for time, later in pairwise(times)]
        assert set(gaps) == {REFRESH_MILLISECONDS}
        assert len(times) >= 10

        asked = len(times)
        page.of(Weights).note({**WEIGHTS, "tuned": 1})
        browser.advance(1000)
        assert len(times) == asked + 1

    def test_waits_until_it_can_be_seen(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker, draw: Any, run: None
    ) -> None:
        asked = len(worker.asked("list_checkpoints"))
        browser.get("time-panel").box = Box(0, 0, 0, 0)
        draw()
        browser.advance(5000)
        browser.window.fire("scroll")
        browser.settle()
        assert len(worker.asked("list_checkpoints")) == asked
        browser.get("time-panel").box = Box(0, 0, 100, 100)
        browser.window.fire("scroll")
        browser.settle()
        assert len(worker.asked("list_checkpoints")) == asked + 1
        browser.window.fire("scroll")
        browser.advance(5000)
        assert len(worker.asked("list_checkpoints")) == asked + 1

    def test_rests_while_it_is_closed_or_there_is_no_network(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker, draw: Any, run: None
    ) -> None:
        asked = len(worker.asked("list_checkpoints"))
        browser.get("time").open = False
        browser.get("time").fire("toggle")
        draw()
        browser.advance(5000)
        page.bridge.set_state(FAILED)
        open_panel(browser)
        browser.advance(5000)
        assert len(worker.asked("list_checkpoints")) == asked
        assert browser.get("time-go-on").disabled

    def test_is_one_at_a_time(self, browser: FakeBrowser, worker: FakeWorker, draw: Any) -> None:
        open_panel(browser)
        for _ in range(5):
            draw()
            browser.advance(1000)
        assert len(worker.asked("list_checkpoints")) == 1
        worker.waiting("list_checkpoints")[0].resolve(course(0.1))
        browser.advance(1000)
        assert len(worker.asked("list_checkpoints")) == 2


class TestUnits:
    def show(self, page: Page, browser: FakeBrowser, number: int, of_change: bool) -> str:
        units: Any = {"number": number, "of_change": of_change, "picture": f"picture {number}"}
        page.of(Timeline).units.set(units)
        browser.settle()
        return browser.get("time-units").attributes["aria-label"]

    def test_are_those_of_the_checkpoint_and_say_so(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker, run: None
    ) -> None:
        assert worker.asked("list_checkpoint_units")[-1] == (
            3,
            False,
        )
        assert "at iteration 20" in self.show(page, browser, 3, False)
        assert browser.get("time-units").attributes["data-shows"] == "picture 3"
        slide(browser, 0)
        assert worker.asked("list_checkpoint_units")[-1] == (
            1,
            False,
        )
        browser.get("time-of-change").checked = True
        browser.get("time-of-change").fire("change")
        browser.settle()
        assert worker.asked("list_checkpoint_units")[-1] == (
            1,
            True,
        )
        assert "changed" in self.show(page, browser, 1, True)
        assert browser.text("time-units-note") == texts.TIME_CHANGES_NOTE

    def test_the_newest_wish_is_fulfilled_without_a_queue(
        self, browser: FakeBrowser, worker: FakeWorker, run: None
    ) -> None:
        answer = worker.answers.pop("list_checkpoint_units")
        worker.calls.clear()
        for index in (0, 1, 2, 0):
            slide(browser, index)
        assert len(worker.asked("list_checkpoint_units")) == 1
        worker.waiting("list_checkpoint_units")[0].resolve(answer)
        browser.settle()
        assert len(worker.asked("list_checkpoint_units")) == 1, "the last wish was the first"
        slide(browser, 1)
        slide(browser, 2)
        worker.waiting("list_checkpoint_units")[-1].resolve(answer)
        browser.settle()
        assert worker.asked("list_checkpoint_units")[-1] == (3, False)

    def test_of_another_worker_are_asked_for_again(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker, run: None
    ) -> None:
        self.show(page, browser, 3, False)
        asked = len(worker.asked("list_checkpoint_units"))
        page.bridge.lost.tell()
        browser.settle()
        assert browser.get("time-units").attributes["data-shows"] == "None"
        page.of(Timeline).show(course(0.1, 0.5, 0.9))
        browser.settle()
        assert len(worker.asked("list_checkpoint_units")) > asked


class TestPlaying:
    def test_goes_from_the_first_to_the_newest_and_ends(
        self, browser: FakeBrowser, run: None
    ) -> None:
        seen = []
        browser.get("time-play").click()
        browser.settle()
        assert browser.text("time-play") == texts.TIME_STOP
        for _ in range(5):
            seen.append(browser.text("time-iteration"))
            browser.advance(200)
        assert seen == ["Iteration 0", "Iteration 10", *["Iteration 20 (now)"] * 3]
        assert browser.text("time-play") == texts.TIME_PLAY

    def test_goes_on_from_the_chosen_one_and_stops_when_told(
        self, browser: FakeBrowser, run: None
    ) -> None:
        slide(browser, 0)
        browser.get("time-play").click()
        browser.advance(200)
        assert browser.text("time-iteration") == "Iteration 10"
        browser.get("time-play").click()
        browser.advance(2000)
        assert browser.text("time-iteration") == "Iteration 10"
        assert browser.text("time-play") == texts.TIME_PLAY

    def test_stops_when_the_slider_is_moved_or_the_network_is_lost(
        self, page: Page, browser: FakeBrowser, run: None
    ) -> None:
        browser.get("time-play").click()
        slide(browser, 1)
        browser.advance(2000)
        assert browser.text("time-iteration") == "Iteration 10"
        browser.get("time-play").click()
        page.bridge.set_state(STARTING)
        page.bridge.lost.tell()
        browser.advance(2000)
        assert browser.get("time-travel").hidden


class TestGoingOn:
    def test_asks_first_and_says_what_is_lost(
        self, browser: FakeBrowser, worker: FakeWorker, run: None
    ) -> None:
        slide(browser, 1)
        browser.get("time-go-on").click()
        browser.settle()
        assert not browser.get("time-sure").hidden
        assert browser.get("time-go-on").attributes["aria-expanded"] == "true"
        assert browser.get("time-cancel").is_focused
        assert browser.text("time-loss") == texts.TIME_BACK.format(iteration="10")
        browser.get("time-cancel").click()
        browser.settle()
        assert browser.get("time-sure").hidden
        assert browser.get("time-go-on").is_focused
        assert worker.asked("go_on_from") == []

        browser.get("time-go-on").click()
        assert browser.text("time-confirm") == "Go on from iteration 10"
        browser.get("time-confirm").click()
        browser.settle()
        assert worker.asked("go_on_from") == [(2,)]
        assert browser.get("time-sure").hidden

    def test_leads_to_that_checkpoint_and_back_again(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker, run: None
    ) -> None:
        slide(browser, 0)
        browser.get("time-go-on").click()
        browser.get("time-confirm").click()
        page.of(Timeline).show(course(0.1, 0.5, 0.9, now=1))
        browser.settle()
        assert browser.text("time-iteration") == "Iteration 0 (now)"
        slide(browser, 2)
        browser.get("time-go-on").click()
        assert browser.text("time-loss") == texts.TIME_FORWARD.format(iteration="20")
        browser.get("time-confirm").click()
        browser.settle()
        assert worker.asked("go_on_from")[-1] == (3,)

    def test_is_not_asked_any_more_once_the_network_is_that_one(
        self, page: Page, browser: FakeBrowser, run: None
    ) -> None:
        slide(browser, 1)
        browser.get("time-go-on").click()
        page.of(Timeline).show(course(0.1, 0.5, 0.9, now=2))
        browser.settle()
        assert browser.get("time-sure").hidden


@pytest.mark.usefixtures("run")
def test_the_table_has_all_in_numbers_while_it_is_open(page: Page, browser: FakeBrowser) -> None:
    assert browser.text("time-rows") == ""
    browser.get("time-table").open = True
    browser.get("time-table").fire("toggle")
    rows = [
        [cell.textContent for cell in row.children] for row in browser.get("time-rows").children
    ]
    assert rows == [
        ["0", "10.0%", "\u2013", "0.9000", "3", "91%"],
        ["10", "50.0%", "\u2013", "0.5000", "7", "91%"],
        ["20", "90.0%", "\u2013", "0.1000", "7", "91%"],
    ]
    page.of(Timeline).note_measured({"number": 3, "accuracy": 0.9, "loss": 0.1, "drawings": 0.75})
    browser.settle()
    row = browser.get("time-rows").children[2]
    assert row.children[2].textContent == "75.0%"
    assert browser.text("time-accuracy") == (
        "90.0% of the validation digits right, and 75.0% of the validation drawings"
    )
    page.of(Timeline).show(course(None, 0.5))
    browser.settle()
    row = browser.get("time-rows").children[0]
    assert [cell.textContent for cell in row.children] == ["0", *["\u2013"] * 5]


@pytest.mark.usefixtures("run")
def test_what_was_looked_at_goes_with_its_run(page: Page, browser: FakeBrowser) -> None:
    page.of(Train).begin_run({"start": "weights", "number": 1, "iteration": 0})
    browser.settle()
    slide(browser, 1)
    assert browser.text("time-iteration") == "Iteration 10"
    page.of(Train).begin_run({"start": "weights", "number": 2, "iteration": 0})
    page.of(Timeline).show(course(0.1, 0.6, digits=(3, 7)))
    browser.settle()
    assert browser.text("time-iteration") == "Iteration 10 (now)"
    page.of(Timeline).show(course(0.1, 0.6, 0.8, digits=(3, 7, 7)))
    browser.settle()
    assert browser.text("time-iteration") == "Iteration 20 (now)"
