from shutil import rmtree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api import create_app
from api.config import Settings
from app.model.arrays import FloatArray
from app.model.datasets import Dataset
from app.model.serialization import weights_digest
from tests.api.problems import assert_problem


@pytest.fixture
def bare_app(settings: Settings, dataset: Dataset, params: dict[str, FloatArray]) -> Flask:
    """Started before set-up brought the runtimes."""
    rmtree(settings.app_folder / "vendor")
    return create_app(settings, dataset, params)


def test_up_and_ready(client: FlaskClient, dataset: Dataset, params: dict[str, FloatArray]) -> None:
    assert client.get("/healthz").get_json() == {"status": "up"}
    report = client.get("/readyz").get_json()
    assert report.pop("build")
    assert report == {
        "status": "ready",
        "data": dataset.digest[:16],
        "weights": weights_digest(params),
    }


def test_without_runtimes_it_is_up_but_not_ready(bare_app: Flask) -> None:
    client = bare_app.test_client()
    assert client.get("/healthz").status_code == 200
    for path in ("/readyz", "/"):
        assert_problem(client.get(path), 503, "app/vendor is missing", "`make run`")
    assert_problem(client.get("/vendor/pyscript-1.0/core.js"), 404, "`make run`")
    assert client.get("/api/data").status_code == 200


def test_search_engines_and_caches_stay_away(client: FlaskClient, bare_app: Flask) -> None:
    responses = [client.get("/healthz"), client.get("/readyz")]
    responses.append(bare_app.test_client().get("/readyz"))
    for response in responses:
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert response.headers["Cache-Control"] == "no-store"
