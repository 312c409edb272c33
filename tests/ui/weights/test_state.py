import pytest

from app.pyscript.page import Page
from app.pyscript.weights.state import SENDING, Weights
from tests.ui.fake_browser import FakeBrowser, FakeWorker
from tests.ui.live_page import REFUSED, answer, draw, notices, reading

pytestmark = pytest.mark.started


class TestSharing:
    def test_tells_what_became_of_it(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        page.of(Weights).publish("Ada")
        browser.settle()
        assert page.of(Weights).publication.value is not None
        assert page.of(Weights).publication.value["state"] == SENDING
        (call,) = worker.waiting("publish_weights")
        assert call.arguments == ("Ada",)
        told = {"version": {"id": 2, "accuracy": 0.99}, "detail": ""}
        answer(browser, call, {**told, "outcome": "merged"})

        assert page.of(Weights).publication.value == {**told, "state": "merged"}

    def test_that_failed_says_why_and_can_be_tried_again(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        worker.answers["publish_weights"] = REFUSED
        page.of(Weights).publish("")
        browser.settle()

        assert notices(page) == [("Not now", "Because.")]
        assert page.of(Weights).publication.value is None

    def test_a_version_is_loaded_and_the_drawing_read_anew(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        draw(page, browser)
        answer(browser, worker.waiting("predict")[0], reading(1))
        page.of(Weights).load_version(3)
        browser.settle()
        (call,) = worker.waiting("load_version")
        assert call.arguments == (3,)
        answer(browser, call, {"digest": "ab"})

        assert len(worker.waiting("predict")) == 1
