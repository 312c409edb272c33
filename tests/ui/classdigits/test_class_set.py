"""The class's digits among the sets under Evaluate."""

from typing import Any

import pytest

from app.pyscript.classdigits.class_set import ClassSet
from app.pyscript.classroom.state import Classroom
from app.pyscript.evaluate.evaluation_panel import EvaluationPanel
from app.pyscript.evaluate.state import Evaluations
from app.pyscript.messages import CLASS_SET
from app.pyscript.page import Page
from tests.ui.class_page import kept, of_pupil, of_teacher
from tests.ui.evaluate.test_evaluation_panel import EVALUATION
from tests.ui.fake_browser import FakeBrowser, FakeWorker
from tests.ui.live_page import REFUSED, start

READ: Any = EVALUATION | {
    "set": CLASS_SET,
    "groups": [
        {"name": "Otter", "samples": 2, "right": 1},
        {"name": "Ant", "samples": 4, "right": 4},
    ],
}


@pytest.fixture
def worker(page: Page, browser: FakeBrowser) -> FakeWorker:
    worker = start(page, browser)
    worker.answers["load_class_digits"] = {"count": 6, "hands": []}
    worker.answers["list_class_digits"] = {"first": 0, "total": 0, "drawings": [], "pictures": ""}
    EvaluationPanel(page).mount()
    browser.get("evaluation").open = True
    browser.get("evaluation").fire("toggle")
    return worker


def enter(page: Page, browser: FakeBrowser, role: str = "pupil", count: int = 6) -> None:
    page.of(Classroom).go_on(kept(role))
    ClassSet(page).mount()
    tell(browser, role, count)


def tell(browser: FakeBrowser, role: str, count: int, revision: int = 1) -> None:
    document = of_pupil() if role == "pupil" else of_teacher()
    document["digits"] = {"count": count, "revision": revision}
    browser.streams[-1].send("class", document)
    browser.settle()


def offered(browser: FakeBrowser) -> list[str]:
    return [option.textContent for option in browser.get("test-set").children]


def evaluate(browser: FakeBrowser) -> None:
    browser.get("test-set").value = CLASS_SET
    browser.get("test-set").fire("change")
    browser.get("evaluate").click()
    browser.settle()


@pytest.mark.parametrize("role", ["pupil", "teacher"])
def test_is_offered_to_members_while_there_are_digits(
    page: Page, browser: FakeBrowser, worker: FakeWorker, role: str
) -> None:
    enter(page, browser, role, count=0)
    assert offered(browser) == ["Test digits"]
    tell(browser, role, 6)
    assert offered(browser)[1:] == ["The class's digits: 6"]
    tell(browser, role, 0, revision=2)
    assert offered(browser) == ["Test digits"]


def test_the_digits_are_brought_up_to_date_first(
    page: Page, browser: FakeBrowser, worker: FakeWorker
) -> None:
    enter(page, browser)
    for revision, loads in ((1, 1), (1, 1), (2, 2)):
        tell(browser, "pupil", 6, revision)
        evaluate(browser)
        assert len(worker.asked("load_class_digits")) == loads
    assert worker.asked("evaluate") == [(CLASS_SET,)] * 3


def test_nothing_is_read_if_they_do_not_come(
    page: Page, browser: FakeBrowser, worker: FakeWorker
) -> None:
    worker.answers["load_class_digits"] = REFUSED
    enter(page, browser)
    evaluate(browser)
    assert worker.asked("evaluate") == []
    worker.answers["load_class_digits"] = {"count": 6, "hands": []}
    evaluate(browser)
    assert worker.asked("evaluate") == [(CLASS_SET,)]


def test_the_best_read_hand_stands_first_and_all_goes_with_the_class(
    page: Page, browser: FakeBrowser, worker: FakeWorker
) -> None:
    worker.answers["forget_evaluation"] = {}
    enter(page, browser)
    evaluate(browser)
    page.of(Evaluations).note_evaluation(READ)
    browser.settle()
    rows = [row.textContent for row in browser.get("evaluation-hands").children]
    assert rows == ["Ant4100%", "Otter250%"]
    assert "of the class's digits" in browser.text("evaluation-note")

    browser.streams[-1].send("end", {"reason": "ended"})
    browser.settle()
    assert page.of(Evaluations).chosen.value == "test"
    assert browser.get("evaluation-hands-scroll").hidden
    assert offered(browser) == ["Test digits"]
    assert worker.asked("forget_evaluation") == [(CLASS_SET,)]
    page.of(Evaluations).note_evaluation(READ)  # was under way
    page.of(Evaluations).chosen.set(CLASS_SET)
    assert page.of(Evaluations).evaluation is None
