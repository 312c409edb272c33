from typing import Any

import pytest

from app.pyscript.draw.state import Draw
from app.pyscript.evaluate.state import Evaluations
from app.pyscript.inside.state import Inside
from app.pyscript.page import Page
from app.pyscript.settings.state import Settings
from app.pyscript.train.data import TrainingData
from app.pyscript.train.state import Train
from app.pyscript.tune.state import Tune
from app.pyscript.weights.state import Weights
from tests.ui.fake_browser import FakeBrowser, FakeWorker
from tests.ui.live_page import heard


@pytest.fixture(autouse=True)
def settings(page: Page) -> Any:
    """Few, so that they can be compared whole."""
    settings: dict[str, Any] = page.of(Settings).values.value
    settings.clear()
    settings.update({"batch_size": 128, "learning_rate": 0.05})
    return settings


WEIGHTS: Any = {"source": "shared", "name": "", "changed_by_training": False, "tuned": 0}


def draw(page: Page) -> None:
    page.of(Draw).drawing.begin_stroke(14.5, 14.5)
    page.of(Draw).drawing.end_stroke()
    page.of(Draw).drawing_changed()


def prediction(version: int, digit: int = 7) -> Any:
    return {"version": version, "digit": digit}


def progress(iteration: int, **fields: Any) -> Any:
    report = {
        "iteration": iteration,
        "epoch": iteration / 100,
        "loss": 0.5,
        "accuracy": 0.9,
        "samples_per_second": 1000.0,
        "cached": 2,
        "fetching": 4,
        "is_training": True,
    }
    return {**report, **fields}


