import pytest

from app.pyscript.draw.state import Draw
from app.pyscript.explain.state import Explain
from app.pyscript.page import Page
from tests.ui.fake_browser import FakeBrowser, FakeWorker
from tests.ui.live_page import REFUSED, answer, draw, reading

pytestmark = pytest.mark.started


def test_a_step_is_explained_with_the_newest_drawing(
    page: Page, browser: FakeBrowser, worker: FakeWorker
) -> None:
    draw(page, browser)
    page.of(Explain).explain(-1)
    browser.settle()
    (call,) = worker.waiting("explain_step")
    assert call.arguments == (page.of(Draw).drawing.pixels.hex(), -1)
    for label in (1, 2, 3):
        page.of(Explain).explain(label)
        browser.settle()
    assert worker.waiting("explain_step") == [call]  # never a queue

    answer(browser, call, {"label": None, "pictures": "pictures"})
    assert page.of(Explain).explanation.value == {
        "label": None,
        "pictures": "pictures",
        "version": page.of(Draw).version,
        "is_applied": False,
    }
    (call,) = worker.waiting("explain_step")
    assert call.arguments[1] == 3


def test_a_blank_drawing_is_not_explained(
    page: Page, browser: FakeBrowser, worker: FakeWorker
) -> None:
    page.of(Explain).explain(3)
    browser.settle()
    assert worker.waiting("explain_step") == []


@pytest.mark.parametrize("call", ["explain_step", "apply_step"])
def test_a_step_that_is_refused_says_why_beside_it(
    page: Page, browser: FakeBrowser, worker: FakeWorker, call: str
) -> None:
    draw(page, browser)
    explain = page.of(Explain)
    (explain.explain if call == "explain_step" else explain.apply)(3)
    browser.settle()
    answer(browser, worker.waiting(call)[0], REFUSED)
    assert page.of(Explain).explanation.value is not None
    assert page.of(Explain).explanation.value["problem"] == "Because."
    assert not page.of(Explain).explanation.value["is_applied"]
    assert page.notices.shown.value == []


def test_a_step_that_was_taken_is_read_again(
    page: Page, browser: FakeBrowser, worker: FakeWorker
) -> None:
    draw(page, browser)
    answer(browser, worker.waiting("predict")[0], reading())
    page.of(Explain).apply(3)
    browser.settle()
    answer(browser, worker.waiting("apply_step")[0], {"label": 3, "pictures": "pictures"})
    assert page.of(Explain).explanation.value is not None
    assert page.of(Explain).explanation.value["is_applied"]
    assert len(worker.waiting("predict")) == 1


def test_the_code_of_a_step_is_brought(
    page: Page, browser: FakeBrowser, worker: FakeWorker
) -> None:
    worker.answers["step_sources"] = {"stages": [1, 2]}
    page.of(Explain).list_sources()
    browser.settle()
    assert page.of(Explain).sources.value == [1, 2]
