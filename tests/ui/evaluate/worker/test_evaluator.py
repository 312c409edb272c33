import asyncio

import numpy as np
import pytest

from app.model.evaluate.evaluation import evaluate
from app.model.initializers import he_normal
from app.model.network import Network
from app.model.preprocessing import to_inputs
from app.pyscript.evaluate.worker.evaluator import CHUNK_SIZE, Evaluator
from app.pyscript.evaluate.worker.other_sets import OtherSets
from app.pyscript.messages import FETCHING, GALLERY_SIZE, READING
from app.pyscript.worker.api_client import ApiClient, ApiError
from app.pyscript.worker.sample_blocks import FETCHES_AT_ONCE
from tests.ui.worker.fake_api import ORIGIN, FakeApi, numbers_of, problem
from tests.ui.worker.virtual_time import run, ticking_clock

NETWORK = Network.initialize(he_normal, np.random.default_rng(3))
OTHER = Network.initialize(he_normal, np.random.default_rng(4))
Progress = list[tuple[str, str, int, int]]


def evaluator_of(api: FakeApi, progress: Progress | None = None) -> Evaluator:
    client = ApiClient(api.fetch)
    client.site = ORIGIN
    heard = [] if progress is None else progress
    return Evaluator(client, ticking_clock, lambda *parts: heard.append(parts), OtherSets())


def read(api: FakeApi) -> tuple[list[int], list[int], list[float]]:
    """Of the test split: labels, what NETWORK reads, and the probability it gives the label."""
    images, labels = api.splits["test"]
    probs = np.exp(NETWORK.log_probs(to_inputs(images)))
    of_label = probs[np.arange(len(labels)), labels]
    return labels.tolist(), probs.argmax(axis=1).tolist(), of_label.tolist()


def test_it_measures_what_the_model_measures_on_the_whole_test_split() -> None:
    api = FakeApi(test=1100)
    evaluation = run(evaluator_of(api).evaluate(NETWORK, "test"))
    expected = evaluate(NETWORK, *api.splits["test"])
    assert evaluation.samples == 1100
    assert evaluation.loss == pytest.approx(expected.loss, rel=1e-6)
    assert evaluation.accuracy == expected.accuracy
    labels, digits, _ = read(api)
    counts = np.zeros((10, 10), int)
    for label, digit in zip(labels, digits, strict=True):
        counts[label, digit] += 1
    assert (evaluation.confusion == counts).all()
    assert evaluation.recall[3] == counts[3, 3] / counts[3].sum()
    most_read = int(counts.sum(axis=0).argmax())
    expected_share = counts[most_read, most_read] / counts[:, most_read].sum()
    assert evaluation.precision[most_read] == expected_share


def test_samples_are_fetched_once_some_blocks_at_a_time() -> None:
    api = FakeApi(test=3000)

    async def scenario() -> None:
        evaluator = evaluator_of(api)
        for _ in range(3):
            assert (await evaluator.evaluate(NETWORK, "test")).samples == 3000

    run(scenario())
    assert api.block_requests("test") == [0, 1, 2, 3, 4, 5]
    assert api.most_in_flight == FETCHES_AT_ONCE


def test_progress_tells_of_fetching_then_of_reading() -> None:
    progress: Progress = []
    run(evaluator_of(FakeApi(test=1100), progress).evaluate(NETWORK, "test"))
    fetching = [done for _, stage, done, total in progress if stage == FETCHING and total == 1100]
    reading = [done for _, stage, done, total in progress if stage == READING and total == 1100]
    assert fetching == [0, 512, 1024, 1100]
    # The clock ticks by more than a slice's time: a chunk is read in each.
    assert reading == list(range(0, 1100, CHUNK_SIZE))
    assert len(fetching) + len(reading) == len(progress)
    assert progress[0][:2] == ("test", FETCHING)


