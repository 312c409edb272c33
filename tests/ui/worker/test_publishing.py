"""Offering the network's weights to everybody, and what the service may say of them."""

import asyncio

import numpy as np
import pytest

from app.model.arrays import FloatArray
from app.model.initializers import he_normal
from app.model.network import SHAPES, Network
from app.model.serialization import weights_digest
from tests.ui.worker.fake_api import FakeApi, problem
from tests.ui.worker.visit import DRAWING, Visit, play


def params_of(visit: Visit) -> dict[str, FloatArray]:
    return visit.session._network.copy().params


def test_accepted_weights_are_the_shared_ones_from_then_on() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        visit.call("tune", DRAWING, 1)
        own = weights_digest(params_of(visit))
        answer = await visit.publish("Zo\u00eb Lovelace & co")
        assert answer["ok"]
        assert answer["outcome"] == "accepted"
        assert answer["version"]["author"] == "Zo\u00eb Lovelace & co"
        assert answer["version"]["digest"] == own == weights_digest(visit.api.weights.params)
        assert visit.last("weights") == {
            "type": "weights",
            "source": "shared",
            "name": "",
            "digest": own,
            "changed_by_training": False,
            "tuned": 0,
        }

    play(scenario)


def test_random_weights_may_replace_whatever_is_current() -> None:
    async def scenario(visit: Visit) -> None:
        assert (await visit.publish())["outcome"] == "accepted"

    play(scenario)


def test_what_is_learned_while_the_answer_is_on_its_way_is_not_published() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        visit.train()
        await visit.reach(3)
        answer = await visit.publish()
        origin = visit.last("weights")
        assert origin["digest"] == answer["version"]["digest"]
        assert origin["changed_by_training"]
        assert weights_digest(params_of(visit)) != answer["version"]["digest"]

    play(scenario)


def test_refused_weights_stay_in_the_network() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        visit.call("tune", DRAWING, 1)
        visit.api.refuses = True
        before, origin = weights_digest(params_of(visit)), visit.last("weights")
        answer = await visit.publish("Ada")
        assert (answer["outcome"], answer["version"]["author"]) == ("refused", "Ada")
        assert answer["current"] == {"id": 1}
        assert answer["detail"] == "Clearly worse."
        assert weights_digest(params_of(visit)) == before
        assert visit.last("weights") == origin

    play(scenario)


def test_a_version_published_meanwhile_is_not_overwritten_but_can_be_merged() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        visit.call("tune", DRAWING, 1)
        own = params_of(visit)
        visit.api.weights = Network.initialize(he_normal, np.random.default_rng(8))
        theirs = visit.api.weights.copy().params
        answer = await visit.publish()
        assert answer["outcome"] == "overtaken"
        assert answer["current"]["digest"] == weights_digest(theirs)
        assert weights_digest(visit.api.weights.params) == weights_digest(theirs)

        answer = await visit.publish(merge=True)
        assert answer["outcome"] == "accepted"
        for name in SHAPES:
            mean = (own[name] + theirs[name]) / 2
            np.testing.assert_allclose(visit.api.weights.params[name], mean, rtol=1e-6)
        assert weights_digest(params_of(visit)) == weights_digest(visit.api.weights.params)
        assert visit.last("weights")["digest"] == answer["version"]["digest"]

    play(scenario)


def test_weights_that_are_nothing_new_are_refused_in_the_services_words() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        visit.call("tune", DRAWING, 1)
        members = {"same_as": {"id": 1}, "current": {"id": 1}}
        refusal = problem(422, "Practically version 1.", **members)
        visit.api.spoil = lambda path: refusal if path == "/api/weights" else None
        answer = await visit.publish("Ada")
        assert (answer["outcome"], answer["version"]) == ("refused", None)
        assert answer["detail"] == "Practically version 1."

    play(scenario)


def test_a_merge_that_is_refused_leaves_the_own_weights() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        visit.call("tune", DRAWING, 1)
        before = weights_digest(params_of(visit))
        visit.api.refuses = True
        assert (await visit.publish(merge=True))["outcome"] == "refused"
        assert weights_digest(params_of(visit)) == before

    play(scenario)


def test_other_weights_loaded_meanwhile_are_not_taken_for_the_published() -> None:
    async def scenario(visit: Visit) -> None:
        publishing = asyncio.ensure_future(visit.publish())
        await asyncio.sleep(0)
        visit.call("randomize_weights", 3, "he_normal")
        assert (await publishing)["outcome"] == "accepted"
        assert visit.last("weights")["source"] == "random"

    play(scenario)


def test_a_version_loaded_while_a_merge_is_on_its_way_stays() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        visit.call("tune", DRAWING, 1)
        merging = asyncio.ensure_future(visit.publish(merge=True))
        await asyncio.sleep(0)
        visit.call("randomize_weights", 3, "he_normal")
        random = weights_digest(params_of(visit))
        assert (await merging)["outcome"] == "accepted"
        assert weights_digest(params_of(visit)) == random
        assert visit.last("weights")["source"] == "random"

    play(scenario)


def test_what_is_learned_while_a_merge_is_on_its_way_stays() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        visit.call("tune", DRAWING, 1)
        visit.train(learning_rate=0.01)
        await visit.reach(3)
        answer = await visit.publish(merge=True)
        assert answer["outcome"] == "accepted"
        origin = visit.last("weights")
        assert origin["digest"] == weights_digest(visit.api.weights.params)
        assert origin["changed_by_training"]

    play(scenario)


def test_a_version_is_loaded_by_its_number() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.exports.load_version(1)
        assert visit.api.requests[-1][1] == "/api/weights/versions/1"
        assert visit.last("weights")["digest"] == weights_digest(visit.api.weights.params)

    play(scenario)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (problem(429, "Try again in 5 seconds."), "429: Try again in 5 seconds."),
        (problem(422, "author must have at most 40 characters."), "422: author must"),
        ((201, b"not JSON"), "201: it gave no reason"),
        ((412, b"[]"), "412: it gave no reason"),
    ],
)
def test_other_answers_are_problems(answer: tuple[int, bytes], words: str) -> None:
    async def scenario(visit: Visit) -> None:
        visit.api.spoil = lambda path: answer
        reply = await visit.publish("Ada")
        assert reply["problem"]["title"] == "The weights could not be published"
        assert words in reply["problem"]["detail"]

    play(scenario)


def test_a_server_that_is_away_is_told() -> None:
    async def scenario(visit: Visit) -> None:
        visit.api.is_down = True
        assert "cannot be reached" in (await visit.publish())["problem"]["detail"]
        assert "cannot be reached" in (await visit.publish(merge=True))["problem"]["detail"]

    play(scenario, FakeApi())
