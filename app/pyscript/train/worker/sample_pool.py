"""Fetches the training samples ahead of training, stores them, and hands them out in batches.

A setting chooses one of the service's splits. When it changes, the old samples are dropped; they
stay in the browser's cache. The seed alone says which samples come next (sample_order.py), so that
a run can be repeated. The pool requests the next blocks at the same time, as many as its depth, so
it stops fetching soon after training is paused. If the next samples are late, because the service
is slow or gone, training goes on with random samples that are here, and returns to the order when
the late ones come. Such a run cannot be repeated, and the visitor is told. The pool knows no
network and no page.
"""

import asyncio
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.model.arrays import ByteArray, IntArray
from app.model.label_noise import LabelNoise
from app.pyscript.settings.limits import DEFAULT_SETTINGS, MAX_PREFETCH
from app.pyscript.train import texts
from app.pyscript.train.worker.block_fetcher import BlockFetcher
from app.pyscript.train.worker.block_store import BlockStore
from app.pyscript.train.worker.sample_order import SampleOrder
from app.pyscript.worker.runtime import Runtime
from app.pyscript.worker.sample_blocks import BLOCK_SIZE
from app.pyscript.worker.splits import training_split

STORE_SAMPLES = 81_920
"""The most samples to store: 64 MB, 160 blocks, all of the mixture or of MNIST. In a larger set new
blocks replace the oldest ones, which are requested again in the next epoch."""
PATIENCE_SECONDS = 3.0
"""How long training waits for late samples before it goes on with others."""
NOISE = 2
"""Added to the seed, so that these random numbers differ from those of weights and order."""


class Batch(NamedTuple):
    """Copies of images, (n, 784) uint8, and labels, (n,) uint8: digits or NO_DIGIT, some of them
    wrong on purpose (label_noise). own: how many samples are the visitor's drawings."""

    images: ByteArray
    labels: ByteArray
    own: int = 0


class PoolStatus(NamedTuple):
    """Counts of blocks stored, being fetched, and to be used in all; state and detail as in the
    report "pool"."""

    cached: int
    fetching: int
    total: int
    state: str
    detail: str


