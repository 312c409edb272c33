"""PATCH /api/weights: training on the server, with a visitor's samples."""

import json
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.extensions import EXTENSION
from api.stores.versions import Candidate
from app.model.arrays import ByteArray
from app.model.data.datasets import Dataset
from app.model.losses import cross_entropy
from app.model.network import Network
from app.model.preprocessing import to_inputs
from app.model.serialization import (
    samples_to_npy,
    weights_digest,
    weights_from_npz,
    weights_to_npz,
)
from tests.api.problems import assert_problem
from tests.api.publishing import (
    OPERATOR,
    OVERFLOWING,
    REFUSED,
    Params,
    current_tag,
    publish,
    variant,
)

NPY, NPZ = "application/x-npy", "application/x-npz"


def patch(client: FlaskClient, content: Any, content_type: str = NPY, **headers: str) -> Any:
    return client.patch("/api/weights", data=content, content_type=content_type, headers=headers)


def original_json(images: ByteArray, labels: ByteArray) -> str:
    return json.dumps(
        {
            "data": [
                {"target": int(label), "image": (image / 255).tolist()}
                for image, label in zip(images, labels, strict=True)
            ]
        }
    )


@pytest.mark.parametrize("count", [1, 64, 1024])
def test_one_step_lowers_the_samples_loss(
    visitor: FlaskClient, digits: Dataset, trained: Params, count: int
) -> None:
    split = digits.splits["train"]
    log_probs = Network(**trained).log_probs(to_inputs(split.images))
    hardest_first = log_probs[np.arange(len(split)), split.labels].argsort()
    chosen = hardest_first[:: len(split) // count][:count]
    images, labels = split.images[chosen], split.labels[chosen]
    response = patch(visitor, samples_to_npy(images, labels))
    assert response.status_code == 201
    document = response.get_json()
    before = cross_entropy(Network(**trained).log_probs(to_inputs(images)), labels)
    assert document["loss"] == pytest.approx(before, rel=1e-4)
    after = weights_from_npz(visitor.get("/api/weights", headers={"Accept": NPZ}).data)
    assert cross_entropy(Network(*after).log_probs(to_inputs(images)), labels) < before
    version = document["version"]
    assert (version["source"], version["current"], version["parent"]) == ("patched", True, 1)
    assert response.headers["ETag"] == current_tag(visitor)


def test_the_originals_json_trains_the_same(
    visitor: FlaskClient, digits: Dataset, trained: Params
) -> None:
    split = digits.splits["train"]
    images, labels = split.images[:5], split.labels[:5]
    first = patch(visitor, original_json(images, labels), "application/json").get_json()
    visitor.post("/api/weights/versions/1/promote", headers=OPERATOR)
    again = patch(visitor, samples_to_npy(images, labels)).get_json()
    assert again["version"]["id"] == first["version"]["id"]
    assert again["loss"] == first["loss"]


def test_samples_that_teach_nothing_change_nothing(visitor: FlaskClient, trained: Params) -> None:
    blank = samples_to_npy(np.zeros((3, 784), np.uint8), np.zeros(3, np.uint8))
    response = patch(visitor, blank)
    assert response.status_code == 200
    assert response.get_json()["version"]["digest"] == weights_digest(trained)


def test_lies_do_not_pass_the_gate(visitor: FlaskClient, digits: Dataset, trained: Params) -> None:
    split = digits.splits["train"]
    lies = (split.labels[:1024] + 1) % 10
    for _ in range(10):
        response = patch(visitor, samples_to_npy(split.images[:1024], lies))
        if response.status_code == 422:
            break
    assert_problem(response, 422, "held-out digits", members=REFUSED | {"loss"})
    assert response.get_json()["candidate"]["source"] == "patched"
    shipped = visitor.get("/api/weights/versions/1").get_json()
    current = response.get_json()["current"]
    assert current["accuracy"] >= shipped["accuracy"] - 0.01 - 1e-9


def test_a_step_that_diverges_changes_nothing(
    visited: Flask, digits: Dataset, trained: Params, monkeypatch: pytest.MonkeyPatch
) -> None:
    for rate in (1e10, 1e30):
        monkeypatch.setattr("api.services.publishing.MAX_LEARNING_RATE", rate)
        monkeypatch.setattr("api.services.publishing.SAMPLE_LEARNING_RATE", rate)
        visitor = visited.test_client()
        split = digits.splits["train"]
        response = patch(visitor, samples_to_npy(split.images[:1024], split.labels[:1024]))
        assert_problem(response, 422, "may overflow", members=OVERFLOWING)
        assert current_tag(visitor) == f'"{weights_digest(trained)}"'


def test_a_step_from_weights_that_answer_nothing_is_refused(
    visited: Flask, digits: Dataset, trained: Params
) -> None:
    """As an older program may have let in while this one runs."""
    store = visited.extensions[EXTENSION].weights._store
    poisoned = {"w1": np.full_like(trained["w1"], 3e38), "w2": trained["w2"]}
    current = store.current()
    let_in = Candidate(
        digest=weights_digest(poisoned),
        content=weights_to_npz(poisoned),
        author=None,
        source="published",
        measurement=current.measurement,
    )
    store.publish(let_in, current.id)
    split = digits.splits["train"]
    response = patch(visited.test_client(), samples_to_npy(split.images[:9], split.labels[:9]))
    assert_problem(response, 422, "may overflow", "not finite numbers", members=OVERFLOWING)
    assert response.get_json()["reach"] is None


def test_a_sample_that_teaches_little_is_kept_too(
    visitor: FlaskClient, digits: Dataset, trained: Params
) -> None:
    """One that is read right; the weights that it leads to would be a near copy if published."""
    split = digits.splits["train"]
    log_probs = Network(**trained).log_probs(to_inputs(split.images))
    of_label = log_probs[np.arange(len(split)), split.labels]
    sure = np.abs(of_label + 0.001).argmin()
    response = patch(visitor, samples_to_npy(split.images[[sure]], split.labels[[sure]]))
    assert response.status_code == 201
    after = weights_from_npz(visitor.get("/api/weights", headers={"Accept": NPZ}).data)
    visitor.post("/api/weights/versions/1/promote", headers=OPERATOR)
    barely = {"w1": after[0] * np.float32(1.0001), "w2": after[1]}
    assert "practically" in publish(visitor, barely).get_json()["detail"]


def test_if_match_guards(visitor: FlaskClient, digits: Dataset, trained: Params) -> None:
    seen = current_tag(visitor)
    publish(visitor, variant(trained, 1))
    split = digits.splits["train"]
    content = samples_to_npy(split.images[:64], split.labels[:64])
    headers = {"If-Match": seen}
    assert_problem(patch(visitor, content, **headers), 412, members={"current"})
    assert patch(visitor, content, **{"If-Match": current_tag(visitor)}).status_code == 201


ONE = np.zeros((1, 784), np.uint8)


@pytest.mark.parametrize(
    ("content_type", "content", "status", "words"),
    [
        (NPY, b"", 422, [".npy"]),
        (NPY, samples_to_npy(ONE[:0], ONE[:0, 0]), 422, ["1 to 1024 samples, found 0"]),
        (NPY, samples_to_npy(ONE, np.full(1, 10, np.uint8)), 422, ["labels 0-9"]),
        (NPY, bytes(1025 * 785 + 128), 413, ["bytes"]),
        (NPZ, b"", 415, ["application/json or application/x-npy"]),
        ("application/json", b"{}", 422, ['expected {"data"']),
        ("application/json", b'{"data": [{"target": 1, "image": [1]}]}', 422, ["rows of 784"]),
        ("application/json", bytes(16_000_001), 413, ["16000000 bytes"]),
    ],
)
def test_bad_bodies(
    visitor: FlaskClient, content_type: str, content: bytes, status: int, words: list[str]
) -> None:
    assert_problem(patch(visitor, content, content_type), status, *words)
    assert len(visitor.get("/api/weights/versions").get_json()["versions"]) == 1
