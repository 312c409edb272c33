"""Measures a network on the whole test split, and keeps what it read to show those very digits.

The samples are fetched once; reading goes a little at a time, so that training goes on and calls
are answered. The validator gives the curve beside the loss; this looks closely, when asked.
"""

import asyncio
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.model.arrays import ByteArray, FloatArray, IntArray
from app.model.losses import cross_entropy
from app.model.metrics import accuracy, confusion_matrix, precision, recall
from app.model.network import INPUT_SIZE, OUTPUT_SIZE, Network
from app.model.preprocessing import to_inputs
from app.pyscript import texts
from app.pyscript.formats import whole
from app.pyscript.messages import FETCHING, GALLERY_SIZE, READING
from app.pyscript.worker.answers import NoAnswerError, are_answers, read
from app.pyscript.worker.api_client import ApiClient, ApiError, DatasetDescription
from app.pyscript.worker.sample_blocks import fetch_samples

SPLIT = "test"
SLICE_SECONDS = 0.005
"""How long it reads between two yields; training, beside it, takes twice that."""
CHUNK_SIZE = 64
"""Samples that are read at once: a few milliseconds where there is NumPy alone."""


class Evaluation(NamedTuple):
    """Mean cross-entropy, accuracy (0-1) and the confusion matrix with its shares (metrics.py)."""

    samples: int
    loss: float
    accuracy: float
    confusion: IntArray
    precision: FloatArray
    recall: FloatArray


class ReadDigit(NamedTuple):
    """A test digit: what it is, what was read, and the probabilities given to either."""

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
        on_progress: Callable[[str, int, int], None],
    ) -> None:
        """clock gives seconds.

        on_progress gets (messages.FETCHING or READING, samples done, samples in all).
        """
        self._client = client
        self._clock = clock
        self._on_progress = on_progress
        self._dataset: DatasetDescription | None = None
        self._images: ByteArray = np.empty((0, INPUT_SIZE), np.uint8)
        self._labels: ByteArray = np.empty(0, np.uint8)
        # What was read, and in which samples: another data set may be fetched meanwhile.
        self._log_probs: FloatArray = np.empty((0, OUTPUT_SIZE), np.float32)
        self._read_images, self._read_labels = self._images, self._labels

    async def evaluate(self, network: Network) -> Evaluation:
        """The network's figures; nobody may train it meanwhile, so give this a copy.

        Raises ApiError where the samples cannot be had, and NoAnswerError where the network has no
        answer for some of them; then the last evaluation still stands.
        """
        await self._fetch()
        images, labels = self._images, self._labels
        log_probs = np.empty((len(labels), OUTPUT_SIZE), np.float32)
        end = 0.0
        for start in range(0, len(labels), CHUNK_SIZE):
            if self._clock() >= end:
                self._on_progress(READING, start, len(labels))
                await asyncio.sleep(0)
                end = self._clock() + SLICE_SECONDS
            rows = slice(start, start + CHUNK_SIZE)
            log_probs[rows] = read(network, to_inputs(images[rows]))
        unanswered = len(labels) - int(np.count_nonzero(are_answers(log_probs)))
        if unanswered:
            raise NoAnswerError(
                texts.EVALUATOR_NO_ANSWERS.format(
                    count=whole(unanswered), samples=whole(len(labels))
                )
            )
        self._log_probs, self._read_images, self._read_labels = log_probs, images, labels
        confusion = confusion_matrix(log_probs, labels)
        return Evaluation(
            len(labels),
            cross_entropy(log_probs, labels),
            accuracy(log_probs, labels),
            confusion,
            precision(confusion),
            recall(confusion),
        )

    async def _fetch(self) -> None:
        """Fetch all samples, unless those of the present data set are here. Raises ApiError."""
        dataset = await self._client.dataset()
        if dataset == self._dataset:
            return
        size = dataset.sizes.get(SPLIT, 0)
        if size < 1:
            raise ApiError(texts.EVALUATOR_NO_DIGITS)
        images, labels = await fetch_samples(
            self._client, dataset, SPLIT, size, lambda done: self._on_progress(FETCHING, done, size)
        )
        self._images, self._labels, self._dataset = images, labels, dataset

    # What was read in the last evaluation. Before it, there are no digits to show.

    def mistakes(self, first: int) -> Page:
        """A page of the misread digits, those first whose label got the least probability."""
        return self._page(self._log_probs.argmax(axis=1) != self._read_labels, first)

    def cell(self, label: int, digit: int, first: int) -> Page:
        """A page of a cell of the confusion matrix, in the same order.

        Raises ValueError for no such cell.
        """
        if label not in range(OUTPUT_SIZE) or digit not in range(OUTPUT_SIZE):
            raise ValueError(f"Expected two digits from 0 to 9, found {label} and {digit}.")
        is_read_so = self._log_probs.argmax(axis=1) == digit
        return self._page((self._read_labels == label) & is_read_so, first)

    def _page(self, is_wanted: "np.ndarray[tuple[int], np.dtype[np.bool_]]", first: int) -> Page:
        rows = np.flatnonzero(is_wanted)
        label_log_probs = self._log_probs[rows, self._read_labels[rows]]
        shown = rows[np.argsort(label_log_probs, kind="stable")][first : first + GALLERY_SIZE]
        digits = [
            ReadDigit(label, digit, math.exp(row[digit]), math.exp(row[label]))
            for label, digit, row in zip(
                self._read_labels[shown].tolist(),
                self._log_probs[shown].argmax(axis=1).tolist(),
                self._log_probs[shown].tolist(),
                strict=True,
            )
        ]
        return Page(first, len(rows), digits, self._read_images[shown])
