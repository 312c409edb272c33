"""POST /api/weights: who may replace everyone's weights, and what they are told."""

import json
import zipfile
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from api import create_app
from api.config import Settings
from api.services.weights import GOOD_LOSS
from app.model.datasets import Dataset
from app.model.network import SHAPES, Network
from app.model.serialization import weights_digest, weights_to_json, weights_to_npz
from app.model.training import evaluate
from tests.api.problems import assert_problem
from tests.api.publishing import (
    OPERATOR,
    REFUSED,
    Params,
    blind_to,
    current_tag,
    publish,
    scaled,
    variant,
)

NPZ = "application/x-npz"


def current_digest(client: FlaskClient) -> str:
    return current_tag(client).strip('"')


# Accepted


def test_a_new_store_has_the_shipped_weights(visitor: FlaskClient, trained: Params) -> None:
    (version,) = visitor.get("/api/weights/versions").get_json()["versions"]
    assert version["digest"] == weights_digest(trained) == current_digest(visitor)
    assert (version["source"], version["pinned"], version["author"]) == ("shipped", True, None)


def test_what_is_published_is_what_everyone_gets(
    visitor: FlaskClient, digits: Dataset, trained: Params
) -> None:
    params = variant(trained, 1)
    response = publish(visitor, params, author="Ada Lovelace")
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    version = response.get_json()["version"]
    split = digits.splits["validation"]
    measured = evaluate(Network(params["w1"], params["w2"]), split.images, split.labels)
    assert version["accuracy"] == pytest.approx(measured.accuracy)
    assert version["loss"] == pytest.approx(measured.loss)
    assert version["data"] == digits.digest[:16]
    assert (version["author"], version["source"]) == ("Ada Lovelace", "published")
    assert (version["status"], version["current"], version["parent"]) == ("accepted", True, 1)
    assert response.headers["Location"] == f"/api/weights/versions/{version['id']}"
    got = visitor.get("/api/weights", headers={"Accept": NPZ})
    assert got.data == weights_to_npz(params)
    assert got.headers["ETag"] == response.headers["ETag"] == f'"{version["digest"]}"'


def test_the_originals_json_is_taken_too(visitor: FlaskClient, trained: Params) -> None:
    params = variant(trained, 1)
    response = visitor.post(
        "/api/weights", data=weights_to_json(params), content_type="application/json"
    )
    assert response.status_code == 201
    assert current_digest(visitor) == weights_digest(params)


def test_the_same_weights_are_the_same_version(visitor: FlaskClient, trained: Params) -> None:
    first = publish(visitor, variant(trained, 1), author="Ada")
    again = publish(visitor, variant(trained, 1), author="Eve")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.get_json() == first.get_json()
    assert publish(visitor, trained).status_code == 200  # back to the first
    assert publish(visitor, variant(trained, 1)).get_json()["version"]["id"] == 2
    assert len(visitor.get("/api/weights/versions").get_json()["versions"]) == 2


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", None),
        ("   ", None),
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("\u674e\u767d", "\u674e\u767d"),
        ("x" * 40, "x" * 40),
        ("<b>\"'&", "<b>\"'&"),
    ],
)
def test_names_are_kept_as_they_are(
    visitor: FlaskClient, trained: Params, given: str, kept: str | None
) -> None:
    response = publish(visitor, variant(trained, 1), author=given)
    assert response.get_json()["version"]["author"] == kept


@pytest.mark.parametrize("name", ["x" * 41, "a\x00b", "a\u202eb", "a\u200bb", "\x1b[31m"])
def test_other_names_are_refused(visitor: FlaskClient, trained: Params, name: str) -> None:
    response = publish(visitor, variant(trained, 1), author=name)
    assert_problem(response, 422, "author must be a name of at most 40 visible characters")
    assert current_digest(visitor) == weights_digest(trained)


# Refused by the gate


def test_clearly_worse_weights_are_refused_with_both_figures(
    visitor: FlaskClient, trained: Params
) -> None:
    before = visitor.get("/api/weights/versions/1").get_json()
    response = publish(visitor, blind_to(trained, 7), author="Eve")
    assert_problem(response, 422, "held-out digits", "candidate 2", members=REFUSED)
    problem = response.get_json()
    candidate = problem["candidate"]
    assert problem["current"] == before
    assert problem["accuracy"] == candidate["accuracy"] < before["accuracy"] - 0.05
    assert problem["required_accuracy"] == pytest.approx(before["accuracy"] - 0.01)
    assert f"{candidate['accuracy']:.2%}" in problem["detail"]
    assert f"{before['accuracy']:.2%}" in problem["detail"]
    assert (candidate["status"], candidate["current"]) == ("refused", False)
    assert candidate["author"] == "Eve"
    assert current_digest(visitor) == before["digest"]


def test_a_refused_candidate_can_be_looked_at(visitor: FlaskClient, trained: Params) -> None:
    params = blind_to(trained, 7)
    candidate = publish(visitor, params).get_json()["candidate"]
    url = f"/api/weights/versions/{candidate['id']}"
    assert visitor.get(url).get_json() == candidate
    assert visitor.get(url, headers={"Accept": NPZ}).data == weights_to_npz(params)
    assert publish(visitor, params).get_json()["candidate"] == candidate


