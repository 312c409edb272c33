"""Measures a network on a whole test set, and keeps the results to show the digits later.

It reads a little at a time, so that training goes on and
calls are answered. train/worker/validator.py measures less, but often, for the charts.
"""

import asyncio
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from app.model.arrays import ByteArray, FloatArray, IntArray
from app.model.losses import cross_entropy
from app.model.metrics import accuracy, confusion_matrix, precision, recall
from app.model.network import INPUT_SIZE, OUTPUT_SIZE, Network
from app.pyscript.evaluate import texts
from app.pyscript.evaluate.worker.other_sets import OtherSet, OtherSets
from app.pyscript.kit.formats import whole
from app.pyscript.messages import FETCHING, GALLERY_SIZE, READING
from app.pyscript.worker.answers import NoAnswerError, are_answers, read
from app.pyscript.worker.api_client import ApiClient, ApiError
from app.pyscript.worker.sample_blocks import KeptSamples

SLICE_SECONDS = 0.005
"""How long it reads between two pauses; a slice of training takes twice that."""
CHUNK_SIZE = 64
"""Samples that are read at once; with NumPy alone they take a few milliseconds."""


class Group(NamedTuple):
    """Samples that belong to somebody, and how many of them were read right."""

    name: str
    samples: int
    right: int


class Evaluation(NamedTuple):
    """Mean cross-entropy, accuracy (0-1) and the confusion matrix with its shares (metrics.py).
    groups: whose samples they are, in the order of their first; none for sets of the service."""

    samples: int
    loss: float
    accuracy: float
    confusion: IntArray
    precision: FloatArray
    recall: FloatArray
    groups: list[Group]


class Reading(NamedTuple):
    """Samples and their log_probs (n, 10). Kept together, as the data set may change later."""

    images: ByteArray
    labels: ByteArray
    log_probs: FloatArray


NOTHING_READ = Reading(
    np.empty((0, INPUT_SIZE), np.uint8),
    np.empty(0, np.uint8),
    np.empty((0, OUTPUT_SIZE), np.float32),
)


class ReadDigit(NamedTuple):
    """A test digit: its label, the digit that was read, and the probabilities of both."""

    label: int
    digit: int
    probability: float
    label_probability: float


class Page(NamedTuple):
    """Some of `total` digits, from number `first` on; images (n, 784) uint8."""

    first: int
    total: int
    digits: list[ReadDigit]
    images: ByteArray


class Evaluator:
    def __init__(
        self,
        client: ApiClient,
        clock: Callable[[], float],
        on_progress: Callable[[str, str, int, int], None],
        others: OtherSets,
    ) -> None:
        """clock gives seconds.

        on_progress gets (test set, messages.FETCHING or READING, samples done, samples in all).
        """
        self._client = client
        self._clock = clock
        self._on_progress = on_progress
        self._others = others
        self._samples = KeptSamples(client)
        self._readings: dict[str, Reading] = {}  # by the names of test sets

    async def evaluate(self, network: Network, name: str) -> Evaluation:
        """The network's figures on a test set: one of messages.TEST_SETS, or another's.

        Nobody may train the network meanwhile, so pass a copy. Raises ApiError if the samples are
        not available, and NoAnswerError if the network gives no answer for some of them. Then the
        last evaluation of the set stays.
        """
        images, labels, groups = await self._fetch(name)
        log_probs = np.empty((len(labels), OUTPUT_SIZE), np.float32)
        end = 0.0
        for start in range(0, len(labels), CHUNK_SIZE):
            if self._clock() >= end:
                self._on_progress(name, READING, start, len(labels))
                await asyncio.sleep(0)
                end = self._clock() + SLICE_SECONDS
            rows = slice(start, start + CHUNK_SIZE)
            log_probs[rows] = read(network, images[rows])
        unanswered = len(labels) - int(np.count_nonzero(are_answers(log_probs)))
        if unanswered:
            raise NoAnswerError(
                texts.EVALUATOR_NO_ANSWERS.format(
                    count=whole(unanswered), samples=whole(len(labels))
                )
            )
        if name in self._others:
            self._others_samples(name)  # raises ApiError if they were taken away meanwhile
        self._readings[name] = Reading(images, labels, log_probs)
        confusion = confusion_matrix(log_probs, labels)
        return Evaluation(
            len(labels),
            cross_entropy(log_probs, labels),
            accuracy(log_probs, labels),
            confusion,
            precision(confusion),
            recall(confusion),
            groups_of(groups, log_probs.argmax(axis=1) == labels),
        )

    async def _fetch(self, name: str) -> OtherSet:
        """All samples of a test set; fetched if they are not here yet. Raises ApiError."""
        if name in self._others:
            return self._others_samples(name)
        dataset = await self._client.dataset()
        size = dataset.sizes.get(name, 0)
        if size < 1:
            raise ApiError(texts.EVALUATOR_NO_DIGITS)
        _, images, labels = await self._samples.fetch(
            dataset, name, size, lambda done: self._on_progress(name, FETCHING, done, size)
        )
        return OtherSet(images, labels, [])

    def _others_samples(self, name: str) -> OtherSet:
        found = self._others.samples(name)
        if not len(found.labels):
            raise ApiError(texts.EVALUATOR_NOTHING_YET)
        return found

    def forget(self, name: str) -> None:
        """Keep nothing of a set's last evaluation."""
        self._readings.pop(name, None)

    # Digits of a set's last evaluation; before the first one there are none.

    def mistakes(self, name: str, first: int) -> Page:
        """A page of a set's misread digits; first those whose label got the least probability."""
        reading = self._readings.get(name, NOTHING_READ)
        return _page(reading, reading.log_probs.argmax(axis=1) != reading.labels, first)

    def cell(self, name: str, label: int, digit: int, first: int) -> Page:
        """A page of a cell of the set's confusion matrix, in the same order.

        Raises ValueError if there is no such cell.
        """
        if label not in range(OUTPUT_SIZE) or digit not in range(OUTPUT_SIZE):
            raise ValueError(f"Expected two digits from 0 to 9, found {label} and {digit}.")
        reading = self._readings.get(name, NOTHING_READ)
        is_read_so = reading.log_probs.argmax(axis=1) == digit
        return _page(reading, (reading.labels == label) & is_read_so, first)


def groups_of(names: list[str], are_right: "np.ndarray[Any, np.dtype[np.bool_]]") -> list[Group]:
    """names: of each sample, or none at all; are_right: (n,) bool."""
    found: dict[str, Group] = {}
    for name, is_right in zip(names, are_right.tolist(), strict=False):
        group = found.get(name, Group(name, 0, 0))
        found[name] = Group(name, group.samples + 1, group.right + is_right)
    return list(found.values())


def _page(
    reading: Reading, is_wanted: "np.ndarray[tuple[int], np.dtype[np.bool_]]", first: int
) -> Page:
    images, labels, log_probs = reading
    rows = np.flatnonzero(is_wanted)
    label_log_probs = log_probs[rows, labels[rows]]
    shown = rows[np.argsort(label_log_probs, kind="stable")][first : first + GALLERY_SIZE]
    digits = [
        ReadDigit(label, digit, math.exp(row[digit]), math.exp(row[label]))
        for label, digit, row in zip(
            labels[shown].tolist(),
            log_probs[shown].argmax(axis=1).tolist(),
            log_probs[shown].tolist(),
            strict=True,
        )
    ]
    return Page(first, len(rows), digits, images[shown])
