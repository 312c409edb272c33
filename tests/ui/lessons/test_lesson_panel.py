from typing import Any

import pytest

from app.pyscript.lessons.lesson import HIDEABLE, HIDEABLE_NAMES, make_lesson
from app.pyscript.lessons.lesson_panel import LessonPanel
from app.pyscript.lessons.presets import PRESETS
from app.pyscript.messages import DEFAULT_SETTINGS
from app.pyscript.store import READY, Store
from tests.ui.fake_browser import Element, FakeBrowser

SHARED = {"source": "shared", "digest": "ab", "changed_by_training": False, "tuned": 0}


@pytest.fixture(autouse=True)
def panel(store: Store, browser: FakeBrowser, worker: Any) -> LessonPanel:
    # What other components make, and a link may hide.
    for identifier in ("settings", "more-settings", "figures"):
        browser.get("training-panel").append(Element("div", {"id": identifier}))
    panel = LessonPanel(store, browser, worker)
    panel.mount()
    store.worker_changed(READY)
    store.weights_changed(SHARED)
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
        self, store: Store, browser: FakeBrowser, worker: Any
    ) -> None:
        settings = dict(store.settings)
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
        assert store.settings == settings
        worker.start_lesson.assert_not_called()

    def test_starts_on_demand_and_again(
        self, store: Store, browser: FakeBrowser, worker: Any
    ) -> None:
        choose(browser, "preset", "overfit")
        browser.get("start-lesson").click()
        (lesson,) = worker.start_lesson.call_args.args
        assert lesson == make_lesson("overfit")
        store.lesson_changed({**lesson, "is_started": True})
        browser.settle()

        assert browser.text("start-lesson") == "Start again"
        assert browser.text("close-lesson") == "Close"

    def test_can_be_left(self, store: Store, browser: FakeBrowser) -> None:
        choose(browser, "preset", "low")
        browser.get("close-lesson").click()
        browser.settle()

        assert store.lesson is None
        assert browser.get("lesson").hidden
        assert browser.get("preset").value == ""
        assert browser.get("preset").is_focused

    def test_waits_for_the_worker(self, store: Store, browser: FakeBrowser) -> None:
        choose(browser, "preset", "low")
        store.worker_changed("failed")
        browser.settle()

        assert browser.get("start-lesson").disabled

    def test_says_what_it_would_replace(self, store: Store, browser: FakeBrowser) -> None:
        choose(browser, "preset", "low")
        store.weights_changed({**SHARED, "changed_by_training": True})
        browser.settle()

        assert "save the weights first" in browser.text("lesson-warning")
        store.parts_hidden(["keep"])
        browser.settle()
        assert "save the weights" not in browser.text("lesson-warning")
        assert "Show all" in browser.text("lesson-warning")


class TestLink:
    def test_proposes_hides_and_names_what_is_wrong(
        self, store: Store, browser: FakeBrowser, worker: Any
    ) -> None:
        settings = dict(store.settings)
        follow(browser, ("seed", "7"), ("l2", "9"), ("hide", "keep,weights,all"))

        assert store.lesson is not None
        assert store.lesson["settings"]["seed"] == 7
        assert [item.textContent for item in browser.get("lesson-problems").children] == (
            store.lesson["problems"]
        )
        assert "found 9" in browser.text("lesson-problems")
        assert "all cannot be hidden" in browser.text("lesson-problems")
        hidden = [each for *_, ids in HIDEABLE for each in ids if browser.get(each).hidden]
        assert hidden == ["weights-title", "weights-panel", "keep-title", "keep-panel"]
        assert browser.revealed == [browser.get("lesson")]
        assert store.settings == settings
        worker.start_lesson.assert_not_called()

    @pytest.mark.parametrize("button", ["show-hidden", "close-lesson"])
    def test_what_is_hidden_can_be_shown(self, browser: FakeBrowser, button: str) -> None:
        follow(browser, ("hide", ",".join(HIDEABLE_NAMES)))
        assert browser.get("settings").hidden
        browser.get(button).click()
        browser.settle()

        assert not any(browser.get(each).hidden for *_, ids in HIDEABLE for each in ids)
        assert browser.get("lesson").hidden or browser.get("show-hidden").hidden

    def test_another_lesson_leaves_a_way_to_what_is_hidden(
        self, store: Store, browser: FakeBrowser
    ) -> None:
        follow(browser, ("hide", "keep,figures"))
        choose(browser, "preset", "l2")
        assert not browser.get("show-hidden").hidden
        assert "press Show all" in browser.text("lesson-watch")
        choose(browser, "preset", "")

        assert store.hidden == []
        assert not browser.get("keep-panel").hidden

    def test_is_followed_when_the_page_opens(
        self, store: Store, browser: FakeBrowser, worker: Any
    ) -> None:
        browser.fragment = [("preset", "noise"), ("until", "50")]
        LessonPanel(store, browser, worker).mount()
        browser.settle()

        assert browser.get("preset").value == "noise"
        assert "stop at step 50" in browser.text("lesson-settings")

    def test_an_anchor_is_none(self, store: Store, browser: FakeBrowser) -> None:
        follow(browser, ("evaluation", ""))

        assert store.lesson is None


class TestSharing:
    def test_follows_the_settings(self, store: Store, browser: FakeBrowser) -> None:
        store.settings_changed({**DEFAULT_SETTINGS, "seed": 5})
        browser.settle()
        expected = (
            "http://digits.test/#weights=random&learning_rate=0.005&training_set=drawings&seed=5"
        )
        assert browser.get("link-text").value == expected
        choose(browser, "link-weights", "shared")
        store.settings_changed({"training_set": "mnist"})
        browser.settle()
        browser.get("hide-keep").checked = True
        browser.get("hide-keep").fire("change")

        assert (
            browser.get("link-text").value
            == "http://digits.test/#learning_rate=0.005&seed=5&hide=keep"
        )

    def test_names_the_lesson(self, store: Store, browser: FakeBrowser) -> None:
        store.settings_changed(make_lesson("tiny")["settings"])
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
