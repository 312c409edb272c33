import pytest

from app.pyscript.draw.state import DRAWING_MILLISECONDS
from app.pyscript.lessons.lesson import make_lesson
from app.pyscript.lessons.state import Lessons
from app.pyscript.messages import NO_SAMPLES, PROBLEMS
from app.pyscript.page import Page
from app.pyscript.settings.state import Settings
from app.pyscript.train.data import TrainingData
from app.pyscript.train.state import Train
from app.pyscript.weights.state import Weights
from tests.ui.fake_browser import FakeBrowser, FakeWorker
from tests.ui.live_page import (
    ASKS,
    OK,
    REFUSED,
    answer,
    begin,
    draw,
    finish_start,
    notices,
    progress,
    reading,
    report_problem,
)

pytestmark = pytest.mark.started


class TestTraining:
    def test_starts_with_the_settings(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        page.of(Train).start()
        browser.settle()

        (call,) = worker.waiting("start_training")
        assert call.arguments[0] == page.of(Settings).values.value

    def test_pauses(self, worker: FakeWorker, page: Page, browser: FakeBrowser) -> None:
        page.of(Train).pause()
        browser.settle()

        assert [call.arguments for call in worker.waiting("pause_training")] == [()]

    def test_resets_the_figures_when_the_worker_has(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        worker.report(type="progress", **progress(500))
        page.of(Train).reset()
        browser.settle()
        assert page.of(Train).training.value["iteration"] == 500

        worker.report(type="run", start="reset", number=2, iteration=0)
        worker.report(type="progress", **{**progress(0), "learning_rate": 0.05})
        answer(browser, worker.waiting("reset_training")[0], OK)

        # What the worker said of the new run stays.
        assert (
            page.of(Train).training.value["iteration"],
            page.of(Train).training.value["learning_rate"],
        ) == (0, 0.05)

    def test_passes_on_changed_settings_alone(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        page.of(Settings).send({"prefetch": 2})
        browser.settle()

        (call,) = worker.waiting("change_settings")
        assert call.arguments[0] == {"prefetch": 2}

    @pytest.mark.parametrize("name", ["change_settings", "start_training", "step_training"])
    def test_settings_that_are_refused_give_way_to_those_in_force(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser, name: str
    ) -> None:
        in_force = dict(page.of(Settings).values.value)
        page.of(Settings).change({"prefetch": 2, "seed": 3})
        if name == "change_settings":
            page.of(Settings).send({"prefetch": 2, "seed": 3})
        else:
            ASKS[name](page)
        browser.settle()
        answer(browser, worker.waiting(name)[0], REFUSED)
        page.of(Settings).change({"seed": 4})  # by the visitor, meanwhile
        (call,) = worker.waiting("change_settings")
        assert call.arguments == ({},)
        answer(browser, call, {"settings": in_force})

        assert page.of(Settings).values.value == {**in_force, "seed": 4}
        assert notices(page) == [("Not now", "Because.")]

    def test_settings_without_an_answer_stay(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        """Another worker, which has not restored its own yet, is not asked for them."""
        page.of(Settings).change({"batch_size": 16})
        page.of(Settings).send({"batch_size": 16})
        browser.settle()
        late = worker.waiting("change_settings")[0]
        other = begin(page, browser)
        finish_start(browser, other)
        other.calls = []
        late.reject(OSError("no answer"))
        browser.settle()
        assert other.waiting("change_settings") == []
        assert page.of(Settings).values.value["batch_size"] == 16

    def test_random_weights_come_of_the_settings(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        page.of(Settings).change({"seed": 7, "initializer": "uniform"})
        page.of(Weights).randomize()
        browser.settle()

        (call,) = worker.waiting("randomize_weights")
        assert call.arguments == (7, "uniform")

    def test_a_single_step_uses_all_settings_and_tells_what_it_did(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        page.of(Train).step()
        browser.settle()
        (call,) = worker.waiting("step_training")
        assert call.arguments[0] == page.of(Settings).values.value
        worker.report(type="progress", **{**progress(1), "is_training": False})
        answer(browser, call, {"loss_before": 2.5})

        assert page.of(Train).stepping.value is not None
        assert (
            page.of(Train).stepping.value["iteration"],
            page.of(Train).stepping.value["loss_before"],
        ) == (1, 2.5)

    @pytest.mark.parametrize(
        ("weights", "call"),
        [
            ("random", ("randomize_weights", (3, "zeros"))),
            ("shared", ("load_shared_weights", ())),
            (4, ("load_version", (4,))),
        ],
    )
    def test_a_lesson_begins_with_its_weights_and_settings(
        self,
        worker: FakeWorker,
        page: Page,
        browser: FakeBrowser,
        weights: str | int,
        call: tuple[str, tuple[object, ...]],
    ) -> None:
        # Drawings of its own, nobody else has.
        page.of(Settings).change({"tray_share": 0.5})
        for name in ("reset_training", call[0], "start_training"):
            worker.answers[name] = OK
        before = len(worker.calls)
        lesson = make_lesson("", {"seed": 3, "initializer": "zeros"}, weights)
        page.of(Lessons).start(lesson)
        browser.settle()

        calls = [(each.name, each.arguments) for each in worker.calls[before:]]
        settings = {**page.of(Settings).values.value, **lesson["settings"], "tray_share": 0}
        assert calls[:2] == [("reset_training", ()), call]
        assert calls[-1][0] == "start_training"
        assert calls[-1][1][0] == settings == page.of(Settings).values.value
        assert page.of(Lessons).lesson.value is not None
        assert page.of(Lessons).lesson.value["is_started"]

    def test_a_lesson_whose_weights_cannot_be_had_changes_no_setting(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        settings = dict(page.of(Settings).values.value)
        worker.answers["reset_training"] = OK
        worker.answers["load_version"] = REFUSED
        page.of(Lessons).start(make_lesson("", {"batch_size": 1}, 4))
        browser.settle()

        assert page.of(Settings).values.value == settings
        assert page.of(Lessons).lesson.value is None
        assert len(page.notices.shown.value) == 1

    def test_where_a_run_ended_by_itself_is_kept_until_it_goes_on(
        self, worker: FakeWorker, page: Page
    ) -> None:
        worker.report(type="reached", iteration=200, digest="abc", is_repeatable=True)
        worker.report(type="progress", **{**progress(200), "is_training": False})
        assert page.of(Train).reached.value is not None
        assert (
            page.of(Train).reached.value["iteration"],
            page.of(Train).reached.value["digest"],
        ) == (200, "abc")
        worker.report(type="progress", **progress(210))
        assert page.of(Train).reached.value is None


class TestReports:
    def test_of_progress(self, worker: FakeWorker, page: Page) -> None:
        worker.report(type="progress", **progress(10))

        assert page.of(Train).training.value["iteration"] == 10
        assert page.of(TrainingData).pool.value["cached"] == 2

    def test_of_progress_has_the_drawing_read_again(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        draw(page, browser)
        answer(browser, worker.waiting("predict")[0], reading(3))
        browser.advance(DRAWING_MILLISECONDS)

        worker.report(type="progress", **progress(10))
        browser.settle()

        assert len(worker.waiting("predict")) == 1

    def test_of_progress_does_not_get_before_a_hand_that_draws(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        draw(page, browser)
        answer(browser, worker.waiting("predict")[0], reading(3))

        worker.report(type="progress", **progress(10))
        browser.settle()
        assert worker.waiting("predict") == []

        # The last one is of the network as it stays.
        worker.report(type="progress", **{**progress(20), "is_training": False})
        browser.settle()
        assert len(worker.waiting("predict")) == 1

    def test_of_a_validation(self, worker: FakeWorker, page: Page) -> None:
        worker.report(type="validation", iteration=10, accuracy=0.9, loss=0.3, samples=5000)

        assert page.of(Train).validation.value is not None
        assert page.of(Train).validation.value["accuracy"] == 0.9

    def test_of_the_pool(self, worker: FakeWorker, page: Page) -> None:
        worker.report(type="pool", cached=1, fetching=2, total=3, state="retrying", detail="Wait.")

        assert page.of(TrainingData).pool.value == {
            "cached": 1,
            "fetching": 2,
            "total": 3,
            "state": "retrying",
            "detail": "Wait.",
        }

    def test_of_the_weights(self, worker: FakeWorker, page: Page) -> None:
        worker.report(
            type="weights", source="shared", digest="ab", changed_by_training=False, tuned=0
        )

        assert page.of(Weights).origin.value is not None
        assert page.of(Weights).origin.value["source"] == "shared"

    def test_of_a_problem_until_it_is_gone(self, worker: FakeWorker, page: Page) -> None:
        report_problem(worker, NO_SAMPLES, "Waiting.")
        assert notices(page) == [(PROBLEMS[NO_SAMPLES], "Waiting.")]

        worker.report(type="recovered", kind=NO_SAMPLES)

        assert page.notices.shown.value == []

    @pytest.mark.parametrize("kind", list(PROBLEMS))
    def test_of_a_recovery_that_is_of_its_own_problem_alone(
        self, worker: FakeWorker, page: Page, kind: str
    ) -> None:
        page.notices.notify("load_shared_weights", "No weights", "The server is away.", "Try again")
        page.notices.notify("samples", "No sample", "The server is away.")
        before = notices(page)
        report_problem(worker, kind)
        assert len(page.notices.shown.value) == 3
        worker.report(type="recovered", kind=kind)

        assert notices(page) == before


# Taking a step apart
