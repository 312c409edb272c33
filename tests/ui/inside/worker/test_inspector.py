import asyncio

import numpy as np
import pytest

from app.model.arrays import ByteArray, FloatArray
from app.model.initializers import he_normal
from app.model.network import Network
from app.model.preprocessing import normalize_drawing, to_inputs
from app.pyscript.inside.worker.inspector import CHUNK_SIZE, NEAREST_COUNT, Inspector, inspect
from app.pyscript.messages import CHOSEN_BY_NETWORK, TELLING_UNITS
from app.pyscript.worker.api_client import ApiClient, ApiError
from tests.ui.worker.fake_api import ORIGIN, FakeApi, problem
from tests.ui.worker.virtual_time import run, ticking_clock
from tests.ui.worker.visit import DRAWING

NETWORK = Network.initialize(he_normal, np.random.default_rng(3))
PIXELS = np.frombuffer(bytes.fromhex(DRAWING), np.uint8)
LOG_PROBS = NETWORK.log_probs(to_inputs(normalize_drawing(PIXELS)))[0]
RANKED = np.argsort(-LOG_PROBS).tolist()


def inspector_of(api: FakeApi, progress: list[tuple[int, int]] | None = None) -> Inspector:
    client = ApiClient(api.fetch)
    client.site = ORIGIN
    heard = [] if progress is None else progress
    return Inspector(client, ticking_clock, lambda *parts: heard.append(parts))


def test_the_network_s_answer_is_taken_apart_without_a_rest() -> None:
    found = inspect(NETWORK, PIXELS, 3, 8)
    np.testing.assert_allclose(
        found.logits - found.logits.mean(), LOG_PROBS - LOG_PROBS.mean(), atol=1e-5
    )
    assert found.votes.sum() == pytest.approx(LOG_PROBS[3] - LOG_PROBS[8], abs=1e-5)
    assert (found.seen == normalize_drawing(PIXELS)).all()
    assert not found.votes[found.seen == 0].any()
    assert len(found.telling) == TELLING_UNITS
    assert (found.hidden[found.telling] > 0).all()


@pytest.mark.parametrize(
    ("asked", "compared"),
    [
        ((CHOSEN_BY_NETWORK, CHOSEN_BY_NETWORK), (RANKED[0], RANKED[1])),
        ((CHOSEN_BY_NETWORK, RANKED[0]), (RANKED[1], RANKED[0])),
        ((RANKED[0], CHOSEN_BY_NETWORK), (RANKED[0], RANKED[1])),
        ((RANKED[7], CHOSEN_BY_NETWORK), (RANKED[7], RANKED[0])),
        ((4, 9), (4, 9)),
    ],
)
def test_digits_that_are_not_chosen_are_the_likeliest(
    asked: tuple[int, int], compared: tuple[int, int]
) -> None:
    found = inspect(NETWORK, PIXELS, *asked)
    assert (found.first, found.second) == compared


@pytest.mark.parametrize(
    ("asked", "label", "compared"),
    [
        ((CHOSEN_BY_NETWORK, CHOSEN_BY_NETWORK), RANKED[5], (RANKED[0], RANKED[5])),
        ((CHOSEN_BY_NETWORK, CHOSEN_BY_NETWORK), RANKED[0], (RANKED[0], RANKED[1])),
        ((CHOSEN_BY_NETWORK, RANKED[2]), RANKED[5], (RANKED[0], RANKED[2])),
        ((RANKED[3], CHOSEN_BY_NETWORK), RANKED[5], (RANKED[3], RANKED[0])),
    ],
)
def test_a_misread_sample_is_compared_with_what_it_is_unless_others_are_chosen(
    asked: tuple[int, int], label: int, compared: tuple[int, int]
) -> None:
    found = inspect(NETWORK, PIXELS, *asked, label)
    assert (found.first, found.second) == compared


