"""/v2: the Open Inference Protocol, as its text and Triton's client have it."""

import json
import struct
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api import create_app
from api.config import Settings
from app.model.data.datasets import Dataset, load_embedded
from app.model.network import Network
from app.model.predict.readings import read_drawings
from tests.api.publishing import Params, publish, variant

MODEL = "/v2/models/digits"
IMAGES = load_embedded().splits["test"].images[:3]


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, digits: Dataset, trained: Params
) -> FlaskClient:
    database = tmp_path_factory.mktemp("server") / "digits.sqlite"
    settings = Settings(database_url=f"sqlite:///{database}", read_limit=None, write_limit=None)
    client = create_app(settings, digits, trained).test_client()
    assert publish(client, variant(trained, 1)).status_code == 201
    return client


def tensor(data: Any, shape: list[int], datatype: str = "UINT8", **more: Any) -> dict[str, Any]:
    return {"name": "image", "shape": shape, "datatype": datatype, "data": data} | more


def infer(client: FlaskClient, document: Any, path: str = MODEL) -> TestResponse:
    return client.post(f"{path}/infer", json=document)


def data_of(response: TestResponse) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    return {output["name"]: output["data"] for output in response.get_json()["outputs"]}


def test_the_server_and_its_model_describe_themselves(server: FlaskClient) -> None:
    def ask(path: str) -> Any:
        response = server.get(path)
        assert response.status_code == 200, response.text
        return response.get_json()

    assert ask("/v2")["extensions"] == ["binary_tensor_data"]
    assert ask("/v2/health/live")["live"]
    assert ask("/v2/health/ready")["ready"]
    assert ask(f"{MODEL}/ready") == {"name": "digits", "ready": True}
    assert ask(f"{MODEL}/versions/1/ready") == {"name": "digits", "ready": True}
    model = ask(MODEL)
    assert model["versions"] == ["2", "1"]
    assert model["inputs"] == [{"name": "image", "datatype": "FP32", "shape": [-1, 784]}]
    assert ask(f"{MODEL}/versions/1") == model | {"versions": ["1"]}


FORMS = {
    "flat bytes": tensor(IMAGES.ravel().tolist(), [3, 784]),
    "nested rows": tensor(IMAGES.tolist(), [3, 784]),
    "squares": tensor(IMAGES.reshape(3, 28, 28).tolist(), [3, 28, 28]),
    "one channel": tensor(IMAGES.reshape(3, 1, 28, 28).tolist(), [3, 1, 28, 28]),
    "shares": tensor((IMAGES / 255).ravel().tolist(), [3, 784], "FP32"),
}


@pytest.mark.parametrize("form", FORMS)
def test_inputs_of_all_forms_read_alike(server: FlaskClient, trained: Params, form: str) -> None:
    params = variant(trained, 1)
    expected = read_drawings(Network(params["w1"], params["w2"]), IMAGES)
    response = infer(server, {"id": "a 42", "inputs": [FORMS[form]], "parameters": {"x": 1}})
    document = response.get_json()
    assert document["model_name"] == "digits"
    assert document["model_version"] == "2"
    assert document["id"] == "a 42"
    shapes = [(each["name"], each["datatype"], each["shape"]) for each in document["outputs"]]
    assert shapes == [
        ("probabilities", "FP32", [3, 10]),
        ("digit", "INT64", [3]),
        ("unreadable", "BYTES", [3]),
    ]
    outputs = data_of(response)
    probabilities = np.reshape(outputs["probabilities"], (3, 10))
    assert np.allclose(probabilities, [each.probabilities for each in expected], atol=1e-6)
    assert outputs["digit"] == [each.digit for each in expected]
    assert outputs["unreadable"] == [""] * 3


def test_a_version_answers_for_itself_and_outputs_can_be_chosen(server: FlaskClient) -> None:
    asked = {
        "inputs": [tensor([0] * 784, [1, 784])],
        "outputs": [{"name": "unreadable"}, {"name": "digit"}],
    }
    response = infer(server, asked, f"{MODEL}/versions/1")
    assert response.get_json()["model_version"] == "1"
    assert "id" not in response.get_json()
    assert data_of(response) == {"unreadable": ["blank"], "digit": [-1]}


