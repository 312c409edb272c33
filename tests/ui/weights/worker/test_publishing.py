"""Offering the network's weights to everybody, and what the service may say of them."""

import asyncio
from itertools import pairwise

import numpy as np
import pytest

from app.model.arrays import FloatArray
from app.model.initializers import he_normal
from app.model.network import SHAPES, Network
from app.model.serialization import weights_digest
from tests.ui.worker.fake_api import LATENCY_SECONDS, FakeApi, problem
from tests.ui.worker.virtual_time import now
from tests.ui.worker.visit import DRAWING, Visit, play


def params_of(visit: Visit) -> dict[str, FloatArray]:
    return visit.network.copy().params


def test_accepted_weights_are_the_shared_ones_from_then_on() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        visit.call("tune", DRAWING, 1)
        own = weights_digest(params_of(visit))
        answer = await visit.publish("Zo\u00eb Lovelace & co")
        assert "problem" not in answer
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


def test_a_member_of_a_class_says_so() -> None:
    async def scenario(visit: Visit) -> None:
        assert (await visit.ask("publish_weights", "", "BCDF", "key"))["outcome"] == "accepted"
        assert visit.api.headers == {"Digits-Class": "BCDF", "Authorization": "Bearer key"}
        assert (await visit.publish("Ada"))["outcome"] == "accepted"
        assert visit.api.headers == {"Digits-Author": "Ada"}

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
        assert answer["detail"] == "Clearly worse."
        assert weights_digest(params_of(visit)) == before
        assert visit.last("weights") == origin

    play(scenario)


def overtake(visit: Visit) -> dict[str, FloatArray]:
    """Somebody else publishes; returns what."""
    visit.api.weights = Network.initialize(he_normal, np.random.default_rng(8))
    return visit.api.weights.copy().params


def test_with_what_others_published_meanwhile_it_goes_on_from_the_mean() -> None:
    """After one press of the button."""

    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        visit.call("tune", DRAWING, 1)
        own, theirs = params_of(visit), overtake(visit)
        answer = await visit.publish("Ada")
        assert (answer["outcome"], answer["version"]["author"]) == ("merged", "Ada")
        for name in SHAPES:
            mean = (own[name] + theirs[name]) / 2
            np.testing.assert_allclose(visit.api.weights.params[name], mean, rtol=1e-6)
        assert weights_digest(params_of(visit)) == weights_digest(visit.api.weights.params)
        assert visit.last("weights")["digest"] == answer["version"]["digest"]
        assert not visit.last("weights")["changed_by_training"]

    play(scenario)


def test_a_mean_that_does_not_come_leaves_the_network_and_where_it_began() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        visit.call("tune", DRAWING, 1)
        own, origin = params_of(visit), visit.last("weights")
        overtake(visit)
        visit.api.spoil = lambda path: problem(503, "Busy.") if "versions/2" in path else None
        assert (await visit.publish())["outcome"] == "merged"
        assert weights_digest(params_of(visit)) == weights_digest(own)
        assert visit.last("weights") == origin

    play(scenario)


@pytest.mark.parametrize("busy", [problem(503, "Too many."), problem(429, "So many.")])
def test_where_too_many_publish_it_asks_again_by_itself(busy: tuple[int, bytes]) -> None:
    async def scenario(visit: Visit) -> None:
        answers = iter([busy, busy])
        visit.api.spoil = lambda path: next(answers, None)
        asked = len(visit.api.requests)
        assert (await visit.publish())["outcome"] == "accepted"
        times = [time for time, _ in visit.api.requests[asked:]]
        assert len(times) == 3
        assert all(1 <= later - time <= 4 for time, later in pairwise(times))

    play(scenario)


def test_it_waits_as_long_as_the_service_says_and_not_for_ever() -> None:
    async def scenario(visit: Visit) -> None:
        answer = problem(429, "Try again in 20 seconds.", retry_after_seconds=20)
        visit.api.spoil = lambda path: answer
        asked, began = len(visit.api.requests), now()
        assert "Try again in 20" in (await visit.publish())["problem"]["detail"]
        assert len(visit.api.requests) - asked == 3
        assert now() - began < 60

    play(scenario)


def test_weights_that_are_nothing_new_are_refused_in_the_services_words() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        visit.call("tune", DRAWING, 1)
        members = {"same_as": {"id": 1}, "current": {"id": 1}}
        refusal = problem(422, "Practically version 1.", **members)
        visit.api.spoil = lambda path: refusal if path.startswith("/api/weights?") else None
        answer = await visit.publish("Ada")
        assert (answer["outcome"], answer["version"]) == ("refused", None)
        assert answer["detail"] == "Practically version 1."

    play(scenario)


def test_a_merge_that_is_refused_leaves_the_own_weights() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        visit.call("tune", DRAWING, 1)
        before = weights_digest(params_of(visit))
        overtake(visit)
        visit.api.refuses = True
        assert (await visit.publish())["outcome"] == "refused"
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


def test_weights_asked_for_before_and_come_meanwhile_are_not_taken_for_the_published() -> None:
    async def scenario(visit: Visit) -> None:
        visit.call("tune", DRAWING, 1)
        loading = asyncio.ensure_future(visit.ask("load_version", 1))
        await asyncio.sleep(0)
        assert (await visit.publish())["outcome"] == "accepted"
        assert await loading == {"digest": weights_digest(params_of(visit))}
        assert visit.last("weights")["digest"] == weights_digest(params_of(visit))
        assert not visit.last("weights")["changed_by_training"]

    play(scenario)


@pytest.mark.parametrize("seconds", [0, 1.5 * LATENCY_SECONDS])
def test_a_version_loaded_while_a_merge_is_on_its_way_stays(seconds: float) -> None:
    """While the weights are sent, and while the mean comes."""

    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        visit.call("tune", DRAWING, 1)
        overtake(visit)
        merging = asyncio.ensure_future(visit.publish())
        await asyncio.sleep(seconds)
        visit.call("randomize_weights", 3, "he_normal")
        random = weights_digest(params_of(visit))
        assert (await merging)["outcome"] == "merged"
        assert weights_digest(params_of(visit)) == random
        assert visit.last("weights")["source"] == "random"

    play(scenario)


def test_what_is_learned_while_a_merge_is_on_its_way_stays() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        visit.call("tune", DRAWING, 1)
        visit.train(learning_rate=0.01)
        await visit.reach(3)
        overtake(visit)
        answer = await visit.publish()
        assert answer["outcome"] == "merged"
        origin = visit.last("weights")
        assert origin["digest"] == weights_digest(visit.api.weights.params)
        assert origin["changed_by_training"]

    play(scenario)


def test_a_version_is_loaded_by_its_number() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.ask("load_version", 1)
        assert visit.api.requests[-1][1] == "/api/weights/versions/1"
        assert visit.last("weights")["digest"] == weights_digest(visit.api.weights.params)

    play(scenario)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (problem(429, "In an hour.", retry_after_seconds=3600), "429: In an hour."),
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

    play(scenario, FakeApi())
