"""Checkpoints in a session: what is kept of a run, and going on from an earlier moment of it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest

from app.model.evaluate.evaluation import evaluate
from app.model.initializers import INITIALIZERS
from app.model.network import Network
from app.model.serialization import weights_to_npz
from app.pyscript import messages
from tests.ui.worker.fake_api import FakeApi
from tests.ui.worker.visit import BLANK, DRAWING, Visit, play


async def course(visit: Visit, pixels: str = DRAWING) -> tuple[dict[str, Any], Any]:
    """What list_checkpoints answers: its text, and the probabilities, (n, 10)."""
    answer = await visit.ask("list_checkpoints", pixels)
    return answer, answer["probabilities"].reshape(-1, 10)


async def train_to(visit: Visit, iteration: int) -> None:
    visit.train(batch_size=8)
    await visit.reach(iteration)
    visit.call("pause_training")


def numbers(text: dict[str, Any]) -> list[int]:
    return [checkpoint["number"] for checkpoint in text["checkpoints"]]


def test_a_run_is_kept_from_its_start_to_now() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        start = visit.probabilities()
        await train_to(visit, 200)
        text, probabilities = await course(visit)
        iterations = [checkpoint["iteration"] for checkpoint in text["checkpoints"]]
        assert iterations[0] == 0
        assert iterations[-1] == visit.last("progress")["iteration"]
        assert 10 < len(iterations) <= 64
        assert text["now"] == numbers(text)[-1]
        assert probabilities[0].tolist() == pytest.approx(start, abs=1e-6)
        assert probabilities[-1].tolist() == pytest.approx(visit.probabilities(), abs=1e-6)
        digits = [checkpoint["digit"] for checkpoint in text["checkpoints"]]
        assert digits == probabilities.argmax(axis=1).tolist()

    play(scenario)


def test_a_blank_drawing_is_not_read() -> None:
    async def scenario(visit: Visit) -> None:
        text, probabilities = await course(visit, BLANK)
        assert text["checkpoints"][0]["digit"] is None
        assert len(probabilities) == 0

    play(scenario)


def test_looking_changes_nothing_and_training_goes_on_meanwhile() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train(batch_size=8)
        await visit.reach(20)
        iteration = visit.iteration
        for _ in range(5):
            await asyncio.sleep(0.5)
            text, _ = await course(visit)
            visit.call("list_checkpoint_units", text["now"], False)
        assert visit.iteration > iteration + 20
        visit.call("pause_training")
        now = visit.network.copy().params
        text, _ = await course(visit)
        visit.call("list_checkpoint_units", numbers(text)[0], True)
        await asyncio.sleep(5)
        assert all((now[name] == visit.network.params[name]).all() for name in now)

    play(scenario)


def test_every_checkpoint_is_validated_and_that_is_told() -> None:
    async def scenario(visit: Visit) -> None:
        await train_to(visit, 100)
        await course(visit)
        await asyncio.sleep(5)
        text, _ = await course(visit)
        reports = {report["number"]: report for report in visit.of("checkpoint")}
        assert sorted(reports) == numbers(text)
        for checkpoint in text["checkpoints"]:
            assert reports[checkpoint["number"]]["accuracy"] == checkpoint["accuracy"]
        expected = evaluate(visit.network, *visit.api.splits["validation"])
        assert text["checkpoints"][-1]["accuracy"] == expected.accuracy
        assert text["checkpoints"][-1]["loss"] == pytest.approx(expected.loss, rel=1e-5)

    play(scenario)


def test_checkpoints_that_cannot_be_validated_are_shown_all_the_same() -> None:
    async def scenario(visit: Visit) -> None:
        visit.api.is_down = True
        text, probabilities = await course(visit)
        await asyncio.sleep(1)
        assert len(probabilities) == len(text["checkpoints"]) == 1
        assert text["checkpoints"][0]["accuracy"] is None
        assert visit.last("problem")["kind"] == messages.NOT_VALIDATED

    play(scenario)


def test_going_on_from_a_checkpoint_takes_its_network_over() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        visit.call("tune", DRAWING, 3)
        await train_to(visit, 100)
        text, probabilities = await course(visit)
        newest = text["now"]
        chosen = text["checkpoints"][7]
        visit.train(batch_size=8)
        await visit.reach(chosen["iteration"] + 150)
        assert visit.call("go_on_from", chosen["number"]) == {}
        assert visit.last("run") == {
            "type": "run",
            "start": messages.CHECKPOINT,
            "number": 2,
            "iteration": chosen["iteration"],
        }
        assert not visit.last("progress")["is_training"]
        assert visit.last("progress")["iteration"] == chosen["iteration"]
        assert visit.last("progress")["epoch"] == pytest.approx(chosen["iteration"] * 8 / 1000)
        assert visit.probabilities() == pytest.approx(probabilities[7].tolist(), abs=1e-6)
        weights = visit.last("weights")
        assert (weights["source"], weights["tuned"]) == ("shared", 1)
        assert weights["changed_by_training"]

        # What was newest is a checkpoint, so nothing is lost yet.
        text, _ = await course(visit)
        assert text["now"] == chosen["number"]
        last = text["checkpoints"][-1]
        assert last["number"] != newest
        assert last["iteration"] > 100
        assert "problem" not in visit.call("go_on_from", last["number"])
        assert visit.iteration == last["iteration"]

        visit.call("go_on_from", chosen["number"])
        await train_to(visit, chosen["iteration"] + 5)
        text, _ = await course(visit)
        iterations = [checkpoint["iteration"] for checkpoint in text["checkpoints"]]
        assert iterations == sorted(iterations)
        assert last["number"] not in numbers(text)
        assert visit.call("go_on_from", last["number"])["problem"]["title"]

    play(scenario)


def test_going_back_to_the_start_is_having_the_first_weights() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        digest = visit.last("weights")["digest"]
        await train_to(visit, 50)
        text, _ = await course(visit)
        visit.call("go_on_from", numbers(text)[0])
        weights = visit.last("weights")
        assert (weights["digest"], weights["changed_by_training"]) == (digest, False)
        assert visit.last("progress")["iteration"] == 0

    play(scenario)


def test_who_goes_on_from_the_first_steps_has_weights_that_training_has_changed() -> None:
    async def scenario(visit: Visit) -> None:
        await train_to(visit, 50)
        text, _ = await course(visit)
        assert text["checkpoints"][1]["iteration"] > 0
        visit.call("go_on_from", text["checkpoints"][1]["number"])
        assert visit.last("weights")["changed_by_training"]

    play(scenario)


async def load(visit: Visit) -> None:
    await visit.load_shared_weights()


async def randomize(visit: Visit) -> None:
    visit.call("randomize_weights", 3, "he_normal")


async def open_file(visit: Visit) -> None:
    network = Network.initialize(INITIALIZERS["uniform"], np.random.default_rng(4))
    visit.call("open_weights", weights_to_npz(network.params), "mine.npz")


async def merge(visit: Visit) -> None:
    """Publish what was trained from other weights than the current ones."""
    visit.api.weights = Network.initialize(INITIALIZERS["uniform"], np.random.default_rng(4))
    visit.live_network.origin["source"] = "shared"
    assert (await visit.publish())["outcome"] == messages.MERGED


async def reset(visit: Visit) -> None:
    visit.call("reset_training")


@pytest.mark.parametrize("begin", [load, randomize, open_file, merge, reset])
@pytest.mark.parametrize("is_training", [False, True])
def test_other_weights_and_a_reset_begin_another_run(
    begin: Callable[[Visit], Awaitable[None]], is_training: bool
) -> None:
    async def scenario(visit: Visit) -> None:
        await train_to(visit, 100)
        before = visit.iteration
        visit.call("pause_training")
        if is_training:
            visit.train()
        runs = len(visit.of("run"))
        await begin(visit)
        validations = len(visit.of("validation"))
        assert len(visit.of("run")) == runs + 1
        expected = messages.RESET if begin is reset else messages.NEW_WEIGHTS
        run = visit.last("run")
        assert (run["start"], run["iteration"]) == (expected, 0)
        assert run["number"] == visit.of("run")[-2]["number"] + 1
        text, _ = await course(visit)
        assert text["checkpoints"][0]["iteration"] == 0
        assert visit.iteration < before
        await asyncio.sleep(5)
        if is_training and begin is not reset:
            assert visit.last("progress")["samples_per_second"] > 0
        iteration = visit.iteration
        assert all(each["iteration"] <= iteration for each in visit.of("validation")[validations:])

    play(scenario)


def test_publishing_goes_on_with_the_same_run() -> None:
    async def scenario(visit: Visit) -> None:
        await train_to(visit, 50)
        runs = len(visit.of("run"))
        assert (await visit.publish())["outcome"] == messages.ACCEPTED
        assert len(visit.of("run")) == runs
        text, _ = await course(visit)
        assert text["checkpoints"][-1]["iteration"] >= 50

    play(scenario)


@pytest.mark.parametrize("number", [0, -1, 10_000, 1.5, None])
def test_what_is_no_checkpoint_is_refused(number: Any) -> None:
    async def scenario(visit: Visit) -> None:
        before = visit.probabilities()
        answer = visit.call("go_on_from", number)
        assert "Choose another" in answer["problem"]["detail"]
        answer = visit.call("list_checkpoint_units", number, False)
        assert "problem" in answer
        assert visit.probabilities() == before
        assert "problem" in await visit.ask("list_checkpoints", "00")

    play(scenario, FakeApi())
