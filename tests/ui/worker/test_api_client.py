import asyncio
import json
from collections.abc import Awaitable, Callable

import numpy as np
import pytest

from app.model.serialization import samples_to_npy
from app.pyscript.worker.api_client import (
    TIME_LIMIT_SECONDS,
    ApiClient,
    ApiError,
    DatasetDescription,
)
from tests.ui.worker.fake_api import ORIGIN, FakeApi, numbers_of, problem, samples
from tests.ui.worker.virtual_time import now, run


def client_of(api: FakeApi) -> ApiClient:
    client = ApiClient(api.fetch)
    client.site = ORIGIN
    return client


def error_of(api: FakeApi, ask: Callable[[ApiClient], Awaitable[object]]) -> ApiError:
    async def scenario() -> None:
        await ask(client_of(api))

    with pytest.raises(ApiError) as caught:
        run(scenario())
    return caught.value


def test_the_data_set_is_asked_for_once() -> None:
    api = FakeApi(train=1000, validation=200)

    async def scenario() -> list[DatasetDescription]:
        client = client_of(api)
        return [await client.dataset(), await client.dataset()]

    first, second = run(scenario())
    sizes = {"train": 1000, "validation": 200, "test": 600}
    assert first == second == DatasetDescription("d1", sizes)
    assert [path for _, path in api.requests] == ["/api/data"]


def test_a_block_names_all_that_identifies_it_and_the_last_may_be_short() -> None:
    api = FakeApi(train=1000)

    async def scenario() -> list[int]:
        client = client_of(api)
        images, labels = await client.block(await client.dataset(), "train", 1, 512)
        assert labels.tolist() == [number % 10 for number in numbers_of(images)]
        return numbers_of(images)

    assert run(scenario()) == list(range(512, 1000))
    assert api.requests[-1][1] == "/api/samples/blocks/0/1?size=512&split=train&data=d1"


@pytest.mark.parametrize("status", [404, 409])
def test_a_block_that_is_not_there_makes_the_data_set_be_asked_for_again(status: int) -> None:
    api = FakeApi()
    api.spoil = lambda path: problem(status, "Gone.") if "blocks" in path else None

    async def scenario() -> None:
        client = client_of(api)
        dataset = await client.dataset()
        with pytest.raises(ApiError, match=f"answered {status}: Gone") as caught:
            await client.block(dataset, "train", 0, 512)
        assert caught.value.status == status
        api.serve(300, 100, "d2")
        assert (await client.dataset()).digest == "d2"

    run(scenario())


def test_an_unreachable_server_and_a_silent_one_are_told_apart() -> None:
    api = FakeApi()
    api.is_down = True
    assert "cannot be reached" in str(error_of(api, ApiClient.dataset))
    api.is_down, api.is_silent = False, True

    async def scenario() -> None:
        with pytest.raises(ApiError, match="within 15 seconds"):
            await client_of(api).shared_weights()
        assert now() == pytest.approx(TIME_LIMIT_SECONDS)
        assert api.in_flight == 0

    run(scenario())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (json.dumps({"detail": "Being set up."}).encode(), "answered 503: Being set up."),
        (b"<html>Bad gateway", "answered 503: it gave no reason"),
        (b"[]", "answered 503: it gave no reason"),
        (b"\xff\xfe", "answered 503: it gave no reason"),
    ],
)
def test_an_error_status_brings_its_detail(body: bytes, expected: str) -> None:
    api = FakeApi()
    api.spoil = lambda path: (503, body)
    assert expected in str(error_of(api, ApiClient.dataset))


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{}",
        b"[1]",
        b'{"digest": "d", "splits": [1]}',
        b'{"digest": "d", "splits": {"train": "x"}}',
        b'{"digest": "d", "splits": {"train": 5}}',
        b'{"digest": "d", "splits": {"train": 0, "validation": 5}}',
    ],
)
def test_an_unusable_description_of_the_data_set_is_refused(document: bytes) -> None:
    api = FakeApi()
    api.spoil = lambda path: (200, document)
    assert "data set" in str(error_of(api, ApiClient.dataset))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"not an npy file", "damaged"),
        (samples_to_npy(*samples(1000))[:-1], "damaged"),
        (samples_to_npy(*samples(511)), "expected 512 samples, found 511"),
        (samples_to_npy(samples(512)[0], np.full(512, 11, np.uint8)), "labels 0-10"),
    ],
)
def test_a_damaged_block_is_refused(content: bytes, expected: str) -> None:
    api = FakeApi()
    api.spoil = lambda path: (200, content) if "blocks" in path else None

    async def ask(client: ApiClient) -> None:
        await client.block(await client.dataset(), "train", 0, 512)

    assert expected in str(error_of(api, ask))


@pytest.mark.parametrize("path", ["/api/data", "/api/weights", "/api/samples/blocks/0/0"])
def test_what_a_network_put_in_an_answers_place_is_asked_for_past_what_is_kept(path: str) -> None:
    api = FakeApi()

    async def scenario() -> None:
        client = client_of(api)
        images, _ = await client.block(await client.dataset(), "train", 0, 512)
        assert len(images) == 512
        await client.shared_weights()

    def kept(asked: str) -> tuple[int, bytes] | None:
        is_kept = asked.startswith(path) and not api.fresh_requests
        return (200, b" <!doctype html><title>Log in") if is_kept else None

    api.spoil = kept
    run(scenario())
    (fresh,) = api.fresh_requests
    assert fresh.startswith(path)


def test_a_web_page_that_comes_again_is_said_to_be_one() -> None:
    api = FakeApi()
    api.spoil = lambda path: (200, b"<!doctype html><title>Log in")
    assert "a web page came" in str(error_of(api, ApiClient.dataset))
    assert len(api.requests) == 2


def test_the_shared_weights() -> None:
    api = FakeApi()
    w1, w2 = run(client_of(api).shared_weights())
    np.testing.assert_array_equal(w1, api.weights.params["w1"])
    np.testing.assert_array_equal(w2, api.weights.params["w2"])
    api.spoil = lambda path: (200, b"not an archive")
    assert "weights are damaged" in str(error_of(api, ApiClient.shared_weights))


def test_canceling_a_request_reaches_the_fetch() -> None:
    api = FakeApi()
    api.is_silent = True

    async def scenario() -> None:
        task = asyncio.ensure_future(client_of(api).shared_weights())
        await asyncio.sleep(1)
        assert api.in_flight == 1
        task.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert api.in_flight == 0

    run(scenario())
