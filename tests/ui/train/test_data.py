import pytest

from app.pyscript.page import Page
from app.pyscript.train import texts
from app.pyscript.train.data import TrainingData
from tests.ui.fake_browser import FakeBrowser, FetchError


@pytest.fixture
def data(page: Page) -> TrainingData:
    return page.of(TrainingData)


def test_the_data_set_is_described(data: TrainingData, page: Page, browser: FakeBrowser) -> None:
    browser.run(data.describe())
    browser.settle()
    browser.request("/api/data").resolve({"title": "MNIST"})
    browser.settle()

    assert data.dataset.value == {"title": "MNIST"}


def test_a_data_set_that_cannot_be_described_is_told_and_asked_for_again(
    data: TrainingData, page: Page, browser: FakeBrowser
) -> None:
    browser.run(data.describe())
    browser.settle()
    browser.request("/api/data").reject(FetchError(500, "it failed"))
    browser.settle()

    assert [notice["title"] for notice in page.notices.shown.value] == [texts.DATASET_UNKNOWN]

    page.notices.notify("samples", "No sample could be loaded", "It is another matter.")
    for _ in range(300):
        browser.advance(1000)
        browser.requests[-1].reject(FetchError(0, "it did not answer"))
    assert 10 < len(browser.requests) < 20
    assert data.dataset.value is None
    assert len(page.notices.shown.value) == 2
    browser.advance(30_000)
    browser.request("/api/data").resolve({"title": "MNIST"})
    browser.settle()

    assert [notice["key"] for notice in page.notices.shown.value] == ["samples"]
    count = len(browser.requests)
    browser.advance(600_000)
    assert len(browser.requests) == count


def test_pages_that_were_opened_together_do_not_ask_again_together(
    data: TrainingData, browser: FakeBrowser
) -> None:
    browser.chance = 0.5
    browser.run(data.describe())
    browser.settle()
    for milliseconds in (750, 1500, 3000):  # of 1, 2 and 4 seconds, half and half of the other
        browser.request("/api/data").reject(FetchError(503, "it is busy"))
        browser.settle()
        count = len(browser.requests)
        browser.advance(milliseconds - 1)
        assert len(browser.requests) == count
        browser.advance(1)
        assert len(browser.requests) == count + 1


def test_the_data_set_is_known_once_the_server_is_there(
    data: TrainingData, page: Page, browser: FakeBrowser
) -> None:
    browser.run(data.describe())
    browser.settle()
    browser.request("/api/data").reject(FetchError(0, "it did not answer"))
    browser.advance(1000)
    browser.request("/api/data").resolve({"title": "MNIST"})
    browser.settle()

    assert data.dataset.value == {"title": "MNIST"}
    assert page.notices.shown.value == []
