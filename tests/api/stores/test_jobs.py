import pytest
from sqlalchemy import Engine

from api.stores import jobs as module
from api.stores.jobs import LEASE_SECONDS, JobRunningError, JobStore, LeaseLostError
from tests.api.clock import Clock


@pytest.fixture
def jobs(engine: Engine, clock: Clock) -> JobStore:
    return JobStore(engine, clock)


def test_a_job_goes_its_way(jobs: JobStore, clock: Clock) -> None:
    job = jobs.add(steps=100)
    assert (job.state, job.step, job.steps, job.created) == ("queued", 0, 100, clock.now)
    assert jobs.unfinished() == job
    assert jobs.claim(job.id, "a")
    clock.advance(2)
    jobs.report(job.id, "a", 40, loss=0.5, accuracy=0.9)
    found = jobs.get(job.id)
    assert found is not None
    assert (found.state, found.step, found.loss, found.accuracy) == ("running", 40, 0.5, 0.9)
    jobs.finish(job.id, "a", version=7, step=100)
    found = jobs.get(job.id)
    assert found is not None
    assert (found.state, found.version, found.step, found.finished) == ("done", 7, 100, clock.now)
    assert jobs.unfinished() is None


def test_one_at_a_time(jobs: JobStore) -> None:
    first = jobs.add(steps=1)
    with pytest.raises(JobRunningError):
        jobs.add(steps=1)
    jobs.claim(first.id, "a")
    with pytest.raises(JobRunningError):
        jobs.add(steps=1)
    jobs.fail(first.id, "a", "no luck")
    second = jobs.add(steps=1)
    assert [job.state for job in jobs.all() if job.id == first.id] == ["failed"]
    assert jobs.unfinished() == second


def test_a_job_has_one_runner(jobs: JobStore) -> None:
    job = jobs.add(steps=1)
    assert jobs.waiting() == job
    assert jobs.claim(job.id, "a")
    assert not jobs.claim(job.id, "b")
    assert jobs.waiting() is None
    with pytest.raises(LeaseLostError):
        jobs.report(job.id, "b", 1, 0.0, 1.0)
    with pytest.raises(LeaseLostError):
        jobs.finish(job.id, "b", 1, 1)
    with pytest.raises(LeaseLostError):
        jobs.fail(job.id, "b", "x")
    with pytest.raises(LeaseLostError):
        jobs.release(job.id, "b")


def test_a_stopping_worker_leaves_its_job_to_the_next(jobs: JobStore) -> None:
    job = jobs.add(steps=10)
    jobs.claim(job.id, "a")
    jobs.report(job.id, "a", 5, 0.5, 0.9)
    jobs.release(job.id, "a")
    assert jobs.waiting() is not None
    assert jobs.claim(job.id, "b")
    found = jobs.get(job.id)
    assert found is not None
    assert (found.state, found.step) == ("running", 0)


def test_the_job_of_a_dead_worker_is_taken_over(jobs: JobStore, clock: Clock) -> None:
    job = jobs.add(steps=10)
    jobs.claim(job.id, "a")
    clock.advance(LEASE_SECONDS - 1)
    assert not jobs.claim(job.id, "b")
    jobs.report(job.id, "a", 5, 0.5, 0.9)
    clock.advance(LEASE_SECONDS - 1)
    assert not jobs.claim(job.id, "b")
    clock.advance(2)
    assert jobs.claim(job.id, "b")
    with pytest.raises(LeaseLostError):
        jobs.report(job.id, "a", 6, 0.5, 0.9)


def test_a_finished_job_is_not_begun_again(jobs: JobStore, clock: Clock) -> None:
    job = jobs.add(steps=10)
    jobs.claim(job.id, "a")
    jobs.finish(job.id, "a", 1, 10)
    clock.advance(10 * LEASE_SECONDS)
    assert not jobs.claim(job.id, "b")


def test_old_jobs_go(jobs: JobStore, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 2)
    made = []
    for _ in range(4):
        clock.advance(1)
        job = jobs.add(steps=1)
        jobs.claim(job.id, "a")
        jobs.finish(job.id, "a", 1, 1)
        made.append(job.id)
    assert [job.id for job in jobs.all()] == made[:1:-1]
    assert jobs.get(made[0]) is None
