import asyncio

import numpy as np
import pytest

from app.model.evaluate.evaluation import evaluate
from app.model.initializers import he_normal
from app.model.network import Network
from app.pyscript.train.worker.validator import SLICE_SIZE, Validator
from app.pyscript.worker.api_client import ApiClient, ApiError
from tests.ui.worker.fake_api import ORIGIN, FakeApi, problem
from tests.ui.worker.virtual_time import run

NETWORK = Network.initialize(he_normal, np.random.default_rng(3))


def validator_of(api: FakeApi) -> Validator:
    client = ApiClient(api.fetch)
    client.site = ORIGIN
    return Validator(client)


def test_it_measures_what_the_model_measures_on_the_validation_split() -> None:
    api = FakeApi(validation=200)

    async def scenario() -> None:
        validator = validator_of(api)
        prepared = await validator.prepare()
        loss, accuracy, samples, drawings = await validator.measure(NETWORK, prepared)
        expected = evaluate(NETWORK, *api.splits["validation"])
        assert loss == pytest.approx(expected.loss, rel=1e-6)
        assert (accuracy, samples) == (expected.accuracy, 200)
        assert drawings is None, "a service without them"

    run(scenario())


def test_drawings_are_measured_beside_the_digits() -> None:
    api = FakeApi(validation=5000, validation_drawings=2000)

    async def scenario() -> None:
        validator = validator_of(api)
        for _ in range(2):
            samples = await validator.prepare()
            validation = await validator.measure(NETWORK, samples)
        images, labels = api.splits["validation_drawings"]
        expected = evaluate(NETWORK, images[:1000], labels[:1000])
        assert validation.samples == 1000
        assert validation.drawings == expected.accuracy

    run(scenario())
    assert api.block_requests("validation_drawings") == [0]


def test_samples_are_fetched_once_and_no_more_than_a_thousand() -> None:
    api = FakeApi(validation=5000)

    async def scenario() -> None:
        validator = validator_of(api)
        for _ in range(3):
            samples = await validator.prepare()
            assert (await validator.measure(NETWORK, samples)).samples == 1000

    run(scenario())
    assert api.block_requests("validation") == [0]


def test_others_get_their_turn_between_its_slices() -> None:
    turns = 0

    async def scenario() -> None:
        nonlocal turns
        validator = validator_of(FakeApi(validation=10 * SLICE_SIZE))
        samples = await validator.prepare()
        measuring = asyncio.ensure_future(validator.measure(NETWORK, samples))
        while not measuring.done():
            turns += 1
            await asyncio.sleep(0)

    run(scenario())
    assert turns >= 10


def test_another_data_set_brings_other_samples() -> None:
    api = FakeApi(validation=100)

    async def scenario() -> None:
        client = ApiClient(api.fetch)
        client.site = ORIGIN
        validator = Validator(client)
        samples = await validator.prepare()
        former = await client.dataset()
        api.serve(1000, 300, "d2")
        with pytest.raises(ApiError):
            await client.block(former, "train", 0, 512)
        others = await validator.prepare()
        assert (await validator.measure(NETWORK, others)).samples == 300
        # Who is in the middle of measuring goes on with what it began with.
        assert (await validator.measure(NETWORK, samples)).samples == 100

    run(scenario())


def test_samples_that_cannot_be_had_are_asked_for_again_next_time() -> None:
    api = FakeApi(validation=100)

    async def scenario() -> None:
        validator = validator_of(api)
        api.spoil = lambda path: problem(503, "Busy.") if "blocks" in path else None
        with pytest.raises(ApiError, match="Busy"):
            await validator.prepare()
        api.spoil = lambda path: None
        samples = await validator.prepare()
        assert (await validator.measure(NETWORK, samples)).samples == 100

    run(scenario())
