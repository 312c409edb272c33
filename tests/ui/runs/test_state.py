from typing import Any

import pytest

from app.pyscript.hand.state import Hand
from app.pyscript.page import Page
from app.pyscript.runs.state import RunList
from app.pyscript.settings.state import Settings
from app.pyscript.timeline.state import NOTHING, Timeline
from app.pyscript.train.state import Train
from app.pyscript.weights.state import Weights
from tests.ui.fake_browser import FakeBrowser
from tests.ui.live_page import heard


@pytest.fixture(autouse=True)
def settings(page: Page) -> Any:
    """Few, so that they can be compared whole."""
    settings: dict[str, Any] = page.of(Settings).values.value
    settings.clear()
    settings.update({"batch_size": 128, "learning_rate": 0.05})
    return settings


WEIGHTS: Any = {"source": "shared", "name": "", "changed_by_training": False, "tuned": 0}


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


class TestRuns:
    def train(self, page: Page, *iterations: int) -> None:
        for iteration in iterations:
            page.of(Train).note_progress(progress(iteration))

    def test_other_weights_begin_a_run_and_the_last_one_is_kept(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        page.of(Weights).note({**WEIGHTS, "source": "random", "name": ""})
        page.of(Train).begin_run({"start": "weights", "number": 1, "iteration": 0})
        self.train(page, 10, 20)
        page.of(Train).note_validation({"iteration": 20, "accuracy": 0.9})
        browser.settle()
        told = heard(
            page,
            training=page.of(Train).training,
            validation=page.of(Train).validation,
            history=page.of(Train).history,
            runs=page.of(RunList).runs,
        )

        page.of(Weights).note({**WEIGHTS, "name": ""})
        page.of(Train).begin_run({"start": "weights", "number": 1, "iteration": 0})
        browser.settle()

        assert (page.of(Train).training.value["iteration"], page.of(Train).validation.value) == (
            0,
            None,
        )
        assert page.of(Train).history.value.iterations == []
        (run,) = page.of(RunList).runs.value.former
        assert run.history.iterations == [10, 20]
        assert run.history.validations == [None, 0.9]
        assert run.start["source"] == "random"
        assert run.last_settings == {"batch_size": 128, "learning_rate": 0.05}
        assert page.of(RunList).runs.value.current.start is not None
        assert page.of(RunList).runs.value.current.start["source"] == "shared"
        assert sorted(told) == ["history", "runs", "training", "validation"]

    def test_a_run_goes_on_training_on_other_weights(self, page: Page) -> None:
        self.train(page, 10)
        page.of(Train).begin_run({"start": "weights", "number": 1, "iteration": 0})

        assert page.of(Train).training.value["is_training"]
        self.train(page, 5)
        assert page.of(Train).history.value.iterations == [5]

    def test_from_a_checkpoint_the_course_before_it_is_shared(self, page: Page) -> None:
        page.of(Weights).note({**WEIGHTS, "name": "", "changed_by_training": True})
        self.train(page, 10, 20, 30)
        page.of(Train).begin_run({"start": "checkpoint", "number": 2, "iteration": 20})
        page.of(Train).note_progress({**progress(20), "loss": None, "accuracy": None})

        assert page.of(Train).training.value["iteration"] == 20
        assert page.of(Train).history.value.iterations == [10, 20]
        assert page.of(RunList).runs.value.former[0].history.iterations == [10, 20, 30]
        start = page.of(RunList).runs.value.current.start
        assert start is not None
        assert (start["run"], start["iteration"]) == (1, 20)

    def test_a_run_that_took_no_step_after_a_checkpoint_is_not_remembered(self, page: Page) -> None:
        self.train(page, 10, 20, 30)
        for number, iteration in ((2, 20), (3, 10)):
            page.of(Train).begin_run(
                {"start": "checkpoint", "number": number, "iteration": iteration}
            )
            page.of(Train).note_progress({**progress(iteration), "loss": None, "accuracy": None})

        assert [run.number for run in page.of(RunList).runs.value.former] == [1]
        start = page.of(RunList).runs.value.current.start
        assert start is not None
        assert (start["run"], start["iteration"]) == (1, 10)
        assert (
            page.of(RunList).runs.value.current.number,
            page.of(RunList).runs.value.compared,
        ) == (2, 1)
        self.train(page, 15)
        assert page.of(Train).history.value.iterations == [10, 15]

    def test_after_a_reset_the_weights_were_trained_before(self, page: Page) -> None:
        page.of(Weights).note({**WEIGHTS, "name": "", "changed_by_training": True})
        self.train(page, 10, 20)
        page.of(Train).begin_run({"start": "reset", "number": 2, "iteration": 0})
        page.bridge.lost.tell()

        assert [run.number for run in page.of(RunList).runs.value.former] == [1]
        start = page.of(RunList).runs.value.current.start
        assert start is not None
        assert (start["source"], start["is_trained"]) == ("shared", True)

    def test_a_lost_worker_leaves_its_runs_course_but_no_checkpoints(self, page: Page) -> None:
        self.train(page, 10, 20)
        page.of(Timeline).show(NOTHING)
        page.of(Timeline).units.set({"number": 1, "of_change": False, "picture": None})
        page.bridge.lost.tell()

        assert page.of(RunList).runs.value.former[0].history.iterations == [10, 20]
        assert (page.of(Timeline).checkpoints.value, page.of(Timeline).units.value) == (None, None)

    def test_changed_settings_are_told_once(self, page: Page, browser: FakeBrowser) -> None:
        self.train(page, 10)
        browser.settle()
        told = heard(page, runs=page.of(RunList).runs)
        self.train(page, 20)
        browser.settle()
        assert told == []
        page.of(Settings).change({"learning_rate": 0.5})
        self.train(page, 30)
        browser.settle()
        assert told == ["runs"]

    def test_runs_are_compared_pinned_and_deleted(self, page: Page, browser: FakeBrowser) -> None:
        self.train(page, 10, 20)
        page.bridge.lost.tell()
        browser.settle()
        told = heard(page, runs=page.of(RunList).runs)
        page.of(RunList).pin(1, True)
        browser.settle()
        page.of(RunList).compare(None)
        browser.settle()
        assert page.of(RunList).runs.value.former[0].is_pinned
        assert page.of(RunList).runs.value.compared is None
        page.of(RunList).delete(1)
        browser.settle()
        assert page.of(RunList).runs.value.former == []
        assert told == ["runs"] * 3

    def test_deleting_a_former_run_leaves_the_one_under_way(self, page: Page) -> None:
        self.train(page, 10, 20)
        page.bridge.lost.tell()
        self.train(page, 5, 15)
        page.of(Train).note_validation({"iteration": 15, "accuracy": 0.5})
        page.of(Hand).note_measure({"iteration": 15})
        page.of(RunList).delete(1)

        assert page.of(Train).history.value.iterations == [5, 15]
        assert page.of(Train).history.value.validations == [None, 0.5]
        assert page.of(Hand).measures.value == [{"iteration": 15}]
