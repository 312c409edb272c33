from typing import Any

import pytest

from app.pyscript.bridge.bridge import READY
from app.pyscript.draw.grid import Grid
from app.pyscript.evaluate.evaluation_panel import EvaluationPanel
from app.pyscript.evaluate.state import Evaluations
from app.pyscript.keep.state import Keep
from app.pyscript.page import Page
from app.pyscript.read.prediction_panel import PredictionPanel
from app.pyscript.tour.state import TourState
from app.pyscript.tour.tour import DECLINED, KEY, SAID, STEPS, TAKEN, Tour
from app.pyscript.train.state import NOTHING_TRAINED, Train
from app.pyscript.train.training_panel import TrainingPanel
from app.pyscript.tune.state import Tune
from app.pyscript.tune.tune_panel import TunePanel
from app.pyscript.weights.weights_panel import WeightsPanel
from tests.ui.fake_browser import Element, FakeBrowser

KEYS = [key for key, *_ in STEPS]


def mount(page: Page, browser: FakeBrowser) -> None:
    Tour(page).mount()
    browser.settle()


@pytest.fixture(autouse=True)
def parts(page: Page, browser: FakeBrowser) -> None:
    """The parts of the page that the tour speaks of."""
    for part in (
        Grid(page),
        PredictionPanel(page),
        TunePanel(page),
        TrainingPanel(page),
        WeightsPanel(page),
        EvaluationPanel(page),
    ):
        part.mount()
    browser.settle()


@pytest.fixture
def tour(page: Page, browser: FakeBrowser) -> None:
    """Somebody new, the network ready."""
    mount(page, browser)
    page.bridge.set_state(READY)
    browser.settle()


def go_to(page: Page, browser: FakeBrowser, key: str) -> None:
    page.of(TourState).step.set(KEYS.index(key))
    browser.settle()


def marked(browser: FakeBrowser) -> list[str]:
    return [
        element.attributes["id"]
        for element in browser.document.descendants()
        if element.classList.contains("is-toured")
    ]


def card(browser: FakeBrowser) -> Element:
    return browser.get("tour-card")


def is_offered(browser: FakeBrowser) -> bool:
    return "New here" in browser.text("open-tour")


def test_it_is_offered_once_the_network_is_there(page: Page, browser: FakeBrowser) -> None:
    mount(page, browser)
    assert not is_offered(browser)
    assert browser.text("open-tour") == "Tour"
    page.bridge.set_state(READY)
    browser.settle()
    assert is_offered(browser)
    assert card(browser).hidden


@pytest.mark.usefixtures("tour")
def test_who_declines_is_not_asked_again(page: Page, browser: FakeBrowser) -> None:
    browser.get("decline-tour").click()
    browser.settle()
    assert not is_offered(browser)
    assert browser.get("decline-tour").hidden
    assert browser.memory == {KEY: DECLINED}
    page.bridge.set_state(READY)
    browser.settle()
    assert not is_offered(browser)


@pytest.mark.parametrize("answer", [TAKEN, DECLINED])
def test_who_answered_on_an_earlier_visit_is_not_asked(
    page: Page, browser: FakeBrowser, answer: str
) -> None:
    browser.memory = {KEY: answer}
    mount(page, browser)
    page.bridge.set_state(READY)
    browser.settle()
    assert not is_offered(browser)
    browser.get("open-tour").click()
    browser.settle()
    assert not card(browser).hidden


def test_who_left_a_network_is_not_new(page: Page, browser: FakeBrowser) -> None:
    mount(page, browser)
    page.of(Keep).restored.set({"saved_at": "2026-01-01T00:00:00Z", "digest": ""})
    page.bridge.set_state(READY)
    browser.settle()
    assert not is_offered(browser)


def test_a_browser_that_remembers_nothing_is_not_asked_at_every_visit(
    page: Page, browser: FakeBrowser
) -> None:
    browser.memory = None
    mount(page, browser)
    page.bridge.set_state(READY)
    browser.settle()
    assert not is_offered(browser)
    browser.get("open-tour").click()
    browser.settle()
    assert not card(browser).hidden


