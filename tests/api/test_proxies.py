"""Under a path of its own, which the proxy takes off and says in X-Forwarded-Prefix."""

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask.testing import FlaskClient

from api import create_app
from api.config import Settings
from api.proxies import path_before
from app.model.data.datasets import Dataset
from tests.api.problems import assert_problem
from tests.api.publishing import Params, publish, variant

PREFIX = {"X-Forwarded-Prefix": "/digits"}


@pytest.fixture
def proxied(settings: Settings, digits: Dataset, trained: Params) -> FlaskClient:
    return create_app(replace(settings, proxies=1), digits, trained).test_client()


def test_the_apis_addresses_begin_with_the_path(proxied: FlaskClient, trained: Params) -> None:
    links = proxied.get("/api/", headers=PREFIX).get_json()["links"]
    assert links["weights"] == "/digits/api/weights"
    assert links["is it up"] == "/digits/healthz"
    redirect = proxied.get("/api", headers=PREFIX)
    assert urljoin("http://localhost/digits/api", redirect.headers["Location"]) == (
        "http://localhost/digits/api/"
    )
    proxied.environ_base["HTTP_X_FORWARDED_PREFIX"] = "/digits"
    published = publish(proxied, variant(trained, 1))
    assert published.headers["Location"] == "/digits/api/weights/versions/2"
    evil = {"X-Forwarded-Prefix": "/digits, //evil.example"}
    assert proxied.get("/api/", headers=evil).get_json()["links"]["weights"] == "/api/weights"
    missing = proxied.get("/digits/", headers=PREFIX)  # through a proxy that does not take it off
    assert_problem(missing, 404, "nothing at /digits/digits/.", "is at /digits/api/.")
    assert_problem(proxied.post("/api/data", headers=PREFIX), 405, "at /digits/api/data")


def test_the_page_and_the_document_are_the_same_under_every_path(proxied: FlaskClient) -> None:
    for path in ("/", "/service-worker.js", "/api/docs", "/api/openapi.json"):
        assert proxied.get(path, headers=PREFIX).data == proxied.get(path).data
    skeleton = (Path(__file__).parents[2] / "app/index.html").read_text()
    assert re.findall('(?:href|src)="([^"]*)', skeleton)
    assert not re.findall('(?:href|src)="/', skeleton)
    document = proxied.get("/api/openapi.json").get_json()
    server = urljoin("https://school.test/digits/api/openapi.json", document["servers"][0]["url"])
    assert server == "https://school.test/digits/"


@pytest.mark.parametrize(
    ("prefix", "root"),
    [
        ("/digits/", "/digits"),
        ("/class/7b", "/class/7b"),
        ("/", ""),
        ("", ""),
        ("digits", ""),
        ("//evil.example", ""),
        ("/digits//evil.example", ""),
        ("https://evil.example", ""),
        ("/\\evil.example", ""),
        ("/<b>", ""),
        ("/evil, /digits", ""),  # of two proxies' words only the nearest one's comes here
    ],
)
def test_what_is_no_path_is_not_believed(prefix: str, root: str) -> None:
    assert path_before(prefix) == root


def test_without_a_proxy_of_ours_nobody_is(client: FlaskClient) -> None:
    assert client.get("/api/", headers=PREFIX).data == client.get("/api/").data
