import pytest
from sqlalchemy import Connection, Engine, select

from api.stores import jobs as module
from api.stores.database import workers
from api.stores.jobs import LEASE_SECONDS, JobRunningError, JobStore, LeaseLostError
from api.stores.versions import VersionStore
from tests.api.clock import Clock
from tests.api.stores.candidates import make_candidate


def finish(engine: Engine, jobs: JobStore, job: str, runner: str) -> None:
    with engine.begin() as connection:
        jobs.finish(connection, job, runner, version=7, step=100)


@pytest.fixture
def jobs(engine: Engine, clock: Clock) -> JobStore:
    return JobStore(engine, clock)


def test_a_job_goes_its_way(engine: Engine, jobs: JobStore, clock: Clock) -> None:
    job = jobs.add(steps=100)
    assert (job.state, job.step, job.steps, job.created) == ("queued", 0, 100, clock.now)
    assert jobs.unfinished() == job
    assert jobs.claim(job.id, "a")
    clock.advance(2)
    jobs.report(job.id, "a", 40, loss=0.5, accuracy=0.9)
    found = jobs.get(job.id)
    assert found is not None
    assert (found.state, found.step, found.loss, found.accuracy) == ("running", 40, 0.5, 0.9)
    finish(engine, jobs, job.id, "a")
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


def test_a_job_has_one_runner(engine: Engine, jobs: JobStore) -> None:
    job = jobs.add(steps=1)
    assert jobs.waiting() == job
    assert jobs.claim(job.id, "a")
    assert not jobs.claim(job.id, "b")
    assert jobs.waiting() is None
    with pytest.raises(LeaseLostError):
        jobs.report(job.id, "b", 1, 0.0, 1.0)
    with pytest.raises(LeaseLostError):
        finish(engine, jobs, job.id, "b")
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


def test_a_finished_job_is_not_begun_again(engine: Engine, jobs: JobStore, clock: Clock) -> None:
    job = jobs.add(steps=10)
    jobs.claim(job.id, "a")
    finish(engine, jobs, job.id, "a")
    clock.advance(10 * LEASE_SECONDS)
    assert not jobs.claim(job.id, "b")


@pytest.mark.parametrize("is_running", [False, True])
def test_a_canceled_job_has_ended(
    engine: Engine, jobs: JobStore, clock: Clock, is_running: bool
) -> None:
    job = jobs.add(steps=10)
    if is_running:
        jobs.claim(job.id, "a")
        jobs.report(job.id, "a", 5, 0.5, 0.9)
    clock.advance(1)
    assert jobs.cancel(job.id)
    found = jobs.get(job.id)
    assert found is not None
    assert (found.state, found.finished, found.version) == ("canceled", clock.now, None)
    assert found.step == (5 if is_running else 0)
    assert not jobs.cancel(job.id)
    with pytest.raises(LeaseLostError):
        jobs.report(job.id, "a", 6, 0.5, 0.9)
    with pytest.raises(LeaseLostError):
        finish(engine, jobs, job.id, "a")
    with pytest.raises(LeaseLostError):
        jobs.release(job.id, "a")
    clock.advance(10 * LEASE_SECONDS)
    assert jobs.waiting() is None
    assert not jobs.claim(job.id, "b")
    assert jobs.add(steps=10) == jobs.unfinished()


def test_what_is_done_is_not_canceled(engine: Engine, jobs: JobStore) -> None:
    job = jobs.add(steps=1)
    jobs.claim(job.id, "a")
    finish(engine, jobs, job.id, "a")
    assert not jobs.cancel(job.id)
    assert not jobs.cancel("0123456789abcdef")
    assert [found.state for found in jobs.all()] == ["done"]


def test_a_canceled_job_publishes_nothing(engine: Engine, jobs: JobStore) -> None:
    """Whatever its worker has looked at before."""
    store = VersionStore(engine)
    first = store.publish(make_candidate(1), None)
    job = jobs.add(steps=1)
    jobs.claim(job.id, "a")
    jobs.cancel(job.id)

    def finish(connection: Connection, version: int) -> None:
        jobs.finish(connection, job.id, "a", version, 1)

    with pytest.raises(LeaseLostError):
        store.publish(make_candidate(2), first.id, is_baseline=True, also=finish)
    assert store.all() == [first]
    assert store.baseline() == first


def test_old_jobs_go(
    engine: Engine, jobs: JobStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT", 2)
    made = []
    for _ in range(4):
        clock.advance(1)
        job = jobs.add(steps=1)
        jobs.claim(job.id, "a")
        finish(engine, jobs, job.id, "a")
        made.append(job.id)
    assert [job.id for job in jobs.all()] == made[:1:-1]
    assert jobs.get(made[0]) is None


def test_how_long_a_job_waits(jobs: JobStore, clock: Clock) -> None:
    assert jobs.waiting_seconds() == 0
    job = jobs.add(steps=1)
    clock.advance(7)
    assert jobs.waiting_seconds() == 7
    jobs.claim(job.id, "a")
    assert jobs.waiting_seconds() == 0
    clock.advance(LEASE_SECONDS + 1)  # its worker is gone
    assert jobs.waiting_seconds() == 7 + LEASE_SECONDS + 1


def test_workers_that_say_so_are_alive(jobs: JobStore, clock: Clock) -> None:
    assert jobs.workers_alive() == 0
    jobs.beat("a")
    jobs.beat("b")
    clock.advance(module.ALIVE_SECONDS - 1)
    jobs.beat("a")
    assert jobs.workers_alive() == 2
    clock.advance(2)
    assert jobs.workers_alive() == 1
    clock.advance(2 * 86400)
    jobs.beat("c")
    with jobs._engine.connect() as connection:
        assert connection.execute(select(workers.c.name)).scalars().all() == ["c"]
