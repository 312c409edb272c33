"""Fixtures for the tests of the page's modules."""

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from app.pyscript import page as page_module
from app.pyscript.draw.state import Draw
from app.pyscript.kit.formats import POINT_AND_COMMA, use_marks
from app.pyscript.page import Page
from app.pyscript.settings.limits import DEFAULT_SETTINGS
from app.pyscript.settings.state import Settings
from app.pyscript.train.data import TrainingData
from tests.ui.fake_browser import FakeBrowser, FakeWorker
from tests.ui.live_page import start
from tests.ui.page_markup import page_markup

# The same examples in every run, and no time limit on a busy machine.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

PAGE = page_markup()
SETTINGS = {**DEFAULT_SETTINGS, "batch_size": 64}


def states() -> Iterator[type[Any]]:
    """The classes that have the state of the features: those of a state.py that take the page."""
    folder = Path(page_module.__file__).parent
    for path in sorted(folder.glob("*/state.py")):
        module = import_module(f"app.pyscript.{path.parent.name}.state")
        for kind in vars(module).values():
            if getattr(kind, "__module__", "") == module.__name__ and inspect.isclass(kind):
                yield kind
    yield TrainingData


STATES = tuple(states())


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
