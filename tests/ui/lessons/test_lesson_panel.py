from typing import Any

import pytest

from app.pyscript.bridge.bridge import READY
from app.pyscript.lessons.lesson import make_lesson
from app.pyscript.lessons.lesson_panel import LessonPanel
from app.pyscript.lessons.link import HIDEABLE, HIDEABLE_NAMES
from app.pyscript.lessons.presets import PRESETS
from app.pyscript.lessons.state import Lessons
from app.pyscript.page import Page
from app.pyscript.settings.limits import DEFAULT_SETTINGS
from app.pyscript.settings.state import Settings
from app.pyscript.weights.state import Weights
from tests.ui.fake_browser import Element, FakeBrowser, FakeWorker

SHARED: Any = {
    "source": "shared",
    "name": "",
    "digest": "ab",
    "changed_by_training": False,
    "tuned": 0,
}


@pytest.fixture(autouse=True)
def panel(page: Page, browser: FakeBrowser, worker: FakeWorker) -> LessonPanel:
    # What other components make, and a link may hide.
    for identifier in ("settings", "more-settings", "figures"):
        browser.get("training-panel").append(Element("div", {"id": identifier}))
    panel = LessonPanel(page)
    panel.mount()
    page.bridge.set_state(READY)
    page.of(Weights).note(SHARED)
    browser.settle()
    return panel


def choose(browser: FakeBrowser, identifier: str, value: str) -> None:
    browser.get(identifier).value = value
    browser.get(identifier).fire("change")
    browser.settle()


def follow(browser: FakeBrowser, *fields: tuple[str, str]) -> None:
    """A link, while the page is open."""
    browser.fragment = list(fields)
    browser.window.fire("hashchange")
    browser.settle()