class SamplePool:
    """After `open` it fetches by itself whenever training needs blocks ahead."""

    def __init__(
        self,
        runtime: Runtime,
        *,
        depth: int = DEFAULT_SETTINGS["prefetch"],
        block_size: int = BLOCK_SIZE,
        store_samples: int = STORE_SAMPLES,
    ) -> None:
        """depth: as in `set_depth`."""
        self._rng = runtime.rng
        self.on_change: list[Callable[[], None]] = []
        """Called whenever `status` may have changed."""
        self._block_size = block_size
        # Blocks that are not read yet must never be replaced.
        self._slot_limit = max(store_samples // block_size, MAX_PREFETCH + 1)
        self.is_repeatable = True
        """Whether all samples since the beginning came in the seed's order."""
        self._depth = depth
        self._training_set: str = DEFAULT_SETTINGS["training_set"]
        self._seed = 0
        self._fraction = 1.0
        self._label_noise = 0.0
        self._is_open = False
        self._waiting = 0
        self._arrival = asyncio.Event()
        self._fetcher = BlockFetcher(
            runtime,
            block_size,
            on_dataset=self._begin_split,
            on_block=self._keep,
            on_failure=self._arrival.set,  # stop waiting, since nothing will come soon
            on_free=self._replenish,
        )
        # Whether to use other samples without waiting for the next ones, until something comes.
        self._is_impatient = False
        self._split = ""
        self._begin_split()

    @property
    def _chosen_split(self) -> str:
        """The split to train on; empty while the data set is unknown."""
        sizes = self._fetcher.sizes
        return training_split(self._training_set, sizes) if sizes else ""

    def _begin_split(self) -> None:
        """Begin again with the chosen split. Drops all samples of another, also those to come."""
        self._split = self._chosen_split
        samples = self._fetcher.sizes.get(self._split, 0)
        self._store = BlockStore(0, self._block_size, 0)  # first: memory may not hold both
        self._store = BlockStore(samples, self._block_size, self._slot_limit)
        self._fetcher.drop()
        self._fetcher.has_samples = False
        self._arrival.clear()
        self.restart()

    def restart(self) -> None:
        """Go back to the first sample of the seed's order. Stored samples stay."""
        used = self.used_samples
        self._block_count = -(-used // self._block_size)
        is_whole = self._block_count <= self._slot_limit
        self._order = SampleOrder(self._seed, used, self._block_size, is_whole) if used else None
        self._noise: LabelNoise | None = None
        self._missing: set[int] = set()
        self._fetcher.late.clear()
        self._replaced = 0
        self.is_repeatable = True
        self._used_kept = self._store.count_below(self._block_count)
        self._replenish()

    @property
    def used_samples(self) -> int:
        """How many samples of the split are used for training; 0 while that is unknown."""
        return math.ceil(self._store.samples * self._fraction)

    @property
    def status(self) -> PoolStatus:
        state, details = "ok", []
        if self._fetcher.failures:
            state = "retrying"
            details.append(self._fetcher.failure_detail)
        if self._waiting and not self._store:
            state = "waiting"
            details.append(texts.POOL_WAITING)
        elif not self.is_repeatable:
            details.append(texts.POOL_NOT_REPEATABLE)
        fetching = len(self._fetcher.in_flight)
        return PoolStatus(self._used_kept, fetching, self._block_count, state, " ".join(details))

    def _changed(self) -> None:
        for tell in self.on_change:
            tell()

    def open(self) -> None:
        """Begin to fetch. Later calls do nothing."""
        self._is_open = True
        self._replenish()

    def set_depth(self, depth: int) -> None:
        """Set how many blocks, 1-16, are being fetched or wait to be read."""
        if depth != self._depth:
            self._depth = depth
            self._replenish()

    def choose(
        self, *, training_set: str, seed: int, data_fraction: float, label_noise: float
    ) -> None:
        """Set these, as in settings/checks.py. Another set, seed or fraction restarts the order."""
        is_other = (seed, data_fraction) != (self._seed, self._fraction)
        self._training_set, self._label_noise = training_set, label_noise
        self._seed, self._fraction = seed, data_fraction
        if self._chosen_split != self._split:
            self._begin_split()
        elif is_other:
            self.restart()

    async def wait_for_samples(self) -> None:
        """Return when more samples have come, or when it is time to go on with others."""
        self._arrival.clear()
        self._waiting += 1
        self._changed()
        try:
            # If there are no other samples, just wait.
            limit = PATIENCE_SECONDS if self._store else None
            await asyncio.wait_for(self._arrival.wait(), limit)
        except TimeoutError:
            self._is_impatient = True
        finally:
            self._waiting -= 1
            self._changed()

    def take(self, batch_size: int) -> Batch | None:
        """The next batch, of exactly this size; None if training should wait for samples."""
        if self._order is None or not self._store:
            return None
        numbers = self._order.peek(batch_size)
        if not self._is_all_here:
            blocks = np.unique(numbers // self._block_size).tolist()
            self._missing = {index for index in blocks if index not in self._store}
            if self._missing:
                self._replenish()
                if not (self._fetcher.failures or self._is_impatient):
                    return None
                self.is_repeatable = False
                self._replaced += batch_size
                return self._batch(self._store.draw(batch_size, self._block_count, self._rng))
        self._replaced = 0
        if self._order.advance(batch_size):
            self._replenish()
        return self._batch(numbers)

    @property
    def _is_all_here(self) -> bool:
        return self._used_kept == self._block_count

    def _batch(self, numbers: IntArray) -> Batch:
        images, labels = self._store.take(numbers)
        if self._label_noise:
            if self._noise is None:
                rng = np.random.default_rng([self._seed, NOISE])
                self._noise = LabelNoise(self._store.samples, rng)
            labels = self._noise.apply(labels, numbers, self._label_noise)
        return Batch(images, labels)

    def _replenish(self) -> None:
        """Start as many requests as allowed. Call this whenever that number may have changed."""
        if not self._is_open or not self._fetcher.is_free():
            return
        if self._order is not None and not self._is_all_here:
            # While requests fail, send one at a time, to see whether they succeed again.
            limit = 1 if self._fetcher.failures else max(self._depth, len(self._missing))
            # If other samples were used instead of the next ones, count these as read.
            count = self._depth + self._replaced // self._block_size
            wanted = [*sorted(self._missing), *self._order.blocks_ahead(count)]
            absent = [index for index in wanted if index not in self._store]
            self._fetcher.fetch(self._split, absent, limit)
        self._changed()

    def _keep(self, index: int, images: ByteArray, labels: ByteArray) -> None:
        needed = set(self._missing)
        if self._store.is_full and self._order:
            needed.update(self._order.blocks_ahead(self._depth))
        if not self._store.put(index, images, labels, needed):
            return  # it was requested for an order that is no longer used
        self._used_kept = self._store.count_below(self._block_count)
        self._fetcher.has_samples = True
        self._missing.discard(index)
        if not self._missing:
            self._is_impatient = False
        self._arrival.set()