def test_others_get_their_turn_between_its_slices() -> None:
    turns = 0

    async def scenario() -> None:
        nonlocal turns
        evaluator = evaluator_of(FakeApi(test=10 * CHUNK_SIZE))
        await evaluator.evaluate(NETWORK, "test")
        evaluating = asyncio.ensure_future(evaluator.evaluate(NETWORK, "test"))
        while not evaluating.done():
            turns += 1
            await asyncio.sleep(0)

    run(scenario())
    assert turns >= 5


def test_mistakes_come_in_pages_the_worst_first() -> None:
    api = FakeApi(test=700)
    evaluator = evaluator_of(api)
    run(evaluator.evaluate(NETWORK, "test"))
    labels, digits, of_label = read(api)
    misread = [number for number in range(700) if labels[number] != digits[number]]
    assert len(misread) > 2 * GALLERY_SIZE

    seen: list[int] = []
    while len(seen) < len(misread):
        page = evaluator.mistakes("test", len(seen))
        assert (page.first, page.total) == (len(seen), len(misread))
        assert 0 < len(page.digits) <= GALLERY_SIZE
        for number, digit in zip(numbers_of(page.images), page.digits, strict=True):
            assert (digit.label, digit.digit) == (labels[number], digits[number])
            assert digit.label_probability == pytest.approx(of_label[number], rel=1e-5)
            assert digit.probability > digit.label_probability
            assert (page.images[0] <= 255).all()
        seen += numbers_of(page.images)
    assert sorted(seen) == misread
    probabilities = [of_label[number] for number in seen]
    assert probabilities == sorted(probabilities)
    assert evaluator.mistakes("test", len(misread)).digits == []


def test_a_cell_has_its_very_digits() -> None:
    api = FakeApi(test=700)
    evaluator = evaluator_of(api)
    run(evaluator.evaluate(NETWORK, "test"))
    labels, digits, _ = read(api)
    for cell in {(labels[0], digits[0]), (labels[1], labels[1]), (4, 9)}:
        expected = [n for n in range(700) if (labels[n], digits[n]) == cell]
        found: list[int] = []
        for first in range(0, max(1, len(expected)), GALLERY_SIZE):
            page = evaluator.cell("test", *cell, first)
            assert page.total == len(expected)
            found += numbers_of(page.images)
        assert sorted(found) == expected


@pytest.mark.parametrize("cell", [(-1, 0), (0, 10), (10, 10)])
def test_there_is_no_other_cell(cell: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="two digits from 0 to 9"):
        evaluator_of(FakeApi()).cell("test", *cell, 0)


def test_before_an_evaluation_there_is_nothing_to_show() -> None:
    evaluator = evaluator_of(FakeApi())
    assert evaluator.mistakes("test", 0).total == evaluator.cell("test", 1, 1, 0).total == 0


def test_an_evaluation_that_fails_leaves_the_last_one_and_can_be_repeated() -> None:
    api = FakeApi(test=1100)

    async def scenario() -> None:
        evaluator = evaluator_of(api)
        await evaluator.evaluate(NETWORK, "test")
        mistakes = evaluator.mistakes("test", 0)
        api.serve(1000, 200, "d2", test=3000)
        with pytest.raises(ApiError):  # the former data set is not served any more
            await evaluator._client.block(await evaluator._client.dataset(), "test", 0, 512)
        api.spoil = lambda path: problem(503, "Busy.") if "blocks/0/1" in path else None
        with pytest.raises(ApiError, match="Busy"):
            await evaluator.evaluate(OTHER, "test")
        asked = len(api.requests)
        await asyncio.sleep(10)
        assert len(api.requests) == asked  # the other requests did not go on
        assert evaluator.mistakes("test", 0).digits == mistakes.digits

        api.spoil = lambda path: None
        assert (await evaluator.evaluate(OTHER, "test")).samples == 3000
        assert evaluator.mistakes("test", 0).digits != mistakes.digits

    run(scenario())


def test_a_data_set_without_test_digits_is_named_as_the_reason() -> None:
    api = FakeApi()
    del api.splits["test"]
    with pytest.raises(ApiError, match="no such samples"):
        run(evaluator_of(api).evaluate(NETWORK, "test"))
