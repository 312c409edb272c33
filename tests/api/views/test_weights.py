import json

import numpy as np
import pytest
from flask.testing import FlaskClient

from app.model.arrays import FloatArray
from app.model.serialization import weights_digest, weights_from_json, weights_from_npz
from tests.api.content_codings import decode
from tests.api.problems import assert_problem

NPZ = {"Accept": "application/x-npz"}


def test_npz(client: FlaskClient, params: dict[str, FloatArray]) -> None:
    response = client.get("/api/weights", headers=NPZ)
    assert response.content_type == "application/x-npz"
    w1, w2 = weights_from_npz(response.data)
    assert np.array_equal(w1, params["w1"])
    assert np.array_equal(w2, params["w2"])
    assert response.headers["ETag"] == f'"{weights_digest(params)}"'
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["Vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize("headers", [{}, {"Accept": "*/*"}, {"Accept": "application/json"}])
def test_the_originals_clients_get_json(
    client: FlaskClient, params: dict[str, FloatArray], headers: dict[str, str]
) -> None:
    response = client.get("/api/weights", headers=headers)
    assert response.content_type == "application/json"
    assert set(json.loads(response.data)) == {"weights"}
    w1, w2 = weights_from_json(response.data)
    assert np.array_equal(w1, params["w1"])
    assert np.array_equal(w2, params["w2"])


def test_json_is_compressed_and_npz_is_not(client: FlaskClient) -> None:
    plain = client.get("/api/weights").data
    for coding in ("br", "gzip"):
        response = client.get("/api/weights", headers={"Accept-Encoding": coding})
        assert response.headers["Content-Encoding"] == coding
        assert decode(response.data, coding) == plain
        npz = client.get("/api/weights", headers=NPZ | {"Accept-Encoding": coding})
        assert "Content-Encoding" not in npz.headers


def test_representations_have_tags_of_their_own(client: FlaskClient) -> None:
    requests = [NPZ, {}, {"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip"}]
    tags = {client.get("/api/weights", headers=headers).headers["ETag"] for headers in requests}
    assert len(tags) == 4
    assert not any(tag.startswith("W/") for tag in tags)


@pytest.mark.parametrize("headers", [NPZ, {}, {"Accept-Encoding": "gzip, br"}])
def test_not_modified(client: FlaskClient, headers: dict[str, str]) -> None:
    tag = client.get("/api/weights", headers=headers).headers["ETag"]
    response = client.get("/api/weights", headers=headers | {"If-None-Match": tag})
    assert response.status_code == 304
    assert response.data == b""
    assert response.headers["ETag"] == tag


def test_head(client: FlaskClient) -> None:
    response = client.head("/api/weights", headers=NPZ)
    assert response.status_code == 200
    assert int(response.headers["Content-Length"]) > 400_000
    assert response.data == b""


@pytest.mark.parametrize("accept", ["text/plain", "application/x-npy", "application/x-npz;q=0"])
def test_another_format_is_refused(client: FlaskClient, accept: str) -> None:
    response = client.get("/api/weights", headers={"Accept": accept})
    assert_problem(response, 406, "application/json or application/x-npz")
