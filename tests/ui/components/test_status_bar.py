import pytest

from app.pyscript.components.status_bar import StatusBar
from app.pyscript.store import FAILED, READY, STARTING, Store
from tests.ui.fake_browser import Element, FakeBrowser

SPLITS = {"train": 55000, "validation": 5000, "test": 10000}
DATASET = {"title": "MNIST", "splits": SPLITS}


class Retries:
    def __init__(self) -> None:
        self.count = 0

    def retry(self) -> None:
        self.count += 1


@pytest.fixture(autouse=True)
def retries(store: Store, browser: FakeBrowser) -> Retries:
    retries = Retries()
    StatusBar(store, browser, {"worker": retries.retry}).mount()
    return retries


def notices(browser: FakeBrowser) -> list[Element]:
    return browser.get("notices").children


def button(notice: Element, text: str) -> Element:
    (found,) = [
        element
        for element in notice.descendants()
        if element.tag == "button" and element.textContent == text
    ]
    return found


class TestStatus:
    def test_shows_the_stage_and_how_far_it_is(self, store: Store, browser: FakeBrowser) -> None:
        store.boot_progressed("Loading Python", 0.25)
        browser.settle()

        assert browser.text("status-text") == "Loading Python"
        assert browser.get("status-progress").value == 0.25
        assert not browser.get("status-progress").hidden
        assert browser.get("status-dot").hidden

    def test_shows_that_it_does_not_know_how_far(self, store: Store, browser: FakeBrowser) -> None:
        store.boot_progressed("Loading Python", 0.25)
        browser.settle()
        store.boot_progressed("Starting Python")
        browser.settle()

        assert browser.text("status-text") == "Starting Python"
        assert browser.get("status-progress").value == ""

    @pytest.mark.parametrize("state", [STARTING, READY, FAILED])
    def test_tells_scripts_how_the_worker_fares(
        self, store: Store, browser: FakeBrowser, state: str
    ) -> None:
        store.worker_changed(state)
        browser.settle()

        assert browser.root().tag == "html"
        assert browser.root().getAttribute("data-worker") == state

    @pytest.mark.parametrize("state", [READY, FAILED])
    def test_ends_with_a_dot(self, store: Store, browser: FakeBrowser, state: str) -> None:
        store.worker_changed(state)
        store.boot_progressed("Ready", 1.0)
        browser.settle()

        assert browser.get("status-progress").hidden
        assert not browser.get("status-dot").hidden
        assert browser.get("status").classList.contains("is-failed") == (state == FAILED)

    def test_starts_again(self, store: Store, browser: FakeBrowser) -> None:
        for state in (FAILED, STARTING):
            store.worker_changed(state)
            browser.settle()

        assert not browser.get("status").classList.contains("is-failed")
        assert not browser.get("status-progress").hidden


class TestNotices:
    def test_are_shown_with_title_and_detail(self, store: Store, browser: FakeBrowser) -> None:
        store.notify("samples", "No sample", "The server is away.")
        store.notify("tune", "No tune", "Nothing is drawn.")
        browser.settle()

        assert [notice.getAttribute("data-notice") for notice in notices(browser)] == [
            "samples",
            "tune",
        ]
        title, detail = notices(browser)[0].children[0].children
        assert (title.textContent, detail.textContent) == ("No sample", "The server is away.")

    def test_show_markup_as_text(self, store: Store, browser: FakeBrowser) -> None:
        store.notify("samples", "<b>No</b>", "<img src='x'>")
        browser.settle()

        title, detail = notices(browser)[0].children[0].children
        assert (title.textContent, detail.textContent) == ("<b>No</b>", "<img src='x'>")

    def test_can_be_dismissed(self, store: Store, browser: FakeBrowser) -> None:
        store.notify("samples", "No sample", "The server is away.")
        store.notify("tune", "No tune", "Nothing is drawn.")
        browser.settle()
        button(notices(browser)[0], "Dismiss").click()
        browser.settle()

        assert [notice["key"] for notice in store.notices] == ["tune"]
        assert [notice.getAttribute("data-notice") for notice in notices(browser)] == ["tune"]

    def test_offer_what_can_be_done(
        self, store: Store, browser: FakeBrowser, retries: Retries
    ) -> None:
        store.notify("worker", "No network", "A file is missing.", "Try again")
        browser.settle()
        button(notices(browser)[0], "Try again").click()
        browser.settle()

        assert retries.count == 1
        assert notices(browser) == []

    def test_without_an_action_can_only_be_dismissed(
        self, store: Store, browser: FakeBrowser
    ) -> None:
        store.notify("samples", "No sample", "The server is away.")
        browser.settle()

        buttons = [each for each in notices(browser)[0].descendants() if each.tag == "button"]
        assert [each.textContent for each in buttons] == ["Dismiss"]


def test_a_restored_network_is_told_until_another_takes_its_place(
    store: Store, browser: FakeBrowser
) -> None:
    weights = {"source": "random", "name": "", "digest": "abc", "tuned": 0}
    store.boot_progressed("Ready", 1.0)
    store.worker_changed(READY)
    store.weights_changed({**weights, "changed_by_training": True})
    store.restored_changed({"saved_at": "then", "digest": "abc"})
    browser.settle()
    assert browser.text("status-text") == "Your network of local then"

    store.weights_changed({**weights, "digest": "other", "changed_by_training": False})
    browser.settle()
    assert browser.text("status-text") == "Ready"


def test_the_data_set_in_use_is_named(store: Store, browser: FakeBrowser) -> None:
    store.dataset_arrived(DATASET)
    browser.settle()

    assert browser.text("dataset") == (
        "Data: MNIST, 55,000 digits to train on, 5,000 to validate and 10,000 to test."
    )
    store.dataset_arrived({**DATASET, "splits": {**SPLITS, "mixture": 80000}})
    browser.settle()
    assert browser.text("dataset").endswith("Digits as people draw them: 80,000 to train on.")
