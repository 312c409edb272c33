"""The session as the page meets it: through the exported functions and the reports."""

import asyncio
import itertools
import re
from typing import Any

import numpy as np
import pytest

from app.model.kernels import StepResult
from app.model.network import Network
from app.model.optimizers import SGD
from app.model.preprocessing import normalize_drawing, to_inputs
from app.model.serialization import weights_digest
from app.model.training import evaluate, train_step
from app.pyscript import messages
from app.pyscript.train.worker import network as network_module
from app.pyscript.train.worker import trainer as trainer_module
from app.pyscript.train.worker import validations as validations_module
from app.pyscript.train.worker.trainer import REPORT_SECONDS
from app.pyscript.train.worker.validations import VALIDATION_SECONDS
from tests.ui.worker.fake_api import FakeApi, problem
from tests.ui.worker.visit import BLANK, DRAWING, Visit, play

# Training


def test_training_learns_and_reports_ten_times_a_second() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train(batch_size=32)
        await visit.reach(300)
        visit.call("pause_training")

    visit = play(scenario)
    progress = visit.of("progress")
    steps = [report for report in progress if report["loss"] is not None]
    assert steps[-1]["loss"] < steps[0]["loss"] / 5
    assert steps[-1]["accuracy"] > 0.95
    assert all(report["samples_per_second"] > 0 for report in steps[1:-1])
    assert progress[-1]["epoch"] == pytest.approx(progress[-1]["iteration"] * 32 / 1000)
    times = [
        time
        for time, report in zip(visit.report_times, visit.reports, strict=True)
        if report["type"] == "progress"
    ]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times[1:-1])]
    assert min(gaps) >= REPORT_SECONDS
    assert max(gaps) < 2 * REPORT_SECONDS
    assert visit.of("problem") == []


@pytest.mark.parametrize("batch_size", [1, 32])
def test_what_is_no_digit_is_trained_on_too(batch_size: int) -> None:
    async def scenario(visit: Visit) -> None:
        assert visit.settings["training_set"] == "drawings"
        visit.train(batch_size=batch_size, learning_rate=0.02)
        await visit.reach(400)
        visit.call("pause_training")
        assert all(0 <= report["accuracy"] <= 1 for report in visit.of("progress")[1:])
        images, labels = visit.api.splits["mixture"]
        probs = np.exp(visit.network.log_probs(to_inputs(images)))
        assert probs[labels == 10].max() < 0.5 < probs[labels < 10].max(axis=1).mean()
        answer = await visit.ask("step_training", {})
        assert answer["loss_after"] <= answer["loss_before"]
        assert visit.of("problem") == []
        assert visit.api.block_requests("train") == []

    play(scenario, FakeApi(mixture=1100))


def test_every_change_of_state_is_reported_at_once() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train()
        assert visit.last("progress")["is_training"]
        await visit.reach(10)
        visit.call("pause_training")
        paused = visit.last("progress")
        assert not paused["is_training"]
        assert paused["samples_per_second"] == 0
        await asyncio.sleep(5)
        assert visit.last("progress") == paused
        visit.train()
        await visit.reach(paused["iteration"] + 10)

    play(scenario)


def test_calls_are_answered_while_training() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train(batch_size=8)
        await visit.reach(1)
        seen: set[tuple[float, ...]] = set()
        for _ in range(50):
            await asyncio.sleep(0)
            seen.add(tuple(visit.probabilities()))
        # The very network that is being trained answers, a little wiser each time.
        assert len(seen) > 20

    play(scenario)


def test_a_hand_that_draws_waits_for_one_step_at_most() -> None:
    async def scenario(visit: Visit) -> None:
        async def steps_between(drawings: list[str]) -> list[int]:
            steps = []
            for drawing in drawings:
                before = visit.iteration
                visit.call("predict", drawing)
                await asyncio.sleep(0)
                steps.append(visit.iteration - before)
            return steps

        visit.train(batch_size=8)
        await visit.reach(1)
        visit.call("predict", DRAWING)
        await asyncio.sleep(1)
        resting = await steps_between([DRAWING] * 20)
        drawing = await steps_between([f"{ink:02x}" + DRAWING[2:] for ink in range(1, 21)])
        assert max(drawing) == 1
        assert sum(resting) > 1.5 * sum(drawing) > 0

    play(scenario)


