import pytest

from app.pyscript.draw.state import Draw
from app.pyscript.page import Page
from app.pyscript.read.state import Read
from app.pyscript.tune.state import Tune
from app.pyscript.weights.state import Weights
from tests.ui.fake_browser import FakeBrowser, FakeWorker
from tests.ui.live_page import OK, answer, clear, digit_read, draw, reading

pytestmark = pytest.mark.started


class TestPrediction:
    def test_is_told_as_it_arrives_not_a_frame_later(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        draw(page, browser)
        (call,) = worker.waiting("predict")
        told: list[int | None] = []
        page.watch((page.of(Read).prediction,), lambda: told.append(digit_read(page)))
        monkeypatch.setattr(page.frame, "_schedule", lambda flush: None)  # no frame ever comes
        answer(browser, call, reading(7))

        assert told == [7]

    def test_of_the_drawing_goes_to_the_store(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        draw(page, browser)
        (call,) = worker.waiting("predict")
        assert call.arguments == (page.of(Draw).drawing.pixels.hex(),)
        browser.advance(40)
        answer(browser, call, reading(7))

        assert page.of(Read).prediction.value == {
            "version": page.of(Draw).version,
            "digit": 7,
            "unreadable": "",
            "probabilities": [0, 0, 0, 0, 0, 0, 0, 0.75, 0, 0],
            "seen": "the picture",
            "worker_milliseconds": 0.5,
            "milliseconds": 40,
        }

    def test_is_asked_for_before_the_next_frame(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        page.of(Draw).drawing.begin_stroke(14.5, 14.5)
        page.of(Draw).drawing_changed()

        (call,) = worker.waiting("predict")
        assert call.arguments == (page.of(Draw).drawing.pixels.hex(),)
        answer(browser, call, reading())

    def test_is_never_queued_and_the_last_drawing_is_read(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        for x in range(2, 26):
            draw(page, browser, x + 0.5)
            assert len(worker.waiting("predict")) == 1
        assert len(worker.calls) == 1

        answer(browser, worker.calls[0], reading(1))
        (last,) = worker.waiting("predict")
        assert last.arguments == (page.of(Draw).drawing.pixels.hex(),)
        answer(browser, last, reading(2))

        assert len(worker.calls) == 2
        assert page.of(Read).prediction.value is not None
        assert page.of(Read).prediction.value["digit"] == 2
        assert page.of(Read).prediction.value["version"] == page.of(Draw).version

    def test_is_one_at_a_time_however_it_is_wished_for(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        draw(page, browser)
        answer(browser, worker.calls[0], reading())
        page.of(Read).request()
        page.of(Read).request()
        browser.settle()
        draw(page, browser, 4.5)
        draw(page, browser, 8.5)

        assert len(worker.waiting("predict")) == 1

    def test_of_a_blank_grid_is_not_asked_for(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        page.of(Read).request()
        browser.settle()
        assert worker.calls == []

        draw(page, browser)
        answer(browser, worker.calls[0], reading())
        clear(page, browser)

        assert len(worker.calls) == 1
        assert page.of(Read).prediction.value is None

    def test_that_arrives_after_clearing_is_dropped(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        draw(page, browser)
        (late,) = worker.waiting("predict")
        clear(page, browser)
        draw(page, browser, 20.5)
        answer(browser, late, reading(1))
        assert digit_read(page) is None

        answer(browser, worker.waiting("predict")[0], reading(2))

        assert digit_read(page) == 2

    def test_is_made_again_by_a_changed_network(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        draw(page, browser)
        answer(browser, worker.calls[0], reading())
        worker.answers = {
            "randomize_weights": OK,
            "load_shared_weights": OK,
            "tune": {"loss_before": 2.0, "loss_after": 1.0},
        }
        for change in (
            page.of(Weights).randomize,
            page.of(Weights).load_shared,
            lambda: page.of(Tune).tune(3),
        ):
            change()
            browser.settle()
            (predict,) = worker.waiting("predict")
            answer(browser, predict, reading())
