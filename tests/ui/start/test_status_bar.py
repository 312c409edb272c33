from typing import Any

import pytest

from app.pyscript import texts
from app.pyscript.bridge.bridge import FAILED, READY, STARTING
from app.pyscript.keep.state import Keep
from app.pyscript.page import Page
from app.pyscript.start.notice_boxes import NoticeBoxes
from app.pyscript.start.state import Start
from app.pyscript.start.status_bar import StatusBar
from app.pyscript.train import texts as train_texts
from app.pyscript.train.state import Train
from app.pyscript.weights.state import Weights
from tests.ui.fake_browser import Element, FakeBrowser


@pytest.fixture(autouse=True)
def bar(page: Page) -> None:
    StatusBar(page).mount()
    NoticeBoxes(page).mount()


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
    def test_shows_the_stage_and_how_far_it_is(self, page: Page, browser: FakeBrowser) -> None:
        page.of(Start).progress("Loading Python", 0.25)
        browser.settle()

        assert browser.text("status-text") == "Loading Python"
        assert browser.get("status-progress").value == 0.25
        assert not browser.get("status-progress").hidden
        assert browser.get("status-dot").hidden

    def test_shows_that_it_does_not_know_how_far(self, page: Page, browser: FakeBrowser) -> None:
        page.of(Start).progress("Loading Python", 0.25)
        browser.settle()
        page.of(Start).progress("Starting Python")
        browser.settle()

        assert browser.text("status-text") == "Starting Python"
        assert browser.get("status-progress").value == ""

    @pytest.mark.parametrize("state", [STARTING, READY, FAILED])
    def test_tells_scripts_how_the_worker_fares(
        self, page: Page, browser: FakeBrowser, state: str
    ) -> None:
        page.bridge.set_state(state)
        browser.settle()

        assert browser.root().tag == "html"
        assert browser.root().getAttribute("data-worker") == state

    @pytest.mark.parametrize("state", [READY, FAILED])
    def test_ends_with_a_dot(self, page: Page, browser: FakeBrowser, state: str) -> None:
        page.bridge.set_state(state)
        page.of(Start).progress("Ready", 1.0)
        browser.settle()

        assert browser.get("status-progress").hidden
        assert not browser.get("status-dot").hidden
        assert browser.get("status").classList.contains("is-failed") == (state == FAILED)

    def test_starts_again(self, page: Page, browser: FakeBrowser) -> None:
        for state in (FAILED, STARTING):
            page.bridge.set_state(state)
            browser.settle()

        assert not browser.get("status").classList.contains("is-failed")
        assert not browser.get("status-progress").hidden


