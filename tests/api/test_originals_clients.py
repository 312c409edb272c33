"""The clients of the original project, in their own words: base URL /api, JSON throughout."""

from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.extensions import EXTENSION
from app.model.network import SHAPES
from tests.api.publishing import OPERATOR, Params


@pytest.fixture
def base(visitor: FlaskClient) -> "OriginalClient":
    return OriginalClient(visitor)


class OriginalClient:
    """GET /data, POST /datablock, and GET, POST, PATCH, DELETE /weights: no header but the type of
    JSON, no name, no condition."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        response = self._client.open(f"/api{path}", method=method, json=body, headers=headers)
        assert 200 <= response.status_code < 300, response.text
        assert response.content_type == "application/json"
        return response.get_json()


def test_samples(base: OriginalClient) -> None:
    for document, count in (
        (base("GET", "/data"), 1),
        (base("POST", "/datablock", {"block": 7}), 7),
    ):
        assert len(document["data"]) == count
        for sample in document["data"]:
            assert sample["target"] in range(10)
            assert np.shape(sample["image"]) == (784,)


def test_weights_come_and_go(base: OriginalClient) -> None:
    document = base("GET", "/weights")
    assert list(document) == ["weights"]
    assert [np.shape(layer) for layer in document["weights"]] == list(SHAPES.values())
    document["weights"][1][0][0] += 0.1  # read as float32, and written as short as that
    base("POST", "/weights", document)
    for sent, got in zip(document["weights"], base("GET", "/weights")["weights"], strict=True):
        assert np.array_equal(np.array(sent, np.float32), np.array(got, np.float32))


@pytest.mark.parametrize("block", [1, 100])
def test_the_server_trains_on_what_it_is_sent(base: OriginalClient, block: int) -> None:
    """One sample saved nothing in the original."""
    before = base("GET", "/weights")
    samples = base("POST", "/datablock", {"block": block})
    loss = base("PATCH", "/weights", {"data": samples["data"]})["loss"]
    assert isinstance(loss, float)
    assert loss >= 0
    assert base("GET", "/weights") != before


def test_starting_again_needs_the_operator(visited: Flask, trained: Params) -> None:
    base = OriginalClient(visited.test_client())
    retraining = visited.extensions[EXTENSION].retraining
    retraining._steps = 30
    job = base("DELETE", "/weights", **OPERATOR)["job"]
    assert job["state"] == "queued"
    retraining.run(job["id"], lambda: False)
    assert [np.shape(layer) for layer in base("GET", "/weights")["weights"]] == list(
        SHAPES.values()
    )
    assert not np.array_equal(base("GET", "/weights")["weights"][1], trained["w2"])


def test_other_sites_pages_may_read(visitor: FlaskClient) -> None:
    for path in ("/data", "/weights"):
        response = visitor.get(f"/api{path}", headers={"Origin": "https://example.org"})
        assert response.headers["Access-Control-Allow-Origin"] == "*"
