"""Loading the shared weights, as the page meets it."""

import asyncio

import pytest

from app.model.serialization import weights_digest
from tests.ui.worker.fake_api import problem
from tests.ui.worker.visit import Visit, play


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
