import pytest

from app.pyscript.draw.state import Draw
from app.pyscript.page import Page
from app.pyscript.tune.state import Tune
from tests.ui.fake_browser import FakeBrowser, FakeWorker
from tests.ui.live_page import REFUSED, answer, draw, notices

pytestmark = pytest.mark.started


class TestTune:
    def test_tells_the_losses(self, worker: FakeWorker, page: Page, browser: FakeBrowser) -> None:
        draw(page, browser)
        page.of(Tune).tune(3)
        browser.settle()
        (tune,) = worker.waiting("tune")
        assert tune.arguments == (page.of(Draw).drawing.pixels.hex(), 3)
        answer(browser, tune, {"loss_before": 2.0, "loss_after": 1.5})

        assert page.of(Tune).tuning.value is not None
        assert page.of(Tune).tuning.value["label"] == 3
        assert (
            page.of(Tune).tuning.value["loss_before"],
            page.of(Tune).tuning.value["loss_after"],
        ) == (2.0, 1.5)

    def test_of_a_drawing_since_changed_tells_nothing(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        draw(page, browser)
        page.of(Tune).tune(3)
        browser.settle()
        draw(page, browser, 20.5)
        answer(browser, worker.waiting("tune")[0], {"loss_before": 2.0, "loss_after": 1.5})

        assert page.of(Tune).tuning.value is None

    def test_refused_says_why_until_it_succeeds(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        worker.answers["tune"] = REFUSED
        page.of(Tune).tune(3)
        browser.settle()
        assert notices(page) == [("Not now", "Because.")]
        assert page.of(Tune).tuning.value is None

        worker.answers["tune"] = {"loss_before": 2.0, "loss_after": 1.5}
        page.of(Tune).tune(3)
        browser.settle()

        assert page.notices.shown.value == []
