"""The cache, with several applications: as several processes, or several machines, would be."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from api import create_app
from api.config import Settings
from api.extensions import cache
from app.model.arrays import FloatArray
from app.model.data.datasets import Dataset
from tests.api.tiny import make_dataset, make_params

BLOCK = "/api/samples/blocks/0/0?size=512"
URLS = [BLOCK, "/api/weights"]
PAGE = {"Accept": "application/x-npy, application/x-npz", "Accept-Encoding": "gzip, deflate, br"}
"""What browsers send; both of URLS are kept for them in the cache that processes share."""


def stored_in(app: Flask) -> int:
    """How many entries an application's cache has."""
    return len(app.extensions["cache"][cache])


def get(app: Flask, url: str, **headers: str) -> TestResponse:
    return app.test_client().get(url, headers=PAGE | headers)


@pytest.fixture
def twin(settings: Settings, dataset: Dataset, params: dict[str, FloatArray]) -> Flask:
    """Another process with the same data and weights."""
    return create_app(settings, dataset, params)


@pytest.fixture
def successor(settings: Settings, tmp_path: Path) -> Flask:
    """A process with other data and other weights."""
    other = replace(settings, database_url=f"sqlite:///{tmp_path}/other.sqlite")
    return create_app(other, make_dataset(3), make_params(4))


@pytest.mark.parametrize("url", URLS)
def test_processes_agree_without_sharing(app: Flask, twin: Flask, url: str) -> None:
    first, second = get(app, url), get(twin, url)
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]
    assert (stored_in(app), stored_in(twin)) == (1, 1)
    held = second.headers["ETag"]
    assert get(app, url, **{"If-None-Match": held}).status_code == 304


@pytest.mark.parametrize("url", URLS)
def test_a_shared_cache_never_mixes_contents(app: Flask, successor: Flask, url: str) -> None:
    alone = get(successor, url).data
    successor.extensions["cache"][cache] = app.extensions["cache"][cache]
    before = get(app, url)
    after = get(successor, url)
    assert after.data == alone != before.data
    assert after.headers["ETag"] != before.headers["ETag"]
    assert get(app, url).data == before.data


@pytest.mark.parametrize("url", URLS)
def test_a_lost_cache_changes_nothing(app: Flask, url: str) -> None:
    before = get(app, url)
    app.extensions["cache"][cache].clear()
    after = get(app, url)
    assert after.data == before.data
    assert after.headers["ETag"] == before.headers["ETag"]


def test_each_encoding_is_kept_by_itself(app: Flask) -> None:
    for coding in ("br", "gzip", "identity", "br"):
        headers = {"Accept": "application/json", "Accept-Encoding": coding}
        response = app.test_client().get("/api/weights", headers=headers)
        assert response.headers.get("Content-Encoding", "identity") == coding
    # Weights as plain JSON, 1.2 MB, are unpacked from compressed ones each time.
    assert stored_in(app) == 2


@pytest.mark.parametrize(
    "url",
    [
        "/api/samples/blocks/0/9?size=512",
        "/api/samples/blocks/0/0?size=0",
        "/api/samples/blocks/0/0?size=512&data=0123456789abcdef",
        "/api/samples/random",
        "/api/data",
    ],
)
def test_errors_and_chance_are_never_kept(app: Flask, url: str) -> None:
    get(app, url)
    assert stored_in(app) == 0


def test_what_the_page_does_not_ask_for_takes_no_room_of_what_it_does(app: Flask) -> None:
    get(app, BLOCK)
    for url in (
        "/api/samples/blocks/1/0?size=512",
        "/api/samples/blocks/0/0?size=511",
        "/api/samples/blocks/0/0?size=1",
    ):
        assert get(app, url).status_code == 200
    for headers in ({"Accept": "application/json"}, {"Accept-Encoding": "br"}):
        assert get(app, BLOCK, **headers).status_code == 200
    assert stored_in(app) == 1
