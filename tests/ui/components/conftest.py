"""Fixtures for the tests of components."""

from typing import Any
from unittest.mock import create_autospec

import pytest

from app.pyscript.store import Store
from app.pyscript.worker_client import WorkerClient
from tests.ui.fake_browser import FakeBrowser


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
