from typing import Any

import pytest

from app.pyscript.bridge.bridge import FAILED
from app.pyscript.evaluate.state import Evaluations, offered
from app.pyscript.messages import EVALUATION_FAILED, READING
from app.pyscript.page import Page
from tests.ui.fake_browser import FakeBrowser, FakeWorker
from tests.ui.live_page import OK, REFUSED, answer, notices

pytestmark = pytest.mark.started


def shown(evaluations: Evaluations) -> tuple[Any, Any, Any]:
    """Of the chosen set, looked up anew: type checkers would remember what it was."""
    return evaluations.evaluating, evaluations.evaluation, evaluations.gallery


def test_what_is_looked_at_is_of_the_chosen_set(page: Page) -> None:
    evaluations = page.of(Evaluations)
    evaluations.note_evaluation({"set": "test", "accuracy": 0.99})
    evaluations.note_gallery({"set": "test", "total": 98})
    evaluations.note_progress({"set": "test_drawings", "stage": READING})
    of_digits = (None, {"set": "test", "accuracy": 0.99}, {"set": "test", "total": 98})
    assert shown(evaluations) == of_digits
    evaluations.chosen.set("test_drawings")
    assert shown(evaluations) == ({"set": "test_drawings", "stage": READING}, None, None)


def test_a_new_result_replaces_its_own_set_alone(page: Page) -> None:
    evaluations = page.of(Evaluations)
    for name in ("test", "test_uci"):
        evaluations.note_evaluation({"set": name, "accuracy": 0.9})
        evaluations.note_gallery({"set": name, "total": 1})
    evaluations.note_evaluation({"set": "test_uci", "accuracy": 0.8})
    assert shown(evaluations)[2] == {"set": "test", "total": 1}
    evaluations.chosen.set("test_uci")
    assert shown(evaluations) == (None, {"set": "test_uci", "accuracy": 0.8}, None)
    page.bridge.lost.tell()
    assert shown(evaluations) == (None, None, None)


@pytest.mark.parametrize(("stage", "expected"), [(READING, True), (EVALUATION_FAILED, False)])
def test_any_set_may_be_under_way(page: Page, stage: str, expected: bool) -> None:
    evaluations = page.of(Evaluations)
    assert not evaluations.are_under_way
    evaluations.note_progress({"set": "test_uci", "stage": stage})
    assert evaluations.are_under_way == expected


def test_who_is_gone_reads_nothing_and_what_was_found_out_stays(page: Page) -> None:
    evaluations = page.of(Evaluations)
    evaluations.note_evaluation({"set": "test", "accuracy": 0.9})
    evaluations.note_progress({"set": "test", "stage": READING})
    evaluations.note_progress({"set": "test_uci", "stage": EVALUATION_FAILED})
    page.bridge.set_state(FAILED)

    assert not evaluations.are_under_way
    assert shown(evaluations) == (None, {"set": "test", "accuracy": 0.9}, None)
    evaluations.chosen.set("test_uci")
    assert shown(evaluations) == ({"set": "test_uci", "stage": EVALUATION_FAILED}, None, None)


def test_sets_that_the_server_lacks_are_not_offered() -> None:
    assert offered(None) == [("test", None)]
    dataset: Any = {"splits": {"train": 1000, "test": 200}}
    assert offered(dataset) == [("test", 200)]
    dataset = {
        "splits": {"test": 10_000, "test_uci": 1797, "test_drawings": 500, "mixture": 80_000}
    }
    assert offered(dataset) == [
        ("test", 10_000),
        ("test_drawings", 500),
        ("test_uci", 1797),
    ]


class TestEvaluating:
    def test_mistakes_follow_an_evaluation(
        self, page: Page, worker: FakeWorker, browser: FakeBrowser
    ) -> None:
        page.of(Evaluations).evaluate("test_uci")
        browser.settle()
        answer(browser, worker.waiting("evaluate")[0], OK)
        assert worker.waiting("evaluate") == []
        worker.report(
            type="evaluating", set="test_uci", stage="reading", done=1, total=2, detail=""
        )
        page.of(Evaluations).chosen.set("test_uci")
        assert page.of(Evaluations).evaluating is not None
        page.of(Evaluations).chosen.set("test")
        worker.report(type="evaluation", set="test_uci", accuracy=0.9)
        browser.settle()
        page.of(Evaluations).chosen.set("test_uci")
        assert page.of(Evaluations).evaluation == {
            "set": "test_uci",
            "accuracy": 0.9,
        }

        call = worker.waiting("list_mistakes")[0]
        assert call.arguments == ("test_uci", 0)
        text = {"first": 0, "total": 1, "digits": ["one"]}
        answer(browser, call, text | {"pictures": "the pictures"})

        assert page.of(Evaluations).gallery == {
            "set": "test_uci",
            "label": None,
            "digit": None,
            "first": 0,
            "total": 1,
            "digits": ["one"],
            "pictures": "the pictures",
        }

    def test_the_digits_of_a_cell(
        self, page: Page, worker: FakeWorker, browser: FakeBrowser
    ) -> None:
        page.of(Evaluations).list_cell("test", 4, 9, 24)
        browser.settle()
        call = worker.waiting("list_cell")[0]
        assert call.arguments == ("test", 4, 9, 24)
        text = {"first": 24, "total": 30, "digits": []}
        answer(browser, call, text | {"pictures": "the pictures"})

        gallery = page.of(Evaluations).gallery
        assert gallery is not None
        assert (gallery["label"], gallery["digit"]) == (4, 9)

    def test_a_list_that_is_refused(
        self, page: Page, worker: FakeWorker, browser: FakeBrowser
    ) -> None:
        page.of(Evaluations).list_mistakes("test")
        browser.settle()
        answer(browser, worker.waiting("list_mistakes")[0], REFUSED)

        assert page.of(Evaluations).gallery is None
        assert notices(page) == [("Not now", "Because.")]
