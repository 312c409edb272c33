"""A pupil's page: what it tells the class, and the orders that it carries out."""

import json
from typing import Any

import pytest

from app.pyscript.classroom.memory import KEY
from app.pyscript.classroom.state import Classroom
from app.pyscript.draw.state import Draw
from app.pyscript.lessons.lesson_panel import LessonPanel
from app.pyscript.lessons.state import Lessons
from app.pyscript.page import Page
from app.pyscript.pupil.state import fields_of
from app.pyscript.pupil.strip import Strip
from app.pyscript.train.state import Train
from tests.ui.class_page import CODE, SECRET, kept, of_pupil, order
from tests.ui.fake_browser import Element, FakeBrowser, FakeWorker, FetchError, Request
from tests.ui.live_page import draw, progress, reading, start

PATH = f"/api/classes/{CODE}"
STATUS = f"{PATH}/pupils/1/status"
PIXELS = 1568


@pytest.fixture
def live(page: Page, browser: FakeBrowser) -> FakeWorker:
    """The worker of a page whose pupil is in a class."""
    worker = start(page, browser)
    for name in ("reset_training", "randomize_weights", "start_training", "pause_training"):
        worker.answers[name] = {}
    enter(page, browser)
    return worker


def enter(page: Page, browser: FakeBrowser, **membership: Any) -> Strip:
    page.of(Classroom).go_on(kept("pupil", **membership))
    strip = Strip(page)
    strip.mount()
    tell(browser)
    return strip


def tell(browser: FakeBrowser, **changes: Any) -> None:
    browser.streams[-1].send("class", of_pupil(**changes))
    browser.settle()


def told(browser: FakeBrowser) -> list[Request]:
    """The statuses that were sent, oldest first, now answered."""
    found = [request for request in browser.requests if request.path == STATUS]
    for request in found:
        request.resolve({})
    browser.settle()
    return found


def mount_lessons(page: Page, browser: FakeBrowser) -> None:
    for identifier in ("settings", "more-settings", "figures"):  # which a lesson may hide
        browser.get("training-panel").append(Element("div", {"id": identifier}))
    LessonPanel(page).mount()


def asked(worker: FakeWorker) -> list[str]:
    return [call.name for call in worker.calls if call.name != "predict"]