def test_starting_twice_is_starting_once_and_pausing_twice_pausing_once() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train()
        visit.train()
        await visit.reach(5)
        tasks = len(asyncio.all_tasks())
        visit.train()
        assert len(asyncio.all_tasks()) == tasks
        visit.call("pause_training")
        visit.call("pause_training")
        iteration = visit.last("progress")["iteration"]
        await asyncio.sleep(2)
        assert visit.last("progress")["iteration"] == iteration

    play(scenario)


def test_pausing_and_going_on_at_once_leaves_one_training() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train()
        for _ in range(5):
            visit.call("pause_training")
            visit.train()
        before = len(visit.of("progress"))
        await asyncio.sleep(1)
        assert len(visit.of("progress")) - before <= 1 / REPORT_SECONDS + 1

    play(scenario)


def test_reset_forgets_the_run_but_not_what_was_learnt() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train(optimizer="adam", learning_rate=0.01)
        await visit.reach(50)
        before = visit.probabilities()
        visit.call("reset_training")
        report = visit.last("progress")
        assert (report["iteration"], report["epoch"]) == (0, 0)
        assert (report["loss"], report["accuracy"]) == (None, None)
        assert not report["is_training"]
        assert report["cached"] > 0
        await asyncio.sleep(5)
        assert visit.probabilities() == before
        assert visit.of("validation") == []
        visit.train()
        await visit.reach(1)
        assert visit.last("progress")["iteration"] < 50

    play(scenario)


