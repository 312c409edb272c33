"""Looks inside a network: its hidden units, what a drawing activates, which digits are similar.

`inspect` takes a few milliseconds and is called a few times a second. The search for the nearest
training digits is slower: it fetches the samples once, and reads them a little at a time.
"""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.model.arrays import ByteArray, FloatArray, IntArray
from app.model.attribution import (
    cosine_distances,
    hidden_activations,
    ink_votes,
    most_telling,
    unit_contributions,
)
from app.model.network import HIDDEN_SIZE, NO_DIGIT, OUTPUT_SIZE, Network
from app.model.preprocessing import normalize_drawing, to_inputs
from app.pyscript.messages import CHOSEN_BY_NETWORK, NO_LABEL, TELLING_UNITS
from app.pyscript.worker.answers import NoAnswerError
from app.pyscript.worker.api_client import ApiClient
from app.pyscript.worker.sample_blocks import BLOCK_SIZE, KeptSamples
from app.pyscript.worker.splits import training_split

BLOCK_COUNT = 8
"""The search uses this many of the blocks for training; often the browser's cache has them."""
NEAREST_COUNT = 12
SLICE_SECONDS = 0.005
CHUNK_SIZE = 64
"""Samples that are read at once; with NumPy alone they take a few milliseconds."""


class Inspection(NamedTuple):
    """A network and a drawing at one moment.

    seen: (784,) uint8, the drawing as the network gets it; hidden: (128,), the units' activations;
    contributions: (128, 10), what each unit adds to each logit; telling: the units that do most to
    tell the digits apart; first, second: the two digits that are compared; votes: (784,), how
    much each pixel speaks for the first digit and against the second.
    """

    seen: ByteArray
    hidden: FloatArray
    contributions: FloatArray
    telling: IntArray
    first: int
    second: int
    votes: FloatArray

    @property
    def logits(self) -> FloatArray:
        logits: FloatArray = self.contributions.sum(axis=0)
        return logits


class Neighbors(NamedTuple):
    """The nearest of `among` training digits: labels (n,), cosine distances (n,), images (n, 784);
    and the drawing as the network gets it, (784,) uint8."""

    among: int
    labels: ByteArray
    distances: FloatArray
    images: ByteArray
    seen: ByteArray


def inspect(
    network: Network, pixels: ByteArray, first: int, second: int, label: int = NO_LABEL
) -> Inspection:
    """Look at a drawing, (784,) uint8, inside the network.

    first, second: two different digits, 0-9, to compare. CHOSEN_BY_NETWORK takes the likeliest
    digit except the other one; but if both are, a misread sample is compared with its label. Raises
    ValueError for other values, and if the network gives no answer.
    """
    for digit in (first, second):
        if digit != CHOSEN_BY_NETWORK and digit not in range(OUTPUT_SIZE):
            raise ValueError(f"Expected two digits from 0 to 9, found {first} and {second}.")
    if first == second != CHOSEN_BY_NETWORK:
        raise ValueError(f"Expected two different digits, found {first} twice.")
    params = network.params
    seen = normalize_drawing(pixels)
    inputs = to_inputs(seen)
    with np.errstate(all="ignore"):  # an overflow is found below
        hidden = hidden_activations(params, inputs)[0]
        contributions = unit_contributions(params, hidden)
        logits = contributions.sum(axis=0)
    if not np.isfinite(logits).all():
        raise NoAnswerError
    ranked = np.argsort(-logits, kind="stable").tolist()
    if first == second and label in ranked[1:]:
        second = label
    if first == CHOSEN_BY_NETWORK:
        first = next(digit for digit in ranked if digit != second)
    if second == CHOSEN_BY_NETWORK:
        second = next(digit for digit in ranked if digit != first)
    return Inspection(
        seen,
        hidden,
        contributions,
        most_telling(contributions, TELLING_UNITS),
        first,
        second,
        ink_votes(params, inputs[0], hidden, first, second),
    )


class Inspector:
    """Finds the training digits that are most like a drawing to the network."""

    def __init__(
        self,
        client: ApiClient,
        clock: Callable[[], float],
        on_progress: Callable[[int, int], None],
    ) -> None:
        """clock gives seconds; on_progress gets (samples fetched, samples in all)."""
        self._client = client
        self._clock = clock
        self._on_progress = on_progress
        self._samples = KeptSamples(client)

    async def find_nearest(
        self, network: Network, pixels: ByteArray, training_set: str
    ) -> Neighbors:
        """The digits whose hidden activations have the most similar direction, nearest first.

        training_set: where to search, one of limits.TRAINING_SETS. Nobody may train the network
        meanwhile, so pass a copy. Raises ApiError if the samples are not available, and
        NoAnswerError if the activations are not finite.
        """
        images, labels = await self._fetch(training_set)
        seen = normalize_drawing(pixels)
        others = np.empty((len(labels), HIDDEN_SIZE), np.float32)
        end = 0.0
        for start in range(0, len(labels), CHUNK_SIZE):
            if self._clock() >= end:
                await asyncio.sleep(0)
                end = self._clock() + SLICE_SECONDS
            rows = slice(start, start + CHUNK_SIZE)
            with np.errstate(all="ignore"):  # an overflow is found below
                others[rows] = network.hidden_of_images(images[rows])
        with np.errstate(all="ignore"):
            hidden = network.hidden_of_images(seen)[0]
            distances = cosine_distances(hidden, others)
        if not np.isfinite(distances).all():
            raise NoAnswerError
        nearest = np.argsort(distances, kind="stable")[:NEAREST_COUNT]
        return Neighbors(len(labels), labels[nearest], distances[nearest], images[nearest], seen)

    async def _fetch(self, training_set: str) -> tuple[ByteArray, ByteArray]:
        """The digits in the first blocks, and their labels; fetched unless they are here."""
        dataset = await self._client.dataset()
        split = training_split(training_set, dataset.sizes)
        size = min(dataset.sizes[split], BLOCK_COUNT * BLOCK_SIZE)
        _, images, labels = await self._samples.fetch(
            dataset, split, size, lambda done: self._on_progress(done, size)
        )
        is_digit = labels != NO_DIGIT
        return images[is_digit], labels[is_digit]