def test_what_tritons_client_sends_is_answered_in_its_form(server: FlaskClient) -> None:
    """Without a content type, tensors behind the JSON: its default (tritonclient 2.73)."""
    binary = (IMAGES / 255).astype("<f4").tobytes()
    head = {"name": "image", "shape": [3, 784], "datatype": "FP32"}
    document = {
        "inputs": [head | {"parameters": {"binary_data_size": len(binary)}}],
        "parameters": {"binary_data_output": True},
    }
    text = json.dumps(document).encode()
    response = server.post(
        f"{MODEL}/infer",
        data=text + binary,
        headers={"Inference-Header-Content-Length": str(len(text))},
    )
    assert response.status_code == 200, response.text
    size = int(response.headers["Inference-Header-Content-Length"])
    answer, raw = json.loads(response.data[:size]), response.data[size:]
    parts = {}
    for output in answer["outputs"]:
        length = output["parameters"]["binary_data_size"]
        parts[output["name"]], raw = raw[:length], raw[length:]
    assert not raw
    plain = data_of(infer(server, {"inputs": [FORMS["shares"]]}))
    probabilities = np.frombuffer(parts["probabilities"], "<f4")
    assert np.allclose(probabilities, plain["probabilities"], atol=1e-7)
    assert np.frombuffer(parts["digit"], "<i8").tolist() == plain["digit"]
    assert parts["unreadable"] == struct.pack("<III", 0, 0, 0)


GOOD = tensor([0] * 784, [1, 784])
BAD: dict[str, tuple[Any, str]] = {
    "nothing": ({}, "inputs must be a list of one tensor"),
    "two inputs": ({"inputs": [GOOD, GOOD]}, "inputs must be a list of one tensor"),
    "another name": ({"inputs": [GOOD | {"name": "x"}]}, 'is named "image", found "x"'),
    "another datatype": ({"inputs": [GOOD | {"datatype": "INT8"}]}, 'found "INT8"'),
    "another shape": ({"inputs": [GOOD | {"shape": [784]}]}, "found [784]"),
    "no image": ({"inputs": [GOOD | {"shape": [0, 784], "data": []}]}, "n from 1 to 256"),
    "too many": ({"inputs": [GOOD | {"shape": [257, 784]}]}, "n from 1 to 256"),
    "too few numbers": ({"inputs": [GOOD | {"data": [0] * 9}]}, "the 784 numbers"),
    "no data": ({"inputs": [{"name": "image", "datatype": "FP32", "shape": [1, 784]}]}, "found 0"),
    "text": ({"inputs": [GOOD | {"data": ["0"] * 784}]}, "numbers only"),
    "ragged": ({"inputs": [GOOD | {"data": [[0] * 783, 0]}]}, "the 784 numbers"),
    "beyond UINT8": ({"inputs": [GOOD | {"data": [256] * 784}]}, "found 256 to 256"),
    "bytes as FP32": (
        {"inputs": [tensor([255] * 784, [1, 784], "FP32")]},
        "as FP32 must be 0 for paper to 1 for full ink, found 255 to 255",
    ),
    "an unknown output": ({"inputs": [GOOD], "outputs": [{"name": "y"}]}, 'found "y"'),
    "one output twice": ({"inputs": [GOOD], "outputs": [{"name": "digit"}] * 2}, "found one twice"),
    "a number as id": ({"inputs": [GOOD], "id": 7}, "id must be text"),
    "parameters": ({"inputs": [GOOD], "parameters": []}, "parameters must be an object"),
    "no bytes": (
        {"inputs": [GOOD | {"parameters": {"binary_data_size": 784}}]},
        "must be 784 bytes for image",
    ),
}


def assert_error(response: TestResponse, status: int, words: str) -> None:
    assert response.status_code == status, response.text
    assert response.content_type == "application/json"
    assert set(response.get_json()) == {"error"}
    assert words in response.get_json()["error"]


@pytest.mark.parametrize("kind", BAD)
def test_bad_requests_are_refused_in_the_protocols_form(server: FlaskClient, kind: str) -> None:
    document, words = BAD[kind]
    assert_error(infer(server, document), 400, words)


def test_other_errors_have_the_protocols_form_too(server: FlaskClient) -> None:
    assert_error(server.get("/v2/models/other"), 404, "There is nothing at /v2/models/other")
    assert_error(server.get(f"{MODEL}/versions/9"), 404, "There is no version 9")
    assert_error(server.get(f"{MODEL}/versions/x/ready"), 422, "version must be a whole number")
    assert_error(server.put(f"{MODEL}/infer"), 405, "only")
    assert_error(server.post(f"{MODEL}/infer", data="{"), 400, "expected JSON")
    assert_error(
        server.post(f"{MODEL}/infer", data="a", content_type="text/html"),
        415,
        "application/octet-stream, found",
    )
    gzipped = {"Content-Encoding": "gzip"}
    assert_error(
        server.post(f"{MODEL}/infer", data="a", headers=gzipped), 415, "without Content-Encoding"
    )
    for size in ("x", "9999", "-1"):
        headers = {"Inference-Header-Content-Length": size}
        assert_error(
            server.post(f"{MODEL}/infer", data="{}", headers=headers), 400, "size of the JSON"
        )
