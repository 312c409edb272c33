"""The name of a request, and its line in the log."""

import json
import logging
from dataclasses import replace
from io import StringIO
from logging.config import dictConfig

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api import create_app
from api.config import Settings
from api.logs import logging_config
from app.model.arrays import FloatArray
from app.model.data.datasets import Dataset

PATHS = ["/api/data", "/healthz", "/nowhere", "/vendor/pyscript-1.0/core.js", "/api/weights"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_a_name_of_its_own(client: FlaskClient, path: str) -> None:
    names = {client.get(path, buffered=True).headers["X-Request-ID"] for _ in range(3)}
    assert len(names) == 3


@pytest.fixture
def proxied(settings: Settings, dataset: Dataset, params: dict[str, FloatArray]) -> Flask:
    return create_app(replace(settings, proxies=1), dataset, params)


def test_a_proxys_name_is_kept(proxied: Flask) -> None:
    name = "f3a0b1c2-0000.x_y"
    response = proxied.test_client().get("/healthz", headers={"X-Request-ID": name})
    assert response.headers.getlist("X-Request-ID") == [name]


def test_a_strangers_name_is_not(client: FlaskClient) -> None:
    response = client.get("/healthz", headers={"X-Request-ID": "mine"})
    assert "mine" not in response.headers.getlist("X-Request-ID")


def test_of_several_proxies_the_nearest_one_says_the_scheme(
    settings: Settings, dataset: Dataset, params: dict[str, FloatArray]
) -> None:
    client = create_app(replace(settings, proxies=2), dataset, params).test_client()
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7, 10.0.0.1"}
    response = client.get("/healthz", base_url="http://digits.example", headers=headers)
    assert "Cross-Origin-Opener-Policy" in response.headers  # as over HTTPS


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "a;b", "\xe4"])
def test_other_names_are_not(proxied: Flask, name: str) -> None:
    response = proxied.test_client().get("/healthz", headers={"X-Request-ID": name})
    assert response.headers["X-Request-ID"] != name


def test_writes_are_logged_and_reads_are_not(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "api.requests")
    client.get("/api/data")
    client.post("/api/weights?author=Ada", environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    (line,) = [record.getMessage() for record in caplog.records if record.name == "api.requests"]
    assert line.startswith("POST /api/weights 415 in ")
    assert line.endswith(" ms for 192.0.2.7")
    assert "Ada" not in line


def test_a_strangers_path_stays_in_its_line(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "api.requests")
    client.get("/a%0Ab%1B[31m")
    assert "GET /a\\nb\\x1b[31m 404" in caplog.text


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_all_lines_of_a_request_bear_its_name(
    proxied: Flask, settings: Settings, log_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> str:
        raise RuntimeError("no luck")

    proxied.add_url_rule("/fail", view_func=fail)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    try:
        dictConfig(logging_config(replace(settings, log_format=log_format)))
        proxied.test_client().get("/fail", headers={"X-Request-ID": "the-name"})
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    if log_format == "text":
        assert stream.getvalue().count("[the-name]") == 2
        return
    error, request = (json.loads(line) for line in stream.getvalue().splitlines())
    assert error["request_id"] == request["request_id"] == "the-name"
    assert error["level"] == request["level"] == "ERROR"
    assert "no luck" in error["exc_info"]
    assert (request["method"], request["path"], request["status"]) == ("GET", "/fail", 500)
    assert request["milliseconds"] >= 0


def test_only_our_own_proxies_are_believed(
    settings: Settings,
    dataset: Dataset,
    params: dict[str, FloatArray],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "api.requests")
    for proxies, address in ((0, "127.0.0.1"), (1, "192.0.2.7")):
        client = create_app(replace(settings, proxies=proxies), dataset, params).test_client()
        client.get("/healthz", headers={"X-Forwarded-For": "10.0.0.1, 192.0.2.7"})
        assert caplog.records[-1].getMessage().endswith(f" ms for {address}")
