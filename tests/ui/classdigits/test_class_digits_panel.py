"""The section on the class's digits, for a pupil and for the teacher."""

from typing import Any

import pytest

from app.pyscript.classdigits.class_digits_panel import ClassDigitsPanel
from app.pyscript.classdigits.class_set import ClassSet
from app.pyscript.classroom.state import Classroom
from app.pyscript.evaluate.state import Evaluations
from app.pyscript.messages import CLASS_SET
from app.pyscript.page import Page
from tests.ui.class_page import CODE, SECRET, VIEW, kept, of_pupil, of_teacher
from tests.ui.fake_browser import Element, FakeBrowser, FakeWorker, FetchError
from tests.ui.live_page import REFUSED, start

PATH = f"/api/classes/{CODE}/digits"
HANDS = [
    {"pupil": 1, "name": "Otter", "drawings": 2},
    {"pupil": 2, "name": "Ant", "drawings": 4},
]
DRAWINGS = [
    {"number": 7, "pupil": 2, "name": "Ant", "label": 4},
    {"number": 5, "pupil": 1, "name": "Otter", "label": 3},
]
LISTED = {"first": 0, "total": 2, "drawings": DRAWINGS, "pictures": "pictures"}


@pytest.fixture
def worker(page: Page, browser: FakeBrowser) -> FakeWorker:
    worker = start(page, browser)
    worker.answers = {
        "load_class_digits": {"count": 6, "hands": HANDS},
        "list_class_digits": LISTED,
    }
    return worker


def enter(page: Page, browser: FakeBrowser, role: str, revision: int = 1) -> None:
    page.of(Classroom).go_on(kept(role))
    ClassSet(page).mount()
    ClassDigitsPanel(page).mount()
    browser.get("class-digits").open = True
    browser.get("class-digits").fire("toggle")
    tell(browser, role, revision)


def tell(browser: FakeBrowser, role: str, revision: int) -> None:
    document = of_pupil() if role == "pupil" else of_teacher()
    document["digits"] = {"count": 6, "revision": revision}
    browser.streams[-1].send("class", document)
    browser.settle()


def press(browser: FakeBrowser, identifier: str) -> None:
    browser.get(identifier).click()
    browser.settle()


def parts(item: Element, tag: str) -> list[Element]:
    return [each for each in item.children if each.tag == tag]


