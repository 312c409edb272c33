"""Fixtures for the tests of the page's modules."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from app.pyscript.draw.state import Draw
from app.pyscript.evaluate.state import Evaluations
from app.pyscript.explain.state import Explain
from app.pyscript.hand.state import Hand
from app.pyscript.inside.state import Inside
from app.pyscript.keep.state import Keep
from app.pyscript.kit.formats import POINT_AND_COMMA, use_marks
from app.pyscript.lessons.state import Lessons
from app.pyscript.page import Page
from app.pyscript.read.state import Read
from app.pyscript.runs.state import RunList
from app.pyscript.samples.state import Samples
from app.pyscript.settings.limits import DEFAULT_SETTINGS
from app.pyscript.settings.state import Settings
from app.pyscript.start.state import Start
from app.pyscript.timeline.state import Timeline
from app.pyscript.tour.state import TourState
from app.pyscript.train.data import TrainingData
from app.pyscript.train.state import Train
from app.pyscript.tune.state import Tune
from app.pyscript.weights.state import Weights
from tests.ui.fake_browser import FakeBrowser, FakeWorker
from tests.ui.live_page import start
from tests.ui.page_markup import page_markup

# The same examples in every run, and no time limit on a busy machine.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

STATES: tuple[type[Any], ...] = (
    *(Draw, Read, Settings, Weights, Train, TrainingData, Samples, Keep, Start, Tune, RunList),
    *(Evaluations, Inside, Explain, Timeline, Hand, Lessons, TourState),
)
PAGE = page_markup()
SETTINGS = {**DEFAULT_SETTINGS, "batch_size": 64}


@pytest.fixture(autouse=True)
def _english_marks() -> Iterator[None]:
    """Numbers are written as in English again, whatever language a test has chosen."""
    yield
    use_marks(*POINT_AND_COMMA)


@pytest.fixture
def browser() -> Iterator[FakeBrowser]:
    """A browser that shows the page; a test where something went uncaught fails."""
    browser = FakeBrowser(PAGE)
    yield browser
    browser.close()
    assert browser.uncaught == []


@pytest.fixture
def page(browser: FakeBrowser) -> Page:
    """The page with the states of all features, as when it is mounted."""
    page = Page(browser)
    for state in STATES:
        page.of(state)
    page.of(Settings).values.value.update(SETTINGS)
    return page


@pytest.fixture
def worker(request: pytest.FixtureRequest, page: Page, browser: FakeBrowser) -> FakeWorker:
    """The page's worker: calls without an answer in `answers` wait for the test. Of tests marked
    `started`, the page has brought it up, as for a visitor."""
    if request.node.get_closest_marker("started"):
        return start(page, browser)
    worker = FakeWorker(browser, "", "network-1", {})
    worker.on_report = page.bridge.take_report
    page.bridge.worker = worker
    return worker


@pytest.fixture
def draw(page: Page, browser: FakeBrowser) -> Any:
    """A function that draws a dot on the grid."""

    def draw_dot() -> None:
        page.of(Draw).drawing.begin_stroke(14.5, 14.5)
        page.of(Draw).drawing.end_stroke()
        page.of(Draw).drawing_changed()
        browser.settle()

    return draw_dot


@pytest.fixture
def clear(page: Page, browser: FakeBrowser) -> Any:
    """A function that clears the grid."""

    def clear_grid() -> None:
        page.of(Draw).drawing.clear()
        page.of(Draw).drawing_changed()
        browser.settle()

    return clear_grid