@pytest.mark.parametrize("digits", [(3, 10), (-2, 3), (3, 3)])
def test_other_digits_are_refused(digits: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="Expected two"):
        inspect(NETWORK, PIXELS, *digits)


def test_blank_paper_activates_nothing() -> None:
    found = inspect(NETWORK, np.zeros(784, np.uint8), 3, 8)
    assert not found.hidden.any()
    assert not found.votes.any()
    assert len(found.telling) == 0


def test_a_training_digit_finds_itself_and_then_those_most_like_it() -> None:
    api = FakeApi(train=1000)
    images, labels = api.splits["train"]
    # As the samples are no centered drawings, look for what the network gets to see of one.
    images[17] = normalize_drawing(PIXELS)
    found = run(inspector_of(api).find_nearest(NETWORK, PIXELS, "mnist"))
    assert found.among == 1000
    assert len(found.labels) == NEAREST_COUNT
    assert (found.images[0] == images[17]).all()
    assert found.labels[0] == labels[17]
    assert found.distances[0] == pytest.approx(0, abs=1e-6)
    assert (np.diff(found.distances) >= 0).all()

    def hidden(pixels: ByteArray) -> FloatArray:
        activations: FloatArray = np.maximum(to_inputs(pixels) @ NETWORK.params["w1"], 0)
        return activations

    patterns, pattern = hidden(images), hidden(found.seen)[0]
    cosines = patterns @ pattern / np.linalg.norm(patterns, axis=1) / np.linalg.norm(pattern)
    expected = np.sort(1 - cosines)[:NEAREST_COUNT]
    np.testing.assert_allclose(found.distances, expected, atol=1e-5)


def test_what_is_trained_on_is_searched_and_what_is_no_digit_is_not_found() -> None:
    api = FakeApi(train=1000, mixture=1100)
    images, labels = api.splits["mixture"]
    images[10] = normalize_drawing(PIXELS)  # the nearest, but no digit
    assert labels[10] == 10

    async def scenario() -> None:
        inspector = inspector_of(api)
        found = await inspector.find_nearest(NETWORK, PIXELS, "drawings")
        assert found.among == 1000
        assert found.labels.max() <= 9
        assert api.block_requests("train") == []
        assert (await inspector.find_nearest(NETWORK, PIXELS, "mnist")).among == 1000
        assert api.block_requests("train") == [0, 1]

    run(scenario())


def test_some_thousand_samples_are_fetched_once() -> None:
    api, progress = FakeApi(train=6000), list[tuple[int, int]]()

    async def scenario() -> None:
        inspector = inspector_of(api, progress)
        for _ in range(2):
            assert (await inspector.find_nearest(NETWORK, PIXELS, "mnist")).among == 4096

    run(scenario())
    assert api.block_requests() == list(range(8))
    assert progress == [(done, 4096) for done in range(0, 4097, 512)]


def test_others_get_their_turn_while_it_compares() -> None:
    turns = 0

    async def scenario() -> None:
        nonlocal turns
        inspector = inspector_of(FakeApi(train=10 * CHUNK_SIZE))
        await inspector.find_nearest(NETWORK, PIXELS, "mnist")
        finding = asyncio.ensure_future(inspector.find_nearest(NETWORK, PIXELS, "mnist"))
        while not finding.done():
            turns += 1
            await asyncio.sleep(0)

    run(scenario())
    assert turns >= 5


def test_a_search_that_fails_can_be_repeated() -> None:
    api = FakeApi()

    async def scenario() -> None:
        inspector = inspector_of(api)
        api.spoil = lambda path: problem(503, "Busy.") if "blocks/0/1" in path else None
        with pytest.raises(ApiError, match="Busy"):
            await inspector.find_nearest(NETWORK, PIXELS, "mnist")
        api.spoil = lambda path: None
        assert (await inspector.find_nearest(NETWORK, PIXELS, "mnist")).among == 1000

    run(scenario())
