"""Training as the page meets it: through the offered functions and the reports."""

import asyncio
import itertools

import numpy as np
import pytest

from app.model.preprocessing import to_inputs
from app.pyscript import messages
from app.pyscript.settings.limits import DEFAULT_SETTINGS
from app.pyscript.train.worker import network as network_module
from app.pyscript.train.worker.trainer import REPORT_SECONDS
from tests.ui.worker.fake_api import FakeApi
from tests.ui.worker.virtual_time import FAST_TICK_SECONDS
from tests.ui.worker.visit import DRAWING, Visit, play


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

    play(scenario, tick_seconds=FAST_TICK_SECONDS)


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


def test_reset_forgets_the_run_but_not_what_was_learned() -> None:
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
        assert in_force == DEFAULT_SETTINGS

    assert play(scenario).api.requests == []


def test_training_goes_on_without_the_service_and_says_when_it_is_back() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train(batch_size=100)
        await visit.reach(5)
        visit.api.is_down = True
        await visit.reach(200)
        assert visit.last("pool")["state"] == "retrying"
        (report,) = (one for one in visit.of("problem") if one["kind"] == messages.NO_SAMPLES)
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


def test_what_fails_while_training_starts_leaves_it_paused(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(visit: Visit) -> None:
        with monkeypatch.context() as patch:
            trainer = visit.part("start_training", "trainer")
            patch.setattr(trainer, "on_start", [lambda: 1 / 0])
            assert "problem" in visit.call("start_training", {})
        visit.train()
        await visit.reach(5)

    play(scenario)


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
