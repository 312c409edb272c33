from typing import Any

import pytest

from app.pyscript.bridge.bridge import READY
from app.pyscript.draw.state import Draw
from app.pyscript.evaluate.evaluation_panel import EvaluationPanel
from app.pyscript.evaluate.state import Evaluations
from app.pyscript.messages import GALLERY_SIZE
from app.pyscript.page import Page
from app.pyscript.train.data import TrainingData
from app.pyscript.train.state import NOTHING_TRAINED, Train
from app.pyscript.weights.state import Weights
from tests.ui.fake_browser import Element, FakeBrowser, FakeWorker

WEIGHTS: Any = {
    "source": "shared",
    "name": "",
    "digest": "ab",
    "changed_by_training": False,
    "tuned": 0,
}
CONFUSION = [[90 if label == digit else 0 for digit in range(10)] for label in range(10)]
CONFUSION[4][9] = 10
CONFUSION[3][5] = 1
EVALUATION: Any = {
    "set": "test",
    "run": 2,
    "iteration": 0,
    "digest": "ab",
    "tuned": 0,
    "samples": 911,
    "loss": 0.123456,
    "accuracy": 900 / 911,
    "confusion": CONFUSION,
    "precision": [1] * 9 + [0.9],
    "recall": [1, 1, 1, 90 / 91, 0.9, 1, 1, 1, 1, 1],
    "groups": [],
}
MISTAKE: Any = {
    "label": 4,
    "digit": 9,
    "probability": 0.973,
    "label_probability": 0.02,
    "pixels": bytes([7] * 784).hex(),
}


@pytest.fixture(autouse=True)
def panel(page: Page, browser: FakeBrowser, worker: FakeWorker) -> EvaluationPanel:
    """The panel, mounted; not yet opened."""
    panel = EvaluationPanel(page)
    panel.mount()
    page.bridge.set_state(READY)
    page.of(Weights).note(WEIGHTS)
    page.of(Train).begin_run({"start": "weights", "number": 2, "iteration": 0})
    browser.settle()
    return panel


def open_panel(browser: FakeBrowser) -> None:
    browser.get("evaluation").open = True
    browser.get("evaluation").fire("toggle")
    browser.settle()


@pytest.fixture
def result(page: Page, browser: FakeBrowser) -> None:
    """An evaluation is shown in the open panel."""
    open_panel(browser)
    page.of(Evaluations).note_evaluation(EVALUATION)
    browser.settle()


def show(page: Page, browser: FakeBrowser, **changes: Any) -> None:
    gallery = {
        "set": "test",
        "label": None,
        "digit": None,
        "first": 0,
        "total": 1,
        "digits": [MISTAKE],
    }
    page.of(Evaluations).note_gallery({**gallery, "pictures": "pictures", **changes})
    browser.settle()


def buttons(browser: FakeBrowser) -> list[Element]:
    return [item.children[0] for item in browser.get("gallery-digits").children]


def test_nothing_is_built_before_it_is_opened(page: Page, browser: FakeBrowser) -> None:
    page.of(Evaluations).note_evaluation(EVALUATION)
    browser.settle()
    assert browser.element("evaluate") is None
    open_panel(browser)
    assert browser.text("test-accuracy") == "98.79% right"
    button = browser.get("evaluate")
    browser.get("evaluation").open = False
    browser.get("evaluation").fire("toggle")
    open_panel(browser)
    assert browser.get("evaluate") is button


def test_a_panel_that_was_open_before_the_page_ran_is_built(
    page: Page, browser: FakeBrowser, worker: FakeWorker
) -> None:
    browser.get("evaluation").open = True
    EvaluationPanel(page).mount()
    assert browser.element("evaluate") is not None


def test_evaluating_waits_for_the_network(
    page: Page, browser: FakeBrowser, worker: FakeWorker
) -> None:
    page.bridge.set_state("starting")
    open_panel(browser)
    assert browser.get("evaluate").disabled
    page.bridge.set_state(READY)
    browser.settle()
    browser.get("evaluate").click()
    browser.settle()
    assert worker.asked("evaluate") == [("test",)]


