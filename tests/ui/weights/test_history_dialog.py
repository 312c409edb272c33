from typing import Any

import pytest

from app.pyscript.bridge.bridge import READY
from app.pyscript.kit.chart_library import ChartLibrary
from app.pyscript.page import Page
from app.pyscript.weights import texts
from app.pyscript.weights.history_dialog import HistoryDialog
from app.pyscript.weights.state import SENDING, Weights
from app.pyscript.weights.version_history import VersionHistory
from tests.ui.conftest import PAGE
from tests.ui.fake_browser import Element, FakeBrowser, FakeWorker, FetchError

VERSION: Any = {
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
DOCUMENT: Any = {"current": 2, "margin": 0.005, "samples": 5000, "versions": VERSIONS}
JOB: Any = {
    "id": "ab",
    "state": "queued",
    "progress": 0.0,
    "step": 0,
    "steps": 4000,
    "accuracy": None,
}


@pytest.fixture(autouse=True)
def dialog(page: Page, browser: FakeBrowser) -> HistoryDialog:
    """The dialog, open, with a history of three versions."""
    dialog = HistoryDialog(page)
    dialog.mount()
    page.bridge.set_state(READY)
    page.of(ChartLibrary).is_there.set(True)
    dialog.open()
    browser.settle()
    answer_history(browser)
    answer_jobs(browser)
    return dialog


def answer_history(browser: FakeBrowser, **changes: Any) -> None:
    browser.request("/api/weights/versions").resolve({**DOCUMENT, **changes})
    browser.settle()


def answer_jobs(browser: FakeBrowser, *jobs: dict[str, Any]) -> None:
    browser.request("/api/jobs").resolve({"jobs": list(jobs)})
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
        ["3", "50.00%", "-", "published, refused", when, "Load"],
        ["2", "99.00%", "<b>Ada</b>", "came with the program", when, "Loadcurrent"],
        ["1", "98.00%", "-", "came with the program", when, "Load"],
    ]
    assert "5,000 digits" in browser.text("history-note")
    assert "0.5 points" in browser.text("history-note")


def test_accepted_versions_are_drawn_oldest_first(browser: FakeBrowser) -> None:
    columns = [[1, 2], [98.0, 99.0], [None, None]]
    assert browser.charts["history-chart"].columns == columns
    browser.change_theme()
    assert browser.charts["history-chart"].columns == columns


def test_drawings_stand_beside_the_digits_where_they_were_measured(
    page: Page, browser: FakeBrowser
) -> None:
    versions = [
        {**VERSION, "id": 2, "drawings_accuracy": 0.97},
        {**VERSION, "drawings_accuracy": None},
    ]
    page.of(VersionHistory).versions.set(DOCUMENT | {"drawings": 2000, "versions": versions})
    browser.settle()
    assert [row[1] for row in rows(browser)] == ["98.00% drawings 97.00%", "98.00%"]
    assert browser.charts["history-chart"].columns == [[1, 2], [98.0, 98.0], [None, 97.0]]
    assert "5,000 digits and 2,000 drawings" in browser.text("history-note")


def test_one_version_makes_no_chart(page: Page, browser: FakeBrowser) -> None:
    page.of(VersionHistory).versions.set(DOCUMENT | {"versions": [VERSION]})
    browser.settle()
    assert browser.get("history-chart").hidden


def test_any_version_can_be_loaded(browser: FakeBrowser, worker: FakeWorker) -> None:
    buttons(browser, "Load")[0].click()
    browser.settle()
    assert worker.asked("load_version") == [(3,)]


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


def as_operator(browser: FakeBrowser) -> None:
    browser.get("admin-token").value = "secret"
    browser.get("admin-token").fire("input")


def test_the_operator_deletes_a_version_that_is_not_current(browser: FakeBrowser) -> None:
    as_operator(browser)
    assert len(buttons(browser, "Delete…")) == 2
    buttons(browser, "Delete…")[0].click()
    assert not browser.get("operator-sure").hidden
    assert browser.get("operator").open
    assert browser.text("operator-confirm") == "Delete version 3"
    assert browser.get("operator-everywhere").hidden
    assert all(request.is_settled for request in browser.requests)

    browser.get("operator-confirm").click()
    browser.settle()
    assert browser.get("operator-sure").hidden
    request = browser.request("/api/weights/versions/3")
    assert (request.method, request.token, request.body) == ("DELETE", "secret", None)
    request.resolve({"version": VERSIONS[0]})
    browser.settle()
    answer_history(browser, versions=VERSIONS[1:])
    assert len(rows(browser)) == 2


