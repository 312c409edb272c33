from collections.abc import Callable
from typing import Any

import pytest

from app.pyscript.draw.drawing import CELLS
from app.pyscript.store import FAILED, NOTICE_LIMIT, READY, STARTING, Store

SAMPLE = [0] * (CELLS - 1) + [255]

WEIGHTS = {"source": "shared", "changed_by_training": False, "tuned": 0}


class Frames:
    """The browser's frames: callbacks wait for the next one."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], object]] = []

    def request(self, callback: Callable[[], object]) -> None:
        self.waiting.append(callback)

    def next(self) -> None:
        waiting, self.waiting = self.waiting, []
        for callback in waiting:
            callback()


@pytest.fixture
def frames() -> Frames:
    return Frames()


@pytest.fixture
def store(frames: Frames) -> Store:
    return Store(frames.request, {"batch_size": 128, "learning_rate": 0.05})


def heard(store: Store, *keys: str) -> list[str]:
    """A list that grows by the key each time its subscribers are told."""
    told: list[str] = []
    for key in keys:
        store.subscribe((key,), lambda key=key: told.append(key))
    return told


def draw(store: Store) -> None:
    store.drawing.begin_stroke(14.5, 14.5)
    store.drawing.end_stroke()
    store.drawing_changed()


def prediction(version: int, digit: int = 7) -> dict[str, Any]:
    return {"version": version, "digit": digit}


def progress(iteration: int, **fields: Any) -> dict[str, Any]:
    report = {
        "type": "progress",
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


class TestSubscriptions:
    def test_hear_of_many_changes_once_a_frame(self, store: Store, frames: Frames) -> None:
        told = heard(store, "worker")
        for state in (STARTING, FAILED, READY):
            store.worker_changed(state)
        assert told == []
        assert len(frames.waiting) == 1

        frames.next()

        assert told == ["worker"]
        assert frames.waiting == []

    def test_hear_only_of_their_keys(self, store: Store, frames: Frames) -> None:
        told = heard(store, "worker", "boot", "drawing")

        store.boot_progressed("Loading", 0.5)
        frames.next()

        assert told == ["boot"]

    def test_to_several_keys_are_called_once(self, store: Store, frames: Frames) -> None:
        told: list[str] = []
        store.subscribe(("worker", "boot"), lambda: told.append("both"))

        store.worker_changed(READY)
        store.boot_progressed("Ready", 1.0)
        frames.next()

        assert told == ["both"]

    def test_end(self, store: Store, frames: Frames) -> None:
        told: list[str] = []
        end = store.subscribe(("worker",), lambda: told.append("worker"))
        end()

        store.worker_changed(READY)
        frames.next()

        assert told == []

    def test_may_change_the_store_and_are_told_in_the_next_frame(
        self, store: Store, frames: Frames
    ) -> None:
        told = heard(store, "boot")
        store.subscribe(("worker",), lambda: store.boot_progressed("Ready"))

        store.worker_changed(READY)
        frames.next()
        assert told == []
        frames.next()

        assert told == ["boot"]

    def test_are_told_at_once_where_scheduling_is_a_plain_call(self) -> None:
        store = Store(lambda callback: callback(), {})
        told = heard(store, "worker")

        store.worker_changed(READY)
        store.worker_changed(FAILED)

        assert told == ["worker", "worker"]


class TestDrawing:
    def test_every_change_has_a_version(self, store: Store, frames: Frames) -> None:
        told = heard(store, "drawing", "ink")
        versions = {store.drawing_version}
        for _ in range(3):
            draw(store)
            versions.add(store.drawing_version)
        frames.next()

        assert len(versions) == 4
        assert told == ["drawing"]

    def test_a_sample_is_shown_whole_with_its_label(self, store: Store, frames: Frames) -> None:
        told = heard(store, "drawing", "ink")
        version = store.drawing_version

        store.sample_arrived(4, SAMPLE)
        frames.next()

        assert list(store.drawing.pixels) == SAMPLE
        assert store.sample == 4
        assert store.drawing_version > version
        assert sorted(told) == ["drawing", "ink"]

    def test_is_told_in_the_moment_that_it_changes(self, store: Store, frames: Frames) -> None:
        told: list[tuple[int, bool]] = []
        store.on_drawing(lambda: told.append((store.drawing_version, store.drawing.is_blank)))
        draw(store)
        store.drawing.clear()
        store.drawing_changed()

        assert told == [(1, False), (2, True)]
        assert len(frames.waiting) == 1

    def test_drawing_on_a_sample_makes_it_unlabelled(self, store: Store) -> None:
        store.sample_arrived(4, SAMPLE)
        draw(store)

        assert store.sample is None

    def test_a_change_outdates_the_last_tuning(self, store: Store, frames: Frames) -> None:
        draw(store)
        store.tuned({"label": 3, "loss_before": 2.0, "loss_after": 1.0})
        told = heard(store, "tuning")
        draw(store)
        frames.next()

        assert store.tuning is None
        assert told == ["tuning"]


class TestPrediction:
    def test_is_shown(self, store: Store, frames: Frames) -> None:
        told = heard(store, "prediction")
        draw(store)
        store.prediction_arrived(prediction(store.drawing_version))
        frames.next()

        assert store.prediction == prediction(store.drawing_version)
        assert told == ["prediction"]

    def test_stays_while_a_drawing_grows(self, store: Store) -> None:
        draw(store)
        read = prediction(store.drawing_version)
        store.prediction_arrived(read)
        store.drawing.begin_stroke(4.5, 4.5)
        store.drawing_changed()

        assert store.prediction == read

    def test_of_a_drawing_since_grown_is_better_than_none(self, store: Store) -> None:
        draw(store)
        early = prediction(store.drawing_version)
        draw(store)
        store.prediction_arrived(early)

        assert store.prediction == early

    def test_never_replaces_a_newer_one(self, store: Store) -> None:
        draw(store)
        early = prediction(store.drawing_version, 1)
        draw(store)
        late = prediction(store.drawing_version, 2)
        store.prediction_arrived(late)
        store.prediction_arrived(early)

        assert store.prediction == late

    def test_of_the_same_drawing_by_a_changed_network_replaces(self, store: Store) -> None:
        draw(store)
        store.prediction_arrived(prediction(store.drawing_version, 1))
        store.prediction_arrived(prediction(store.drawing_version, 2))

        assert store.prediction == prediction(store.drawing_version, 2)

    def test_goes_with_the_drawing(self, store: Store, frames: Frames) -> None:
        draw(store)
        store.prediction_arrived(prediction(store.drawing_version))
        told = heard(store, "prediction")
        store.drawing.clear()
        store.drawing_changed()
        frames.next()

        assert store.prediction is None
        assert told == ["prediction"]

    def test_arriving_after_the_drawing_was_wiped_is_dropped(self, store: Store) -> None:
        draw(store)
        version = store.drawing_version
        store.drawing.clear()
        store.drawing_changed()
        store.prediction_arrived(prediction(version))

        assert store.prediction is None

    def test_of_a_wiped_drawing_is_dropped_though_another_was_begun(self, store: Store) -> None:
        draw(store)
        version = store.drawing_version
        store.drawing.clear()
        store.drawing_changed()
        draw(store)
        store.prediction_arrived(prediction(version))

        assert store.prediction is None


class TestNotices:
    def test_are_kept_in_order(self, store: Store, frames: Frames) -> None:
        told = heard(store, "notices")
        store.notify("a", "A failed", "Because.")
        store.notify("b", "B failed", "Because.", "Try again")
        frames.next()

        assert store.notices == [
            {"key": "a", "title": "A failed", "detail": "Because.", "action": None},
            {"key": "b", "title": "B failed", "detail": "Because.", "action": "Try again"},
        ]
        assert told == ["notices"]

    def test_of_one_key_replace_one_another(self, store: Store) -> None:
        store.notify("a", "A failed", "Once.")
        store.notify("b", "B failed", "Once.")
        store.notify("a", "A failed", "Twice.")

        assert [(notice["key"], notice["detail"]) for notice in store.notices] == [
            ("b", "Once."),
            ("a", "Twice."),
        ]

    def test_are_few(self, store: Store) -> None:
        for number in range(NOTICE_LIMIT + 2):
            store.notify(str(number), "It failed", "Because.")

        assert [notice["key"] for notice in store.notices] == ["2", "3", "4"]

    def test_with_a_way_on_are_not_crowded_out(self, store: Store) -> None:
        store.notify("worker", "The network stopped", "Because.", "Try again")
        for number in range(NOTICE_LIMIT):
            store.notify(str(number), "It failed", "Because.")

        assert [notice["key"] for notice in store.notices] == ["worker", "1", "2"]

    def test_go_when_dismissed(self, store: Store, frames: Frames) -> None:
        store.notify("a", "A failed", "Because.")
        frames.next()
        told = heard(store, "notices")

        store.dismiss("a")
        frames.next()

        assert store.notices == []
        assert told == ["notices"]

    def test_that_are_not_there_are_dismissed_in_silence(
        self, store: Store, frames: Frames
    ) -> None:
        store.dismiss("a")

        assert frames.waiting == []


class TestTraining:
    def test_settings_change_one_by_one(self, store: Store, frames: Frames) -> None:
        told = heard(store, "settings")
        store.settings_changed({"batch_size": 256})
        frames.next()

        assert store.settings == {"batch_size": 256, "learning_rate": 0.05}
        assert told == ["settings"]

    def test_progress_brings_figures_history_and_pool(self, store: Store, frames: Frames) -> None:
        told = heard(store, "training", "history", "pool")
        store.progress_arrived(progress(10))
        frames.next()

        assert store.training["iteration"] == 10
        assert store.history.iterations == [10]
        assert store.history.losses == [0.5]
        assert (store.pool["cached"], store.pool["fetching"]) == (2, 4)
        assert sorted(told) == ["history", "pool", "training"]

    def test_progress_without_a_step_adds_no_point(self, store: Store, frames: Frames) -> None:
        store.progress_arrived(progress(10))
        frames.next()
        told = heard(store, "history")
        store.progress_arrived(progress(10, loss=None, accuracy=None, is_training=False))
        frames.next()

        assert store.history.iterations == [10]
        assert not store.training["is_training"]
        assert told == []

    def test_progress_before_the_first_step_has_no_figures(self, store: Store) -> None:
        store.progress_arrived(progress(0, loss=None, accuracy=None))

        assert store.training["is_training"]
        assert store.training["loss"] is None
        assert store.history.iterations == []

    def test_figures_stand_when_training_pauses(self, store: Store) -> None:
        store.progress_arrived(progress(10))
        store.progress_arrived(progress(10, loss=None, accuracy=None, is_training=False))

        assert (store.training["loss"], store.training["accuracy"]) == (0.5, 0.9)

    def test_validation_waits_for_the_next_point(self, store: Store, frames: Frames) -> None:
        told = heard(store, "validation")
        report = {"type": "validation", "iteration": 12, "accuracy": 0.97, "loss": 0.1}
        store.validation_arrived(report)
        store.progress_arrived(progress(20))
        frames.next()

        assert store.validation == report
        assert store.history.validations == [0.97]
        assert told == ["validation"]

    def test_pool_reports_may_leave_parts_out(self, store: Store) -> None:
        whole = {"cached": 1, "fetching": 2, "total": 9, "state": "retrying", "detail": "Waiting."}
        store.pool_changed({"type": "pool", **whole})
        store.pool_changed({"cached": 3})

        assert store.pool == {**whole, "cached": 3}

    def test_reset_forgets_the_run_and_keeps_the_rest(self, store: Store, frames: Frames) -> None:
        store.weights_changed(WEIGHTS)
        store.progress_arrived(progress(10))
        store.validation_arrived({"iteration": 1, "accuracy": 0.97})
        frames.next()
        told = heard(store, "training", "validation", "history")

        store.run_reset()
        frames.next()

        assert store.training["iteration"] == 0
        assert not store.training["is_training"]
        assert store.validation is None
        assert store.history.iterations == []
        assert store.weights == WEIGHTS
        assert store.pool["cached"] == 2
        assert sorted(told) == ["history", "training", "validation"]

    def test_other_weights_have_not_been_measured(self, store: Store, frames: Frames) -> None:
        store.progress_arrived(progress(10))
        store.validation_arrived({"iteration": 10, "accuracy": 0.97})
        store.tuned({"loss_before": 2.0, "loss_after": 1.0})

        store.weights_changed(WEIGHTS)

        assert (store.training["loss"], store.training["accuracy"]) == (None, None)
        assert store.training["iteration"] == 10
        assert store.validation is None
        assert store.tuning is None

    @pytest.mark.parametrize("change", [{"changed_by_training": True}, {"tuned": 1}])
    def test_the_same_weights_taught_further_keep_their_figures(
        self, store: Store, change: dict[str, Any]
    ) -> None:
        store.progress_arrived(progress(10))
        store.weights_changed({**WEIGHTS, **change})

        assert store.training["loss"] is not None

    def test_a_new_evaluation_takes_the_digits_of_the_last_one_away(
        self, store: Store, frames: Frames
    ) -> None:
        store.evaluating_progressed(
            {"set": "test", "stage": "reading", "done": 1, "total": 2, "detail": ""}
        )
        store.gallery_arrived({"set": "test", "total": 0})
        frames.next()
        told = heard(store, "evaluating", "evaluation", "gallery")

        store.evaluation_arrived({"set": "test", "accuracy": 0.5})
        frames.next()

        assert (store.evaluation, store.evaluating, store.gallery) == (
            {"set": "test", "accuracy": 0.5},
            None,
            None,
        )
        assert sorted(told) == ["evaluating", "evaluation", "gallery"]

    def test_another_test_set_has_its_own(self, store: Store, frames: Frames) -> None:
        store.evaluation_arrived({"set": "test", "accuracy": 0.5})
        frames.next()
        told = heard(store, "test_set")
        store.test_set_chosen("test_uci")
        frames.next()
        assert store.evaluation is None
        assert told == ["test_set"]

    def test_a_lost_network_takes_its_evaluation_along(self, store: Store) -> None:
        store.evaluation_arrived({"set": "test", "accuracy": 0.5})
        store.evaluating_progressed(
            {"set": "test", "stage": "reading", "done": 1, "total": 2, "detail": ""}
        )

        store.network_lost()

        assert (store.evaluation, store.evaluating) == (None, None)

    def test_a_lost_network_takes_what_was_seen_inside_along(self, store: Store) -> None:
        store.inspection_arrived({"active": 3})
        store.nearest_arrived({"among": 10})
        store.searching_progressed({"done": 1, "total": 2})

        store.network_lost()

        assert (store.inspection, store.nearest, store.searching) == (None, None, None)

    def test_the_same_digit_cannot_be_compared_with_itself(
        self, store: Store, frames: Frames
    ) -> None:
        told = heard(store, "inspected")

        store.inspected_changed({"first": 4})
        store.inspected_changed({"second": 4})
        frames.next()
        assert store.inspected == {"unit": 0, "first": -1, "second": 4}
        store.inspected_changed({"first": 4})
        assert store.inspected == {"unit": 0, "first": 4, "second": -1}
        store.inspected_changed({"first": -1})
        store.inspected_changed({"unit": 90})
        assert store.inspected == {"unit": 90, "first": -1, "second": -1}
        assert told == ["inspected"]

    def test_a_run_after_a_reset_is_recorded_from_its_start(self, store: Store) -> None:
        store.progress_arrived(progress(500))
        store.run_reset()
        store.progress_arrived(progress(3))

        assert store.history.iterations == [3]


def test_the_dataset_and_the_weights_are_told(store: Store, frames: Frames) -> None:
    told = heard(store, "dataset", "weights")
    store.dataset_arrived({"title": "MNIST"})
    store.weights_changed(WEIGHTS)
    frames.next()

    assert store.dataset == {"title": "MNIST"}
    assert store.weights == WEIGHTS
    assert told == ["dataset", "weights"]


class TestRuns:
    def train(self, store: Store, *iterations: int) -> None:
        for iteration in iterations:
            store.progress_arrived(progress(iteration))

    def test_other_weights_begin_a_run_and_the_last_one_is_kept(
        self, store: Store, frames: Frames
    ) -> None:
        store.weights_changed({**WEIGHTS, "source": "random", "name": ""})
        store.run_began({"start": "weights", "number": 1, "iteration": 0})
        self.train(store, 10, 20)
        store.validation_arrived({"iteration": 20, "accuracy": 0.9})
        frames.next()
        told = heard(store, "training", "validation", "history", "runs")

        store.weights_changed({**WEIGHTS, "name": ""})
        store.run_began({"start": "weights", "number": 1, "iteration": 0})
        frames.next()

        assert (store.training["iteration"], store.validation) == (0, None)
        assert store.history.iterations == []
        (run,) = store.runs.former
        assert run.history.iterations == [10, 20]
        assert run.history.validations == [None, 0.9]
        assert run.start["source"] == "random"
        assert run.last_settings == {"batch_size": 128, "learning_rate": 0.05}
        assert store.runs.current.start is not None
        assert store.runs.current.start["source"] == "shared"
        assert sorted(told) == ["history", "runs", "training", "validation"]

    def test_a_run_goes_on_training_on_other_weights(self, store: Store) -> None:
        self.train(store, 10)
        store.run_began({"start": "weights", "number": 1, "iteration": 0})

        assert store.training["is_training"]
        self.train(store, 5)
        assert store.history.iterations == [5]

    def test_from_a_checkpoint_the_course_before_it_is_shared(self, store: Store) -> None:
        store.weights_changed({**WEIGHTS, "name": "", "changed_by_training": True})
        self.train(store, 10, 20, 30)
        store.run_began({"start": "checkpoint", "number": 2, "iteration": 20})
        store.progress_arrived({**progress(20), "loss": None, "accuracy": None})

        assert store.training["iteration"] == 20
        assert store.history.iterations == [10, 20]
        assert store.runs.former[0].history.iterations == [10, 20, 30]
        start = store.runs.current.start or {}
        assert (start["run"], start["iteration"]) == (1, 20)

    def test_a_run_that_took_no_step_after_a_checkpoint_is_not_remembered(
        self, store: Store
    ) -> None:
        self.train(store, 10, 20, 30)
        for number, iteration in ((2, 20), (3, 10)):
            store.run_began({"start": "checkpoint", "number": number, "iteration": iteration})
            store.progress_arrived({**progress(iteration), "loss": None, "accuracy": None})

        assert [run.number for run in store.runs.former] == [1]
        start = store.runs.current.start or {}
        assert (start["run"], start["iteration"]) == (1, 10)
        assert (store.runs.current.number, store.runs.compared) == (2, 1)
        self.train(store, 15)
        assert store.history.iterations == [10, 15]

    def test_after_a_reset_the_weights_were_trained_before(self, store: Store) -> None:
        store.weights_changed({**WEIGHTS, "name": "", "changed_by_training": True})
        self.train(store, 10, 20)
        store.run_began({"start": "reset", "number": 2, "iteration": 0})
        store.run_reset()

        assert [run.number for run in store.runs.former] == [1]
        start = store.runs.current.start or {}
        assert (start["source"], start["is_trained"]) == ("shared", True)

    def test_a_lost_worker_leaves_its_runs_course_but_no_checkpoints(self, store: Store) -> None:
        self.train(store, 10, 20)
        store.checkpoints_arrived({"checkpoints": []})
        store.units_arrived({"number": 1})
        store.network_lost()

        assert store.runs.former[0].history.iterations == [10, 20]
        assert (store.checkpoints, store.units) == (None, None)

    def test_changed_settings_are_told_once(self, store: Store, frames: Frames) -> None:
        self.train(store, 10)
        frames.next()
        told = heard(store, "runs")
        self.train(store, 20)
        frames.next()
        assert told == []
        store.settings_changed({"learning_rate": 0.5})
        self.train(store, 30)
        frames.next()
        assert told == ["runs"]

    def test_runs_are_compared_pinned_and_deleted(self, store: Store, frames: Frames) -> None:
        self.train(store, 10, 20)
        store.run_reset()
        frames.next()
        told = heard(store, "runs")
        store.run_pinned(1, True)
        frames.next()
        store.run_compared(None)
        frames.next()
        assert store.runs.former[0].is_pinned
        assert store.runs.compared is None
        store.run_deleted(1)
        frames.next()
        assert store.runs.former == []
        assert told == ["runs"] * 3

    def test_deleting_a_former_run_leaves_the_one_under_way(self, store: Store) -> None:
        self.train(store, 10, 20)
        store.run_reset()
        self.train(store, 5, 15)
        store.validation_arrived({"iteration": 15, "accuracy": 0.5})
        store.hand_measured({"iteration": 15})
        store.run_deleted(1)

        assert store.history.iterations == [5, 15]
        assert store.history.validations == [None, 0.5]
        assert store.hand == [{"iteration": 15}]


class TestCheckpoints:
    def course(self, *numbers: int) -> dict[str, Any]:
        return {
            "checkpoints": [
                {"number": number, "accuracy": None, "loss": None} for number in numbers
            ]
        }

    def accuracies(self, store: Store) -> list[float | None]:
        assert store.checkpoints is not None
        return [checkpoint["accuracy"] for checkpoint in store.checkpoints["checkpoints"]]

    def test_are_validated_one_by_one(self, store: Store, frames: Frames) -> None:
        store.checkpoints_arrived(self.course(1, 2))
        frames.next()
        told = heard(store, "checkpoints")
        store.checkpoint_measured({"number": 2, "accuracy": 0.9, "loss": 0.3})
        frames.next()

        assert self.accuracies(store) == [None, 0.9]
        assert told == ["checkpoints"]

    def test_may_be_validated_before_they_are_listed(self, store: Store) -> None:
        store.checkpoint_measured({"number": 3, "accuracy": 0.8, "loss": 0.4})
        store.checkpoint_measured({"number": 9, "accuracy": 0.1, "loss": 3})
        store.checkpoints_arrived(self.course(1, 3))
        assert self.accuracies(store) == [None, 0.8]

        store.checkpoints_arrived(self.course(1, 3))
        assert self.accuracies(store) == [None, None], "the worker tells of it by itself now"