def test_the_optimizer_forgets_at_a_reset_and_with_new_weights(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resets = 0

    def reset(optimizer: SGD) -> None:
        nonlocal resets
        resets += 1

    monkeypatch.setattr(SGD, "reset", reset)

    async def scenario(visit: Visit) -> None:
        visit.call("reset_training")
        assert resets > 0
        before = resets
        visit.call("randomize_weights", 1, "he_normal")
        assert resets > before
        before = resets
        await visit.load_shared_weights()
        assert resets > before
        before = resets
        visit.call("tune", DRAWING, 1)
        assert resets == before

    play(scenario)


def test_settings_take_effect_at_the_next_step() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train(batch_size=10, learning_rate=0.01)
        await visit.reach(20)
        visit.call("pause_training")
        before = visit.last("progress")
        visit.change(batch_size=100)
        visit.train()
        await visit.reach(before["iteration"] + 10)
        after = visit.last("progress")
        steps = after["iteration"] - before["iteration"]
        assert (after["epoch"] - before["epoch"]) * 1000 / steps == pytest.approx(100)

    play(scenario)


def test_the_learning_rate_the_optimizer_and_the_depth_change_while_training() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train(learning_rate=1e-9, optimizer="sgd", prefetch=1)
        await visit.reach(5)
        assert visit.api.most_in_flight == 1
        visit.api.latency_seconds = 0.5
        still = np.array(visit.probabilities())
        await visit.reach(visit.last("progress")["iteration"] + 5)
        np.testing.assert_allclose(visit.probabilities(), still, atol=1e-6)
        visit.change(learning_rate=0.01, optimizer="adam", prefetch=6)
        await visit.reach(visit.last("progress")["iteration"] + 20)
        assert np.abs(np.array(visit.probabilities()) - still).max() > 0.01
        assert visit.api.most_in_flight > 1

    play(scenario, FakeApi(train=5000))


@pytest.mark.parametrize(
    "settings",
    [{"batch_size": 0}, {"learning_rate": 0.1, "optimizer": "magic"}, [], "nonsense"],
)
def test_bad_settings_change_nothing_and_do_not_start_training(settings: object) -> None:
    async def scenario(visit: Visit) -> None:
        for call in ("change_settings", "start_training"):
            answer = visit.call(call, settings)
            assert "problem" in answer
            assert "expected" in answer["problem"]["detail"]
        await asyncio.sleep(1)
        assert visit.of("progress") == []
        in_force = visit.call("change_settings", {})["settings"]
        assert in_force == messages.DEFAULT_SETTINGS

    assert play(scenario).api.requests == []


# When things go wrong


def test_training_goes_on_without_the_service_and_says_when_it_is_back() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train(batch_size=100)
        await visit.reach(5)
        visit.api.is_down = True
        await visit.reach(200)
        assert visit.last("pool")["state"] == "retrying"
        report = visit.last("problem")
        assert report["recoverable"]
        assert "cannot be reached" in report["detail"]
        cached = visit.last("progress")["cached"]
        visit.api.is_down = False
        await asyncio.sleep(15)
        assert visit.last("progress")["cached"] > cached
        kinds = {report["kind"] for report in visit.of("problem")}
        assert {report["kind"] for report in visit.of("recovered")} == kinds
        assert visit.last("pool")["state"] == "ok"

    play(scenario, FakeApi(train=20_000))


def test_without_any_samples_training_waits_says_so_and_then_begins() -> None:
    async def scenario(visit: Visit) -> None:
        visit.api.is_down = True
        visit.train()
        await asyncio.sleep(20)
        assert visit.last("progress")["iteration"] == 0
        assert visit.last("pool")["state"] == "waiting"
        visit.call("pause_training")
        await asyncio.sleep(1)
        assert visit.last("pool")["state"] == "retrying"
        visit.train()
        visit.api.is_down = False
        await asyncio.sleep(15)
        assert visit.last("progress")["iteration"] > 0

    play(scenario)


def test_another_data_set_in_the_midst_of_training() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train(batch_size=100, prefetch=2)
        await visit.reach(5)
        visit.api.serve(train=3000, validation=100, digest="d2")
        await visit.reach(500)
        assert visit.last("pool")["total"] == 6
        assert messages.OTHER_SAMPLES in [report["kind"] for report in visit.of("problem")]
        assert visit.last("validation")["samples"] == 100

    play(scenario, FakeApi(train=20_000))


def test_an_unexpected_error_stops_training_says_so_and_training_can_start_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scenario(visit: Visit) -> None:
        visit.train()
        await visit.reach(5)
        with monkeypatch.context() as patch:
            patch.setattr(network_module, "train_step", lambda *_: 1 / 0)
            await asyncio.sleep(1)
        report = visit.last("problem")
        assert report["kind"] == messages.TRAINING_STOPPED
        assert "ZeroDivisionError" in report["detail"]
        assert not visit.last("progress")["is_training"]
        iteration = visit.last("progress")["iteration"]
        visit.train()
        assert visit.of("recovered") == [{"type": "recovered", "kind": messages.TRAINING_STOPPED}]
        await visit.reach(iteration + 5)

    play(scenario)


@pytest.mark.parametrize("is_spoiled", [False, True])
def test_what_was_learned_before_a_surprise_stays_and_can_be_used(
    monkeypatch: pytest.MonkeyPatch, is_spoiled: bool
) -> None:
    steps = itertools.count()

    def step(network: Network, *arguments: Any) -> StepResult:
        if next(steps) == 3:
            if is_spoiled:
                network.params["w2"][0, 0] = np.nan
            raise MemoryError("surprise")
        return train_step(network, *arguments)

    async def scenario(visit: Visit) -> None:
        before = visit.probabilities()
        monkeypatch.setattr(network_module, "train_step", step)
        with monkeypatch.context() as patch:
            for length in ("SLICE_SECONDS", "BRIEF_SLICE_SECONDS"):
                patch.setattr(trainer_module, length, 1000)  # all three in one slice
            visit.train()
            await asyncio.sleep(2)
        assert visit.last("problem")["kind"] == messages.TRAINING_STOPPED
        assert visit.last("progress")["iteration"] == 3
        assert visit.last("weights")["changed_by_training"] != is_spoiled
        assert (visit.probabilities() == before) == is_spoiled
        assert np.isfinite(visit.probabilities()).all()
        visit.train()
        await visit.reach(5)

    play(scenario)


def test_what_fails_while_training_starts_leaves_it_paused(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(visit: Visit) -> None:
        with monkeypatch.context() as patch:
            trainer = visit.part("start_training", "trainer")
            patch.setattr(trainer, "on_start", [lambda: 1 / 0])
            assert "problem" in visit.call("start_training", {})
        visit.train()
        await visit.reach(5)

    play(scenario)


def test_a_network_without_any_response_is_told_once_and_until_it_has_one() -> None:
    async def scenario(visit: Visit) -> None:
        for values in visit.api.weights.params.values():
            values.fill(0)
        await visit.load_shared_weights()
        visit.train()
        await asyncio.sleep(3 * VALIDATION_SECONDS)
        assert [report["kind"] for report in visit.of("problem")] == [messages.CANNOT_LEARN]
        visit.call("randomize_weights", 1, "he_normal")
        await asyncio.sleep(2 * VALIDATION_SECONDS)
        assert [report["kind"] for report in visit.of("recovered")] == [messages.CANNOT_LEARN]

    play(scenario)


def test_an_error_beside_training_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(visit: Visit) -> None:
        monkeypatch.setattr(validations_module, "VALIDATION_SECONDS", 0.2)
        monkeypatch.setattr(
            visit.part("list_checkpoints", "validations")._validator,
            "measure",
            lambda network, samples: 1 / 0,
        )
        visit.train()
        await asyncio.sleep(1)
        assert visit.last("problem")["kind"] == messages.UNEXPECTED
        assert visit.last("progress")["is_training"]

    play(scenario)


def test_weights_that_grow_beyond_numbers_are_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = 0

    def growing_step(network: Network, *arguments: Any) -> StepResult:
        nonlocal steps
        steps += 1
        result = train_step(network, *arguments)
        if steps == 30:  # still finite, but what the next step computes with them is not
            for values in network.params.values():
                np.multiply(values, 1e20, out=values)
        return result

    async def scenario(visit: Visit) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(network_module, "train_step", growing_step)
            visit.train(batch_size=100, learning_rate=0.01)
            await asyncio.sleep(2)
        assert steps > 30
        report = visit.last("problem")
        assert report["kind"] == messages.TRAINING_STOPPED
        assert "lower learning rate" in report["detail"]
        assert not visit.last("progress")["is_training"]
        assert sum(visit.probabilities()) == pytest.approx(1, abs=1e-5)
        iteration = visit.last("progress")["iteration"]
        loss = visit.last("progress")["loss"]
        visit.train()
        await visit.reach(iteration + 10)
        assert visit.last("progress")["loss"] < loss

    play(scenario)


def test_loaded_weights_that_nothing_can_be_computed_with_stop_training() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train(batch_size=100)
        await visit.reach(20)
        for values in visit.api.weights.params.values():
            np.multiply(values, 1e20, out=values)
        assert "problem" not in await visit.load_shared_weights()
        await asyncio.sleep(1)
        assert visit.last("problem")["kind"] == messages.TRAINING_STOPPED
        assert weights_digest(visit.network.params) == visit.last("weights")["digest"]
        visit.call("randomize_weights", 1, "he_normal")
        iteration = visit.last("progress")["iteration"]
        visit.train()
        await visit.reach(iteration + 10)

    play(scenario)


# Weights


def test_a_fresh_network_is_random_and_says_so() -> None:
    async def scenario(visit: Visit) -> None:
        report = visit.last("weights")
        assert report["source"] == "random"
        assert (report["changed_by_training"], report["tuned"]) == (False, 0)
        assert sum(visit.probabilities()) == pytest.approx(1, abs=1e-5)

    play(scenario)


def test_loading_the_shared_weights() -> None:
    async def scenario(visit: Visit) -> None:
        digest = weights_digest(visit.api.weights.params)
        assert await visit.load_shared_weights() == {"digest": digest}
        report = visit.last("weights")
        assert (report["source"], report["digest"]) == ("shared", digest)
        assert weights_digest(visit.network.params) == digest

    play(scenario)


@pytest.mark.parametrize("answer", [problem(503, "Busy."), (200, b"damaged"), None])
def test_weights_that_cannot_be_loaded_leave_the_network_as_it_was(
    answer: tuple[int, bytes] | None,
) -> None:
    async def scenario(visit: Visit) -> None:
        before = visit.probabilities()
        reports = len(visit.of("weights"))
        visit.api.is_down = answer is None
        visit.api.spoil = lambda path: answer
        reply = await visit.load_shared_weights()
        assert "problem" in reply
        assert reply["problem"]["title"] == "The shared weights could not be loaded"
        assert visit.probabilities() == before
        assert len(visit.of("weights")) == reports

    play(scenario)


def test_the_last_request_for_weights_wins() -> None:
    async def scenario(visit: Visit) -> None:
        loading = asyncio.ensure_future(visit.load_shared_weights())
        await asyncio.sleep(0)
        visit.call("randomize_weights", 4, "he_normal")
        assert "problem" not in (await loading), (
            "nothing went wrong: the visitor changed their mind"
        )
        assert visit.last("weights")["source"] == "random"

    play(scenario)


def test_random_weights_follow_their_seed() -> None:
    async def scenario(visit: Visit) -> None:
        digests = [
            visit.call("randomize_weights", seed, initializer)["digest"]
            for seed, initializer in (
                (1, "he_normal"),
                (2, "he_normal"),
                (1, "he_normal"),
                (1, "uniform"),
            )
        ]
        assert digests[0] == digests[2]
        assert len(set(digests)) == 3

    play(scenario)


def test_weights_are_replaced_and_tuned_in_the_midst_of_training() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train()
        await visit.reach(5)
        assert visit.last("weights")["changed_by_training"]
        assert "problem" not in visit.call("tune", DRAWING, 1)
        assert visit.last("weights")["tuned"] == 1
        assert "problem" not in await visit.load_shared_weights()
        iteration = visit.last("progress")["iteration"]
        await visit.reach(iteration + 5)
        sources = [
            (report["source"], report["changed_by_training"], report["tuned"])
            for report in visit.of("weights")
        ]
        assert sources == [
            ("random", False, 0),
            ("random", True, 0),
            ("random", True, 1),
            ("shared", False, 0),
            ("shared", True, 0),
        ]

    play(scenario)


# Validation


def test_validation_follows_training_every_few_seconds_and_at_a_pause() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train(batch_size=50)
        await asyncio.sleep(3.5 * VALIDATION_SECONDS)
        reports = visit.of("validation")
        assert len(reports) == 3
        assert reports[-1]["accuracy"] > 0.9
        assert reports[-1]["samples"] == 200
        visit.call("pause_training")
        paused_at = visit.last("progress")["iteration"]
        await asyncio.sleep(2)
        assert len(visit.of("validation")) == 4
        assert visit.last("validation")["iteration"] == paused_at
        visit.call("pause_training")
        await asyncio.sleep(2)
        assert len(visit.of("validation")) == 4

    play(scenario)


def test_a_pause_in_the_middle_of_a_validation_is_followed_by_one_of_the_paused_network() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train(batch_size=50)
        await asyncio.sleep(VALIDATION_SECONDS / 2)
        while not visit.part("list_checkpoints", "validations").is_running:
            await asyncio.sleep(0)
        visit.call("pause_training")
        await asyncio.sleep(2)
        reports = [report["iteration"] for report in visit.of("validation")]
        assert reports == [visit.last("progress")["iteration"]]

    play(scenario)


def test_without_validation_samples_training_goes_on_and_they_are_asked_for_again() -> None:
    async def scenario(visit: Visit) -> None:
        visit.api.spoil = lambda path: problem(503, "Busy.") if "=validation" in path else None
        visit.train()
        await asyncio.sleep(4 * VALIDATION_SECONDS)
        assert visit.of("validation") == []
        assert [report["kind"] for report in visit.of("problem")] == [messages.NOT_VALIDATED]
        iteration = visit.last("progress")["iteration"]
        visit.api.spoil = lambda path: None
        await asyncio.sleep(2 * VALIDATION_SECONDS)
        assert visit.last("progress")["iteration"] > iteration
        assert visit.of("validation")
        assert [report["kind"] for report in visit.of("recovered")] == [messages.NOT_VALIDATED]

    play(scenario)


def test_a_validation_measures_one_moment_whatever_happens_to_the_network_meanwhile() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train(batch_size=50)
        await asyncio.sleep(VALIDATION_SECONDS + 1)
        visit.call("pause_training")
        paused = visit.network.copy()
        await asyncio.sleep(0)
        visit.call("randomize_weights", 9, "he_normal")
        await asyncio.sleep(1)
        expected = evaluate(paused, *visit.api.splits["validation"])
        assert visit.last("validation")["accuracy"] == expected.accuracy

    play(scenario)


# The pool's reports


def test_the_pool_is_reported_beside_progress_and_at_most_ten_times_a_second() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train(prefetch=16)
        await visit.reach(1)
        visit.call("pause_training")
        await asyncio.sleep(2)
        assert visit.last("pool")["cached"] >= 16
        assert visit.last("pool")["total"] == 40
        times = [
            time
            for time, report in zip(visit.report_times, visit.reports, strict=True)
            if report["type"] == "pool"
        ]
        gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
        assert min(gaps, default=1) >= REPORT_SECONDS - 1e-6
        count = len(visit.of("pool"))
        await asyncio.sleep(5)
        assert len(visit.of("pool")) == count

    play(scenario, FakeApi(train=20_000))


def test_while_training_progress_tells_of_blocks_and_pool_reports_do_not_repeat_it() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train(batch_size=200)
        await visit.reach(60)
        assert visit.last("progress")["cached"] > 10
        assert len(visit.of("pool")) <= 3

    play(scenario, FakeApi(train=20_000))


# Reading and tuning


def test_reading_takes_the_drawing_as_the_model_wants_it() -> None:
    async def scenario(visit: Visit) -> None:
        answer = visit.call("predict", DRAWING)
        assert set(answer) == {"digit", "unreadable", "probabilities", "seen", "milliseconds"}
        assert answer["probabilities"].dtype == np.float32
        assert answer["probabilities"].shape == (10,)
        assert answer["probabilities"].sum() == pytest.approx(1, abs=1e-5)
        assert answer["digit"] == answer["probabilities"].argmax()
        assert answer["milliseconds"] > 0
        seen = answer["seen"].reshape(784, 4)
        assert seen.dtype == np.uint8
        assert not seen[:, :3].any()
        pixels = np.frombuffer(bytes.fromhex(DRAWING), np.uint8)
        assert seen[:, 3].tolist() == normalize_drawing(pixels).tolist()

    play(scenario)


def test_a_blank_drawing_is_no_digit() -> None:
    async def scenario(visit: Visit) -> None:
        answer = visit.call("predict", BLANK)
        assert answer["unreadable"] == "blank"
        assert not answer["seen"].any()

    play(scenario)


def test_a_full_black_grid_is_no_digit() -> None:
    async def scenario(visit: Visit) -> None:
        assert visit.call("predict", "ff" * 784)["unreadable"] == "filled"

    play(scenario)


@pytest.mark.parametrize("pixels", ["", "00", "zz" * 784, BLANK + "00"])
def test_pixels_that_are_none_are_refused(pixels: str) -> None:
    async def scenario(visit: Visit) -> None:
        refusal = visit.call("predict", pixels)["problem"]
        assert refusal["title"] == "The drawing could not be read"
        assert re.search("expected|hexadecimal", refusal["detail"])
        assert "problem" in visit.call("tune", pixels, 1)

    play(scenario)


def test_tuning_lowers_the_loss_of_the_drawing() -> None:
    async def scenario(visit: Visit) -> None:
        before = visit.probabilities()[4]
        answer = visit.call("tune", DRAWING, 4)
        assert answer["loss_after"] < answer["loss_before"]
        assert answer["loss_before"] == pytest.approx(-np.log(before), rel=1e-4)
        assert visit.probabilities()[4] == pytest.approx(np.exp(-answer["loss_after"]), rel=1e-4)

    play(scenario)


@pytest.mark.parametrize(("pixels", "label"), [(BLANK, 3), (DRAWING, 10), (DRAWING, -1)])
def test_what_cannot_be_tuned_is_refused_and_changes_nothing(pixels: str, label: int) -> None:
    async def scenario(visit: Visit) -> None:
        before = visit.probabilities()
        answer = visit.call("tune", pixels, label)
        assert "problem" in answer
        assert answer["problem"]["detail"]
        assert visit.probabilities() == before
        assert visit.last("weights")["tuned"] == 0

    play(scenario)