class TestNotices:
    def test_are_shown_with_title_and_detail(self, page: Page, browser: FakeBrowser) -> None:
        page.notices.notify("samples", "No sample", "The server is away.")
        page.notices.notify("tune", "No tune", "Nothing is drawn.")
        browser.settle()

        assert [notice.getAttribute("data-notice") for notice in notices(browser)] == [
            "samples",
            "tune",
        ]
        title, detail = notices(browser)[0].children[0].children
        assert (title.textContent, detail.textContent) == ("No sample", "The server is away.")

    def test_show_markup_as_text(self, page: Page, browser: FakeBrowser) -> None:
        page.notices.notify("samples", "<b>No</b>", "<img src='x'>")
        browser.settle()

        title, detail = notices(browser)[0].children[0].children
        assert (title.textContent, detail.textContent) == ("<b>No</b>", "<img src='x'>")

    def test_can_be_dismissed(self, page: Page, browser: FakeBrowser) -> None:
        page.notices.notify("samples", "No sample", "The server is away.")
        page.notices.notify("tune", "No tune", "Nothing is drawn.")
        browser.settle()
        button(notices(browser)[0], "Dismiss").click()
        browser.settle()

        assert [notice["key"] for notice in page.notices.shown.value] == ["tune"]
        assert [notice.getAttribute("data-notice") for notice in notices(browser)] == ["tune"]

    def test_offer_what_can_be_done(self, page: Page, browser: FakeBrowser) -> None:
        browser.config = {"source": "main.py", "files": []}
        page.bridge.set_state(FAILED)
        page.notices.notify("worker", "No network", "A file is missing.", "Try again")
        browser.settle()
        button(notices(browser)[0], "Try again").click()
        browser.settle()

        assert page.bridge.state.value == STARTING
        assert [request.path for request in browser.requests] == ["main.py"]
        assert notices(browser) == []

    def test_without_an_action_can_only_be_dismissed(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        page.notices.notify("samples", "No sample", "The server is away.")
        browser.settle()

        buttons = [each for each in notices(browser)[0].descendants() if each.tag == "button"]
        assert [each.textContent for each in buttons] == ["Dismiss"]

    def test_keep_their_elements_when_others_come_and_go(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        page.notices.notify("samples", "No sample", "The server is away.")
        browser.settle()
        (first,) = notices(browser)
        words = first.children[0].children
        page.notices.notify("tune", "No tune", "Nothing is drawn.")
        browser.settle()
        assert notices(browser)[0] is first
        page.notices.dismiss("tune")
        browser.settle()

        assert notices(browser) == [first]
        assert first.children[0].children == words  # so nothing of it is heard again

    def test_are_heard_again_when_it_happens_again(self, page: Page, browser: FakeBrowser) -> None:
        for _ in range(2):
            page.notices.notify("samples", "No sample", "The server is away.")
            browser.settle()
            words = notices(browser)[0].children[0].children
            box, its_button = notices(browser)[0], button(notices(browser)[0], "Dismiss")
        page.notices.notify("samples", "No sample", "The server is away.")
        browser.settle()

        assert notices(browser) == [box]
        assert button(box, "Dismiss") is its_button
        assert box.children[0].children != words

    @pytest.mark.parametrize(
        ("dismissed", "expected"),
        [((0,), "b"), ((1,), "c"), ((2,), "b"), ((1, 2, 0), "outside")],
    )
    def test_hand_the_focus_on_when_they_go(
        self, page: Page, browser: FakeBrowser, dismissed: tuple[int, ...], expected: str
    ) -> None:
        outside = browser.create_element("button")
        outside.setAttribute("id", "outside")
        browser.get("grid-panel").appendChild(outside)
        browser.move_focus(outside)
        for key in "abc":
            page.notices.notify(key, "Title", "Detail.")
        browser.settle()
        boxes = notices(browser)
        for index in dismissed:
            its_button = button(boxes[index], "Dismiss")
            browser.move_focus(its_button)
            its_button.click()
            browser.settle()

        focused = browser.focused()
        assert focused is not None
        holders = [box for box in notices(browser) if box.contains(focused)]
        found = holders[0].getAttribute("data-notice") if holders else focused.getAttribute("id")
        assert found == expected

    def test_say_what_can_be_done_on_the_page_as_it_is_shown(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        page.notices.notify("x", "Stuck", train_texts.SESSION_CANNOT_TRAIN)
        browser.settle()
        detail = notices(browser)[0].children[0].children[1]
        assert texts.ADVICE_OTHER_WEIGHTS in detail.textContent
        page.hidden.set(["weights"])
        browser.settle()

        detail = notices(browser)[0].children[0].children[1]
        assert "shared weights" not in detail.textContent
        assert "Show all" in detail.textContent


def progress(iteration: int, is_training: bool) -> Any:
    return {
        "iteration": iteration,
        "epoch": 0.1,
        "loss": 0.5,
        "accuracy": 0.9,
        "samples_per_second": 1000.0 * iteration,
        "is_training": is_training,
    }


def test_the_status_is_written_with_events_alone(page: Page, browser: FakeBrowser) -> None:
    page.of(Start).progress("Loading Python")
    browser.settle()
    written = []
    for share in (0.25, 0.5):
        page.of(Start).progress("Loading Python", share)
        browser.settle()
        written.append(browser.get("status-text").children[0])
    assert written[0] is written[1]
    assert browser.text("status-share") == "50%"

    page.bridge.set_state(READY)
    page.of(Start).progress("Ready", 1.0)
    lines = []
    for iteration in range(1, 30):
        page.of(Train).note_progress(progress(iteration, is_training=True))
        browser.settle()
        lines.append(browser.get("status-text").children[0])
    assert all(line is lines[0] for line in lines)
    assert browser.text("status-text") == "Training…"
    assert browser.text("status-share") == ""

    page.of(Train).note_progress(progress(1200, is_training=False))
    browser.settle()
    assert browser.text("status-text") == "Paused after 1,200 steps"
    page.bridge.lost.tell()
    browser.settle()
    assert browser.text("status-text") == "Ready"


def test_a_restored_network_is_told_until_another_takes_its_place(
    page: Page, browser: FakeBrowser
) -> None:
    weights = {"source": "random", "name": "", "digest": "abc", "tuned": 0}
    page.of(Start).progress("Ready", 1.0)
    page.bridge.set_state(READY)
    page.of(Weights).note({**weights, "changed_by_training": True})
    page.of(Keep).restored.set({"saved_at": "then", "digest": "abc"})
    browser.settle()
    assert browser.text("status-text") == "Your network of local then"

    page.of(Weights).note({**weights, "digest": "other", "changed_by_training": False})
    browser.settle()
    assert browser.text("status-text") == "Ready"