class TestChoice:
    def test_offers_every_preset(self, browser: FakeBrowser) -> None:
        offered = [option.value for option in browser.get("preset").children]

        assert offered == ["", *(preset.name for preset in PRESETS)]
        assert browser.get("lesson").hidden

    def test_proposes_and_changes_nothing(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        settings = dict(page.of(Settings).values.value)
        choose(browser, "preset", "zeros")

        assert not browser.get("lesson").hidden
        assert browser.text("lesson-title") == "Starting from zeros"
        assert "no gradient flows" in browser.text("lesson-watch")
        expected = (
            "Begins with random weights; learning rate 0.05, initializer zeros, train on MNIST as "
            "it is."
        )
        assert browser.text("lesson-settings") == expected
        assert browser.text("lesson-warning") == ""
        assert page.of(Settings).values.value == settings
        assert worker.calls == []

    def test_starts_on_demand_and_again(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        names = ["reset_training", "randomize_weights", "start_training"]
        worker.answers.update({name: {} for name in names})
        lesson = make_lesson("overfit")
        choose(browser, "preset", "overfit")
        browser.get("start-lesson").click()
        browser.settle()

        assert [call.name for call in worker.calls] == names
        ((settings,),) = worker.asked("start_training")
        assert settings == page.of(Settings).values.value == {**settings, **lesson["settings"]}
        assert page.of(Lessons).lesson.value == {**lesson, "is_started": True}
        assert browser.text("start-lesson") == "Start again"
        assert browser.text("close-lesson") == "Close"

        browser.get("start-lesson").click()
        browser.settle()
        assert [call.name for call in worker.calls] == names * 2

    def test_can_be_left(self, page: Page, browser: FakeBrowser) -> None:
        choose(browser, "preset", "low")
        browser.get("close-lesson").click()
        browser.settle()

        assert page.of(Lessons).lesson.value is None
        assert browser.get("lesson").hidden
        assert browser.get("preset").value == ""
        assert browser.get("preset").is_focused

    def test_waits_for_the_worker(self, page: Page, browser: FakeBrowser) -> None:
        choose(browser, "preset", "low")
        page.bridge.set_state("failed")
        browser.settle()

        assert browser.get("start-lesson").disabled

    def test_says_what_it_would_replace(self, page: Page, browser: FakeBrowser) -> None:
        choose(browser, "preset", "low")
        page.of(Weights).note({**SHARED, "changed_by_training": True})
        browser.settle()

        assert "save the weights first" in browser.text("lesson-warning")
        page.hidden.set(["keep"])
        browser.settle()
        assert "save the weights" not in browser.text("lesson-warning")
        assert "Show all" in browser.text("lesson-warning")


class TestLink:
    def test_proposes_hides_and_names_what_is_wrong(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        settings = dict(page.of(Settings).values.value)
        follow(browser, ("seed", "7"), ("l2", "9"), ("hide", "keep,weights,all"))

        assert page.of(Lessons).lesson.value is not None
        assert page.of(Lessons).lesson.value["settings"]["seed"] == 7
        assert [item.textContent for item in browser.get("lesson-problems").children] == (
            page.of(Lessons).lesson.value["problems"]
        )
        assert "found 9" in browser.text("lesson-problems")
        assert "all cannot be hidden" in browser.text("lesson-problems")
        hidden = [each for *_, ids in HIDEABLE for each in ids if browser.get(each).hidden]
        assert hidden == ["weights-title", "weights-panel", "keep-title", "keep-panel"]
        assert browser.revealed == [browser.get("lesson")]
        assert page.of(Settings).values.value == settings
        assert worker.calls == []

    @pytest.mark.parametrize("button", ["show-hidden", "close-lesson"])
    def test_what_is_hidden_can_be_shown(self, browser: FakeBrowser, button: str) -> None:
        follow(browser, ("hide", ",".join(HIDEABLE_NAMES)))
        assert browser.get("settings").hidden
        browser.get(button).click()
        browser.settle()

        assert not any(browser.get(each).hidden for *_, ids in HIDEABLE for each in ids)
        assert browser.get("lesson").hidden or browser.get("show-hidden").hidden

    def test_another_lesson_leaves_a_way_to_what_is_hidden(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        follow(browser, ("hide", "keep,figures"))
        choose(browser, "preset", "l2")
        assert not browser.get("show-hidden").hidden
        assert "press Show all" in browser.text("lesson-watch")
        choose(browser, "preset", "")

        assert page.hidden.value == []
        assert not browser.get("keep-panel").hidden

    def test_is_followed_when_the_page_opens(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        browser.fragment = [("preset", "noise"), ("until", "50")]
        LessonPanel(page).mount()
        browser.settle()

        assert browser.get("preset").value == "noise"
        assert "stop at step 50" in browser.text("lesson-settings")

    def test_an_anchor_is_none(self, page: Page, browser: FakeBrowser) -> None:
        follow(browser, ("evaluation", ""))

        assert page.of(Lessons).lesson.value is None


class TestSharing:
    def test_follows_the_settings(self, page: Page, browser: FakeBrowser) -> None:
        page.of(Settings).change({**DEFAULT_SETTINGS, "seed": 5})
        browser.settle()
        expected = (
            "http://digits.test/#weights=random&learning_rate=0.005&training_set=drawings&seed=5"
        )
        assert browser.get("link-text").value == expected
        choose(browser, "link-weights", "shared")
        page.of(Settings).change({"training_set": "mnist"})
        browser.settle()
        browser.get("hide-keep").checked = True
        browser.get("hide-keep").fire("change")

        assert (
            browser.get("link-text").value
            == "http://digits.test/#learning_rate=0.005&seed=5&hide=keep"
        )

    def test_names_the_lesson(self, page: Page, browser: FakeBrowser) -> None:
        page.of(Settings).change(make_lesson("tiny")["settings"])
        choose(browser, "preset", "tiny")

        assert browser.get("link-text").value == "http://digits.test/#preset=tiny"

    def test_is_copied(self, browser: FakeBrowser) -> None:
        browser.get("copy-link").click()
        browser.settle()

        assert browser.copied == [browser.get("link-text").value]
        assert browser.text("link-note") == "Copied."

    def test_is_selected_where_it_cannot_be_copied(self, browser: FakeBrowser) -> None:
        browser.copied = None
        browser.get("copy-link").click()
        browser.settle()

        assert browser.get("link-text").is_selected
        assert "Ctrl+C" in browser.text("link-note")
