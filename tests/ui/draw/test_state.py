from typing import Any

from app.pyscript.draw.drawing import CELLS
from app.pyscript.draw.state import Draw
from app.pyscript.page import Page
from app.pyscript.tune.state import Tune
from tests.ui.fake_browser import FakeBrowser
from tests.ui.live_page import heard

SAMPLE = [0] * (CELLS - 1) + [255]


def draw(page: Page) -> None:
    page.of(Draw).drawing.begin_stroke(14.5, 14.5)
    page.of(Draw).drawing.end_stroke()
    page.of(Draw).drawing_changed()


def prediction(version: int, digit: int = 7) -> Any:
    return {"version": version, "digit": digit}


class TestDrawing:
    def test_every_change_has_a_version(self, page: Page, browser: FakeBrowser) -> None:
        told = heard(page, drawing=page.of(Draw).changed, ink=page.of(Draw).ink)
        versions = {page.of(Draw).version}
        for _ in range(3):
            draw(page)
            versions.add(page.of(Draw).version)
        browser.settle()

        assert len(versions) == 4
        assert told == ["drawing"]

    def test_a_sample_is_shown_whole_with_its_label(self, page: Page, browser: FakeBrowser) -> None:
        told = heard(page, drawing=page.of(Draw).changed, ink=page.of(Draw).ink)
        version = page.of(Draw).version

        page.of(Draw).show_sample(4, SAMPLE)
        browser.settle()

        assert list(page.of(Draw).drawing.pixels) == SAMPLE
        assert page.of(Draw).sample == 4
        assert page.of(Draw).version > version
        assert sorted(told) == ["drawing", "ink"]

    def test_is_told_in_the_moment_that_it_changes(self, page: Page, browser: FakeBrowser) -> None:
        told: list[tuple[int, bool]] = []
        page.of(Draw).drawn.listen(
            lambda: told.append((page.of(Draw).version, page.of(Draw).drawing.is_blank))
        )
        draw(page)
        page.of(Draw).drawing.clear()
        page.of(Draw).drawing_changed()

        assert told == [(1, False), (2, True)]

    def test_drawing_on_a_sample_makes_it_unlabeled(self, page: Page) -> None:
        page.of(Draw).show_sample(4, SAMPLE)
        draw(page)

        assert page.of(Draw).sample is None

    def test_a_change_outdates_the_last_tuning(self, page: Page, browser: FakeBrowser) -> None:
        draw(page)
        page.of(Tune).tuning.set({"label": 3, "loss_before": 2.0, "loss_after": 1.0})
        told = heard(page, tuning=page.of(Tune).tuning)
        draw(page)
        browser.settle()

        assert page.of(Tune).tuning.value is None
        assert told == ["tuning"]
