from typing import Any

import pytest

from app.pyscript.draw.state import Draw
from app.pyscript.page import Page
from app.pyscript.timeline.state import Timeline
from app.pyscript.train.state import Train
from tests.ui.fake_browser import FakeBrowser, FakeWorker
from tests.ui.live_page import OK, REFUSED, answer, draw, heard, notices, reading

pytestmark = pytest.mark.started


class TestTimeTravel:
    def test_checkpoints_come_with_what_they_read(
        self, page: Page, worker: FakeWorker, browser: FakeBrowser
    ) -> None:
        draw(page, browser)
        browser.run(page.of(Timeline).list_checkpoints())
        browser.settle()
        call = worker.waiting("list_checkpoints")[0]
        assert call.arguments == (page.of(Draw).drawing.pixels.hex(),)
        course = {"now": 1, "checkpoints": [], "probabilities": "the probabilities"}
        answer(browser, call, course)

        assert page.of(Timeline).checkpoints.value == course

    def test_checkpoints_that_are_refused(
        self, page: Page, worker: FakeWorker, browser: FakeBrowser
    ) -> None:
        browser.run(page.of(Timeline).list_checkpoints())
        browser.settle()
        answer(browser, worker.waiting("list_checkpoints")[0], REFUSED)

        assert page.of(Timeline).checkpoints.value is None
        assert notices(page) == [("Not now", "Because.")]

    def test_units_of_a_checkpoint_that_has_made_room_meanwhile_are_no_problem(
        self, page: Page, worker: FakeWorker, browser: FakeBrowser
    ) -> None:
        for found in ({"picture": "the picture"}, REFUSED):
            browser.run(page.of(Timeline).list_units(7, True))
            browser.settle()
            call = worker.waiting("list_checkpoint_units")[0]
            assert call.arguments == (7, True)
            answer(browser, call, found)
            assert page.of(Timeline).units.value == {
                "number": 7,
                "of_change": True,
                "picture": "the picture",
            }
        assert notices(page) == []

    def test_going_on_from_a_checkpoint_reads_the_drawing_again(
        self, page: Page, worker: FakeWorker, browser: FakeBrowser
    ) -> None:
        draw(page, browser)
        answer(browser, worker.waiting("predict")[0], reading(3))
        page.of(Timeline).go_on_from(7)
        browser.settle()
        call = worker.waiting("go_on_from")[0]
        assert call.arguments == (7,)
        answer(browser, call, OK)
        assert len(worker.waiting("predict")) == 1

    def test_a_run_and_a_validated_checkpoint_are_told(
        self, worker: FakeWorker, page: Page
    ) -> None:
        worker.report(type="checkpoint", number=5, accuracy=0.5, loss=1, drawings=None)
        course: Any = {"checkpoints": [{"number": 5, "accuracy": None, "loss": None}]}
        page.of(Timeline).show(course)
        assert page.of(Timeline).checkpoints.value is not None
        assert page.of(Timeline).checkpoints.value["checkpoints"][0]["accuracy"] == 0.5
        worker.report(type="run", start="checkpoint", number=3, iteration=40)
        assert page.of(Train).training.value["iteration"] == 40


class TestCheckpoints:
    def course(self, *numbers: int) -> Any:
        return {
            "checkpoints": [
                {"number": number, "accuracy": None, "loss": None} for number in numbers
            ]
        }

    def accuracies(self, page: Page) -> list[float | None]:
        assert page.of(Timeline).checkpoints.value is not None
        return [
            checkpoint["accuracy"]
            for checkpoint in page.of(Timeline).checkpoints.value["checkpoints"]
        ]

    def test_are_validated_one_by_one(self, page: Page, browser: FakeBrowser) -> None:
        page.of(Timeline).show(self.course(1, 2))
        browser.settle()
        told = heard(page, checkpoints=page.of(Timeline).checkpoints)
        page.of(Timeline).note_measured(
            {"number": 2, "accuracy": 0.9, "loss": 0.3, "drawings": None}
        )
        browser.settle()

        assert self.accuracies(page) == [None, 0.9]
        assert told == ["checkpoints"]

    def test_may_be_validated_before_they_are_listed(self, page: Page) -> None:
        page.of(Timeline).note_measured(
            {"number": 3, "accuracy": 0.8, "loss": 0.4, "drawings": None}
        )
        page.of(Timeline).note_measured({"number": 9, "accuracy": 0.1, "loss": 3, "drawings": None})
        page.of(Timeline).show(self.course(1, 3))
        assert self.accuracies(page) == [None, 0.8]

        page.of(Timeline).show(self.course(1, 3))
        assert self.accuracies(page) == [None, None], "the worker tells of it by itself now"