SPLITS: Any = {"train": 1000, "test": 10_000, "test_drawings": 500, "test_uci": 1797}
DATASET: Any = {"title": "MNIST", "splits": SPLITS}


def choose_set(browser: FakeBrowser, name: str) -> None:
    browser.get("test-set").value = name
    browser.get("test-set").fire("change")
    browser.settle()


def test_the_sets_that_the_server_has_are_offered(page: Page, browser: FakeBrowser) -> None:
    open_panel(browser)

    def choices() -> list[tuple[str | None, str]]:
        options = browser.get("test-set").children
        return [(option.getAttribute("value"), option.textContent) for option in options]

    assert choices() == [("test", "Test digits")]
    page.of(TrainingData).dataset.set(DATASET)
    browser.settle()
    assert choices() == [
        ("test", "MNIST, test digits: 10,000"),
        ("test_drawings", "Drawings by people new to it: 500"),
        ("test_uci", "UCI digits: 1,797"),
    ]
    choose_set(browser, "test_uci")
    page.of(TrainingData).dataset.set(
        DATASET | {"title": "Embedded digits", "splits": {"train": 1397, "test": 200}}
    )
    browser.settle()
    assert choices() == [("test", "Embedded digits, test digits: 200")]
    assert browser.get("test-set").value == page.of(Evaluations).chosen.value == "test"


@pytest.mark.usefixtures("result")
def test_each_set_keeps_its_result_while_another_is_looked_at(
    page: Page, browser: FakeBrowser, worker: FakeWorker
) -> None:
    page.of(TrainingData).dataset.set(DATASET)
    show(page, browser)
    choose_set(browser, "test_drawings")
    assert browser.get("evaluation-result").hidden
    assert browser.text("test-accuracy") == browser.text("evaluation-note") == ""
    assert browser.text("evaluate") == "Evaluate"
    assert browser.get("gallery").hidden
    browser.get("evaluate").click()
    browser.settle()
    assert worker.asked("evaluate") == [("test_drawings",)]
    page.of(Evaluations).note_progress(
        {"set": "test_drawings", "stage": "fetching", "done": 0, "total": 500, "detail": ""}
    )
    browser.settle()
    assert browser.text("evaluation-stage") == (
        "Fetching drawings by people it never learned from: 0 of 500"
    )
    page.of(Evaluations).note_evaluation({**EVALUATION, "set": "test_drawings", "accuracy": 0.5})
    browser.settle()
    assert browser.text("test-accuracy") == "50.00% right"
    assert "drawings by people it never learned from" in browser.text("evaluation-note")

    choose_set(browser, "test")
    assert browser.text("test-accuracy") == "98.79% right"
    assert browser.text("gallery-title") == "The one mistake"
    assert browser.get("evaluation-progress").hidden


def test_progress_is_shown_until_the_result_is_there(page: Page, browser: FakeBrowser) -> None:
    open_panel(browser)
    assert browser.get("evaluation-progress").hidden
    for stage, words in (("fetching", "Fetching test digits"), ("reading", "Reading")):
        page.of(Evaluations).note_progress(
            {"set": "test", "stage": stage, "done": 2500, "total": 10000, "detail": ""}
        )
        browser.settle()
        assert not browser.get("evaluation-progress").hidden
        assert browser.get("evaluation-progress").value == 0.25
        assert browser.text("evaluation-stage") == f"{words}: 2,500 of 10,000"
    page.of(Evaluations).note_evaluation(EVALUATION)
    browser.settle()
    assert browser.get("evaluation-progress").hidden
    assert not browser.get("evaluation-result").hidden


def test_a_failure_is_told_where_it_happened_and_goes_with_the_next_try(
    page: Page, browser: FakeBrowser
) -> None:
    open_panel(browser)
    page.of(Evaluations).note_progress(
        {"set": "test", "stage": "failed", "done": 0, "total": 0, "detail": "Busy."}
    )
    browser.settle()
    assert browser.text("evaluation-problem") == "Busy."
    assert browser.get("evaluation-progress").hidden
    page.of(Evaluations).note_progress(
        {"set": "test", "stage": "fetching", "done": 0, "total": 9, "detail": ""}
    )
    browser.settle()
    assert browser.text("evaluation-problem") == ""


