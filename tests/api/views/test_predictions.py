"""/api/predict: what programs send is read as on the page, or refused with a reason."""

import io
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from api import create_app
from api.config import Settings
from api.services.sent_drawings import MAX_SENT_JSON_SIZE, MOST_DRAWINGS, MOST_POINTS
from app.model.data.datasets import Dataset
from app.model.drawings.rasterizer import draw
from app.model.network import Network
from app.model.predict.pictures import MAX_PNG_SIZE
from app.model.predict.readings import read_drawings
from app.model.readability import BLANK, DOT, SEVERAL
from tests.api.problems import assert_problem
from tests.api.publishing import OPERATOR, Params, publish, variant

SEVEN = [[[9, 8], [19, 8], [13, 21]]]
"""Strokes, in cells."""
BLANK_PIXELS = [0] * 784


@pytest.fixture(scope="module")
def reader(
    tmp_path_factory: pytest.TempPathFactory, digits: Dataset, trained: Params
) -> FlaskClient:
    database = tmp_path_factory.mktemp("reader") / "digits.sqlite"
    settings = Settings(database_url=f"sqlite:///{database}", read_limit=None, write_limit=None)
    return create_app(settings, digits, trained).test_client()


def predict(client: FlaskClient, document: Any, **options: Any) -> TestResponse:
    return client.post("/api/predict", json=document, **options)


def png_of(pixels: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.array(pixels, np.uint8).reshape(28, 28)).save(file, "PNG")
    return file.getvalue()


def test_pixels_strokes_and_a_png_of_a_drawing_read_alike(
    reader: FlaskClient, trained: Params
) -> None:
    drawing = draw([np.array(stroke, float) for stroke in SEVEN])
    answers = [
        predict(reader, {"strokes": SEVEN}),
        predict(reader, {"pixels": drawing.tolist()}),
        reader.post("/api/predict", data=png_of(drawing), content_type="image/png"),
    ]
    expected = read_drawings(Network(trained["w1"], trained["w2"]), drawing)[0]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        document = answer.get_json()
        assert set(document) == {"digit", "probabilities", "readable", "reason", "weights"}
        assert document["digit"] == expected.digit == 7
        assert np.allclose(document["probabilities"], expected.probabilities, atol=1e-7)
        assert (document["readable"], document["reason"]) == (True, None)
        assert document["weights"]["version"] == 1


def test_a_batch_keeps_its_order_and_says_why_some_have_no_digit(reader: FlaskClient) -> None:
    two = [[[4, 8], [4, 20]], [[20, 8], [20, 20]]]
    drawings = [
        {"strokes": []},
        {"strokes": SEVEN},
        {"pixels": BLANK_PIXELS},
        {"strokes": [[[14, 14]]]},
        {"strokes": two, "width": 1.5},
    ]
    document = predict(reader, {"drawings": drawings}).get_json()
    assert set(document) == {"predictions", "weights"}
    read = [(each["digit"], each["reason"]) for each in document["predictions"]]
    assert read == [(None, BLANK), (7, None), (None, BLANK), (None, DOT), (None, SEVERAL)]
    assert [each["readable"] for each in document["predictions"]] == [False, True, *[False] * 3]


def test_the_largest_batch_fits(reader: FlaskClient) -> None:
    drawing = {"pixels": [255] * 784}
    content = json.dumps({"drawings": [drawing] * MOST_DRAWINGS})
    assert len(content) < MAX_SENT_JSON_SIZE
    answer = reader.post("/api/predict", data=content, content_type="application/json")
    assert len(answer.get_json()["predictions"]) == MOST_DRAWINGS


def test_it_reads_with_what_is_current(visitor: FlaskClient, trained: Params) -> None:
    before = predict(visitor, {"strokes": SEVEN}).get_json()
    published = publish(visitor, variant(trained, 1)).get_json()["version"]
    after = predict(visitor, {"strokes": SEVEN}).get_json()
    assert after["weights"] == {"version": published["id"], "digest": published["digest"]}
    assert after["weights"] != before["weights"]
    assert after["probabilities"] != before["probabilities"]


