"""The cache, with several applications: as several processes, or several machines, would be."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from api import create_app
from api.config import Settings
from api.extensions import cache
from app.model.arrays import FloatArray
from app.model.datasets import Dataset
from tests.api.tiny import make_dataset, make_params

BLOCK = "/api/samples/blocks/1/0?size=30"
URLS = [BLOCK, "/api/weights"]


def stored_in(app: Flask) -> int:
    """How many entries an application's cache has."""
    return len(app.extensions["cache"][cache]._cache)


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
    first, second = app.test_client().get(url), twin.test_client().get(url)
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]
    assert (stored_in(app), stored_in(twin)) == (1, 1)
    held = second.headers["ETag"]
    assert app.test_client().get(url, headers={"If-None-Match": held}).status_code == 304


@pytest.mark.parametrize("url", URLS)
def test_a_shared_cache_never_mixes_contents(app: Flask, successor: Flask, url: str) -> None:
    alone = successor.test_client().get(url).data
    successor.extensions["cache"][cache] = app.extensions["cache"][cache]
    before = app.test_client().get(url)
    after = successor.test_client().get(url)
    assert after.data == alone != before.data
    assert after.headers["ETag"] != before.headers["ETag"]
    assert app.test_client().get(url).data == before.data


@pytest.mark.parametrize("url", URLS)
def test_a_lost_cache_changes_nothing(app: Flask, url: str) -> None:
    client = app.test_client()
    before = client.get(url)
    app.extensions["cache"][cache].clear()
    after = client.get(url)
    assert after.data == before.data
    assert after.headers["ETag"] == before.headers["ETag"]


@pytest.mark.parametrize("url", URLS)
def test_each_encoding_is_kept_by_itself(app: Flask, url: str) -> None:
    client = app.test_client()
    for coding in ("br", "gzip", "identity", "br"):
        response = client.get(url, headers={"Accept-Encoding": coding})
        assert response.headers.get("Content-Encoding", "identity") == coding
    # Weights as plain JSON, 1.2 MB, are unpacked from compressed ones each time.
    assert stored_in(app) == (3 if url == BLOCK else 2)


@pytest.mark.parametrize(
    "url",
    [
        "/api/samples/blocks/1/9?size=30",
        "/api/samples/blocks/1/0?size=0",
        "/api/samples/blocks/1/0?data=0123456789abcdef",
        "/api/samples/random",
        "/api/data",
    ],
)
def test_errors_and_chance_are_never_kept(app: Flask, url: str) -> None:
    app.test_client().get(url)
    assert stored_in(app) == 0


def test_the_cache_is_bounded(app: Flask) -> None:
    client = app.test_client()
    for seed in range(300):
        client.get(f"/api/samples/blocks/{seed}/0?size=1")
    # The library drops the oldest entries, not all, when it is about to add one to a full cache.
    assert 256 * 2 // 3 <= stored_in(app) <= 256 + 1
