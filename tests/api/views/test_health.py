from pathlib import Path
from shutil import rmtree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from api import create_app
from api.config import Settings
from api.extensions import EXTENSION
from app.model.arrays import FloatArray
from app.model.datasets import Dataset
from app.model.serialization import weights_digest
from tests.api.problems import assert_problem
from tests.api.publishing import OPERATOR


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


def test_without_its_database_it_is_up_but_not_ready(app: Flask, tmp_path: Path) -> None:
    client = app.test_client()
    assert client.get("/readyz").status_code == 200
    tag = client.get("/api/weights").headers["ETag"]
    engine = app.extensions[EXTENSION].weights._store._engine
    engine.dispose()
    for file in tmp_path.glob("digits.sqlite*"):
        file.write_bytes(b"no database" * 1000)
    assert client.get("/healthz").status_code == 200
    for path in ("/readyz", "/api/weights", "/api/weights/versions"):
        response = client.get(path, headers={"If-None-Match": tag})
        assert_problem(response, 503, "database does not answer")
        assert response.headers["Retry-After"] == "5"
    assert client.get("/api/samples/random").status_code == 200


def test_metrics_count_requests_and_show_what_is_stored(visitor: FlaskClient) -> None:
    for path in ("/api/data", "/api/data", "/nowhere/1", "/nowhere/2"):
        visitor.get(path)
    visitor.open("/api/data", method="BREW")
    visitor.delete("/api/weights", headers=OPERATOR)
    response = visitor.get("/metrics")
    assert response.mimetype == "text/plain"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    figures = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }

    def requests(method: str, route: str, status: str) -> float:
        labels = (("method", method), ("route", route), ("status", status))
        return figures["digits_requests_total", *labels]

    assert requests("GET", "/api/data", "200") == 2
    assert requests("GET", "other", "404") == 2
    assert requests("other", "other", "405") == 1
    assert requests("DELETE", "/api/weights", "202") == 1
    assert figures["digits_current_version",] == 1
    assert 0.1 < figures["digits_current_accuracy",] < 1
    assert figures["digits_versions", ("status", "accepted")] == 1
    assert figures["digits_jobs_unfinished",] == 1
    labels = (("method", "GET"), ("route", "/api/data"))
    assert figures["digits_request_seconds_count", *labels] == 2


def test_figures_of_requests_come_without_the_database_too(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "digits_database_up 1.0" in client.get("/metrics").text

    def fail(_: object) -> None:
        raise OperationalError("", {}, Exception("away"))

    monkeypatch.setattr("api.stores.versions.VersionStore.all", fail)
    response = client.get("/metrics")
    assert response.status_code == 200
    assert "digits_database_up 0.0" in response.text
    assert "digits_requests_total{" in response.text
    assert "digits_versions" not in response.text
