from typing import Any

import pytest

from app.pyscript.draw.state import Draw
from app.pyscript.inside.state import Inside
from app.pyscript.page import Page
from tests.ui.fake_browser import FakeBrowser, FakeWorker
from tests.ui.live_page import REFUSED, answer, draw, notices

pytestmark = pytest.mark.started


class TestLookingInside:
    def test_what_is_chosen_is_looked_at(
        self, page: Page, worker: FakeWorker, browser: FakeBrowser
    ) -> None:
        draw(page, browser)
        page.of(Inside).change({"unit": 90, "first": 3, "second": 8})
        browser.run(page.of(Inside).inspect())
        browser.settle()
        (call,) = worker.waiting("inspect")
        assert call.arguments == (page.of(Draw).drawing.pixels.hex(), 90, 3, 8, -1)
        pictures = {"sheets": "the sheets", "unit": "the unit", "votes": "the votes"}
        answer(browser, call, {"active": 42} | pictures)

        assert page.of(Inside).inspection.value == {
            "active": 42,
            "is_blank": False,
            "sheets": "the sheets",
            "unit": "the unit",
            "votes": "the votes",
        }

    def test_the_worker_hears_what_a_sample_is(
        self, page: Page, worker: FakeWorker, browser: FakeBrowser
    ) -> None:
        """It compares a misread one with that: worker/inspector.py."""
        page.of(Draw).show_sample(4, [0] * 783 + [255])
        browser.run(page.of(Inside).inspect())
        browser.settle()
        assert worker.waiting("inspect")[0].arguments[2:] == (-1, -1, 4)

    def test_a_look_that_is_refused(
        self, page: Page, worker: FakeWorker, browser: FakeBrowser
    ) -> None:
        browser.run(page.of(Inside).inspect())
        browser.settle()
        answer(browser, worker.waiting("inspect")[0], REFUSED)

        assert page.of(Inside).inspection.value is None
        assert notices(page) == [("Not now", "Because.")]

    def test_the_nearest_digits_are_searched_for(
        self, page: Page, worker: FakeWorker, browser: FakeBrowser
    ) -> None:
        draw(page, browser)
        page.of(Inside).find_nearest()
        browser.settle()
        assert page.of(Inside).searching.value == {"done": 0, "total": 0}
        worker.report(type="searching", done=512, total=4096)
        assert page.of(Inside).searching.value == {"done": 512, "total": 4096}
        (call,) = worker.waiting("list_nearest")
        assert call.arguments == (page.of(Draw).drawing.pixels.hex(),)
        found = {"among": 4096, "digits": [], "pictures": "the pictures"}
        answer(browser, call, found)
        assert page.of(Inside).nearest.value == found
        assert not page.of(Inside).searching.value

    def test_a_search_that_is_refused_leaves_the_last_result(
        self, page: Page, worker: FakeWorker, browser: FakeBrowser
    ) -> None:
        former: Any = {"among": 10}
        page.of(Inside).nearest.set(former)
        page.of(Inside).find_nearest()
        browser.settle()
        answer(browser, worker.waiting("list_nearest")[0], REFUSED)

        assert (page.of(Inside).searching.value, page.of(Inside).nearest.value) == (
            None,
            former,
        )
        assert notices(page) == [("Not now", "Because.")]
