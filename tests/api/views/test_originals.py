import json
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from tests.api.problems import assert_problem

URL = "/api/datablock"


def test_a_block_of_different_training_samples(client: FlaskClient) -> None:
    response = client.post(URL, json={"block": 30})
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    samples = response.get_json()["data"]
    assert len({json.dumps(sample) for sample in samples}) == 30
    for sample in samples:
        assert set(sample) == {"target", "image"}
        assert sample["target"] in range(10)
        assert len(sample["image"]) == 784
        assert all(isinstance(value, float) and 0 <= value <= 1 for value in sample["image"])


def test_other_members_are_ignored(client: FlaskClient) -> None:
    response = client.post(URL, json={"block": 1, "color": "blue"})
    assert len(response.get_json()["data"]) == 1


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ("", 400, ["The body is not JSON"]),
        ("{", 400, ["The body is not JSON"]),
        ('{"block": 1', 400, ["The body is not JSON"]),
        ('{"block": 01}', 400, ["The body is not JSON"]),
        (b"\xff\xfe\xff", 400, ["The body is not JSON"]),
        ("[" * 50_000, 400, ["The body is not JSON"]),
        ('{"block": ' + "9" * 5000 + "}", 400, ["The body is not JSON"]),
        ("[1]", 422, ["must be a JSON object", "[1]"]),
        ("5", 422, ["must be a JSON object", "5"]),
        ("null", 422, ["must be a JSON object", "null"]),
        ("{}", 422, ["block must be a whole number from 1 to 30", "null"]),
        ('{"block": 0}', 422, ["block must be", "found 0."]),
        ('{"block": -1}', 422, ["block must be", "found -1."]),
        ('{"block": 31}', 422, ["block must be", "found 31."]),
        ('{"block": 1000000000000}', 422, ["block must be", "found 1000000000000."]),
        ('{"block": 1.5}', 422, ["block must be", "1.5"]),
        ('{"block": 5.0}', 422, ["block must be", "5.0"]),
        ('{"block": NaN}', 422, ["block must be", "NaN"]),
        ('{"block": "5"}', 422, ["block must be", "'5'"]),
        ('{"block": true}', 422, ["block must be", "true"]),
        ('{"block": [1]}', 422, ["block must be", "[1]"]),
        ('{"block": {"n": 1}}', 422, ["block must be", '{"n": 1}']),
        ('{"block": null}', 422, ["block must be", "null"]),
        ('{"block": "' + "x" * 60_000 + '"}', 422, ["block must be", "xxx…"]),
        (" " * 70_000, 413, ["65536 bytes"]),
    ],
)
def test_bad_input(client: FlaskClient, body: str | bytes, status: int, words: list[str]) -> None:
    response = client.post(URL, data=body, content_type="application/json")
    assert_problem(response, status, *words)
    assert len(response.data) < 500


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_another_content_type_is_refused(client: FlaskClient, content_type: str | None) -> None:
    response = client.post(URL, data='{"block": 1}', content_type=content_type)
    assert_problem(response, 415, "Content-Type: application/json")


def test_a_body_in_chunks_is_refused(client: FlaskClient) -> None:
    response = client.post(
        "/api/datablock",
        input_stream=BytesIO(b'{"block":1}'),
        content_type="application/json",
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert_problem(response, 411, "Content-Length")
