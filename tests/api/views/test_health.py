from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import rmtree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from api import create_app
from api.config import Settings
from api.extensions import EXTENSION
from api.metrics import OTHER_REFUSALS, REFUSALS
from api.representations import NPZ
from app.model.arrays import FloatArray
from app.model.data.datasets import Dataset
from app.model.serialization import weights_digest
from tests.api.problems import assert_problem
from tests.api.publishing import OPERATOR, publish, variant


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
        assert_problem(response, 503, "database is damaged")
        assert response.headers["Retry-After"] == "60"
    assert client.get("/api/samples/random").status_code == 200


def figures_of(text: str) -> dict[tuple[object, ...], float]:
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_count_requests_and_show_what_is_stored(visitor: FlaskClient) -> None:
    for path in ("/api/data", "/api/data", "/nowhere/1", "/nowhere/2"):
        visitor.get(path)
    visitor.open("/api/data", method="BREW")
    visitor.delete("/api/weights", headers=OPERATOR)
    response = visitor.get("/metrics")
    assert response.mimetype == "text/plain"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    figures = figures_of(response.text)

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


def test_metrics_say_why_requests_were_refused(
    operated: Settings, digits: Dataset, trained: dict[str, FloatArray]
) -> None:
    app = create_app(replace(operated, read_limit="1/minute"), digits, trained)
    client = app.test_client()
    reasons: list[tuple[str, Callable[[], TestResponse]]] = [
        ("host", lambda: client.get("/api/", headers={"Host": "example.org"})),
        ("site", lambda: client.delete("/api/weights", headers={"Origin": "http://a.example"})),
        ("input", lambda: client.get("/api/samples/random?split=x")),
        ("token", lambda: client.delete("/api/weights")),
        ("size", lambda: client.post("/api/weights", data=bytes(2_000_000), content_type=NPZ)),
        ("gate", lambda: publish(client, {name: -value for name, value in trained.items()})),
        ("overtaken", lambda: publish(client, variant(trained, 2), if_match='"other"')),
        ("bodies", lambda: publish(client, variant(trained, 1))),
        ("reads", lambda: [client.get(f"/api/samples/blocks/{n}/0") for n in (1, 2)][-1]),
        ("database", lambda: client.get("/api/weights/versions")),
    ]
    budget = app.extensions[EXTENSION].upload_budget
    with budget.share("127.0.0.1") as share, pytest.MonkeyPatch.context() as monkeypatch:
        for reason, ask in reasons:
            if reason == "bodies":
                assert share.take(32_000_000)
            if reason == "database":
                monkeypatch.setattr("api.stores.versions.VersionStore.all", fail)
            assert ask().status_code >= 400
    figures = figures_of(client.get("/metrics").text)
    found = {
        reason: figures["digits_refusals_total", ("reason", reason)]
        for reason in (*REFUSALS.values(), *OTHER_REFUSALS)
    }
    assert {reason for reason, count in found.items() if count} == {reason for reason, _ in reasons}
    assert set(found.values()) == {0, 1}


def test_metrics_count_looks_into_caches(client: FlaskClient) -> None:
    page = {"Accept": "application/x-npy", "Accept-Encoding": "gzip"}
    for url in ("0/0?size=512", "0/0?size=512", "0/0?size=512", "1/0?size=30", "1/0?size=30"):
        assert client.get(f"/api/samples/blocks/{url}", headers=page).status_code == 200
    client.get("/api/weights")
    figures = figures_of(client.get("/metrics").text)
    looks = {
        (name, result): figures["digits_cache_reads_total", ("cache", name), ("result", result)]
        for name in ("block", "other_block", "weights")
        for result in ("hit", "miss")
    }
    assert looks == {
        ("block", "hit"): 2,
        ("block", "miss"): 1,
        ("other_block", "hit"): 1,
        ("other_block", "miss"): 1,
        ("weights", "hit"): 0,
        ("weights", "miss"): 1,
    }


def test_metrics_show_the_queue_of_jobs(visitor: FlaskClient) -> None:
    def figure(name: str) -> float:
        return figures_of(visitor.get("/metrics").text)[name,]

    retraining = visitor.application.extensions[EXTENSION].retraining
    assert figure("digits_workers_alive") == figure("digits_job_waiting_seconds") == 0
    assert figure("digits_database_seconds") > 0
    visitor.delete("/api/weights", headers=OPERATOR)
    retraining.note_alive("a")
    assert figure("digits_workers_alive") == 1
    assert figure("digits_job_waiting_seconds") > 0


def fail(_: object) -> None:
    raise OperationalError("", {}, Exception("away"))


def test_figures_of_requests_come_without_the_database_too(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "digits_database_up 1.0" in client.get("/metrics").text

    monkeypatch.setattr("api.stores.versions.VersionStore.all", fail)
    response = client.get("/metrics")
    assert response.status_code == 200
    assert "digits_database_up 0.0" in response.text
    assert "digits_requests_total{" in response.text
    assert "digits_versions" not in response.text
