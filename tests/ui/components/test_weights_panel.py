from typing import Any

import pytest

from app.pyscript.components.weights_panel import WeightsPanel
from app.pyscript.store import FAILED, READY, Store
from tests.ui.fake_browser import FakeBrowser

SHARED = {
    "source": "shared",
    "digest": "0123456789abcdef",
    "changed_by_training": False,
    "tuned": 0,
}


@pytest.fixture(autouse=True)
def panel(store: Store, browser: FakeBrowser, worker: Any) -> WeightsPanel:
    panel = WeightsPanel(store, browser, worker)
    panel.mount()
    return panel


@pytest.mark.parametrize("state", [READY, FAILED])
def test_weights_can_be_changed_while_the_worker_is_up(
    store: Store, browser: FakeBrowser, state: str
) -> None:
    buttons = [browser.get("load-weights"), browser.get("randomize-weights")]
    assert [button.disabled for button in buttons] == [True, True]

    store.worker_changed(state)
    browser.settle()

    assert [button.disabled for button in buttons] == [state != READY] * 2


def test_the_buttons_ask_the_worker(store: Store, browser: FakeBrowser, worker: Any) -> None:
    store.worker_changed(READY)
    browser.settle()

    browser.get("load-weights").click()
    worker.load_shared_weights.assert_called_once_with()
    worker.randomize_weights.assert_not_called()

    browser.get("randomize-weights").click()
    worker.randomize_weights.assert_called_once_with()


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "The shared weights, version 01234567."),
        ({"tuned": 1}, "The shared weights, version 01234567, tuned once."),
        (
            {"changed_by_training": True, "tuned": 3},
            "The shared weights, version 01234567, trained further here and tuned 3 times.",
        ),
        ({"source": "random"}, "Random weights: it knows nothing yet."),
        (
            {"source": "random", "changed_by_training": True},
            "Random weights, trained further here.",
        ),
    ],
)
def test_the_weights_origin_is_told(
    store: Store, browser: FakeBrowser, changes: dict[str, Any], text: str
) -> None:
    assert browser.text("weights-note") == "No weights yet."

    store.weights_changed({**SHARED, **changes})
    browser.settle()

    assert browser.text("weights-note") == text