def test_noise_is_refused(visitor: FlaskClient, params: Params) -> None:
    assert_problem(publish(visitor, params), 422, members=REFUSED)


@pytest.mark.parametrize("scales", [(30.0, 1.0), (1e9, 1e9)])
def test_weights_that_are_far_too_sure_are_refused(
    visitor: FlaskClient, trained: Params, scales: tuple[float, float]
) -> None:
    before = visitor.get("/api/weights/versions/1").get_json()
    response = publish(visitor, scaled(trained, *scales))
    assert_problem(response, 422, "a loss of", "too sure", "candidate 2", members=REFUSED)
    problem = response.get_json()
    assert problem["accuracy"] == before["accuracy"]
    assert problem["allowed_loss"] == max(2 * before["loss"], GOOD_LOSS)
    assert problem["held_out_loss"] == problem["candidate"]["loss"] > problem["allowed_loss"]
    assert current_digest(visitor) == before["digest"]


def test_weights_cannot_be_walked_to_a_high_loss(visitor: FlaskClient, trained: Params) -> None:
    for power in range(1, 8):
        response = publish(visitor, scaled(trained, 1, 1.5**power))
    assert response.status_code == 422
    assert response.get_json()["current"]["loss"] <= GOOD_LOSS


@pytest.mark.parametrize("scales", [(1e19, 1e19), (1e30, 1e9)])
def test_weights_that_overflow_are_refused(
    visitor: FlaskClient, trained: Params, scales: tuple[float, float]
) -> None:
    assert_problem(publish(visitor, scaled(trained, *scales)), 422, "no finite numbers")
    assert len(visitor.get("/api/weights/versions").get_json()["versions"]) == 1


def test_weights_as_large_as_float32_goes_are_refused(visitor: FlaskClient) -> None:
    largest = {name: np.full(shape, 3e38, np.float32) for name, shape in SHAPES.items()}
    assert_problem(publish(visitor, largest), 422, "no finite numbers")


def test_a_refused_candidate_can_be_compared_however_large(
    visitor: FlaskClient, trained: Params
) -> None:
    candidate = publish(visitor, scaled(trained, 1e18, 1e18)).get_json()["candidate"]
    comparison = visitor.get(f"/api/weights/versions/1/comparison?with={candidate['id']}")
    assert comparison.status_code == 200
    assert comparison.get_json()["distance"] == pytest.approx(1e18, rel=1e-3)


def test_the_margin_is_a_setting(settings: Settings, digits: Dataset, trained: Params) -> None:
    client = create_app(replace(settings, accept_margin=0.3), digits, trained).test_client()
    assert publish(client, blind_to(trained, 7)).status_code == 201
    assert client.get("/api/weights/versions").get_json()["margin"] == 0.3


def test_weights_cannot_be_walked_down(
    settings: Settings, digits: Dataset, trained: Params
) -> None:
    """Each step is within the margin of the one before, the second not of the baseline."""

    def accuracy(params: Params) -> float:
        split = digits.splits["validation"]
        return evaluate(Network(**params), split.images, split.labels).accuracy

    least_missed_first = sorted(range(10), key=lambda d: -accuracy(blind_to(trained, d)))
    second_digit, first_digit = least_missed_first[3:5]
    first = blind_to(trained, first_digit)
    second = blind_to(first, second_digit)
    steps = [accuracy(trained), accuracy(first), accuracy(second)]
    margin = max(steps[0] - steps[1], steps[1] - steps[2]) + 0.001
    assert steps[0] - steps[2] > margin + 0.001

    client = create_app(replace(settings, accept_margin=margin), digits, trained).test_client()
    assert publish(client, first).status_code == 201
    refused = publish(client, second).get_json()
    assert refused["status"] == 422
    assert refused["required_accuracy"] == pytest.approx(steps[0] - margin)
    assert "version 1 " in refused["detail"]


# If-Match


def test_if_match_guards_against_lost_updates(visitor: FlaskClient, trained: Params) -> None:
    seen = current_tag(visitor)
    assert publish(visitor, variant(trained, 1), if_match=seen).status_code == 201
    response = publish(visitor, variant(trained, 2), if_match=seen)
    assert_problem(response, 412, "version 2", "Fetch them again", members={"current"})
    current = response.get_json()["current"]
    assert current["digest"] == weights_digest(variant(trained, 1))
    assert current["digest"] in response.get_json()["detail"]
    again = publish(visitor, variant(trained, 2), if_match=f'"{current["digest"]}"')
    assert again.status_code == 201


@pytest.mark.parametrize("accept", ["application/json", NPZ])
@pytest.mark.parametrize("coding", ["br", "gzip", "identity"])
def test_the_tag_of_any_representation_will_do(
    visitor: FlaskClient, trained: Params, accept: str, coding: str
) -> None:
    headers = {"Accept": accept, "Accept-Encoding": coding}
    tag = visitor.get("/api/weights", headers=headers).headers["ETag"]
    assert publish(visitor, variant(trained, 1), if_match=tag).status_code == 201


