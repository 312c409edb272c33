"""Fixtures for the tests of the page's modules."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import pytest
from hypothesis import settings

from app.pyscript.kit.formats import POINT_AND_COMMA, use_marks
from app.pyscript.messages import DEFAULT_SETTINGS
from app.pyscript.store import Store
from app.pyscript.worker_client import WorkerClient
from tests.ui.fake_browser import FakeBrowser

# The same examples in every run, and no time limit on a busy machine.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

PAGE = (Path(__file__).parents[2] / "app/index.html").read_text()
SETTINGS = {**DEFAULT_SETTINGS, "batch_size": 64}


@pytest.fixture(autouse=True)
def _english_marks() -> Iterator[None]:
    """Numbers are written as in English again, whatever language a test has chosen."""
    yield
    use_marks(*POINT_AND_COMMA)


@pytest.fixture
def browser() -> Iterator[FakeBrowser]:
    """A browser that shows app/index.html; a test where something went uncaught fails."""
    browser = FakeBrowser(PAGE)
    yield browser
    browser.close()
    assert browser.uncaught == []


@pytest.fixture
def store(browser: FakeBrowser) -> Store:
    return Store(browser.next_frame, dict(SETTINGS))


@pytest.fixture
def worker() -> Any:
    """Records what a component asks of the worker client, which alone knows such calls."""
    return create_autospec(WorkerClient, instance=True)


@pytest.fixture
def draw(store: Store, browser: FakeBrowser) -> Any:
    """A function that draws a dot on the grid."""

    def draw_dot() -> None:
        store.drawing.begin_stroke(14.5, 14.5)
        store.drawing.end_stroke()
        store.drawing_changed()
        browser.settle()

    return draw_dot


@pytest.fixture
def clear(store: Store, browser: FakeBrowser) -> Any:
    """A function that clears the grid."""

    def clear_grid() -> None:
        store.drawing.clear()
        store.drawing_changed()
        browser.settle()

    return clear_grid
