"""Jobs: what runs in the background. Workers look into this table every second.

    queued -> running -> done | failed          running -> queued, when its worker stops or dies
    queued | running -> canceled

A runner holds a job by a lease that it renews with each report. When the lease ends, as after a
power cut, any worker may take the job over. Canceling ends the lease at once: the runner notices
when it reports, and cannot finish the job any more.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from api.stores.database import is_conflict, jobs, workers, writing
from api.stores.times import aware, utc_now

LEASE_SECONDS = 10
ALIVE_SECONDS = 60
"""Seconds: a worker that was seen within this time is alive; it reports every ten seconds, or later
while a network is measured."""
KEPT = 50
SLOT = "retrain"
ID_BYTES = 8


@dataclass(frozen=True)
class Job:
    """A row of `jobs`; state is queued, running, done, failed or canceled; version: what it
    published."""

    id: str
    state: str
    step: int
    steps: int
    loss: float | None
    accuracy: float | None
    error: str | None
    version: int | None
    created: datetime
    started: datetime | None
    finished: datetime | None


class JobRunningError(Exception):
    """There is an unfinished job already."""


class LeaseLostError(Exception):
    """Another runner has taken the job over, or the operator has canceled it."""


class JobStore:
    def __init__(self, engine: Engine, now: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._writing = writing(engine)
        self._now = now

    def add(self, steps: int) -> Job:
        """A new queued job. Raises JobRunningError."""
        job = secrets.token_hex(ID_BYTES)
        row = {"id": job, "slot": SLOT, "state": "queued", "steps": steps, "step": 0}
        try:
            with self._writing.begin() as connection:
                connection.execute(insert(jobs).values(**row, created=self._now()))
                newest = select(jobs.c.id).order_by(jobs.c.created.desc()).limit(KEPT)
                connection.execute(
                    delete(jobs).where(jobs.c.slot.is_(None), jobs.c.id.not_in(newest))
                )
                return _read(connection, job)
        except IntegrityError as error:
            if is_conflict(error):
                raise JobRunningError from error
            raise

    def get(self, job: str) -> Job | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(jobs).where(jobs.c.id == job)).one_or_none()
        return None if row is None else _job(row)

    def all(self) -> list[Job]:
        """Newest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(jobs).order_by(jobs.c.created.desc()))
            return [_job(row) for row in rows]

    def unfinished(self) -> Job | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(jobs).where(jobs.c.slot == SLOT)).one_or_none()
        return None if row is None else _job(row)

    def waiting(self) -> Job | None:
        """The job that can be claimed. A read: workers that only look never hold up writers."""
        with self._engine.connect() as connection:
            row = connection.execute(select(jobs).where(_is_free(self._now()))).one_or_none()
        return None if row is None else _job(row)

    def waiting_seconds(self) -> float:
        """Seconds since the job that can be claimed was queued; 0 if there is none."""
        job = self.waiting()
        return 0.0 if job is None else max(0.0, (self._now() - job.created).total_seconds())

    def beat(self, worker: str) -> None:
        """Note that a worker is alive. Those that have not been seen for a day are forgotten."""
        now = self._now()
        with self._writing.begin() as connection:
            own = update(workers).where(workers.c.name == worker).values(seen=now)
            if connection.execute(own).rowcount == 0:
                connection.execute(insert(workers).values(name=worker, seen=now))
                long_ago = now - timedelta(days=1)
                connection.execute(delete(workers).where(workers.c.seen < long_ago))

    def workers_alive(self) -> int:
        """How many were seen recently."""
        since = self._now() - timedelta(seconds=ALIVE_SECONDS)
        with self._engine.connect() as connection:
            found = connection.execute(
                select(func.count()).select_from(workers).where(workers.c.seen > since)
            )
            return int(found.scalar_one())

    def claim(self, job: str, runner: str) -> bool:
        """Take a job that waits, or whose runner is gone. False if it cannot be taken."""
        now = self._now()
        values = {"state": "running", "runner": runner, "lease": self._lease(), "started": now}
        return self._change([jobs.c.id == job, _is_free(now)], step=0, **values)

    def report(self, job: str, runner: str, step: int, loss: float, accuracy: float) -> None:
        """Renew the lease and record the progress. Raises LeaseLostError."""
        values = {"step": step, "loss": loss, "accuracy": accuracy}
        self._change_own(job, runner, lease=self._lease(), **values)

    def release(self, job: str, runner: str) -> None:
        """Give a job back, for the next worker to begin. Raises LeaseLostError."""
        self._change_own(job, runner, state="queued", runner=None, lease=None)

    def finish(
        self, connection: Connection, job: str, runner: str, version: int, step: int
    ) -> None:
        """In the transaction that publishes the version: a job that was canceled or taken over
        publishes nothing. Raises LeaseLostError."""
        values = {"version": version, "step": step, "finished": self._now()}
        own = update(jobs).where(*_is_own(job, runner))
        if connection.execute(own.values(state="done", slot=None, **values)).rowcount != 1:
            raise LeaseLostError

    def cancel(self, job: str) -> bool:
        """End an unfinished job, whoever runs it. False if it has ended."""
        values = {"runner": None, "lease": None, "finished": self._now()}
        return self._change(
            [jobs.c.id == job, jobs.c.slot == SLOT], state="canceled", slot=None, **values
        )

    def fail(self, job: str, runner: str, error: str) -> None:
        """Raises LeaseLostError."""
        values = {"error": error[:500], "finished": self._now()}
        self._change_own(job, runner, state="failed", slot=None, **values)

    def _lease(self) -> datetime:
        return self._now() + timedelta(seconds=LEASE_SECONDS)

    def _change_own(self, job: str, holder: str, **values: Any) -> None:
        if not self._change(_is_own(job, holder), **values):
            raise LeaseLostError

    def _change(self, conditions: list[Any], **values: Any) -> bool:
        with self._writing.begin() as connection:
            changed = connection.execute(update(jobs).where(*conditions).values(**values))
            return changed.rowcount == 1


def _is_own(job: str, runner: str) -> list[ColumnElement[bool]]:
    """Does this runner hold the job?"""
    return [jobs.c.id == job, jobs.c.runner == runner, jobs.c.state == "running"]


def _is_free(now: datetime) -> ColumnElement[bool]:
    """Does the job wait, or is its runner gone?"""
    return or_(jobs.c.state == "queued", and_(jobs.c.state == "running", jobs.c.lease < now))


def _read(connection: Connection, job: str) -> Job:
    return _job(connection.execute(select(jobs).where(jobs.c.id == job)).one())


def _job(row: Any) -> Job:
    return Job(
        id=row.id,
        state=row.state,
        step=row.step,
        steps=row.steps,
        loss=row.loss,
        accuracy=row.accuracy,
        error=row.error,
        version=row.version,
        created=aware(row.created),
        started=row.started and aware(row.started),
        finished=row.finished and aware(row.finished),
    )
