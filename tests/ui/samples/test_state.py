from typing import Any

import pytest

from app.pyscript.draw.drawing import CELLS
from app.pyscript.draw.state import Draw
from app.pyscript.page import Page
from app.pyscript.samples.state import Samples
from tests.ui.fake_browser import FakeBrowser, FetchError

RANDOM = "/api/samples/random?split=test"
SAMPLE: Any = {"label": 4, "pixels": [0] * (CELLS - 1) + [255], "split": "test", "index": 17}


@pytest.fixture
def samples(page: Page, browser: FakeBrowser) -> Samples:
    return page.of(Samples)


def test_a_sample_is_put_on_the_grid(samples: Samples, page: Page, browser: FakeBrowser) -> None:
    samples.load_sample()
    browser.settle()
    browser.request(RANDOM).resolve(SAMPLE)
    browser.settle()

    assert list(page.of(Draw).drawing.pixels) == SAMPLE["pixels"]
    assert page.of(Draw).sample == 4


def test_a_second_wish_waits_for_no_second_sample(samples: Samples, browser: FakeBrowser) -> None:
    samples.load_sample()
    browser.settle()
    samples.load_sample()
    browser.settle()
    assert len(browser.requests) == 1

    browser.request(RANDOM).resolve(SAMPLE)
    browser.settle()
    samples.load_sample()
    browser.settle()

    assert len(browser.requests) == 2


def test_a_double_click_loads_one_sample(samples: Samples, browser: FakeBrowser) -> None:
    samples.load_sample()
    samples.load_sample()
    browser.settle()

    assert len(browser.requests) == 1


def test_a_failure_is_told_and_leaves_the_drawing(
    samples: Samples, page: Page, browser: FakeBrowser
) -> None:
    page.of(Draw).show_sample(4, [255] * CELLS)
    samples.load_sample()
    browser.settle()
    browser.request(RANDOM).reject(FetchError(0, "the server did not answer"))
    browser.settle()

    assert [notice["title"] for notice in page.notices.shown.value] == ["No sample could be loaded"]
    assert (
        page.notices.shown.value[0]["detail"] == "the server did not answer. Try again in a moment."
    )
    assert list(page.of(Draw).drawing.pixels) == [255] * CELLS


def test_after_a_failure_the_next_try_can_succeed(
    samples: Samples, page: Page, browser: FakeBrowser
) -> None:
    samples.load_sample()
    browser.settle()
    browser.request(RANDOM).reject(FetchError(503, "not yet"))
    browser.settle()

    samples.load_sample()
    browser.settle()
    browser.request(RANDOM).resolve(SAMPLE)
    browser.settle()

    assert page.notices.shown.value == []
    assert page.of(Draw).sample == 4


def test_the_next_try_can_succeed_whatever_happened_before(
    samples: Samples, browser: FakeBrowser
) -> None:
    samples.load_sample()
    browser.settle()
    browser.request(RANDOM).reject(RuntimeError("the connection broke in mid-answer"))
    browser.settle()
    assert [str(error) for error in browser.uncaught] == ["the connection broke in mid-answer"]
    browser.uncaught.clear()

    samples.load_sample()
    browser.settle()

    assert browser.request(RANDOM)