class TestTelling:
    def test_tells_what_has_changed_and_gives_signs_of_life(
        self, page: Page, browser: FakeBrowser, live: FakeWorker
    ) -> None:
        browser.advance(1000)
        (first,) = told(browser)
        assert (first.method, first.token) == ("PUT", SECRET)
        assert first.body == {
            "doing": "idle",
            "steps": 0,
            "validation_digits": None,
            "validation_drawings": None,
            "curve": [],
            "drawing": None,
        }
        browser.advance(3000)
        assert len(told(browser)) == 1
        browser.advance(2000)
        assert len(told(browser)) == 2

        live.report(type="progress", **progress(10))
        live.report(type="validation", iteration=10, accuracy=0.75, loss=1, drawings=0.5)
        browser.advance(1000)
        body = told(browser)[-1].body or {}
        assert (body["doing"], body["steps"], body["curve"]) == ("training", 10, [0.9])
        assert (body["validation_digits"], body["validation_drawings"]) == (0.75, 0.5)
        live.report(type="progress", **{**progress(10), "is_training": False})
        browser.advance(1000)
        assert (told(browser)[-1].body or {})["doing"] == "paused"

    def test_says_that_it_draws_but_not_what(
        self, page: Page, browser: FakeBrowser, live: FakeWorker
    ) -> None:
        live.answers["predict"] = reading(7)
        told(browser)
        draw(page, browser)
        browser.advance(1500)
        body = told(browser)[-1].body or {}
        assert (body["doing"], body["drawing"]) == ("drawing", None)

        browser.get("share-drawing").checked = True
        browser.get("share-drawing").fire("change")
        browser.advance(1000)
        drawing = (told(browser)[-1].body or {})["drawing"]
        assert (len(drawing["pixels"]), drawing["prediction"]) == (PIXELS, 7)
        page.of(Draw).drawing.clear()
        page.of(Draw).drawing_changed()
        browser.advance(1000)
        assert (told(browser)[-1].body or {})["drawing"] == drawing, "it is the last one"

        browser.get("share-drawing").checked = False
        browser.get("share-drawing").fire("change")
        browser.advance(1000)
        assert (told(browser)[-1].body or {})["drawing"] is None

    def test_what_is_allowed_is_remembered_in_this_class(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        enter(page, browser)
        assert not browser.get("share-drawing").checked
        browser.get("share-drawing").checked = True
        browser.get("share-drawing").fire("change")
        browser.settle()

        assert browser.memory is not None
        assert json.loads(browser.memory[KEY])["shares"] is True

    def test_is_silent_while_the_server_is_away_and_returns(
        self, page: Page, browser: FakeBrowser, live: FakeWorker
    ) -> None:
        browser.advance(1000)
        browser.request(STATUS).reject(FetchError(0, "no answer"))
        browser.settle()
        assert browser.streams[-1].is_closed, "the stream is dead as well"
        assert "does not answer" in browser.text("strip-state")
        count = len(browser.requests)
        browser.advance(400)
        assert [each.path for each in browser.requests[count:]] in ([], [PATH])
        browser.advance(600)
        browser.request(PATH).resolve({})
        browser.settle()
        tell(browser)
        browser.advance(1000)

        browser.request(STATUS)
        assert browser.text("strip-state") == ""

    def test_ends_with_the_class(self, page: Page, browser: FakeBrowser, live: FakeWorker) -> None:
        browser.streams[-1].send("end", {"reason": "ended"})
        browser.settle()
        count = len(browser.requests)
        browser.advance(20_000)

        assert len(browser.requests) == count


class TestOrders:
    def test_a_lesson_is_opened_and_started_once(
        self, page: Page, browser: FakeBrowser, live: FakeWorker
    ) -> None:
        mount_lessons(page, browser)
        lesson = order(1, "lesson", "preset=high&seed=5", starts=True)
        tell(browser, orders=[lesson])
        tell(browser, orders=[lesson])

        assert asked(live) == ["reset_training", "randomize_weights", "start_training"]
        assert browser.text("lesson-title") == "Learning rate far too high"
        assert (page.of(Lessons).lesson.value or {})["settings"]["seed"] == 5
        assert "sent a lesson" in browser.text("strip-state")
        assert (page.of(Classroom).membership.value or {})["done"] == 1

    def test_a_lesson_that_is_only_shown_is_what_starts_then(
        self, page: Page, browser: FakeBrowser, live: FakeWorker
    ) -> None:
        mount_lessons(page, browser)
        tell(browser, orders=[order(1, "lesson", "preset=zeros")])
        assert asked(live) == []
        assert browser.text("lesson-title") == "Starting from zeros"
        tell(browser, orders=[order(2, "start")])

        assert asked(live) == ["reset_training", "randomize_weights", "start_training"]

    @pytest.mark.parametrize(
        ("kind", "call"),
        [("start", "start_training"), ("pause", "pause_training"), ("reset", "reset_training")],
    )
    def test_training_follows(
        self, browser: FakeBrowser, live: FakeWorker, kind: str, call: str
    ) -> None:
        tell(browser, orders=[order(1, kind)])

        assert asked(live) == [call]

    def test_what_was_done_before_a_reload_is_not_done_again(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        worker = start(page, browser)
        worker.answers["start_training"] = {}
        enter(page, browser, done=4)
        tell(browser, orders=[order(4, "start")])
        assert asked(worker) == []
        tell(browser, orders=[order(5, "start")])

        assert asked(worker) == ["start_training"]

    def test_waits_for_the_network_and_then_does_the_newest_alone(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        enter(page, browser)
        tell(browser, orders=[order(1, "reset")])
        tell(browser, orders=[order(2, "start")])
        browser.advance(3000)
        worker = start(page, browser)
        worker.answers["start_training"] = {}
        browser.advance(1000)

        assert asked(worker) == ["start_training"]

    def test_who_was_away_gets_the_lesson_and_what_came_after_it(
        self, page: Page, browser: FakeBrowser, live: FakeWorker
    ) -> None:
        mount_lessons(page, browser)
        shown = order(4, "lesson", "preset=zeros")
        tell(browser, orders=[shown, order(6, "start")])
        assert browser.text("lesson-title") == "Starting from zeros"
        assert asked(live) == ["reset_training", "randomize_weights", "start_training"]
        assert (page.of(Classroom).membership.value or {})["done"] == 6
        tell(browser, orders=[shown, order(7, "pause")])

        assert asked(live)[3:] == ["pause_training"]

    def test_one_that_fails_does_not_stop_those_after_it(
        self,
        page: Page,
        browser: FakeBrowser,
        live: FakeWorker,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def fail() -> None:
            raise RuntimeError("odd")

        monkeypatch.setattr(page.of(Train), "reset", fail)
        tell(browser, orders=[order(1, "reset")])
        tell(browser, orders=[order(1, "reset")])
        assert [str(error) for error in browser.uncaught] == ["odd"]
        browser.uncaught.clear()
        tell(browser, orders=[order(2, "start")])

        assert asked(live) == ["start_training"]

    def test_a_lesson_that_says_nothing_is_none(
        self, page: Page, browser: FakeBrowser, live: FakeWorker
    ) -> None:
        tell(browser, orders=[order(1, "lesson", "")])

        assert page.of(Lessons).lesson.value is None
        assert asked(live) == []


class TestAttention:
    def test_dims_the_page_until_the_teacher_ends_it(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        enter(page, browser)
        tell(browser, wants_attention=True)
        assert browser.get("attention").open
        assert browser.get("attention").fire("cancel").is_prevented
        tell(browser, wants_attention=False)

        assert not browser.get("attention").open

    def test_nobody_is_locked_out_without_the_server(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        enter(page, browser)
        tell(browser, wants_attention=True)
        browser.streams[-1].fail()
        browser.settle()
        assert not browser.get("attention").open

    @pytest.mark.parametrize("reason", ["ended", "removed"])
    def test_ends_with_the_class(self, page: Page, browser: FakeBrowser, reason: str) -> None:
        enter(page, browser)
        tell(browser, wants_attention=True)
        browser.streams[-1].send("end", {"reason": reason})
        browser.settle()

        assert not browser.get("attention").open


class TestLeaving:
    def test_is_asked_for_and_forgets_the_class(self, page: Page, browser: FakeBrowser) -> None:
        enter(page, browser)
        browser.get("leave-class").click()
        assert [request.path for request in browser.requests] == [STATUS]
        browser.get("leave-confirm").click()
        browser.settle()
        request = browser.request(f"{PATH}/pupils/1")
        assert (request.method, request.token) == ("DELETE", SECRET)
        request.resolve({})
        browser.settle()

        assert browser.get("class-strip").hidden
        assert browser.memory is not None
        assert browser.memory[KEY] == ""

    def test_works_without_the_server(self, page: Page, browser: FakeBrowser) -> None:
        enter(page, browser)
        browser.get("leave-class").click()
        browser.get("leave-confirm").click()
        browser.settle()
        browser.request(f"{PATH}/pupils/1").reject(FetchError(0, "no answer"))
        browser.settle()

        assert page.of(Classroom).membership.value is None

    def test_a_new_name_is_shown(self, page: Page, browser: FakeBrowser) -> None:
        enter(page, browser)
        browser.streams[-1].send("class", of_pupil("Lion", title=""))
        browser.settle()

        assert browser.text("strip-name") == "You are Lion"
        assert browser.text("strip-class") == f"Class {CODE}"


def test_a_lessons_link_has_fields() -> None:
    assert fields_of("preset=high&l2=0.1&&x") == [("preset", "high"), ("l2", "0.1"), ("x", "")]
    assert fields_of("") == []