@pytest.mark.parametrize(
    ("button", "path", "method", "body"),
    [
        ("operator-confirm", "/api/weights/versions/2", "PATCH", {"author": None}),
        (
            "operator-everywhere",
            "/api/weights/versions/clear-authors",
            "POST",
            {"author": "<b>Ada</b>"},
        ),
    ],
)
def test_the_operator_clears_a_name(
    browser: FakeBrowser, button: str, path: str, method: str, body: dict[str, Any]
) -> None:
    as_operator(browser)
    (clear,) = buttons(browser, "Clear name…")  # of the current version, too
    clear.click()
    assert "<b>Ada</b>" in browser.text("operator-question")
    assert not browser.get("operator-everywhere").hidden
    browser.get(button).click()
    browser.settle()
    request = browser.request(path)
    assert (request.method, request.token, request.body) == (method, "secret", body)
    request.resolve({})
    browser.settle()
    answer_history(browser)


def test_going_back_changes_nothing(browser: FakeBrowser) -> None:
    as_operator(browser)
    buttons(browser, "Delete…")[0].click()
    browser.get("operator-cancel").click()
    browser.settle()
    assert browser.get("operator-sure").hidden
    assert all(request.is_settled for request in browser.requests)


def test_what_is_in_use_is_not_deleted(browser: FakeBrowser) -> None:
    as_operator(browser)
    buttons(browser, "Delete…")[1].click()
    browser.get("operator-confirm").click()
    browser.settle()
    refusal = FetchError(409, "Version 1 is the baseline. Promote another version first.")
    browser.request("/api/weights/versions/1").reject(refusal)
    browser.settle()
    assert "Version 1 could not be deleted: " in browser.text("history-problem")


def test_the_operator_ends_a_training(dialog: HistoryDialog, browser: FakeBrowser) -> None:
    as_operator(browser)
    dialog.open()
    browser.settle()
    answer_history(browser)
    answer_jobs(browser, {**JOB, "state": "running"})
    browser.get("end-job").click()
    browser.get("operator-confirm").click()
    browser.settle()
    canceled = {**JOB, "state": "canceled"}
    request = browser.request("/api/jobs/ab")
    assert (request.method, request.token) == ("DELETE", "secret")
    request.resolve({"job": canceled})
    browser.settle()
    browser.advance(1000)
    browser.request("/api/jobs/ab").resolve(canceled)
    browser.settle()
    assert browser.text("job-note") == "The operator ended it. Nothing was published."
    assert browser.get("end-job").hidden
    assert not browser.get("retrain").disabled
    answer_history(browser)


def test_a_refusal_is_told_in_the_dialog(page: Page, browser: FakeBrowser) -> None:
    browser.get("admin-token").value = "guess"
    browser.get("admin-token").fire("input")
    buttons(browser, "Make current")[0].click()
    browser.settle()
    refusal = FetchError(401, "Only the operator may do this.")
    browser.request("/api/weights/versions/3/promote").reject(refusal)
    browser.settle()
    assert "Only the operator" in browser.text("history-problem")
    assert page.notices.shown.value == []

    page.of(VersionHistory).problem.set("")
    browser.settle()
    assert browser.text("history-problem") == ""


def test_a_history_that_does_not_come_is_no_longer_asked_for_until_the_next_time() -> None:
    browser = FakeBrowser(PAGE)
    page = Page(browser)
    dialog = HistoryDialog(page)
    dialog.mount()
    for _ in range(2):
        dialog.open()
        browser.settle()
        assert browser.text("history-note") == texts.HISTORY_ASKING
        assert browser.text("history-problem") == ""
        browser.request("/api/weights/versions").reject(FetchError(0, "it did not answer"))
        browser.settle()
        assert browser.text("history-note") == ""
        assert "it did not answer" in browser.text("history-problem")
    browser.close()


def test_training_anew_is_asked_twice_and_followed(browser: FakeBrowser) -> None:
    browser.get("admin-token").value = "secret"
    browser.get("retrain").click()
    assert not browser.get("operator-sure").hidden
    assert browser.get("operator-everywhere").hidden
    assert "trained from nothing" in browser.text("operator-question")
    browser.get("operator-cancel").click()
    assert browser.get("operator-sure").hidden
    browser.get("retrain").click()
    browser.get("operator-confirm").click()
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


def test_a_job_is_followed_through_an_interruption(browser: FakeBrowser) -> None:
    browser.get("retrain").click()
    browser.get("operator-confirm").click()
    browser.settle()
    browser.request("/api/weights").resolve({"job": JOB})
    browser.settle()
    browser.advance(1000)
    browser.request("/api/jobs/ab").reject(FetchError(0, "the server did not answer"))
    browser.settle()
    assert "cannot be followed" in browser.text("history-problem")
    browser.advance(1000)
    with pytest.raises(AssertionError):
        browser.request("/api/jobs/ab")  # not so soon again
    browser.advance(1000)
    browser.request("/api/jobs/ab").resolve({**JOB, "state": "running"})
    browser.settle()
    assert browser.text("history-problem") == ""
    assert "Step" in browser.text("job-note")