def test_pages_of_other_sites_may_have_drawings_read(reader: FlaskClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
    answer = predict(reader, {"strokes": SEVEN}, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def many_points(count: int) -> Any:
    return {"strokes": [[[1, 1]] * count]}


BAD: dict[str, tuple[Any, str]] = {
    "nothing": ({}, "found neither"),
    "a list": ([1, 2], "expected a JSON object"),
    "both": ({"pixels": BLANK_PIXELS, "strokes": SEVEN}, "found both"),
    "few pixels": ({"pixels": [1, 2]}, "expected 784 numbers, row by row, found 2"),
    "text": ({"pixels": "00" * 784}, "expected 784 numbers"),
    "shares": ({"pixels": [0, 0.5] * 392}, "found 0.5. Multiply shares of ink by 255"),
    "zero as a share": ({"pixels": [0.0, 999] * 392}, "whole numbers"),
    "too dark": ({"pixels": [256] * 784}, "found 256"),
    "true": ({"pixels": [True] * 784}, "found True"),
    "rows": ({"pixels": [[0] * 28] * 28}, "found 28"),
    "no strokes": ({"strokes": {"x": 1}}, "strokes: expected a list of strokes"),
    "a stroke without points": ({"strokes": [[]]}, "strokes[0]: expected a list of points"),
    "points as objects": ({"strokes": [[{"x": 1, "y": 2}]]}, "strokes[0]: expected points [x, y]"),
    "far away": ({"strokes": [[[1, 57]]]}, "at most 28 outside of it, found [1, 57]"),
    "many points": (many_points(MOST_POINTS + 1), "at most 500 points, found 501"),
    "a thick pen": ({"strokes": SEVEN, "width": 9}, "width: expected 1.0 to 5.0 cells, found 9"),
    "no drawings": ({"drawings": []}, "drawings: expected 1 to 256, found 0"),
    "many drawings": ({"drawings": [{"strokes": []}] * 257}, "found 257"),
    "a bad one among good ones": (
        {"drawings": [{"strokes": []}, {"pixels": [0]}]},
        "drawings[1]: pixels: expected 784 numbers",
    ),
    "a bare drawing in a batch": ({"drawings": [[0] * 784]}, "drawings[0]: expected"),
}


@pytest.mark.parametrize("kind", BAD)
def test_other_json_is_refused(reader: FlaskClient, kind: str) -> None:
    document, words = BAD[kind]
    assert_problem(predict(reader, document), 422, "The body is not what it should be: ", words)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "expected JSON"),
        ('{"strokes": [[[NaN, 1]]]}', "found [nan, 1]"),
        ('{"strokes": [[[1e999, 1]]]}', "found [inf, 1]"),
        ('{"drawings": [' + "[]," * 400_000 + "[]]}", "lists and objects"),
        ("[" * 100_000, "expected JSON"),
    ],
)
def test_hostile_json_is_refused(reader: FlaskClient, content: str, words: str) -> None:
    answer = reader.post("/api/predict", data=content, content_type="application/json")
    assert_problem(answer, 422, words)


def test_bodies_of_other_types_and_sizes_are_refused(reader: FlaskClient) -> None:
    def send(content: bytes, media_type: str) -> TestResponse:
        return reader.post("/api/predict", data=content, content_type=media_type)

    assert_problem(send(b"\xff\xd8", "image/jpeg"), 415, "application/json or image/png")
    assert_problem(send(b"no picture", "image/png"), 422, "expected a PNG file")
    assert_problem(send(bytes(MAX_PNG_SIZE + 1), "image/png"), 413, str(MAX_PNG_SIZE))
    assert_problem(send(bytes(MAX_SENT_JSON_SIZE + 1), "application/json"), 413)
    assert_problem(reader.get("/api/predict"), 405, "only OPTIONS, POST")


def test_each_drawing_is_charged_for(operated: Settings, dataset: Dataset, params: Params) -> None:
    app = create_app(replace(operated, read_limit="24/minute"), dataset, params)
    client = app.test_client()
    batch = {"drawings": [{"strokes": SEVEN}] * 8}
    assert [predict(client, batch).status_code for _ in range(3)] == [200, 200, 429]
    assert_problem(
        client.post("/api/predict", data=png_of(BLANK_PIXELS), content_type="image/png"),
        *(429, "drawings to read"),
        members={"retry_after_seconds"},
    )
    assert predict(client, batch, headers=OPERATOR).status_code == 200
