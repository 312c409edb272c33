from typing import Any

from app.pyscript.draw.state import Draw
from app.pyscript.page import Page
from app.pyscript.read.state import Read
from tests.ui.fake_browser import FakeBrowser
from tests.ui.live_page import heard


def draw(page: Page) -> None:
    page.of(Draw).drawing.begin_stroke(14.5, 14.5)
    page.of(Draw).drawing.end_stroke()
    page.of(Draw).drawing_changed()


def prediction(version: int, digit: int = 7) -> Any:
    return {"version": version, "digit": digit}


WEIGHTS: Any = {"source": "shared", "name": "", "changed_by_training": False, "tuned": 0}


class TestPrediction:
    def test_is_shown(self, page: Page, browser: FakeBrowser) -> None:
        told = heard(page, prediction=page.of(Read).prediction)
        draw(page)
        page.of(Read).show(prediction(page.of(Draw).version))
        browser.settle()

        assert page.of(Read).prediction.value == prediction(page.of(Draw).version)
        assert told == ["prediction"]

    def test_stays_while_a_drawing_grows(self, page: Page) -> None:
        draw(page)
        read = prediction(page.of(Draw).version)
        page.of(Read).show(read)
        page.of(Draw).drawing.begin_stroke(4.5, 4.5)
        page.of(Draw).drawing_changed()

        assert page.of(Read).prediction.value == read

    def test_of_a_drawing_since_grown_is_better_than_none(self, page: Page) -> None:
        draw(page)
        early = prediction(page.of(Draw).version)
        draw(page)
        page.of(Read).show(early)

        assert page.of(Read).prediction.value == early

    def test_never_replaces_a_newer_one(self, page: Page) -> None:
        draw(page)
        early = prediction(page.of(Draw).version, 1)
        draw(page)
        late = prediction(page.of(Draw).version, 2)
        page.of(Read).show(late)
        page.of(Read).show(early)

        assert page.of(Read).prediction.value == late

    def test_of_the_same_drawing_by_a_changed_network_replaces(self, page: Page) -> None:
        draw(page)
        page.of(Read).show(prediction(page.of(Draw).version, 1))
        page.of(Read).show(prediction(page.of(Draw).version, 2))

        assert page.of(Read).prediction.value == prediction(page.of(Draw).version, 2)

    def test_goes_with_the_drawing(self, page: Page, browser: FakeBrowser) -> None:
        draw(page)
        page.of(Read).show(prediction(page.of(Draw).version))
        told = heard(page, prediction=page.of(Read).prediction)
        page.of(Draw).drawing.clear()
        page.of(Draw).drawing_changed()
        browser.settle()

        assert page.of(Read).prediction.value is None
        assert told == ["prediction"]

    def test_arriving_after_the_drawing_was_wiped_is_dropped(self, page: Page) -> None:
        draw(page)
        version = page.of(Draw).version
        page.of(Draw).drawing.clear()
        page.of(Draw).drawing_changed()
        page.of(Read).show(prediction(version))

        assert page.of(Read).prediction.value is None

    def test_of_a_wiped_drawing_is_dropped_though_another_was_begun(self, page: Page) -> None:
        draw(page)
        version = page.of(Draw).version
        page.of(Draw).drawing.clear()
        page.of(Draw).drawing_changed()
        draw(page)
        page.of(Read).show(prediction(version))

        assert page.of(Read).prediction.value is None