def test_a_job_that_the_server_no_longer_knows_is_not_asked_for_again(browser: FakeBrowser) -> None:
    browser.get("retrain").click()
    browser.get("operator-confirm").click()
    browser.settle()
    browser.request("/api/weights").resolve({"job": JOB})
    browser.advance(1000)
    browser.request("/api/jobs/ab").reject(FetchError(404, "There is no such job."))
    browser.settle()
    answer_history(browser)
    assert "cannot be followed: There is no such job" in browser.text("history-problem")
    assert browser.get("job").hidden
    assert not browser.get("retrain").disabled
    count = len(browser.requests)
    browser.advance(600_000)
    assert len(browser.requests) == count


def test_a_job_that_somebody_else_began_is_followed(
    dialog: HistoryDialog, browser: FakeBrowser
) -> None:
    dialog.open()
    browser.settle()
    answer_jobs(browser, {**JOB, "state": "running"}, {**JOB, "id": "aa", "state": "done"})
    assert not browser.get("job").hidden
    browser.advance(1000)
    browser.request("/api/jobs/ab").resolve({**JOB, "state": "done", "version": 4})
    browser.settle()
    assert browser.text("job-note") == "Done: it is version 4."


def test_a_second_retraining_is_refused_and_the_first_one_followed(browser: FakeBrowser) -> None:
    browser.get("retrain").click()
    browser.get("operator-confirm").click()
    browser.settle()
    browser.request("/api/weights").reject(FetchError(409, "A training is going on already."))
    browser.settle()
    answer_jobs(browser, JOB)
    assert "going on already" in browser.text("history-problem")
    assert "Waiting" in browser.text("job-note")


def test_following_a_job_leaves_rows_and_problems_alone(page: Page, browser: FakeBrowser) -> None:
    browser.get("retrain").click()
    browser.get("operator-confirm").click()
    browser.settle()
    browser.request("/api/weights").resolve({"job": JOB})
    browser.settle()
    page.of(VersionHistory).problem.set("Version 3 could not be made the current one")
    row = browser.get("history-rows").children[0]
    browser.advance(1000)
    browser.request("/api/jobs/ab").resolve({**JOB, "state": "running"})
    browser.settle()
    assert browser.get("history-rows").children[0] is row
    assert "Version 3" in browser.text("history-problem")


def test_typing_a_token_draws_the_rows_once(browser: FakeBrowser) -> None:
    browser.get("admin-token").value = "s"
    browser.get("admin-token").fire("input")
    row = browser.get("history-rows").children[0]
    browser.get("admin-token").value = "se"
    browser.get("admin-token").fire("input")
    assert browser.get("history-rows").children[0] is row


def test_nothing_is_loaded_while_weights_are_published(page: Page, browser: FakeBrowser) -> None:
    page.of(Weights).publication.set({"state": SENDING, "version": None, "detail": ""})
    browser.settle()
    answer_history(browser)
    assert all(button.disabled for button in buttons(browser, "Load"))


def test_without_a_chart_library_there_is_no_chart() -> None:
    browser = FakeBrowser(PAGE)
    page = Page(browser)
    dialog = HistoryDialog(page)
    dialog.mount()
    dialog.open()
    browser.settle()
    answer_history(browser)
    assert len(rows(browser)) == 3
    assert browser.get("history-chart").hidden
    assert browser.charts == {}

    page.of(ChartLibrary).is_there.set(True)
    browser.settle()
    assert browser.charts["history-chart"].columns == [[1, 2], [98.0, 99.0], [None, None]]
    browser.close()


def test_a_failed_job_says_why(page: Page, browser: FakeBrowser) -> None:
    page.of(VersionHistory).job.set(JOB | {"state": "failed", "error": "it diverged"})
    browser.settle()
    assert browser.text("job-note") == "It failed: it diverged."


def test_publishing_shows_in_an_open_history(page: Page, browser: FakeBrowser) -> None:
    page.of(Weights).publication.set({"state": "accepted", "version": VERSION, "detail": ""})
    browser.settle()
    answer_history(browser, versions=[VERSION])
    assert len(rows(browser)) == 1


def test_a_closed_history_asks_for_nothing(page: Page, browser: FakeBrowser) -> None:
    browser.get("close-history").click()
    page.of(Weights).publication.set({"state": "accepted", "version": VERSION, "detail": ""})
    browser.settle()
    assert all(request.is_settled for request in browser.requests)
