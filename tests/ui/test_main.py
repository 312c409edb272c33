"""The page as main.py puts it together; test_micropython.py takes it on a longer tour."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.pyscript.bridge.bridge import FAILED, READY
from app.pyscript.settings.limits import DEFAULT_SETTINGS
from app.pyscript.settings.state import Settings
from app.pyscript.start.begin import PANELS_LIMIT_SECONDS
from app.pyscript.start.state import PATIENCE_SECONDS
from tests.ui.conftest import PAGE
from tests.ui.fake_browser import FakeBrowser, FetchError
from tests.ui.page_tour import WORKER_FILE, bring_script, bring_up, draw, run_page

MAIN = Path(__file__).parents[2] / "app/pyscript/main.py"


@pytest.fixture
def page(browser: FakeBrowser) -> dict[str, Any]:
    """What main.py defined, once it has run."""
    return run_page(browser, MAIN.read_text())


def test_drawing_is_possible_before_anything_was_loaded(
    page: dict[str, Any], browser: FakeBrowser
) -> None:
    assert browser.root().getAttribute("data-ui") == "ready"
    assert browser.root().getAttribute("data-worker") == "starting"

    draw(browser, page)
    browser.settle()

    assert any(browser.canvases["grid"].ink)
    assert browser.text("prediction") == ""


def test_panels_come_once_the_worker_is_on_its_way_and_do_not_wait_for_long(
    page: dict[str, Any], browser: FakeBrowser
) -> None:
    browser.settle()
    assert browser.root().getAttribute("data-panels") is None
    bring_script(browser)
    assert len(browser.workers) == 1
    assert browser.root().getAttribute("data-panels") == "ready"

    late = FakeBrowser(PAGE)
    run_page(late, MAIN.read_text())
    late.advance(1000 * PANELS_LIMIT_SECONDS - 1)
    assert late.root().getAttribute("data-panels") is None
    late.advance(1)
    assert late.workers == []
    assert late.root().getAttribute("data-panels") == "ready"
    late.close()


def test_features_are_mounted_before_the_worker_is_asked_though_no_frame_comes(
    browser: FakeBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a page in the background, whose frames may wait for a minute."""
    frames: list[Callable[[], object]] = []
    monkeypatch.setattr(browser, "next_frame", frames.append)
    run_page(browser, MAIN.read_text())
    for frame in frames.copy():  # the first; what they ask for never comes
        frame()
    browser.settle()
    bring_script(browser)
    assert browser.root().getAttribute("data-panels") is None

    worker = browser.workers[-1]
    worker.become_ready()
    browser.settle()

    assert [call.name for call in worker.calls] == ["connect"]
    assert browser.root().getAttribute("data-panels") == "ready"


def test_training_begins_with_the_settings_of_both_sides(page: dict[str, Any]) -> None:
    assert page["page"].of(Settings).values.value == DEFAULT_SETTINGS
    assert page["page"].of(Settings).values.value is not DEFAULT_SETTINGS


def test_the_worker_comes_up_and_the_data_set_is_named(
    page: dict[str, Any], browser: FakeBrowser
) -> None:
    bring_up(browser, page)
    browser.settle()

    assert page["page"].bridge.state.value == READY
    assert browser.root().getAttribute("data-worker") == "ready"
    assert "MNIST" in browser.text("dataset")


def test_trying_again_starts_another_worker(page: dict[str, Any], browser: FakeBrowser) -> None:
    bring_script(browser)
    browser.advance(1000 * PATIENCE_SECONDS)
    browser.request(WORKER_FILE).reject(FetchError(404, "it is missing"))
    browser.settle()
    assert page["page"].bridge.state.value == FAILED

    (retry,) = [
        element
        for element in browser.get("notices").descendants()
        if element.tag == "button" and element.textContent == "Try again"
    ]
    retry.click()
    browser.settle()
    bring_script(browser)

    assert len(browser.workers) == 2
    assert browser.root().getAttribute("data-worker") == "starting"


def test_what_nothing_caught_is_told(page: dict[str, Any], browser: FakeBrowser) -> None:
    async def fail() -> None:
        raise RuntimeError("something unforeseen")

    browser.run(fail())
    browser.settle()
    browser.uncaught.clear()

    assert "something unforeseen" in browser.text("notices")
