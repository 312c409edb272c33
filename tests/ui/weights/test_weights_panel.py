from typing import Any

import pytest

from app.pyscript.bridge.bridge import FAILED, READY
from app.pyscript.page import Page
from app.pyscript.settings.state import Settings
from app.pyscript.weights.state import SENDING, Weights
from app.pyscript.weights.weights_panel import WeightsPanel
from tests.ui.fake_browser import FakeBrowser, FakeWorker

SHARED: Any = {
    "source": "shared",
    "digest": "0123456789abcdef",
    "changed_by_training": False,
    "tuned": 0,
}


@pytest.fixture(autouse=True)
def panel(page: Page) -> WeightsPanel:
    panel = WeightsPanel(page)
    panel.mount()
    return panel


@pytest.mark.parametrize("state", [READY, FAILED])
def test_weights_can_be_changed_while_the_worker_is_up(
    page: Page, browser: FakeBrowser, state: str
) -> None:
    buttons = [browser.get("load-weights"), browser.get("randomize-weights")]
    assert [button.disabled for button in buttons] == [True, True]

    page.bridge.set_state(state)
    browser.settle()

    assert [button.disabled for button in buttons] == [state != READY] * 2


def publish(page: Page, browser: FakeBrowser, state: str, **answer: Any) -> None:
    publication: Any = {"state": state, "version": None, "detail": ""}
    page.of(Weights).publication.set(publication | answer)
    browser.settle()


@pytest.mark.parametrize(
    ("changes", "is_own"),
    [
        ({}, False),
        ({"changed_by_training": True}, True),
        ({"tuned": 1}, True),
        ({"source": "random"}, True),
    ],
)
def test_only_other_weights_than_everybodys_can_be_published(
    page: Page, browser: FakeBrowser, worker: FakeWorker, changes: dict[str, Any], is_own: bool
) -> None:
    page.bridge.set_state(READY)
    page.of(Weights).note({**SHARED, **changes})
    browser.settle()
    assert browser.get("publish-weights").disabled != is_own
    assert browser.text("publish-note").startswith("Publish what" if is_own else "Train it")
    if is_own:
        browser.get("author").value = "  Ada "
        browser.get("publish-weights").click()
        browser.settle()
        assert worker.asked("publish_weights") == [("Ada",)]


def test_while_the_server_measures_nothing_else_happens_to_the_weights(
    page: Page, browser: FakeBrowser
) -> None:
    page.bridge.set_state(READY)
    page.of(Weights).note({**SHARED, "tuned": 1})
    publish(page, browser, SENDING)
    for identifier in ("load-weights", "randomize-weights", "publish-weights"):
        assert browser.get(identifier).disabled
    assert "measures" in browser.text("publish-note")


def test_what_became_of_publishing_is_told(page: Page, browser: FakeBrowser) -> None:
    page.bridge.set_state(READY)
    publish(page, browser, "accepted", version={"id": 12, "accuracy": 0.98765})
    assert "version 12: it reads 98.77%" in browser.text("publish-note")

    candidate = {"id": 13, "accuracy": 0.9}
    publish(page, browser, "refused", version=candidate, detail="At least 99 % is needed.")
    assert browser.text("publish-note").startswith("Not taken. At least 99 % is needed. Train")


def test_what_became_of_publishing_names_digits_and_drawings(
    page: Page, browser: FakeBrowser
) -> None:
    version = {"id": 12, "accuracy": 0.98765, "drawings_accuracy": 0.9}
    publish(page, browser, "accepted", version=version)
    assert "it reads 98.77%, of the drawings 90.00%." in browser.text("publish-note")
    publish(page, browser, "refused", version=version, detail="Too little.")
    assert browser.text("publish-note") == (
        "Not taken. Too little. In all, yours reads 98.77% of the digits and 90.00% of the "
        "drawings. Train it further, or load the shared ones."
    )
    publish(page, browser, "refused", version=None, detail="That is version 3. Train it further.")
    assert browser.text("publish-note") == "Not taken. That is version 3. Train it further."


def test_an_average_with_others_is_told(page: Page, browser: FakeBrowser) -> None:
    version = {"id": 12, "accuracy": 0.98765, "current": True}
    publish(page, browser, "merged", version=version)
    assert "version 12 is the average of theirs and yours" in browser.text("publish-note")
    publish(page, browser, "merged", version=version | {"drawings_accuracy": 0.9})
    assert "it reads 98.77%, of the drawings 90.00%." in browser.text("publish-note")


def test_what_was_published_before_is_told(page: Page, browser: FakeBrowser) -> None:
    version = {"id": 12, "accuracy": 0.98765, "current": False}
    publish(page, browser, "accepted", version=version)
    assert "was published before, as version 12" in browser.text("publish-note")


def test_the_history_is_a_click_away(browser: FakeBrowser) -> None:
    assert not browser.get("history-dialog").open
    browser.get("show-history").click()
    browser.settle()
    assert browser.get("history-dialog").open
    assert browser.request("/api/weights/versions")


def test_no_name_is_asked_for_where_none_are_taken(
    panel: WeightsPanel, browser: FakeBrowser
) -> None:
    assert not browser.get("author").hidden
    browser.root().setAttribute("data-names", "none")
    panel.mount()
    assert browser.get("author").hidden
    assert "No names are taken here" in browser.text("privacy-published")


def test_the_buttons_ask_the_worker(page: Page, browser: FakeBrowser, worker: FakeWorker) -> None:
    page.bridge.set_state(READY)
    browser.settle()

    browser.get("load-weights").click()
    browser.settle()
    assert worker.asked("load_shared_weights") == [()]
    assert worker.asked("randomize_weights") == []

    browser.get("randomize-weights").click()
    browser.settle()
    settings = page.of(Settings).values.value
    assert worker.asked("randomize_weights") == [(settings["seed"], settings["initializer"])]
    assert len(worker.asked("load_shared_weights")) == 1


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "The shared weights, version 01234567."),
        ({"tuned": 1}, "The shared weights, version 01234567, tuned once."),
        (
            {"changed_by_training": True, "tuned": 3},
            "The shared weights, version 01234567, trained further here and tuned 3 times.",
        ),
        ({"source": "random"}, "Random weights: it knows nothing yet."),
        ({"source": "file", "name": "a.npz"}, "The weights of a.npz."),
        ({"source": "file", "name": "a.npz", "tuned": 1}, "The weights of a.npz, tuned once."),
        (
            {"source": "random", "changed_by_training": True},
            "Random weights, trained further here.",
        ),
    ],
)
def test_the_weights_origin_is_told(
    page: Page, browser: FakeBrowser, changes: dict[str, Any], text: str
) -> None:
    assert browser.text("weights-note") == "No weights yet."

    page.of(Weights).note({**SHARED, **changes})
    browser.settle()

    assert browser.text("weights-note") == text
