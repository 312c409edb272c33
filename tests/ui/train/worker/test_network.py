"""What the live network takes back, and what it tells of its weights."""

import asyncio
import itertools
from typing import Any

import numpy as np
import pytest

from app.model.kernels import StepResult
from app.model.network import Network
from app.model.optimizers import SGD
from app.model.serialization import weights_digest
from app.model.training import train_step
from app.pyscript import messages
from app.pyscript.train.worker import network as network_module
from app.pyscript.train.worker import trainer as trainer_module
from tests.ui.worker.visit import DRAWING, Visit, play


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


def test_a_fresh_network_is_random_and_says_so() -> None:
    async def scenario(visit: Visit) -> None:
        report = visit.last("weights")
        assert report["source"] == "random"
        assert (report["changed_by_training"], report["tuned"]) == (False, 0)
        assert sum(visit.probabilities()) == pytest.approx(1, abs=1e-5)

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
