"""Errors that no view of ours raises: routing's, Flask's, and bugs."""

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import TooManyRequests

from tests.api.problems import assert_problem


@pytest.mark.parametrize("path", ["/nowhere", "/api/nowhere", "/api/weights/", "/%ff%00"])
def test_unknown_path(client: FlaskClient, path: str) -> None:
    assert_problem(client.get(path), 404, "There is nothing at", "/api/")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/", "GET, HEAD, OPTIONS"),
        ("PUT", "/api/weights", "DELETE, GET, HEAD, OPTIONS, PATCH, POST"),
        ("GET", "/api/datablock", "OPTIONS, POST"),
        ("PUT", "/api/samples/blocks/1/0", "GET, HEAD, OPTIONS"),
        ("POST", "/vendor/pyscript-1.0/core.js", "GET, HEAD, OPTIONS"),
        ("TRACE", "/healthz", "GET, HEAD, OPTIONS"),
    ],
)
def test_wrong_method(client: FlaskClient, method: str, path: str, allowed: str) -> None:
    response = client.open(path, method=method)
    assert_problem(response, 405, method, path, allowed)
    assert sorted(response.headers["Allow"].split(", ")) == allowed.split(", ")


def test_a_bug_is_logged_and_not_told(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> str:
        raise RuntimeError("the secret of the house")

    app.add_url_rule("/fail", view_func=fail)
    with caplog.at_level(logging.ERROR):
        response = app.test_client().get("/fail")
    assert_problem(response, 500, "log")
    assert "secret" not in response.text
    assert "the secret of the house" in caplog.text


def test_headers_of_an_error_are_kept(app: Flask) -> None:
    def refuse() -> str:
        raise TooManyRequests("Come back in a minute.", retry_after=60)

    app.add_url_rule("/refuse", view_func=refuse)
    response = app.test_client().get("/refuse")
    assert_problem(response, 429, "Come back")
    assert response.headers["Retry-After"] == "60"


def test_redirects_are_no_errors(client: FlaskClient) -> None:
    response = client.get("/api")
    assert response.status_code == 308
    assert response.headers["Location"].endswith("/api/")
