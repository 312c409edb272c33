"""The history, and the operator's ways back."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api import create_app
from api.config import Settings
from api.extensions import EXTENSION
from app.model.data.datasets import Dataset
from app.model.serialization import weights_digest, weights_to_npz
from tests.api.problems import assert_problem
from tests.api.publishing import (
    OPERATOR,
    Params,
    blind_to,
    current_tag,
    publish,
    variant,
)

NPZ = {"Accept": "application/x-npz"}


def versions(client: FlaskClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/api/weights/versions").get_json()["versions"]
    return found


def test_the_history_is_newest_first(visitor: FlaskClient, trained: Params) -> None:
    published = [publish(visitor, variant(trained, number)).get_json() for number in (1, 2)]
    refused = publish(visitor, blind_to(trained, 7)).get_json()["candidate"]
    response = visitor.get("/api/weights/versions")
    assert response.headers["Cache-Control"] == "no-cache"
    document = response.get_json()
    assert [version["id"] for version in document["versions"]] == [4, 3, 2, 1]
    assert document["versions"][0] == refused
    assert document["versions"][1] == published[1]["version"]
    assert document["current"] == 3
    assert [version["current"] for version in document["versions"]] == [False, True, False, False]
    assert (document["margin"], document["samples"]) == (0.01, 200)
    tag = response.headers["ETag"]
    again = visitor.get("/api/weights/versions", headers={"If-None-Match": tag})
    assert again.status_code == 304


def test_any_version_can_be_fetched(visitor: FlaskClient, trained: Params) -> None:
    publish(visitor, variant(trained, 1))
    response = visitor.get("/api/weights/versions/1", headers=NPZ)
    assert response.data == weights_to_npz(trained)
    assert response.headers["ETag"] == f'"{weights_digest(trained)}"'
    again = NPZ | {"If-None-Match": response.headers["ETag"]}
    assert visitor.get("/api/weights/versions/1", headers=again).status_code == 304
    figures = visitor.get("/api/weights/versions/1").get_json()
    assert figures["digest"] == weights_digest(trained)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("9", 404, ["no version 9"]),
        ("0", 422, ["version must be a whole number from 1"]),
        ("x", 422, ["version must be", "'x'"]),
        ("99999999999", 422, ["version must be"]),
        ("9/comparison", 404, ["no version 9"]),
        ("1/comparison?with=9", 404, ["no version 9"]),
        ("1/comparison?with=x", 422, ["with must be", "'x'"]),
    ],
)
def test_what_is_not_there(visitor: FlaskClient, path: str, status: int, words: list[str]) -> None:
    assert_problem(visitor.get(f"/api/weights/versions/{path}"), status, *words)


def test_another_format_is_refused(visitor: FlaskClient) -> None:
    response = visitor.get("/api/weights/versions/1", headers={"Accept": "image/png"})
    assert_problem(response, 406, "application/json or application/x-npz")


def test_versions_are_compared_digit_by_digit(visitor: FlaskClient, trained: Params) -> None:
    refused = publish(visitor, blind_to(trained, 7)).get_json()["candidate"]
    url = f"/api/weights/versions/{refused['id']}/comparison"
    document = visitor.get(url).get_json()
    blind, current = document["versions"]
    assert (blind["id"], current["id"]) == (refused["id"], 1)
    assert blind["recall"][7] == 0 < current["recall"][7]
    assert document["samples"] == 200
    difference = current["accuracy"] - blind["accuracy"]
    gained = document["only_second_right"] - document["only_first_right"]
    assert gained / 200 == pytest.approx(difference)
    assert document["distance"] > 0
    same = visitor.get("/api/weights/versions/1/comparison?with=1").get_json()
    figures = ("only_first_right", "only_second_right", "distance")
    assert [same[name] for name in figures] == [0, 0, 0]


def test_the_operator_can_go_back_and_forward(visitor: FlaskClient, trained: Params) -> None:
    publish(visitor, variant(trained, 1))
    for version, params in ((1, trained), (2, variant(trained, 1))):
        url = f"/api/weights/versions/{version}/promote"
        response = visitor.post(url, headers=OPERATOR)
        assert response.status_code == 200
        assert response.get_json()["version"]["current"]
        assert current_tag(visitor) == f'"{weights_digest(params)}"' == response.headers["ETag"]


def test_the_operator_may_accept_what_the_gate_refused(
    visitor: FlaskClient, trained: Params
) -> None:
    refused = publish(visitor, blind_to(trained, 7)).get_json()["candidate"]
    response = visitor.post(f"/api/weights/versions/{refused['id']}/promote", headers=OPERATOR)
    version = response.get_json()["version"]
    assert (version["status"], version["current"]) == ("accepted", True)
    # From here on, others are measured by it.
    assert publish(visitor, variant(blind_to(trained, 7), 1)).status_code == 201


def test_promoting_heeds_if_match(visitor: FlaskClient, trained: Params) -> None:
    seen = current_tag(visitor)
    publish(visitor, variant(trained, 1))
    url = "/api/weights/versions/1/promote"
    response = visitor.post(url, headers=OPERATOR | {"If-Match": seen})
    assert_problem(response, 412, members={"current"})
    condition = {"If-Match": current_tag(visitor)}
    assert visitor.post(url, headers=OPERATOR | condition).status_code == 200


def test_the_operator_pins(visitor: FlaskClient, trained: Params) -> None:
    publish(visitor, variant(trained, 1))
    for is_pinned in (True, False):
        response = visitor.patch(
            "/api/weights/versions/2", json={"pinned": is_pinned}, headers=OPERATOR
        )
        assert response.get_json()["version"]["pinned"] is is_pinned
    for body in ({"pinned": None}, {"pinned": 1}, {"pinned": "yes"}):
        response = visitor.patch("/api/weights/versions/2", json=body, headers=OPERATOR)
        assert_problem(response, 422, "pinned must be true or false")
    missing = visitor.patch("/api/weights/versions/9", json={"pinned": True}, headers=OPERATOR)
    assert_problem(missing, 404)


def test_the_operator_deletes_a_version(visitor: FlaskClient, trained: Params) -> None:
    publish(visitor, variant(trained, 1), author="Ada")
    publish(visitor, variant(trained, 2))
    seen = visitor.get("/api/weights/versions/2", headers=NPZ).headers["ETag"]
    response = visitor.delete("/api/weights/versions/2", headers=OPERATOR)
    assert response.status_code == 200
    assert response.get_json()["version"]["author"] == "Ada"
    cached = NPZ | {"If-None-Match": seen}
    for path, headers in (
        ("2", {}),
        ("2", cached),
        ("2/comparison", {}),
        ("3/comparison?with=2", {}),
    ):
        assert_problem(visitor.get(f"/api/weights/versions/{path}", headers=headers), 404)
    assert_problem(visitor.delete("/api/weights/versions/2", headers=OPERATOR), 404)
    assert [each["id"] for each in versions(visitor)] == [3, 1]


def test_a_deleted_version_is_gone_in_every_process(
    visited: Flask, operated: Settings, digits: Dataset, trained: Params
) -> None:
    client = visited.test_client()
    publish(client, variant(trained, 1))
    publish(client, variant(trained, 2))
    other = create_app(operated, digits, trained).test_client()
    for each in (client, other):  # both have it cached from now on
        assert each.get("/api/weights/versions/2", headers=NPZ).status_code == 200
    client.delete("/api/weights/versions/2", headers=OPERATOR)
    assert_problem(other.get("/api/weights/versions/2", headers=NPZ), 404, "no version 2")


def test_what_is_in_use_has_to_be_replaced_before_it_is_deleted(
    visitor: FlaskClient, trained: Params
) -> None:
    publish(visitor, variant(trained, 1))
    for version in (1, 2):  # the baseline, and the current one
        response = visitor.delete(f"/api/weights/versions/{version}", headers=OPERATOR)
        assert_problem(response, 409, f"Version {version} is", "Promote another version first")
    visitor.post("/api/weights/versions/2/promote", headers=OPERATOR)
    assert visitor.delete("/api/weights/versions/1", headers=OPERATOR).status_code == 200


def test_the_operator_clears_a_name(visitor: FlaskClient, trained: Params) -> None:
    publish(visitor, variant(trained, 1), author="Ada")
    url = "/api/weights/versions/2"
    both = visitor.patch(url, json={"author": None, "pinned": True}, headers=OPERATOR)
    version = both.get_json()["version"]
    assert (version["author"], version["pinned"]) == (None, True)
    assert visitor.get(url).get_json()["author"] is None
    renamed = visitor.patch(url, json={"author": "Eve"}, headers=OPERATOR)
    assert_problem(renamed, 422, "author must be null")
    assert "Eve" not in renamed.text
    assert_problem(visitor.patch(url, json={}, headers=OPERATOR), 422, "pinned", "author")
    missing = visitor.patch(
        "/api/weights/versions/9", json={"author": None, "pinned": True}, headers=OPERATOR
    )
    assert_problem(missing, 404)


def test_the_operator_clears_a_name_everywhere(visitor: FlaskClient, trained: Params) -> None:
    for number, author in enumerate(("Zoe\u0301", "Bob", " Zo\u00e9 ", "Cy"), 1):
        publish(visitor, variant(trained, number), author=author)

    def clear(body: Any) -> Any:
        return visitor.post("/api/weights/versions/clear-authors", json=body, headers=OPERATOR)

    assert clear({"author": "Zoe\u0301"}).get_json() == {"cleared": 2}
    assert [each["author"] for each in versions(visitor)] == ["Cy", None, "Bob", None, None]
    assert clear({"author": "Eve"}).get_json() == {"cleared": 0}
    strange: Any = (
        {},
        [],
        {"author": None},
        {"author": "\0"},
        {"author": "\ud800"},
        {"all": False},
    )
    for body in (*strange, {"all": True, "author": "Bob"}):
        assert_problem(clear(body), 422)
    assert clear({"all": True}).get_json() == {"cleared": 2}
    assert {each["author"] for each in versions(visitor)} == {None}


def test_a_version_dropped_meanwhile_cannot_be_promoted(
    visited: Flask, trained: Params, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at it and the promotion."""
    client = visited.test_client()
    refused = publish(client, blind_to(trained, 7)).get_json()["candidate"]["id"]
    store = visited.extensions[EXTENSION].weights._store
    promote = store.promote

    def drop_first(version: int, replacing: int) -> None:
        with store._engine.begin() as connection:
            connection.exec_driver_sql(f"DELETE FROM versions WHERE id = {version}")
        promote(version, replacing)

    monkeypatch.setattr(store, "promote", drop_first)
    response = client.post(f"/api/weights/versions/{refused}/promote", headers=OPERATOR)
    assert_problem(response, 404, "no version")
