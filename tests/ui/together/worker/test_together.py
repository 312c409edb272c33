"""A round of learning together, through the exported functions."""

from typing import Any

import numpy as np
import pytest

from app.model.federated import LOCAL_STEPS, blocks_of
from app.model.network import Network
from app.model.serialization import weights_from_npz, weights_to_npz
from tests.ui.hand.worker.test_tray import fill
from tests.ui.worker.fake_api import FakeApi
from tests.ui.worker.visit import Visit, play

PATH = "/api/classes/BCDF/learning/weights?view=key&round=1"
TRAIN = 3000  # six blocks


def serving() -> FakeApi:
    api = FakeApi(train=TRAIN)
    weights = weights_to_npz(api.weights.params)
    api.spoil = lambda path: (200, weights) if path == PATH else None
    return api


def task(split: str = "shares", **changes: Any) -> dict[str, Any]:
    found = {"round": 1, "split": split, "digits": None, "index": 0, "seed": 5}
    return {**found, "steps": LOCAL_STEPS, **changes}


def weights_of(answer: dict[str, Any]) -> Network:
    return Network(*weights_from_npz(answer["content"].tobytes()))


def test_trains_a_share_from_the_common_weights_and_leaves_the_visitors_alone() -> None:
    async def scenario(visit: Visit) -> None:
        before = visit.network.params["w1"].copy()
        answer = await visit.ask("train_round", PATH, task())
        assert answer["samples"] == 1024
        assert len(answer["content"]) < 210_000, "half of float32"
        trained, common = weights_of(answer).params["w1"], visit.api.weights.params["w1"]
        assert not np.allclose(trained, common, atol=1e-3)
        assert np.allclose(trained, common, atol=0.5)
        assert visit.api.block_requests() == blocks_of("shares", 5, 0, 6)
        assert (visit.network.params["w1"] == before).all()

    play(scenario, serving())


def test_repeats_itself_and_fetches_its_share_once() -> None:
    async def scenario(visit: Visit) -> None:
        first = await visit.ask("train_round", PATH, task())
        count = len(visit.api.block_requests())
        again = await visit.ask("train_round", PATH, task())
        other = await visit.ask("train_round", PATH, task(round=2))
        assert (first["content"] == again["content"]).all()
        assert not (first["content"] == other["content"]).all()
        assert len(visit.api.block_requests()) == count
        await visit.ask("train_round", PATH, task(index=1))
        assert len(visit.api.block_requests()) == count + 2

    play(scenario, serving())


def test_with_two_digits_sees_no_others() -> None:
    async def scenario(visit: Visit) -> None:
        answer = await visit.ask("train_round", PATH, task("two_digits", digits=[3, 7], steps=200))
        assert answer["samples"] == TRAIN / 5
        inputs = np.random.default_rng(1).random((50, 784), np.float32) / 10
        digits = weights_of(answer).log_probs(inputs).argmax(axis=1)
        assert set(digits.tolist()) <= {3, 7}

    play(scenario, serving())


def test_own_drawings_come_from_the_tray_without_those_held_out() -> None:
    async def scenario(visit: Visit) -> None:
        refused = await visit.ask("train_round", PATH, task("own"))
        assert refused["problem"]["title"] == "Your part of the round could not be trained"
        assert "no drawings" in refused["problem"]["detail"]
        await fill(visit, 20)
        assert (await visit.ask("train_round", PATH, task("own")))["samples"] == 16

    play(scenario, serving())


@pytest.mark.parametrize("answer", [(409, b'{"detail": "Round 1 is over."}'), (200, b"<html>")])
def test_says_that_the_weights_did_not_come(answer: tuple[int, bytes]) -> None:
    async def scenario(visit: Visit) -> None:
        assert "problem" in await visit.ask("train_round", PATH, task())

    api = serving()
    api.spoil = lambda path: answer if path == PATH else None
    play(scenario, api)


def test_the_result_begins_a_run_of_the_visitors() -> None:
    async def scenario(visit: Visit) -> None:
        assert await visit.ask("take_together", PATH, "class BCDF") == {}
        assert (visit.network.params["w1"] == visit.api.weights.params["w1"]).all()
        reports = [each for each in visit.reports if each["type"] == "weights"]
        assert (reports[-1]["source"], reports[-1]["name"]) == ("file", "class BCDF")

    play(scenario, serving())
