"""Runs that a seed and settings describe: they can be repeated, stepped through, and end by
themselves."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest

from app.model.serialization import weights_digest
from app.pyscript import messages
from app.pyscript.keep.worker.autosave import SAVE_SECONDS
from app.pyscript.settings.limits import DEFAULT_SETTINGS
from app.pyscript.train.worker.trainer import STEP_LIMIT_SECONDS
from app.pyscript.train.worker.validations import VALIDATION_SECONDS
from tests.ui.worker.fake_api import FakeApi
from tests.ui.worker.visit import DRAWING, Visit, play

RUNS: list[dict[str, Any]] = [
    {},
    {"optimizer": "adam", "learning_rate": 0.01, "l2": 0.01, "seed": 7},
    {"optimizer": "sgd", "schedule": "cosine", "schedule_steps": 50, "batch_size": 300},
    {"schedule": "warmup", "schedule_steps": 30, "momentum": 0.5, "batch_size": 7},
    {"data_fraction": 0.3, "label_noise": 0.4, "schedule": "step", "initializer": "uniform"},
]


async def run_once(visit: Visit, settings: dict[str, Any], steps: int = 60) -> str:
    """A run as a link describes it; the digest of the weights after so many steps."""
    chosen = {**DEFAULT_SETTINGS, **settings, "until": steps}
    visit.call("reset_training")
    visit.call("randomize_weights", chosen["seed"], chosen["initializer"])
    count = len(visit.of("reached"))
    visit.train(**chosen)
    while len(visit.of("reached")) == count:
        await asyncio.sleep(0.05)
    report = visit.last("reached")
    assert report["iteration"] == steps
    assert visit.last("progress")["iteration"] == steps
    assert not visit.last("progress")["is_training"]
    assert report["digest"] == digest(visit)
    return str(report["digest"])


def digest(visit: Visit) -> str:
    return weights_digest(visit.network.params)


@pytest.mark.parametrize("settings", RUNS)
def test_the_same_settings_give_the_same_weights_whatever_the_networks_timing(
    settings: dict[str, Any],
) -> None:
    digests: set[str] = set()
    for latency, prefetch in ((0.02, 4), (1.5, 1)):
        api = FakeApi(train=3000)
        api.latency_seconds = latency

        async def scenario(visit: Visit, prefetch: int = prefetch) -> None:
            digests.add(await run_once(visit, {**settings, "prefetch": prefetch}))
            # Once more, now that everything is here and after a run of another kind.
            visit.train(until=0, batch_size=33, optimizer="momentum", data_fraction=1)
            await asyncio.sleep(0.7)
            digests.add(await run_once(visit, settings))

        play(scenario, api)
    assert len(digests) == 1


def test_other_settings_give_other_weights() -> None:
    digests: list[str] = []

    async def scenario(visit: Visit) -> None:
        others = ({"seed": 1}, {"l2": 0.1}, {"momentum": 0.8}, {"label_noise": 0.1})
        digests.extend([await run_once(visit, settings) for settings in (*RUNS, *others)])

    play(scenario, FakeApi(train=3000))
    assert len(set(digests)) == len(digests)


def test_going_on_after_the_last_step_goes_on() -> None:
    async def scenario(visit: Visit) -> None:
        await run_once(visit, {})
        visit.train()
        await visit.reach(100)
        assert len(visit.of("reached")) == 1

    play(scenario)


def test_steps_one_by_one_lead_where_a_run_leads() -> None:
    async def scenario(visit: Visit) -> None:
        settings = {"schedule": "warmup", "schedule_steps": 10, "learning_rate": 0.02}
        expected = await run_once(visit, settings, steps=3)
        visit.call("reset_training")
        visit.call("randomize_weights", 0, "he_normal")
        for number in (1, 2, 3):
            answer = await step(visit)
            assert answer["samples"] == 128
            assert answer["learning_rate"] == pytest.approx(0.002 * number)
            assert answer["loss_after"] < answer["loss_before"]
            assert 0 <= answer["accuracy_before"] <= answer["accuracy_after"] <= 1
            assert visit.last("progress")["iteration"] == number
            assert visit.last("progress")["loss"] == answer["loss_before"]
        assert digest(visit) == expected
        await asyncio.sleep(1)
        assert visit.last("validation")["iteration"] == 3
        assert visit.last("weights")["changed_by_training"]

    play(scenario)


async def step(visit: Visit, **settings: object) -> dict[str, Any]:
    answer: dict[str, Any] = await visit.ask("step_training", settings)
    return answer


def test_no_step_while_training_without_samples_or_with_bad_settings() -> None:
    async def scenario(visit: Visit) -> None:
        visit.api.is_down = True
        waiting = asyncio.get_running_loop().time()
        answer = await step(visit)
        assert "No samples have come" in answer["problem"]["detail"]
        assert asyncio.get_running_loop().time() - waiting < STEP_LIMIT_SECONDS + 1
        visit.api.is_down = False
        answer = await step(visit, batch_size=0)
        assert "expected a whole number from 1" in answer["problem"]["detail"]
        await asyncio.sleep(20)
        visit.train()
        answer = await step(visit)
        assert "pause it first" in answer["problem"]["detail"]

    play(scenario)


def test_a_step_that_is_far_too_large_is_taken_back() -> None:
    async def scenario(visit: Visit) -> None:
        for name in ("w1", "w2"):
            visit.api.weights.params[name] *= 2e18
        await visit.load_shared_weights()
        before = digest(visit)
        answer = await step(visit, learning_rate=10, optimizer="sgd", l2=1)
        assert "taken back" in answer["problem"]["detail"]
        assert digest(visit) == before

    play(scenario)


def test_random_weights_begin_a_run_anew_and_training_goes_on() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train(schedule="warmup", schedule_steps=1000)
        await visit.reach(100)
        rate = visit.last("progress")["learning_rate"]
        visit.call("randomize_weights", 1, "he_normal")
        report = visit.last("progress")
        assert (report["iteration"], report["epoch"]) == (0, 0)
        assert report["is_training"]
        assert report["learning_rate"] < rate
        await visit.reach(20)
        assert visit.of("problem") == []

    play(scenario)


def test_zeros_never_learn_and_that_is_told() -> None:
    async def scenario(visit: Visit) -> None:
        visit.call("randomize_weights", 1, "zeros")
        visit.train()
        await asyncio.sleep(2 * VALIDATION_SECONDS)
        assert visit.last("validation")["norm"] == 0
        assert visit.last("progress")["loss"] == pytest.approx(np.log(10), abs=1e-5)
        assert "all weights are zero" in visit.last("problem")["detail"]

    play(scenario)


def test_l2_shrinks_the_weights() -> None:
    norms: list[float] = []

    async def scenario(visit: Visit) -> None:
        for l2 in (0.0, 0.02):
            await run_once(visit, {"l2": l2, "learning_rate": 0.05})
            await asyncio.sleep(1)
            norms.append(visit.last("validation")["norm"])

    play(scenario)
    assert norms[1] < 0.9 * norms[0]


def test_a_rate_far_too_high_stops_training_and_says_what_to_do() -> None:
    async def scenario(visit: Visit) -> None:
        visit.call("randomize_weights", 1, "uniform")
        visit.train(optimizer="momentum", learning_rate=10, momentum=0.999, l2=1)
        await asyncio.sleep(20)
        report = visit.last("problem")
        assert report["kind"] == messages.TRAINING_STOPPED
        assert "Choose a lower learning rate" in report["detail"]

    play(scenario)


@pytest.mark.parametrize("call", ["change_settings", "start_training"])
def test_a_step_to_stop_at_that_is_passed_is_refused(call: str) -> None:
    async def scenario(visit: Visit) -> None:
        visit.train(until=0)
        await visit.reach(50)
        if call == "start_training":
            visit.call("pause_training")
        # The page knows only what was last reported.
        iteration = visit.iteration
        answer = visit.call(call, {"until": iteration, "prefetch": 2})
        assert f"or a step after {iteration}, where the run is" in answer["problem"]["detail"]
        assert visit.settings["until"] == 0
        assert visit.settings["prefetch"] == DEFAULT_SETTINGS["prefetch"]
        visit.train(until=iteration + 1)
        await asyncio.sleep(1)
        assert visit.last("reached")["iteration"] == iteration + 1
        # Who goes on from there knows where the run is.
        visit.train(until=iteration + 1)
        await visit.reach(iteration + 10)

    play(scenario)


async def is_repeatable(visit: Visit, **settings: object) -> bool:
    """Train to step 40; what is said of it."""
    count = len(visit.of("reached"))
    visit.train(until=40, **settings)
    while len(visit.of("reached")) == count:
        await asyncio.sleep(0.05)
    return bool(visit.last("reached")["is_repeatable"])


@pytest.mark.parametrize("source", ["randomize_weights", "load_shared_weights", "load_version"])
def test_a_run_from_new_weights_with_the_same_settings_can_be_repeated(source: str) -> None:
    async def scenario(visit: Visit) -> None:
        if source == "randomize_weights":
            visit.call(source, 3, "uniform")
        else:
            arguments = (1,) if source == "load_version" else ()
            assert "problem" not in await visit.ask(source, *arguments)
        visit.call("reset_training")  # nothing has happened yet
        visit.train(batch_size=32, seed=3)
        await visit.reach(10)
        visit.call("pause_training")
        visit.change(until=30, prefetch=2)
        assert await is_repeatable(visit)

    play(scenario)


async def after_a_reset(visit: Visit) -> None:
    visit.call("reset_training")


async def from_a_checkpoint(visit: Visit) -> None:
    answer = await visit.ask("list_checkpoints", DRAWING)
    visit.call("go_on_from", answer["checkpoints"][0]["number"])


async def tuned(visit: Visit) -> None:
    assert "problem" not in visit.call("tune", DRAWING, 3)


async def taught_a_step(visit: Visit) -> None:
    assert "problem" not in visit.call("apply_step", DRAWING, 3)


async def with_another_setting(visit: Visit) -> None:
    visit.change(learning_rate=0.01)


async def with_drawings(visit: Visit) -> None:
    visit.call("randomize_weights", 1, "uniform")
    visit.change(tray_share=0.25)


async def from_a_file(visit: Visit) -> None:
    content = visit.call("save_weights")["content"].tobytes()
    assert "problem" not in visit.call("open_weights", content, "mine.npz")


async def from_the_last_visit(visit: Visit) -> None:
    await asyncio.sleep(2 * SAVE_SECONDS)
    assert (await visit.ask("restore"))["digest"]


async def with_samples_that_came_late(visit: Visit) -> None:
    visit.api.is_down = True
    visit.call("randomize_weights", 1, "uniform")
    visit.change(seed=1)


@pytest.mark.parametrize(
    "change",
    [
        after_a_reset,
        from_a_checkpoint,
        tuned,
        taught_a_step,
        with_another_setting,
        with_drawings,
        from_a_file,
        from_the_last_visit,
        with_samples_that_came_late,
    ],
)
def test_a_run_that_its_settings_do_not_describe_cannot(
    change: Callable[[Visit], Awaitable[None]],
) -> None:
    async def scenario(visit: Visit) -> None:
        await visit.ask("restore")
        await visit.load_shared_weights()
        visit.train(batch_size=16)
        await visit.reach(10)
        visit.call("pause_training")
        await change(visit)
        assert not await is_repeatable(visit)

    # So many samples that some are not here yet.
    play(scenario, FakeApi(train=20_000))
