"""Validation beside training, and what is said of a network that cannot learn."""

import asyncio

import pytest

from app.model.evaluate.evaluation import evaluate
from app.pyscript import messages
from app.pyscript.train.worker import validations as validations_module
from app.pyscript.train.worker.validations import VALIDATION_SECONDS
from tests.ui.worker.fake_api import problem
from tests.ui.worker.visit import Visit, play


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
