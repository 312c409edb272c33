from dataclasses import replace

import numpy as np
import pytest
from flask.testing import FlaskClient

from api import create_app
from api.config import Settings
from app.model.arrays import ByteArray
from app.model.data.datasets import Dataset, Split
from app.model.network import NO_DIGIT
from app.model.serialization import samples_from_npy
from tests.api.content_codings import decode
from tests.api.problems import assert_problem
from tests.api.publishing import Params

NPY = {"Accept": "application/x-npy"}


def get_block(client: FlaskClient, url: str) -> tuple[ByteArray, ByteArray]:
    response = client.get(url, headers=NPY)
    assert response.status_code == 200, response.text
    assert response.content_type == "application/x-npy"
    return samples_from_npy(response.data)


# Random samples


def test_a_random_sample_is_one_of_its_split(client: FlaskClient, dataset: Dataset) -> None:
    for split in ("train", "validation", "test"):
        response = client.get(f"/api/samples/random?split={split}")
        assert response.headers["Cache-Control"] == "no-store"
        assert "ETag" not in response.headers
        sample = response.get_json()
        assert set(sample) == {"label", "pixels", "split", "index"}
        assert sample["split"] == split
        samples = dataset.splits[split]
        assert sample["label"] == samples.labels[sample["index"]]
        assert sample["pixels"] == samples.images[sample["index"]].tolist()


def test_a_random_sample_comes_from_the_test_split_unless_said(client: FlaskClient) -> None:
    assert client.get("/api/samples/random").get_json()["split"] == "test"


# Splits beside the stored digits


@pytest.fixture
def mixed(settings: Settings, dataset: Dataset, params: Params) -> FlaskClient:
    """A client of a service whose data set has the split "mixture", all of it no digit."""
    train = dataset.splits["train"]
    mixture = Split(train.images, np.full(len(train), NO_DIGIT, np.uint8))
    splits = dataset.splits | {"mixture": mixture}
    return create_app(settings, replace(dataset, splits=splits), params).test_client()


def test_blocks_of_the_mixture_are_served_alike(mixed: FlaskClient) -> None:
    url = "/api/samples/blocks/1/0?size=30&split=mixture"
    labels = [sample["label"] for sample in mixed.get(url).get_json()["samples"]]
    content = mixed.get(url, headers=NPY).data
    assert labels == samples_from_npy(content, NO_DIGIT)[1].tolist() == [NO_DIGIT] * 30
    assert mixed.get("/api/data").get_json()["splits"]["mixture"] == 30


def test_nobody_gets_the_mixture_unasked(mixed: FlaskClient) -> None:
    random = mixed.get("/api/samples/random").get_json()
    block = mixed.get("/api/samples/blocks/1/0").get_json()
    original = mixed.post("/api/datablock", json={"block": 30}).get_json()
    assert random["label"] != NO_DIGIT
    assert all(sample["label"] != NO_DIGIT for sample in block["samples"])
    assert all(sample["target"] != NO_DIGIT for sample in original["data"])


def test_a_split_that_is_not_there_is_refused(client: FlaskClient) -> None:
    assert_problem(client.get("/api/samples/blocks/1/0?split=mixture"), 422, "split must be one of")


# Blocks


def test_the_blocks_of_a_seed_are_the_whole_split_once(
    client: FlaskClient, dataset: Dataset
) -> None:
    blocks = [get_block(client, f"/api/samples/blocks/4/{index}?size=8") for index in range(4)]
    assert [len(labels) for _, labels in blocks] == [8, 8, 8, 6]
    train = dataset.splits["train"]
    expected = sorted(np.column_stack((train.labels, train.images)).tolist())
    found = sorted(
        row for images, labels in blocks for row in np.column_stack((labels, images)).tolist()
    )
    assert found == expected


def test_a_block_stays_the_same_and_seeds_differ(client: FlaskClient) -> None:
    first, again, other = (
        get_block(client, f"/api/samples/blocks/{seed}/0?size=30") for seed in (1, 1, 2)
    )
    assert np.array_equal(first[0], again[0])
    assert not np.array_equal(first[0], other[0])


@pytest.mark.parametrize(("split", "size"), [("train", 30), ("validation", 5), ("test", 7)])
def test_splits_are_never_mixed(
    client: FlaskClient, dataset: Dataset, split: str, size: int
) -> None:
    images, _ = get_block(client, f"/api/samples/blocks/0/0?size=1024&split={split}")
    assert len(images) == size
    assert sorted(images.tolist()) == sorted(dataset.splits[split].images.tolist())


def test_json_says_the_same_as_npy(client: FlaskClient) -> None:
    url = "/api/samples/blocks/7/1?size=5"
    images, labels = get_block(client, url)
    document = client.get(url).get_json()
    assert [sample["label"] for sample in document["samples"]] == labels.tolist()
    assert [sample["pixels"] for sample in document["samples"]] == images.tolist()


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("application/json", "application/json"),
        ("application/x-npy", "application/x-npy"),
        ("application/x-npy, */*;q=0.1", "application/x-npy"),
        ("application/json;q=0.5, application/x-npy", "application/x-npy"),
    ],
)
def test_accept_chooses_the_format(
    client: FlaskClient, accept: str | None, media_type: str
) -> None:
    headers = {} if accept is None else {"Accept": accept}
    response = client.get("/api/samples/blocks/1/0?size=2", headers=headers)
    assert response.content_type == media_type
    assert response.headers["Vary"] == "Accept, Accept-Encoding"