@pytest.mark.usefixtures("tour")
def test_it_goes_through_the_page_step_by_step(browser: FakeBrowser) -> None:
    browser.get("open-tour").click()
    browser.settle()
    assert browser.memory == {KEY: TAKEN}
    for index, (key, target, inner, is_left) in enumerate(STEPS):
        assert browser.text("tour-title") == SAID[key][0]
        assert browser.text("tour-position") == f"Step {index + 1} of {len(STEPS)}"
        assert marked(browser) == [target]
        assert browser.revealed[-1] is browser.get(target)
        assert browser.get("tour-title").is_focused
        assert card(browser).classList.contains("is-left") is is_left
        assert browser.get("tour-go").hidden is (inner == "")
        assert browser.get("tour-previous").disabled is (index == 0)
        browser.get("tour-title").is_focused = False
        browser.get("tour-next").click()
        browser.settle()
    assert card(browser).hidden
    assert marked(browser) == []
    assert browser.get("open-tour").is_focused


@pytest.mark.usefixtures("tour")
def test_the_card_follows_the_part_that_it_speaks_of(page: Page, browser: FakeBrowser) -> None:
    for key, target, *_ in STEPS:
        go_to(page, browser, key)
        order = browser.document.descendants()
        panel = browser.get(target)
        assert order.index(card(browser)) == order.index(panel) + len(panel.descendants())


@pytest.mark.usefixtures("tour")
@pytest.mark.parametrize("way", ["Escape", "button"])
def test_it_ends_at_any_time(page: Page, browser: FakeBrowser, way: str) -> None:
    go_to(page, browser, "teach")
    if way == "Escape":
        card(browser).press("Escape")
    else:
        browser.get("end-tour").click()
    browser.settle()
    assert card(browser).hidden
    assert browser.get("open-tour").is_focused
    assert browser.memory == {KEY: TAKEN}


@pytest.mark.usefixtures("tour")
def test_other_keys_do_nothing_and_back_goes_back(page: Page, browser: FakeBrowser) -> None:
    go_to(page, browser, "bars")
    card(browser).press("Tab")
    card(browser).press("Escape", alt=True)
    browser.get("tour-previous").click()
    browser.settle()
    assert browser.text("tour-title") == SAID["seen"][0]


@pytest.mark.usefixtures("tour")
def test_it_goes_where_something_is_to_be_done(page: Page, browser: FakeBrowser) -> None:
    go_to(page, browser, "evaluate")
    assert browser.get("evaluation").open
    browser.get("evaluation").fire("toggle")
    browser.get("tour-go").click()
    assert browser.get("evaluate").is_focused


@pytest.mark.usefixtures("tour")
def test_it_notices_what_was_done(page: Page, browser: FakeBrowser, draw: Any, clear: Any) -> None:
    def is_done() -> bool:
        browser.settle()
        return "Done" in browser.text("tour-done")

    go_to(page, browser, "draw")
    assert not is_done()
    draw()
    assert is_done()

    go_to(page, browser, "mistake")
    assert not is_done()
    clear()
    assert not is_done()
    draw()
    assert is_done()

    go_to(page, browser, "teach")
    assert not is_done()
    page.of(Tune).tuning.set({"label": 3, "loss_before": 2.0, "loss_after": 1.0})
    assert is_done()

    go_to(page, browser, "train")
    assert not is_done()
    page.of(Train).note_progress({**NOTHING_TRAINED, "iteration": 1, "loss": 0.5, "accuracy": 0.9})
    assert is_done()

    go_to(page, browser, "evaluate")
    assert not is_done()
    page.of(Evaluations).note_evaluation({"set": "test", "iteration": 1})
    assert is_done()


@pytest.mark.usefixtures("tour")
def test_what_a_link_hides_is_passed_over(page: Page, browser: FakeBrowser) -> None:
    for identifier in ("tune-panel", "weights-panel"):
        browser.get(identifier).hidden = True
    go_to(page, browser, "mistake")
    browser.get("tour-next").click()
    browser.settle()
    assert marked(browser) == ["training-panel"]
    assert browser.text("tour-position") == f"Step 5 of {len(STEPS) - 2}"
    browser.get("tour-previous").click()
    browser.settle()
    assert page.of(TourState).step.value == KEYS.index("mistake")
    go_to(page, browser, "evaluate")
    assert browser.text("tour-next") == "Finish"
    browser.get("tour-next").click()
    browser.settle()
    assert page.of(TourState).step.value is None