@pytest.mark.parametrize(
    ("if_match", "status"),
    [("*", 201), ('"other"', 412), ('W/"{tag}"', 412), ('"other", "{tag}"', 201), ("", 201)],
)
def test_conditions(visitor: FlaskClient, trained: Params, if_match: str, status: int) -> None:
    condition = if_match.format(tag=weights_digest(trained))
    assert publish(visitor, variant(trained, 1), if_match=condition).status_code == status


def test_a_repeated_request_is_not_a_conflict(visitor: FlaskClient, trained: Params) -> None:
    """As when the first answer got lost on its way."""
    seen = current_tag(visitor)
    first, again = (publish(visitor, variant(trained, 1), if_match=seen) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.get_json() == first.get_json()


# What is no weights of this network


def zip_bomb() -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("w1.npy", "w2.npy"):
            archive.writestr(name, bytes(50_000_000))
    return content.getvalue()


def with_nan(params: Params) -> bytes:
    w1 = params["w1"].copy()
    w1[3, 5] = np.nan
    content = BytesIO()
    np.savez(content, w1=w1, w2=params["w2"])
    return content.getvalue()


@pytest.mark.parametrize(
    ("content_type", "content", "status", "word"),
    [
        (NPZ, b"", 422, ".npz"),
        (NPZ, b"PK\x03\x04 no zip", 422, ".npz"),
        (NPZ, bytes(1_000_001), 413, "1000000 bytes"),
        (NPZ, zip_bomb(), 422, "expected"),
        ("application/json", b"", 422, "expected JSON"),
        ("application/json", b"{}", 422, 'expected {"weights"'),
        ("application/json", b"[" * 1_000_000, 422, "lists and objects"),
        ("application/json", bytes(5_000_001), 413, "5000000 bytes"),
        ("application/json", json.dumps({"weights": [[[1]], [[1]]]}).encode(), 422, "784 rows"),
        ("application/x-npy", b"", 415, "application/json or application/x-npz"),
        ("application/octet-stream", b"", 415, "application/json or application/x-npz"),
        ("", b"", 415, "no content type"),
    ],
)
def test_bad_bodies(
    visitor: FlaskClient, content_type: str, content: bytes, status: int, word: str
) -> None:
    before = current_digest(visitor)
    response = visitor.post("/api/weights", data=content, content_type=content_type or None)
    assert_problem(response, status, word)
    assert current_digest(visitor) == before
    assert len(visitor.get("/api/weights/versions").get_json()["versions"]) == 1


def test_values_that_are_no_numbers_are_refused(visitor: FlaskClient, trained: Params) -> None:
    response = visitor.post("/api/weights", data=with_nan(trained), content_type=NPZ)
    assert_problem(response, 422, "w1: expected finite")


def test_a_body_in_chunks_is_refused(visitor: FlaskClient) -> None:
    response = visitor.post(
        "/api/weights",
        input_stream=BytesIO(b"PK"),
        content_type=NPZ,
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert_problem(response, 411, "Content-Length")


# Several processes


def test_other_processes_serve_it_at_once(
    visited: Flask, operated: Settings, digits: Dataset, trained: Params
) -> None:
    client = visited.test_client()
    other = create_app(operated, digits, trained).test_client()
    for number in range(1, 5):
        publish(client if number % 2 else other, variant(trained, number))
        for process in (client, other):
            assert current_digest(process) == weights_digest(variant(trained, number))


def test_figures_of_other_data_are_measured_again(
    operated: Settings, visited: Flask, digits: Dataset, dataset: Dataset, trained: Params
) -> None:
    before = visited.test_client().get("/api/weights/versions/1").get_json()
    after = (
        create_app(operated, dataset, trained).test_client().get("/api/weights/versions/1")
    ).get_json()
    assert (before["data"], after["data"]) == (digits.digest[:16], dataset.digest[:16])
    assert after["accuracy"] != before["accuracy"]


def test_new_shipped_weights_replace_shipped_ones_only(
    operated: Settings, digits: Dataset, trained: Params
) -> None:
    first = create_app(operated, digits, trained).test_client()
    upgraded = create_app(operated, digits, variant(trained, 1)).test_client()
    assert current_digest(upgraded) == weights_digest(variant(trained, 1))
    publish(first, variant(trained, 2))
    again = create_app(operated, digits, variant(trained, 3)).test_client()
    assert current_digest(again) == weights_digest(variant(trained, 2))
    newest = again.get("/api/weights/versions").get_json()["versions"][0]
    assert newest["digest"] == weights_digest(variant(trained, 3))
    assert (newest["source"], newest["pinned"], newest["status"]) == ("shipped", True, "accepted")


def test_new_shipped_weights_leave_the_operators_choice(
    operated: Settings, digits: Dataset, trained: Params
) -> None:
    """To go back to the shipped ones, after others were current."""
    first = create_app(operated, digits, trained).test_client()
    publish(first, variant(trained, 1))
    assert first.post("/api/weights/versions/1/promote", headers=OPERATOR).status_code == 200
    upgraded = create_app(operated, digits, variant(trained, 2)).test_client()
    assert current_digest(upgraded) == weights_digest(trained)
