"""The worker: runs the jobs that take minutes. `python -m api.worker`, the Procfile's `worker`.

It needs only the database of the web processes, where it looks for jobs; several workers on several
machines may run. A stopping worker leaves its job to the next one, and the job of a killed worker
is taken over when its lease has ended.
"""

import logging
import math
import os
import secrets
import signal
import threading
import time

from sqlalchemy.exc import SQLAlchemyError

from api import open_backend
from api.extensions import cache
from api.services.retraining import Retraining
from api.start import one_sentence, prepare, read_start
from api.stores.database import reason

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1
"""Seconds between looks at the table of jobs: a job waits no longer than this, and each look is one
read."""
BEAT_SECONDS = 10
NICENESS = 10
"""Training yields to visitors."""


def main() -> None:
    prepare()
    with one_sentence("Digits' worker"):
        # It serves nothing, but honcho gives it a port, a hundred above that of the web process.
        start = read_start(os.environ | {"HOST": "", "PORT": ""})
        backend = open_backend(start.settings, start.dataset, start.params, cache)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if hasattr(os, "nice"):  # not on Windows
        os.nice(NICENESS)
    logger.info("the worker waits for jobs")
    work(backend.retraining, stop)


def work(retraining: Retraining, stop: threading.Event) -> None:
    """Run jobs until `stop` is set; an unfinished one is given back then."""
    heartbeat = Heartbeat(retraining)

    def is_stopping() -> bool:  # called all the time while a job runs
        heartbeat.beat()
        return stop.is_set()

    while not stop.wait(LOOK_SECONDS):
        try:
            heartbeat.beat()
            retraining.run_waiting(is_stopping)
        except SQLAlchemyError as error:
            logger.warning("the database does not say which jobs there are: %s", reason(error))


class Heartbeat:
    """Reports now and then that this worker is alive (/metrics)."""

    def __init__(self, retraining: Retraining) -> None:
        self._retraining = retraining
        self._name = secrets.token_hex(8)
        self._said = -math.inf

    def beat(self) -> None:
        now = time.monotonic()
        if now - self._said < BEAT_SECONDS:
            return
        self._said = now
        try:
            self._retraining.note_alive(self._name)
        except SQLAlchemyError as error:
            logger.warning("the database does not take the heartbeat: %s", error)


if __name__ == "__main__":
    main()
