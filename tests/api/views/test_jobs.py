"""DELETE /api/weights, and following the job that it begins. The worker itself: test_worker.py."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from api import create_app
from api.config import Settings
from api.extensions import EXTENSION
from api.services.retraining import Retraining
from api.stores.versions import Version
from app.model.data.datasets import Dataset, Split
from tests.api.problems import assert_problem
from tests.api.publishing import OPERATOR, Params, current_tag, publish, variant


@pytest.fixture
def visited(operated: Settings, digits: Dataset, trained: Params) -> Flask:
    """With a short training."""
    return create_app(replace(operated, retrain_steps=60), digits, trained)


def retraining_of(app: Flask) -> Retraining:
    found: Retraining = app.extensions[EXTENSION].retraining
    return found


def test_the_job_is_done_and_published(visited: Flask) -> None:
    client = visited.test_client()
    response = client.delete("/api/weights", headers=OPERATOR)
    assert response.status_code == 202
    job = response.get_json()["job"]
    url = response.headers["Location"]
    assert url == f"/api/jobs/{job['id']}"
    assert (job["state"], job["step"], job["steps"], job["progress"]) == ("queued", 0, 60, 0)
    assert client.get(url).get_json() == job
    assert client.get(url).headers["Cache-Control"] == "no-store"
    assert client.get("/api/jobs").get_json() == {"jobs": [job]}

    retraining_of(visited).run(job["id"], lambda: False)
    done = client.get(url).get_json()
    assert (done["state"], done["step"], done["progress"], done["error"]) == ("done", 60, 1, None)
    assert done["accuracy"] > 0.5
    version = client.get(f"/api/weights/versions/{done['version']}").get_json()
    assert (version["source"], version["current"]) == ("retrained", True)
    assert version["accuracy"] > 0.5
    assert current_tag(client) == f'"{version["digest"]}"'


def test_it_learns_from_the_mixture_where_there_is_one(
    operated: Settings, digits: Dataset, trained: Params
) -> None:
    """One in which every digit is called the next."""
    train = digits.splits["train"]
    mixture = Split(train.images, (train.labels + 1) % 10)
    mixed = replace(digits, splits=digits.splits | {"mixture": mixture})
    app = create_app(replace(operated, retrain_steps=60), mixed, trained)
    client = app.test_client()

    job = client.delete("/api/weights", headers=OPERATOR).get_json()["job"]["id"]
    retraining_of(app).run(job, lambda: False)

    done = client.get(f"/api/jobs/{job}").get_json()
    assert done["accuracy"] > 0.5
    assert client.get(f"/api/weights/versions/{done['version']}").get_json()["accuracy"] < 0.2


def test_the_operators_choice_passes_no_gate_and_sets_the_bar(
    visited: Flask, trained: Params
) -> None:
    client = visited.test_client()
    job = client.delete("/api/weights", headers=OPERATOR).get_json()["job"]["id"]
    retraining_of(visited).run(job, lambda: False)
    assert publish(client, variant(trained, 1)).status_code in (201, 422)
    versions = client.get("/api/weights/versions").get_json()["versions"]
    assert [version["source"] for version in versions[-2:]] == ["retrained", "shipped"]


def test_one_at_a_time(visitor: FlaskClient) -> None:
    first = visitor.delete("/api/weights", headers=OPERATOR).get_json()["job"]
    response = visitor.delete("/api/weights", headers=OPERATOR)
    assert_problem(response, 409, "being retrained", members={"job"})
    assert response.get_json()["job"] == first


def test_a_stopped_job_begins_again_and_ends_the_same(visited: Flask) -> None:
    client = visited.test_client()
    job = client.delete("/api/weights", headers=OPERATOR).get_json()["job"]["id"]
    retraining = retraining_of(visited)
    asked = iter([False] * 10)
    retraining.run(job, lambda: next(asked, True))
    assert client.get(f"/api/jobs/{job}").get_json()["state"] == "queued"
    retraining.run_waiting(lambda: False)
    assert client.get(f"/api/jobs/{job}").get_json()["state"] == "done"
    retraining.run(job, lambda: False)  # which somebody else has done
    retraining.run_waiting(lambda: False)
    assert len(client.get("/api/weights/versions").get_json()["versions"]) == 2


def test_the_operator_cancels_a_job_that_waits(visited: Flask) -> None:
    client = visited.test_client()
    url = client.delete("/api/weights", headers=OPERATOR).headers["Location"]
    for _ in range(2):  # whoever asks twice is not refused
        response = client.delete(url, headers=OPERATOR)
        assert response.status_code == 200
        assert response.get_json()["job"] == client.get(url).get_json()
    assert client.get(url).get_json()["state"] == "canceled"
    retraining_of(visited).run_waiting(lambda: False)
    assert client.get(url).get_json()["step"] == 0
    assert client.delete("/api/weights", headers=OPERATOR).status_code == 202


def test_a_worker_notices_that_its_job_is_canceled(
    visited: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """At its next report."""
    client = visited.test_client()
    job = client.delete("/api/weights", headers=OPERATOR).get_json()["job"]["id"]
    before = current_tag(client)
    asked = 0

    def cancel_at_the_tenth_step() -> bool:
        nonlocal asked
        asked += 1
        if asked == 10:
            client.delete(f"/api/jobs/{job}", headers=OPERATOR)
        return False

    monkeypatch.setattr("api.services.retraining.REPORT_SECONDS", 0)
    with caplog.at_level("INFO"):
        retraining_of(visited).run(job, cancel_at_the_tenth_step)
    assert asked == 10
    assert f"job {job} was canceled" in caplog.messages
    assert current_tag(client) == before
    assert client.get(f"/api/jobs/{job}").get_json()["state"] == "canceled"


def test_a_job_that_is_canceled_while_it_is_measured_publishes_nothing(
    visited: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its last report."""
    client = visited.test_client()
    job = client.delete("/api/weights", headers=OPERATOR).get_json()["job"]["id"]
    before = client.get("/api/weights/versions").get_json()
    weights = retraining_of(visited)._publisher._weights
    current = weights.current

    def cancel_first() -> Version:
        client.delete(f"/api/jobs/{job}", headers=OPERATOR)
        return current()

    monkeypatch.setattr(weights, "current", cancel_first)
    retraining_of(visited).run(job, lambda: False)
    assert client.get("/api/weights/versions").get_json() == before
    assert client.get(f"/api/jobs/{job}").get_json()["state"] == "canceled"


