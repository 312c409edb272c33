from typing import Any
from unittest.mock import Mock

import pytest

from app.pyscript.components.history_dialog import HistoryDialog
from app.pyscript.store import READY, Store
from app.pyscript.weights_client import WeightsClient
from tests.ui.fake_browser import Element, FakeBrowser, FetchError

VERSION = {
    "id": 1,
    "accuracy": 0.98,
    "author": None,
    "source": "shipped",
    "status": "accepted",
    "current": False,
    "created": "2026-11-24T07:00:00.000Z",
}
VERSIONS = [
    {**VERSION, "id": 3, "accuracy": 0.5, "source": "published", "status": "refused"},
    {**VERSION, "id": 2, "accuracy": 0.99, "author": "<b>Ada</b>", "current": True},
    VERSION,
]
DOCUMENT = {"current": 2, "margin": 0.005, "samples": 5000, "versions": VERSIONS}
JOB = {"id": "ab", "state": "queued", "progress": 0.0, "step": 0, "steps": 4000, "accuracy": None}


@pytest.fixture
def load() -> Mock:
    return Mock()


@pytest.fixture(autouse=True)
def dialog(store: Store, browser: FakeBrowser, load: Mock) -> HistoryDialog:
    """The dialog, open, with a history of three versions."""
    dialog = HistoryDialog(store, browser, WeightsClient(store, browser), load)
    dialog.mount()
    store.worker_changed(READY)
    dialog.open()
    browser.settle()
    answer_history(browser)
    return dialog


def answer_history(browser: FakeBrowser, **changes: Any) -> None:
    browser.request("/api/weights/versions").resolve({**DOCUMENT, **changes})
    browser.settle()


def rows(browser: FakeBrowser) -> list[list[str]]:
    return [
        [cell.textContent for cell in row.children] for row in browser.get("history-rows").children
    ]


def buttons(browser: FakeBrowser, text: str) -> list[Element]:
    return [
        element
        for element in browser.get("history-rows").descendants()
        if element.tag == "button" and element.textContent == text
    ]


def test_the_versions_are_listed(browser: FakeBrowser) -> None:
    when = "local 2026-11-24T07:00:00.000Z"
    assert rows(browser) == [
        ["3", "50.00 %", "-", "published, refused", when, "Load"],
        ["2", "99.00 %", "<b>Ada</b>", "came with the program", when, "Loadcurrent"],
        ["1", "98.00 %", "-", "came with the program", when, "Load"],
    ]
    assert "5,000 digits" in browser.text("history-note")
    assert "0.5 points" in browser.text("history-note")


def test_accepted_versions_are_drawn_oldest_first(browser: FakeBrowser) -> None:
    assert browser.charts["history-chart"].columns == [[1, 2], [98.0, 99.0]]
    browser.change_theme()
    assert browser.charts["history-chart"].columns == [[1, 2], [98.0, 99.0]]


def test_one_version_makes_no_chart(store: Store, browser: FakeBrowser) -> None:
    store.versions_arrived({**DOCUMENT, "versions": [VERSION]})
    browser.settle()
    assert browser.get("history-chart").hidden


def test_any_version_can_be_loaded(browser: FakeBrowser, load: Mock) -> None:
    buttons(browser, "Load")[0].click()
    load.assert_called_once_with(3)


def test_the_operator_makes_another_version_the_current_one(browser: FakeBrowser) -> None:
    assert buttons(browser, "Make current") == []
    browser.get("admin-token").value = " secret "
    browser.get("admin-token").fire("input")
    assert len(buttons(browser, "Make current")) == 2

    buttons(browser, "Make current")[1].click()
    browser.settle()
    request = browser.request("/api/weights/versions/1/promote")
    assert (request.method, request.token) == ("POST", "secret")
    request.resolve({"version": VERSION})
    browser.settle()
    answer_history(browser)


def test_a_refusal_is_told_in_the_dialog(store: Store, browser: FakeBrowser) -> None:
    browser.get("admin-token").value = "guess"
    browser.get("admin-token").fire("input")
    buttons(browser, "Make current")[0].click()
    browser.settle()
    refusal = FetchError(401, "Only the operator may do this.")
    browser.request("/api/weights/versions/3/promote").reject(refusal)
    browser.settle()
    assert "Only the operator" in browser.text("history-problem")
    assert store.notices == []

    store.versions_failed("")
    browser.settle()
    assert browser.text("history-problem") == ""


def test_training_anew_is_asked_twice_and_followed(browser: FakeBrowser) -> None:
    browser.get("admin-token").value = "secret"
    browser.get("retrain").click()
    assert not browser.get("retrain-sure").hidden
    browser.get("cancel-retrain").click()
    assert browser.get("retrain-sure").hidden
    browser.get("retrain").click()
    browser.get("confirm-retrain").click()
    browser.settle()
    request = browser.request("/api/weights")
    assert (request.method, request.token) == ("DELETE", "secret")
    request.resolve({"job": JOB})
    browser.settle()
    assert browser.get("retrain").disabled
    assert "Waiting" in browser.text("job-note")

    browser.advance(1000)
    running = {**JOB, "state": "running", "progress": 0.25, "step": 1000, "accuracy": 0.9}
    browser.request("/api/jobs/ab").resolve(running)
    browser.settle()
    assert browser.get("job-progress").value == 0.25
    assert browser.text("job-note") == "Step 1,000 of 4,000, 90% of the last batch right"

    browser.advance(1000)
    browser.request("/api/jobs/ab").resolve({**JOB, "state": "done", "progress": 1, "version": 4})
    browser.settle()
    assert browser.text("job-note") == "Done: it is version 4."
    assert not browser.get("retrain").disabled
    answer_history(browser)


def test_a_job_that_cannot_be_followed_is_told(browser: FakeBrowser) -> None:
    browser.get("confirm-retrain").click()
    browser.settle()
    browser.request("/api/weights").resolve({"job": JOB})
    browser.settle()
    browser.advance(1000)
    browser.request("/api/jobs/ab").reject(FetchError(0, "the server did not answer"))
    browser.settle()
    assert "cannot be followed" in browser.text("history-problem")
    assert browser.get("job").hidden


def test_a_failed_job_says_why(store: Store, browser: FakeBrowser) -> None:
    store.job_changed({**JOB, "state": "failed", "error": "it diverged"})
    browser.settle()
    assert browser.text("job-note") == "It failed: it diverged"


def test_publishing_shows_in_an_open_history(store: Store, browser: FakeBrowser) -> None:
    store.publication_changed({"state": "accepted", "version": VERSION, "current": None})
    browser.settle()
    answer_history(browser, versions=[VERSION])
    assert len(rows(browser)) == 1


def test_a_closed_history_asks_for_nothing(store: Store, browser: FakeBrowser) -> None:
    browser.get("close-history").click()
    store.publication_changed({"state": "accepted", "version": VERSION, "current": None})
    browser.settle()
    assert all(request.is_settled for request in browser.requests)
