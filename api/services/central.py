"""All data in one place: what as many steps as a class takes come to without being split up.

For comparison only, so it yields to everything else: one thread, of low priority.
"""

import logging
import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import numpy as np
from sqlalchemy.exc import SQLAlchemyError

from api.stores.database import reason
from api.stores.learnings import LearningRow
from app.model.data.datasets import Dataset
from app.model.evaluate.evaluation import evaluate
from app.model.federated import BATCH_SIZE, LEARNING_RATE, MOMENTUM
from app.model.initializers import he_normal
from app.model.network import Network
from app.model.optimizers import SGD
from app.model.training import train_step

logger = logging.getLogger(__name__)

NICENESS = 15
MOST_WAITING = 100

Note = Callable[[int, int, list[float]], None]
"""Notes the accuracies of a class's learning, given the class, the learning's number, and these."""


class Wanted(NamedTuple):
    class_id: int
    number: int
    seed: int
    local_steps: int
    rounds: int


class Run:
    """One network on all data, from the weights that the class begins with."""

    def __init__(self, dataset: Dataset, seed: int) -> None:
        self._train = dataset.splits["train"]
        self._held_out = dataset.splits["validation"]
        self._rng = np.random.default_rng(seed)
        self._network = Network.initialize(he_normal, self._rng)
        # As each pupil's local steps, so that only where the data are makes the difference.
        self._optimizer = SGD(LEARNING_RATE, MOMENTUM)
        self.accuracies: list[float] = []
        """After each round."""

    def train_round(self, steps: int) -> None:
        for _ in range(steps):
            batch = self._rng.integers(len(self._train), size=BATCH_SIZE)
            images, labels = self._train.images[batch], self._train.labels[batch]
            train_step(self._network, self._optimizer, images, labels)
        accuracy = evaluate(self._network, self._held_out.images, self._held_out.labels).accuracy
        self.accuracies.append(round(accuracy, 4))


class Central:
    """Trains one class at a time. Another process may have trained the earlier rounds: then they
    are trained again here, which gives the same."""

    def __init__(self, dataset: Dataset, note: Note) -> None:
        self._dataset = dataset
        self._note = note
        self._waiting: queue.Queue[Wanted] = queue.Queue(MOST_WAITING)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._run: tuple[tuple[int, int], Run] | None = None

    def train(self, learning: LearningRow, rounds: int) -> None:
        """Train as many rounds as the class has finished, in the background."""
        wanted = Wanted(
            learning.class_id, learning.number, learning.seed, learning.local_steps, rounds
        )
        with suppress(queue.Full):  # a later round asks for all before it
            self._waiting.put_nowait(wanted)
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="central", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        with suppress(AttributeError, OSError):  # priorities of threads are Linux's
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
        while True:
            try:
                wanted = self._waiting.get(timeout=1)
            except queue.Empty:
                with self._lock:
                    if self._waiting.empty():
                        self._thread = None
                        return
                continue
            try:
                self._follow(wanted)
            except LookupError:
                self._run = None  # the class has ended
            except SQLAlchemyError as error:
                logger.warning("the database does not take a comparison: %s", reason(error))
            except Exception:
                logger.exception("a comparison with all data in one place failed")

    def _follow(self, wanted: Wanted) -> None:
        key = (wanted.class_id, wanted.number)
        if self._run is None or self._run[0] != key:
            self._run = (key, Run(self._dataset, wanted.seed))
        run = self._run[1]
        while len(run.accuracies) < wanted.rounds:
            run.train_round(wanted.local_steps)
            self._note(wanted.class_id, wanted.number, list(run.accuracies))
