"""The worker: does the jobs that take minutes. `python -m api.worker`, the Procfile's `worker`.

It needs the database and, with CACHE_URL, the Redis of the web processes; several workers on
several machines may run. A job that a stopping worker has in hands is left to the next one, and one
that a killed worker had is taken over when its lease has ended.
"""

import logging
import os
import sys
import threading
from collections.abc import Callable

from huey.consumer import Consumer
from sqlalchemy.exc import SQLAlchemyError

from api.composition import open_backend
from api.extensions import cache
from api.queue import JobQueue, open_queue
from api.start import CannotStartError, Start, read_start
from api.stores.database import DatabaseError

logger = logging.getLogger(__name__)

LOOK_SECONDS = 5
"""Between looks at the table of jobs, for those whose message got lost or whose worker died."""
MAX_POLL_SECONDS = 1
NICENESS = 10
"""Training yields to visitors."""


def main() -> int:
    try:
        start = read_start(os.environ)
        consumer, look = make_consumer(start)
    except (CannotStartError, DatabaseError) as error:
        print(f"Digits' worker cannot start: {error}", file=sys.stderr, flush=True)  # noqa: T201
        return 1
    os.nice(NICENESS)
    logger.info("the worker waits for jobs")
    looker = threading.Thread(target=look, name="look")
    looker.start()
    consumer.run()
    looker.join()  # it may have a job to give back
    return 0


def make_consumer(start: Start) -> tuple[Consumer, Callable[[], None]]:
    """Who does jobs that the queue brings; and what does, until that one is stopped, the others:
    it goes round the queue, which may be what has failed. Raises DatabaseError.
    """
    settings = start.settings
    retraining = open_backend(settings, start.dataset, start.params, cache).retraining

    def is_stopping() -> bool:
        return bool(consumer.stop_flag.is_set())

    queue = JobQueue(
        open_queue(settings.queue_path, settings.cache_url),
        lambda job: retraining.run(job, is_stopping),
    )

    def look() -> None:
        while not consumer.stop_flag.wait(LOOK_SECONDS):
            try:
                retraining.run_unfinished(is_stopping)
            except SQLAlchemyError as error:
                logger.warning("the database does not say which jobs there are: %s", error)

    consumer = Consumer(
        queue.huey, periodic=False, max_delay=MAX_POLL_SECONDS, graceful_signal="TERM"
    )
    return consumer, look


if __name__ == "__main__":
    sys.exit(main())