def test_another_format_is_refused(client: FlaskClient) -> None:
    response = client.get("/api/samples/blocks/1/0", headers={"Accept": "image/png"})
    assert_problem(response, 406, "application/json or application/x-npy", "image/png")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (None, None),
        ("", None),
        ("identity", None),
        ("zstd", None),
        ("gzip;q=0, br;q=0", None),
        ("identity;q=0", None),
        ("*", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br, zstd", "gzip"),
        ("gzip, deflate", "gzip"),
        ("br;q=1.0, gzip;q=0.5", "br"),
        ("gzip;q=0, *", "br"),
    ],
)
def test_accept_encoding_chooses_the_coding(
    client: FlaskClient, accepted: str | None, coding: str | None
) -> None:
    url = "/api/samples/blocks/1/0?size=30"
    plain = client.get(url, headers=NPY)
    headers = NPY if accepted is None else NPY | {"Accept-Encoding": accepted}
    response = client.get(url, headers=headers)
    assert response.headers.get("Content-Encoding") == coding
    assert decode(response.data, coding) == plain.data
    assert (response.headers["ETag"] == plain.headers["ETag"]) == (coding is None)


def test_of_codings_that_suit_as_well_text_has_another_than_images(client: FlaskClient) -> None:
    browser = {"Accept-Encoding": "gzip, deflate, br, zstd"}
    url = "/api/samples/blocks/1/0?size=30"
    plain = client.get(url)
    response = client.get(url, headers=browser)
    assert response.headers["Content-Encoding"] == "br"
    assert decode(response.data, "br") == plain.data


def test_a_block_of_named_data_may_be_kept_for_ever(client: FlaskClient, dataset: Dataset) -> None:
    url = "/api/samples/blocks/1/0?size=3"
    named = client.get(f"{url}&data={dataset.digest[:16]}")
    unnamed = client.get(url)
    assert named.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert unnamed.headers["Cache-Control"] == "no-cache"
    assert named.data == unnamed.data
    assert named.headers["ETag"] == unnamed.headers["ETag"]
    assert not named.headers["ETag"].startswith("W/")


@pytest.mark.parametrize("digest", ["0123456789abcdef", "", "x" * 5000])
def test_a_block_of_other_data_is_refused(client: FlaskClient, digest: str) -> None:
    response = client.get(f"/api/samples/blocks/1/0?data={digest}")
    assert_problem(response, 409, "The data set has changed", "/api/data")
    assert len(response.data) < 500


def test_not_modified(client: FlaskClient) -> None:
    url = "/api/samples/blocks/1/0?size=30"
    brotlied = NPY | {"Accept-Encoding": "br"}
    tag = client.get(url, headers=brotlied).headers["ETag"]
    for held in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        response = client.get(url, headers=brotlied | {"If-None-Match": held})
        assert response.status_code == 304
        assert response.data == b""
        assert "Content-Type" not in response.headers
        assert response.headers["ETag"] == tag
        assert response.headers["Vary"] == "Accept, Accept-Encoding"
        assert response.headers["Cache-Control"] == "no-cache"
    # What is held of one representation says nothing about another.
    for others in (NPY, {"Accept-Encoding": "br"}, NPY | {"Accept-Encoding": "gzip"}):
        assert client.get(url, headers=others | {"If-None-Match": tag}).status_code == 200


def test_head_tells_what_get_would(client: FlaskClient) -> None:
    url = "/api/samples/blocks/1/0?size=30"
    head, got = client.head(url, headers=NPY), client.get(url, headers=NPY)
    for response in (head, got):
        del response.headers["X-Request-ID"]  # each has its own
    assert head.status_code == 200
    assert head.data == b""
    assert dict(head.headers) == dict(got.headers)


@pytest.mark.parametrize("index", [1, 2**32 - 1])
def test_a_block_past_the_end(client: FlaskClient, index: int) -> None:
    response = client.get(f"/api/samples/blocks/1/{index}?size=30")
    assert_problem(response, 404, "train split has 30 samples", "last block", "is 0")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("blocks/-1/0", ["seed must be a whole number from 0 to 4294967295", "'-1'"]),
        ("blocks/4294967296/0", ["seed must be", "found 4294967296."]),
        ("blocks/x/0", ["seed must be", "'x'"]),
        ("blocks/1.0/0", ["seed must be", "'1.0'"]),
        ("blocks/²/0", ["seed must be", "'²'"]),
        ("blocks/" + "9" * 5000 + "/0", ["seed must be", "999…"]),
        ("blocks/1/-1", ["index must be a whole number", "'-1'"]),
        ("blocks/1/x", ["index must be a whole number", "'x'"]),
        ("blocks/1/0?size=0", ["size must be a whole number from 1 to 1024", "found 0."]),
        ("blocks/1/0?size=1025", ["size must be", "found 1025."]),
        ("blocks/1/0?size=-5", ["size must be", "'-5'"]),
        ("blocks/1/0?size=", ["size must be", "''"]),
        ("blocks/1/0?size=8&split=all", ["split must be one of train, validation, test", "'all'"]),
        ("blocks/1/0?split=", ["split must be one of", "''"]),
        ("random?split=Train", ["split must be one of train, validation, test", "'Train'"]),
    ],
)
def test_bad_input(client: FlaskClient, url: str, words: list[str]) -> None:
    assert_problem(client.get(f"/api/samples/{url}"), 422, *words)