@pytest.mark.usefixtures("result")
def test_the_figures_are_shown_rounded_and_exact(browser: FakeBrowser) -> None:
    assert browser.text("evaluation-note") == "900 of 911 test digits. Loss 0.1235."
    assert browser.get("test-accuracy").getAttribute("data-value") == str(900 / 911)
    assert browser.text("recall-3") == "98.9"
    assert browser.text("recall-0") == "100"
    assert browser.text("precision-9") == "90.0"
    assert browser.get("recall-3").getAttribute("data-value") == str(90 / 91)


@pytest.mark.usefixtures("result")
def test_the_matrix_has_every_count_in_words_too(browser: FakeBrowser) -> None:
    assert browser.text("cell-4-9") == "10"
    assert browser.get("cell-4-9").getAttribute("aria-label") == "4 read as 9: 10"
    assert browser.get("cell-9-4").getAttribute("aria-label") == "9 read as 4: 0"
    assert browser.get("cell-4-9").style.getPropertyValue("--share") == "1.000"
    assert browser.get("cell-4-4").style.getPropertyValue("--share") == "0.900"
    assert browser.get("cell-9-4").style.getPropertyValue("--share") == "0.000"


@pytest.mark.usefixtures("result")
@pytest.mark.parametrize(
    "change", [{"iteration": 1}, {"tuned": 1}, {"digest": "cd"}, {"number": 3}]
)
def test_a_network_that_went_on_can_be_evaluated_again(
    page: Page, browser: FakeBrowser, change: dict[str, Any]
) -> None:
    assert browser.text("evaluation-stage") == ""
    if "iteration" in change:
        page.of(Train).note_progress({**NOTHING_TRAINED, **change, "loss": 0.5, "accuracy": 0.9})
    elif "number" in change:
        # Another run, after which the network may have learned as many steps.
        page.of(Train).begin_run({"start": "reset", **change, "iteration": 0})
    else:
        page.of(Weights).note({**WEIGHTS, **change})
    browser.settle()
    assert "evaluate again" in browser.text("evaluation-stage")
    assert browser.text("evaluate") == "Evaluate again"


@pytest.mark.usefixtures("result")
def test_a_lost_network_leaves_nothing(page: Page, browser: FakeBrowser) -> None:
    show(page, browser)
    page.bridge.lost.tell()
    browser.settle()
    assert browser.get("evaluation-result").hidden
    assert browser.text("test-accuracy") == browser.text("evaluation-note") == ""
    assert browser.get("gallery").hidden


@pytest.mark.usefixtures("result")
def test_a_click_on_a_cell_asks_for_its_digits(browser: FakeBrowser, worker: FakeWorker) -> None:
    browser.get("cell-4-9").click()
    browser.settle()
    assert worker.asked("list_cell") == [("test", 4, 9, 0)]
    assert browser.revealed == [browser.get("gallery-title")]


@pytest.mark.usefixtures("result")
def test_arrow_keys_move_in_the_matrix_and_tab_finds_the_place_again(browser: FakeBrowser) -> None:
    def stops() -> list[str | None]:
        return [
            cell.attributes["id"]
            for cell in browser.get("confusion").descendants()
            if cell.getAttribute("tabindex") == "0"
        ]

    def press(key: str, **held: Any) -> Any:
        return browser.get("confusion").press(key, **held)

    assert stops() == ["cell-0-0"]
    assert press("ArrowRight").is_prevented
    press("ArrowDown")
    press("ArrowDown")
    assert browser.get("cell-2-1").is_focused
    assert stops() == ["cell-2-1"]
    press("ArrowLeft")
    press("ArrowLeft")
    press("ArrowUp")
    assert stops() == ["cell-1-0"]
    for left_to_the_browser in (press("Enter"), press("ArrowRight", alt=True)):
        assert not left_to_the_browser.is_prevented
    assert stops() == ["cell-1-0"]
    browser.get("cell-9-9").click()
    press("ArrowDown")
    assert stops() == ["cell-9-9"]