class TestTraining:
    def test_settings_change_one_by_one(self, page: Page, browser: FakeBrowser) -> None:
        told = heard(page, settings=page.of(Settings).values)
        page.of(Settings).change({"batch_size": 256})
        browser.settle()

        assert page.of(Settings).values.value == {"batch_size": 256, "learning_rate": 0.05}
        assert told == ["settings"]

    def test_progress_brings_figures_history_and_pool(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        told = heard(
            page,
            training=page.of(Train).training,
            history=page.of(Train).history,
            pool=page.of(TrainingData).pool,
        )
        page.of(Train).note_progress(progress(10))
        page.of(TrainingData).note_progress(progress(10))
        browser.settle()

        assert page.of(Train).training.value["iteration"] == 10
        assert page.of(Train).history.value.iterations == [10]
        assert page.of(Train).history.value.losses == [0.5]
        pool = page.of(TrainingData).pool.value
        assert (pool["cached"], pool["fetching"]) == (2, 4)
        assert sorted(told) == ["history", "pool", "training"]

    def test_progress_without_a_step_adds_no_point(self, page: Page, browser: FakeBrowser) -> None:
        page.of(Train).note_progress(progress(10))
        browser.settle()
        told = heard(page, history=page.of(Train).history)
        page.of(Train).note_progress(progress(10, loss=None, accuracy=None, is_training=False))
        browser.settle()

        assert page.of(Train).history.value.iterations == [10]
        assert not page.of(Train).training.value["is_training"]
        assert told == []

    def test_progress_before_the_first_step_has_no_figures(self, page: Page) -> None:
        page.of(Train).note_progress(progress(0, loss=None, accuracy=None))

        assert page.of(Train).training.value["is_training"]
        assert page.of(Train).training.value["loss"] is None
        assert page.of(Train).history.value.iterations == []

    def test_figures_stand_when_training_pauses(self, page: Page) -> None:
        page.of(Train).note_progress(progress(10))
        page.of(Train).note_progress(progress(10, loss=None, accuracy=None, is_training=False))

        assert (
            page.of(Train).training.value["loss"],
            page.of(Train).training.value["accuracy"],
        ) == (0.5, 0.9)

    def test_validation_waits_for_the_next_point(self, page: Page, browser: FakeBrowser) -> None:
        told = heard(page, validation=page.of(Train).validation)
        report: Any = {"iteration": 12, "accuracy": 0.97, "loss": 0.1}
        page.of(Train).note_validation(report)
        page.of(Train).note_progress(progress(20))
        browser.settle()

        assert page.of(Train).validation.value == report
        assert page.of(Train).history.value.validations == [0.97]
        assert told == ["validation"]

    def test_progress_reports_tell_of_the_pool_too(self, page: Page, worker: FakeWorker) -> None:
        whole = {"cached": 1, "fetching": 2, "total": 9, "state": "retrying", "detail": "Waiting."}
        worker.report(type="pool", **whole)
        worker.report(type="progress", **{**progress(10), "cached": 3, "fetching": 4})

        assert page.of(TrainingData).pool.value == {**whole, "cached": 3, "fetching": 4}

    def test_reset_forgets_the_run_and_keeps_the_rest(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        page.of(Weights).note(WEIGHTS)
        page.of(Train).note_progress(progress(10))
        page.of(Train).note_validation({"iteration": 1, "accuracy": 0.97})
        browser.settle()
        told = heard(
            page,
            training=page.of(Train).training,
            validation=page.of(Train).validation,
            history=page.of(Train).history,
        )

        page.bridge.lost.tell()
        browser.settle()

        assert page.of(Train).training.value["iteration"] == 0
        assert not page.of(Train).training.value["is_training"]
        assert page.of(Train).validation.value is None
        assert page.of(Train).history.value.iterations == []
        assert sorted(told) == ["history", "training", "validation"]

    def test_other_weights_have_not_been_measured(self, page: Page, browser: FakeBrowser) -> None:
        page.of(Train).note_progress(progress(10))
        page.of(Train).note_validation({"iteration": 10, "accuracy": 0.97})
        page.of(Tune).tuning.set({"label": 3, "loss_before": 2.0, "loss_after": 1.0})

        page.of(Weights).note(WEIGHTS)

        assert (
            page.of(Train).training.value["loss"],
            page.of(Train).training.value["accuracy"],
        ) == (None, None)
        assert page.of(Train).training.value["iteration"] == 10
        assert page.of(Train).validation.value is None
        assert page.of(Tune).tuning.value is None

    @pytest.mark.parametrize("change", [{"changed_by_training": True}, {"tuned": 1}])
    def test_the_same_weights_taught_further_keep_their_figures(
        self, page: Page, change: dict[str, Any]
    ) -> None:
        page.of(Train).note_progress(progress(10))
        page.of(Weights).note({**WEIGHTS, **change})

        assert page.of(Train).training.value["loss"] is not None

    def test_a_new_evaluation_takes_the_digits_of_the_last_one_away(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        page.of(Evaluations).note_progress(
            {"set": "test", "stage": "reading", "done": 1, "total": 2, "detail": ""}
        )
        page.of(Evaluations).note_gallery({"set": "test", "total": 0})
        browser.settle()
        told = heard(
            page,
            evaluating=page.of(Evaluations).progress,
            evaluation=page.of(Evaluations).measured,
            gallery=page.of(Evaluations).listed,
        )

        page.of(Evaluations).note_evaluation({"set": "test", "accuracy": 0.5})
        browser.settle()

        assert (
            page.of(Evaluations).evaluation,
            page.of(Evaluations).evaluating,
            page.of(Evaluations).gallery,
        ) == ({"set": "test", "accuracy": 0.5}, None, None)
        assert sorted(told) == ["evaluating", "evaluation", "gallery"]

    def test_another_test_set_has_its_own(self, page: Page, browser: FakeBrowser) -> None:
        page.of(Evaluations).note_evaluation({"set": "test", "accuracy": 0.5})
        browser.settle()
        told = heard(page, test_set=page.of(Evaluations).chosen)
        page.of(Evaluations).chosen.set("test_uci")
        browser.settle()
        assert page.of(Evaluations).evaluation is None
        assert told == ["test_set"]

    def test_a_lost_network_takes_its_evaluation_along(self, page: Page) -> None:
        page.of(Evaluations).note_evaluation({"set": "test", "accuracy": 0.5})
        page.of(Evaluations).note_progress(
            {"set": "test", "stage": "reading", "done": 1, "total": 2, "detail": ""}
        )

        page.bridge.lost.tell()

        assert (page.of(Evaluations).evaluation, page.of(Evaluations).evaluating) == (None, None)

    def test_a_lost_network_takes_what_was_seen_inside_along(self, page: Page) -> None:
        seen: Any = {"active": 3}
        found: Any = {"among": 10}
        page.of(Inside).inspection.set(seen)
        page.of(Inside).nearest.set(found)
        page.of(Inside).searching.set({"done": 1, "total": 2})

        page.bridge.lost.tell()

        assert (
            page.of(Inside).inspection.value,
            page.of(Inside).nearest.value,
            page.of(Inside).searching.value,
        ) == (None, None, None)

    def test_the_same_digit_cannot_be_compared_with_itself(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        told = heard(page, inspected=page.of(Inside).inspected)

        page.of(Inside).change({"first": 4})
        page.of(Inside).change({"second": 4})
        browser.settle()
        assert page.of(Inside).inspected.value == {"unit": 0, "first": -1, "second": 4}
        page.of(Inside).change({"first": 4})
        assert page.of(Inside).inspected.value == {"unit": 0, "first": 4, "second": -1}
        page.of(Inside).change({"first": -1})
        page.of(Inside).change({"unit": 90})
        assert page.of(Inside).inspected.value == {"unit": 90, "first": -1, "second": -1}
        assert told == ["inspected"]

    def test_a_run_after_a_reset_is_recorded_from_its_start(self, page: Page) -> None:
        page.of(Train).note_progress(progress(500))
        page.bridge.lost.tell()
        page.of(Train).note_progress(progress(3))

        assert page.of(Train).history.value.iterations == [3]


def test_the_dataset_and_the_weights_are_told(page: Page, browser: FakeBrowser) -> None:
    told = heard(page, dataset=page.of(TrainingData).dataset, weights=page.of(Weights).origin)
    dataset: Any = {"title": "MNIST"}
    page.of(TrainingData).dataset.set(dataset)
    page.of(Weights).note(WEIGHTS)
    browser.settle()

    assert page.of(TrainingData).dataset.value == dataset
    assert page.of(Weights).origin.value == WEIGHTS
    assert told == ["dataset", "weights"]
