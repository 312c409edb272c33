import json

import numpy as np
import pytest
from flask.testing import FlaskClient

from app.model.arrays import FloatArray
from app.model.exports import weights_to_onnx, weights_to_safetensors
from app.model.serialization import (
    weights_digest,
    weights_from_json,
    weights_from_npz,
    weights_to_npz,
)
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
    assert_problem(response, 406, "application/json or application/x-npz or")


@pytest.mark.parametrize("path", ["/api/weights", "/api/weights/versions/1"])
@pytest.mark.parametrize("name", ["npz", "safetensors", "onnx"])
def test_other_programs_formats_come_by_accept_or_by_the_address(
    client: FlaskClient, params: dict[str, FloatArray], path: str, name: str
) -> None:
    write = {"npz": weights_to_npz, "safetensors": weights_to_safetensors, "onnx": weights_to_onnx}
    by_accept = client.get(path, headers={"Accept": f"application/x-{name}"})
    by_address = client.get(f"{path}?format={name}", headers={"Accept": "text/html,*/*;q=0.8"})
    digest = weights_digest(params)
    for response in (by_accept, by_address):
        assert response.content_type == f"application/x-{name}"
        assert response.data == write[name](params)
        assert response.headers["ETag"].startswith(f'"{digest}')
    assert "Content-Disposition" not in by_accept.headers
    saved = by_address.headers["Content-Disposition"]
    assert saved == f'attachment; filename="digits-{digest[:8]}.{name}"'
    again = client.get(
        f"{path}?format={name}", headers={"If-None-Match": by_address.headers["ETag"]}
    )
    assert again.status_code == 304


def test_an_unknown_format_is_refused_and_json_is_no_attachment(client: FlaskClient) -> None:
    words = "format must be one of json, npz, safetensors, onnx, found 'h5'"
    assert_problem(client.get("/api/weights?format=h5"), 422, words)
    response = client.get("/api/weights/versions/1?format=json", headers=NPZ)
    assert response.get_json()["id"] == 1
    assert "Content-Disposition" not in response.headers
