"""Starting again: a network trained from scratch on the server, then published.

The web process queues the job (`begin`), a worker does it (`run`). The same job gives the same
weights however often it is restarted, because its randomness comes from its id.
"""

import logging
import math
import secrets
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from sqlalchemy.exc import SQLAlchemyError

from api.services.problems import ConflictError, NotFoundError, RefusedError
from api.services.publishing import Publisher
from api.stores.jobs import Job, JobRunningError, JobStore, LeaseLostError
from app.model.data.datasets import Dataset
from app.model.initializers import he_normal
from app.model.network import Network
from app.model.optimizers import Adam
from app.model.train.loop import train

logger = logging.getLogger(__name__)

BATCH_SIZE = 256
MAX_SHIFT = 1
"""The most pixels that training images are shifted by. After 4,000 steps on the mixture, 98.3 % of
the held-out digits and 98.4 % of the drawings are read right; without shifts, 98.1 and 97.3 %."""
REPORT_SECONDS = 0.5


class QueueHealth(NamedTuple):
    unfinished: int
    waiting_seconds: float
    """How long the job that waits for a worker has waited."""
    workers: int
    """That are alive."""


class Retraining:
    def __init__(
        self,
        jobs: JobStore,
        publisher: Publisher,
        dataset: Dataset,
        steps: int,
        learning_rate: float,
    ) -> None:
        self._jobs = jobs
        self._publisher = publisher
        # Weights from stored digits alone would read 88 % of the drawings, and be the bar from then
        # on.
        self._split = dataset.splits.get("mixture", dataset.splits["train"])
        self._steps = steps
        self._learning_rate = learning_rate

    def begin(self) -> Job:
        """Queue a job. Raises ConflictError while another is unfinished."""
        try:
            return self._jobs.add(self._steps)
        except JobRunningError as error:
            unfinished = self._jobs.unfinished()
            members = {} if unfinished is None else {"job": unfinished}
            raise ConflictError(
                "The weights are being retrained already. Follow that job, or wait for its end.",
                **members,
            ) from error

    def job(self, job: str) -> Job:
        """Raises NotFoundError."""
        found = self._jobs.get(job)
        if found is None:
            raise NotFoundError(f"There is no job {job[:40]}, or not any more.")
        return found

    def cancel(self, job: str) -> Job:
        """End an unfinished job: it publishes nothing. Canceling twice is not an error. Raises
        NotFoundError, ConflictError."""
        is_ended = self._jobs.cancel(job)
        found = self.job(job)
        if is_ended or found.state == "canceled":
            return found
        if found.state == "failed":
            raise ConflictError(f"Job {job} has failed already, and published nothing.", job=found)
        raise ConflictError(
            f"Job {job} is done already: it has published version {found.version}. To go back, "
            "promote another version.",
            job=found,
        )

    def jobs(self) -> list[Job]:
        """Newest first."""
        return self._jobs.all()

    def health(self) -> QueueHealth:
        unfinished = int(self._jobs.unfinished() is not None)
        return QueueHealth(unfinished, self._jobs.waiting_seconds(), self._jobs.workers_alive())

    def note_alive(self, worker: str) -> None:
        """Note that the worker with this name is alive."""
        self._jobs.beat(worker)

    def run_waiting(self, is_stopping: Callable[[], bool]) -> None:
        """Run the job that waits or was abandoned, if there is one."""
        job = self._jobs.waiting()
        if job is not None:
            self.run(job.id, is_stopping)

    def run(self, job: str, is_stopping: Callable[[], bool]) -> None:
        """Run a job, unless another worker does. When this worker has to stop, the job waits for
        the next one.
        """
        runner = secrets.token_hex(8)
        if not self._jobs.claim(job, runner):
            return
        logger.info("job %s begins", job)
        try:
            self._run(job, runner, is_stopping)
        except LeaseLostError:
            self._log_loss(job)
        except SQLAlchemyError:
            # The database may be back soon: when the lease ends, a worker starts the job again.
            logger.exception("the database failed in job %s, which is left to its lease", job)
        except RefusedError as error:
            logger.warning("job %s failed: %s", job, error)
            self._fail(job, runner, str(error))
        except Exception:
            logger.exception("job %s failed", job)
            self._fail(job, runner, "The training failed. The log of the worker says why.")

    def _fail(self, job: str, runner: str, error: str) -> None:
        """Record the failure for everyone to read, without the database's or the system's own
        words."""
        try:
            self._jobs.fail(job, runner, error)
        except LeaseLostError:
            self._log_loss(job)
        except SQLAlchemyError:
            logger.exception("the database failed in job %s, which is left to its lease", job)

    def _log_loss(self, job: str) -> None:
        found = self._jobs.get(job)
        if found is not None and found.state == "canceled":
            logger.info("job %s was canceled", job)
        else:
            logger.warning("job %s was taken over by another worker", job)

    def _run(self, job: str, runner: str, is_stopping: Callable[[], bool]) -> None:
        # As announced when the job was queued, whatever this process's setting.
        steps = self.job(job).steps
        rng = np.random.default_rng(int(job, 16))
        network = Network.initialize(he_normal, rng)
        training = train(
            network,
            Adam(self._learning_rate),
            self._split,
            steps=steps,
            batch_size=BATCH_SIZE,
            rng=rng,
            schedule="cosine",
            max_shift=MAX_SHIFT,
        )
        reported = -math.inf
        for progress in training:
            if not math.isfinite(progress.loss):
                message = "training diverged: the loss is not finite. Lower DIGITS_RETRAIN_RATE."
                self._jobs.fail(job, runner, message)
                return
            if is_stopping():
                self._jobs.release(job, runner)
                logger.info("job %s waits for the next worker", job)
                return
            if time.monotonic() - reported > REPORT_SECONDS:
                self._jobs.report(job, runner, progress.step, progress.loss, progress.accuracy)
                reported = time.monotonic()
        self._jobs.report(job, runner, steps, progress.loss, progress.accuracy)
        version = self._publisher.publish_retrained(
            network.params,
            lambda connection, number: self._jobs.finish(connection, job, runner, number, steps),
        )
        drawings = version.measurement.drawings_accuracy
        logger.info(
            "job %s published version %s, accuracy %.4f, of drawings %s",
            job,
            version.id,
            version.measurement.accuracy,
            "unknown" if drawings is None else f"{drawings:.4f}",
        )