def test_a_job_that_has_ended_is_not_canceled(visited: Flask) -> None:
    client = visited.test_client()
    retraining = retraining_of(visited)
    done = client.delete("/api/weights", headers=OPERATOR).headers["Location"]
    retraining.run_waiting(lambda: False)
    response = client.delete(done, headers=OPERATOR)
    assert_problem(response, 409, "done already", "version 2", "promote", members={"job"})

    failed = client.delete("/api/weights", headers=OPERATOR).get_json()["job"]["id"]
    retraining._jobs.claim(failed, "a worker")
    retraining._jobs.fail(failed, "a worker", "no luck")
    response = client.delete(f"/api/jobs/{failed}", headers=OPERATOR)
    assert_problem(response, 409, "failed already", members={"job"})
    assert_problem(client.delete("/api/jobs/0123456789abcdef", headers=OPERATOR), 404, "no job")


def test_a_training_that_diverges_fails_and_changes_nothing(
    operated: Settings, digits: Dataset, trained: Params
) -> None:
    settings = replace(operated, retrain_steps=60, retrain_rate=1e30)
    app = create_app(settings, digits, trained)
    client = app.test_client()
    before = current_tag(client)
    job = client.delete("/api/weights", headers=OPERATOR).get_json()["job"]["id"]
    retraining_of(app).run(job, lambda: False)
    failed = client.get(f"/api/jobs/{job}").get_json()
    assert failed["state"] == "failed"
    assert failed["error"]
    assert current_tag(client) == before
    assert client.delete("/api/weights", headers=OPERATOR).status_code == 202


@pytest.mark.parametrize("job", ["0123456789abcdef", "x", "x" * 5000, "%00", "0123456789abcdef%0A"])
def test_other_jobs_are_not_there(visitor: FlaskClient, job: str) -> None:
    assert_problem(visitor.get(f"/api/jobs/{job}"), 404, "no job")


def test_a_database_that_fails_leaves_the_job_to_its_lease(
    visited: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = visited.test_client()
    job = client.delete("/api/weights", headers=OPERATOR).get_json()["job"]["id"]
    retraining = retraining_of(visited)

    def fail(*_: object) -> None:
        raise OperationalError("SELECT secret", {}, Exception("at db.example"))

    monkeypatch.setattr(retraining._publisher, "publish_retrained", fail)
    retraining.run(job, lambda: False)
    document = client.get(f"/api/jobs/{job}").get_json()
    assert (document["state"], document["error"]) == ("running", None)


def test_what_failed_is_said_in_the_log_only(
    visited: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = visited.test_client()
    job = client.delete("/api/weights", headers=OPERATOR).get_json()["job"]["id"]
    retraining = retraining_of(visited)

    def fail(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(retraining._publisher, "publish_retrained", fail)
    retraining.run(job, lambda: False)
    document = client.get(f"/api/jobs/{job}").get_json()
    assert document["state"] == "failed"
    assert document["error"] == "The training failed. The log of the worker says why."
    assert "secret" in caplog.text


def test_a_worker_with_another_setting_does_the_steps_that_were_asked_for(visited: Flask) -> None:
    client = visited.test_client()
    job = client.delete("/api/weights", headers=OPERATOR).get_json()["job"]["id"]
    retraining = retraining_of(visited)
    retraining._steps = 90
    retraining.run(job, lambda: False)
    done = client.get(f"/api/jobs/{job}").get_json()
    assert (done["step"], done["steps"], done["progress"]) == (60, 60, 1)