class TestLooking:
    def test_loads_when_it_is_open_and_again_at_each_change(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        enter(page, browser, "pupil")
        assert worker.asked("load_class_digits") == [(f"{PATH}?view={VIEW}",)]
        assert worker.asked("list_class_digits") == [(None, None, 0)]
        assert browser.text("class-digits-count") == "Handed in: 6"
        assert len(browser.get("class-digits-list").children) == 2
        tell(browser, "pupil", 1)
        assert len(worker.asked("load_class_digits")) == 1
        tell(browser, "pupil", 2)

        assert len(worker.asked("load_class_digits")) == 2

    def test_what_changes_while_it_is_busy_is_loaded_then(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        enter(page, browser, "pupil")
        press(browser, "take-class-digits")
        tell(browser, "pupil", 2)
        assert len(worker.asked("load_class_digits")) == 1
        worker.waiting("take_class_digits")[0].resolve({"added": 0, "left": 6})
        browser.settle()

        assert len(worker.asked("load_class_digits")) == 2

    def test_no_press_is_lost_while_it_is_busy(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        enter(page, browser, "pupil")
        press(browser, "take-class-digits")
        press(browser, "measure-class-digits")
        assert worker.asked("evaluate") == []
        worker.waiting("take_class_digits")[0].resolve({"added": 0, "left": 6})
        browser.settle()

        assert worker.asked("evaluate") == [(CLASS_SET,)]

    def test_what_failed_is_tried_again_when_it_is_opened(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        worker.answers["load_class_digits"] = REFUSED
        enter(page, browser, "pupil")
        browser.advance(10_000)
        assert len(worker.asked("load_class_digits")) == 1
        browser.get("class-digits").fire("toggle")
        browser.settle()

        assert len(worker.asked("load_class_digits")) == 2

    def test_is_chosen_by_pupil_and_digit(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        enter(page, browser, "pupil")
        offered = [option.textContent for option in browser.get("choose-hand").children]
        assert offered == ["everybody", "Otter", "Ant"]
        browser.get("choose-hand").value = "2"
        browser.get("choose-digit").value = "4"
        browser.get("choose-digit").fire("change")
        browser.settle()

        assert worker.asked("list_class_digits")[-1] == (2, 4, 0)

    def test_a_pupil_changes_only_their_own(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        enter(page, browser, "pupil")
        other, own = browser.get("class-digits-list").children

        assert parts(other, "button") == parts(other, "select") == []
        assert len(parts(own, "button")) == len(parts(own, "select")) == 1

    def test_a_teacher_deletes_and_corrects(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        enter(page, browser, "teacher")
        assert browser.get("hand-in").hidden
        item = browser.get("class-digits-list").children[0]
        browser.get("class-digits-list").fire("click", target=parts(item, "button")[0])
        browser.settle()
        request = browser.request(f"{PATH}/7")
        assert (request.method, request.token) == ("DELETE", SECRET)
        request.resolve({})
        field = parts(item, "select")[0]
        field.value = "9"
        browser.get("class-digits-list").fire("change", target=field)
        browser.settle()
        request = browser.request(f"{PATH}/7")
        assert (request.method, request.body) == ("PATCH", {"label": 9})
        request.reject(FetchError(404, "", "There is no drawing 7."))
        browser.settle()

        assert browser.text("class-digits-problem") == "There is no drawing 7."


class TestHandingIn:
    def picked(self, *keys: str, left: int = 0) -> dict[str, Any]:
        file = {"format": "digits-tray", "version": 1, "drawings": [{}] * len(keys)}
        return {"file": file if keys else None, "keys": list(keys), "left": left}

    def test_gives_all_that_the_class_has_not_got(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        enter(page, browser, "pupil")
        assert browser.get("hand-in").disabled
        worker.report(type="tray", count=3, held_out=0, of_digit=[3] + [0] * 9, removed=0)
        browser.settle()
        press(browser, "hand-in")
        worker.waiting("pick_drawings")[0].resolve(self.picked("a", "b", left=1))
        press(browser, "hand-in")
        assert len(worker.asked("pick_drawings")) == 1, "once at a time"
        request = browser.request(PATH)
        assert (request.method, request.token) == ("POST", SECRET)
        assert len((request.body or {})["drawings"]) == 2
        request.resolve({"count": 2})
        browser.settle()
        assert worker.asked("pick_drawings")[-1] == (["a", "b"],)
        worker.waiting("pick_drawings")[0].resolve(self.picked())
        browser.settle()

        assert browser.text("class-digits-said").endswith("not there yet: 2.")
        assert (page.of(Classroom).membership.value or {})["handed"] == ["a", "b"]
        assert not browser.get("hand-in").disabled

    def test_a_refusal_is_said_and_they_can_be_given_again(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        enter(page, browser, "pupil")
        worker.report(type="tray", count=1, held_out=0, of_digit=[1] + [0] * 9, removed=0)
        browser.settle()
        press(browser, "hand-in")
        worker.waiting("pick_drawings")[0].resolve(self.picked("a"))
        browser.settle()
        browser.request(PATH).reject(FetchError(409, "", "The class has 6,000 drawings."))
        browser.settle()

        assert browser.text("class-digits-problem") == "The class has 6,000 drawings."
        assert "handed" not in (page.of(Classroom).membership.value or {})
        press(browser, "hand-in")
        assert worker.asked("pick_drawings")[-1] == ([],)


class TestReading:
    def test_is_done_under_evaluate(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        enter(page, browser, "pupil")
        press(browser, "measure-class-digits")

        assert browser.get("evaluation").open
        assert page.of(Evaluations).chosen.value == CLASS_SET
        assert worker.asked("evaluate") == [(CLASS_SET,)]
        page.hidden.set(["evaluation"])
        browser.settle()
        assert browser.get("measure-class-digits").hidden

    def test_taking_them_says_how_many(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        enter(page, browser, "teacher")
        worker.answers["take_class_digits"] = {"added": 4, "left": 2}
        press(browser, "take-class-digits")

        assert browser.text("class-digits-said").startswith("New in your tray: 4.")

    def test_forgets_them_with_the_class(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        worker.answers["forget_class_digits"] = {}
        enter(page, browser, "pupil")
        browser.streams[-1].send("end", {"reason": "ended"})
        browser.settle()

        assert worker.asked("forget_class_digits") == [()]
        assert browser.get("class-digits-list").children == []
        assert browser.get("measure-class-digits").disabled