@pytest.mark.usefixtures("result")
def test_mistakes_are_shown_with_what_the_network_thought(page: Page, browser: FakeBrowser) -> None:
    show(page, browser, total=2, digits=[MISTAKE, {**MISTAKE, "digit": 1}])
    assert browser.text("gallery-title") == "2 mistakes, the worst first"
    texts = [[part.textContent for part in button.children[1:]] for button in buttons(browser)]
    assert texts == [
        ["4, read as 9", "97% sure", "2% for 4"],
        ["4, read as 1", "97% sure", "2% for 4"],
    ]
    canvases = [button.children[0].getAttribute("data-shows") for button in buttons(browser)]
    assert canvases == ["0 of pictures", "1 of pictures"]
    assert browser.get("show-mistakes").hidden
    assert browser.get("next-digits").hidden


@pytest.mark.usefixtures("result")
def test_a_cell_is_marked_while_its_digits_are_shown(
    page: Page, browser: FakeBrowser, worker: FakeWorker
) -> None:
    right = {**MISTAKE, "label": 4, "digit": 4}
    show(page, browser, label=4, digit=4, digits=[right])
    assert browser.get("cell-4-4").getAttribute("aria-pressed") == "true"
    assert [part.textContent for part in buttons(browser)[0].children[1:]] == ["4", "97% sure"]
    worker.calls.clear()
    browser.get("show-mistakes").click()
    browser.settle()
    assert worker.asked("list_mistakes") == [("test", 0)]
    show(page, browser)
    assert browser.get("cell-4-4").getAttribute("aria-pressed") is None


@pytest.mark.usefixtures("result")
def test_many_digits_are_turned_like_pages(
    page: Page, browser: FakeBrowser, worker: FakeWorker
) -> None:
    listed = [MISTAKE] * GALLERY_SIZE
    show(page, browser, total=1130, digits=listed)
    assert browser.text("gallery-position") == "1 to 24 of 1,130"
    assert browser.get("previous-digits").disabled
    worker.calls.clear()
    browser.get("next-digits").click()
    browser.settle()
    assert worker.asked("list_mistakes") == [("test", GALLERY_SIZE)]

    show(page, browser, label=4, digit=9, first=24, total=30, digits=listed[:6])
    assert browser.text("gallery-position") == "25 to 30 of 30"
    assert browser.get("next-digits").disabled
    browser.get("previous-digits").click()
    browser.settle()
    assert worker.asked("list_cell") == [("test", 4, 9, 0)]


@pytest.mark.usefixtures("result")
@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"total": 0, "digits": []}, "No mistake at all"),
        ({"total": 1}, "The one mistake"),
        ({"label": 9, "digit": 4, "total": 0, "digits": []}, "No 9 was read as 4"),
        ({"label": 4, "digit": 9, "total": 1}, "4 read as 9: 1 of them"),
        ({"label": 4, "digit": 9, "total": 3}, "4 read as 9: 3 of them, the worst first"),
        ({"label": 4, "digit": 4, "total": 3}, "4 read as 4: 3 of them, the least sure first"),
    ],
)
def test_the_title_says_what_is_shown(
    page: Page, browser: FakeBrowser, changes: dict[str, Any], title: str
) -> None:
    show(page, browser, **changes)
    assert browser.text("gallery-title") == title


@pytest.mark.usefixtures("result")
def test_a_chosen_digit_goes_onto_the_grid(page: Page, browser: FakeBrowser) -> None:
    show(page, browser)
    items = browser.get("gallery-digits")
    items.fire("click", target=items)
    assert page.of(Draw).drawing.is_blank
    items.fire("click", target=buttons(browser)[0])
    browser.settle()
    assert page.of(Draw).sample == 4
    assert page.of(Draw).drawing.pixels == bytearray([7] * 784)
    assert browser.revealed == [browser.get("grid-panel")]
