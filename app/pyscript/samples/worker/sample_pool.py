"""The training samples: fetched ahead of training, kept, and handed out in batches.

What is trained on is one of the service's splits, chosen by a setting; samples of another one make
room for it, and stay in the browser's cache. The seed alone says which samples come next
(sample_order.py), so that a run can be repeated. The blocks that are read next are requested side
by side, as many as the depth says, so a paused training stops fetching by itself. What came is kept
in one array of uint8. Where the next samples are late, because the service is slow or gone,
training goes on with samples that are here, drawn at random, and takes the order up again when they
come; such a run cannot be repeated, and that is told. A failed request is repeated after a growing
pause.

The pool knows no network and no page.
"""

import asyncio
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.model.arrays import ByteArray, IntArray
from app.model.label_noise import LabelNoise
from app.pyscript import texts
from app.pyscript.messages import DEFAULT_SETTINGS, MAX_PREFETCH, OTHER_SAMPLES
from app.pyscript.samples.worker.block_store import BlockStore
from app.pyscript.samples.worker.retries import Retries
from app.pyscript.samples.worker.sample_order import SampleOrder
from app.pyscript.samples.worker.splits import training_split
from app.pyscript.worker.api_client import ApiClient, ApiError, DatasetDescription
from app.pyscript.worker.background import Background
from app.pyscript.worker.reports import Reports

BLOCK_SIZE = 512
STORE_SAMPLES = 81_920
"""At most so many are kept: 64 MB, 160 blocks, all of the mixture or of MNIST. Of a larger set the
oldest blocks make room for new ones, and the service is asked for them again in the next round."""
PATIENCE_SECONDS = 3.0
"""So long training waits for samples that are late, if it could go on with others."""

NOISE = 2
"""Beside the seed, so that the stream is another than those of weights and order."""


class Batch(NamedTuple):
    """images (n, 784) uint8 and labels (n,) uint8, digits or NO_DIGIT, some of them wrong where
    that is asked for; copies. own: how many of them are no samples but the visitor's drawings
    (hand.py)."""

    images: ByteArray
    labels: ByteArray
    own: int = 0


class PoolStatus(NamedTuple):
    """Blocks kept, requested and to be used in all; state and detail as in messages.REPORTS."""

    cached: int
    fetching: int
    total: int
    state: str
    detail: str


class SamplePool:
    """Opened once, it fetches by itself whenever there is room ahead of training."""

    def __init__(
        self,
        client: ApiClient,
        background: Background,
        rng: np.random.Generator,
        reports: Reports,
        *,
        depth: int = DEFAULT_SETTINGS["prefetch"],
        block_size: int = BLOCK_SIZE,
        store_samples: int = STORE_SAMPLES,
    ) -> None:
        """rng shuffles and spreads retries; depth is as in `set_depth`."""
        self._client = client
        self._background = background
        self._rng = rng
        self._reports = reports
        self.on_change: list[Callable[[], None]] = []
        """Called whenever `status` may have changed."""
        self._block_size = block_size
        # Blocks that are not read yet must never have to make room.
        self._slot_limit = max(store_samples // block_size, MAX_PREFETCH + 1)
        self._depth = depth
        self._training_set: str = DEFAULT_SETTINGS["training_set"]
        self._seed = 0
        self._fraction = 1.0
        self._label_noise = 0.0
        self._is_open = False
        self._must_describe = True
        self._is_describing = False
        self._retries = Retries(background, rng, reports, self._replenish)
        self._waiting = 0
        self._arrival = asyncio.Event()
        # Whether to go on without waiting for what is next, until something comes.
        self._is_impatient = False
        self._dataset: DatasetDescription | None = None
        self._split = ""
        self._begin_split()

    @property
    def _chosen_split(self) -> str:
        """The split that is to be trained on; empty while the data set is unknown."""
        return training_split(self._training_set, self._dataset.sizes) if self._dataset else ""

    def _begin_split(self) -> None:
        """Begin anew with the chosen split; samples of another are void, also those to come."""
        self._split = self._chosen_split
        samples = self._dataset.sizes[self._split] if self._dataset else 0
        self._store = BlockStore(0, self._block_size, 0)  # freed first: both may not fit
        self._store = BlockStore(samples, self._block_size, self._slot_limit)
        # A new set, because requests for the former split may still be answered.
        self._in_flight: set[int] = set()
        self._arrival.clear()
        self.restart()

    def restart(self) -> None:
        """Begin with the first sample of the seed's order again; what is kept stays."""
        used = self.used_samples
        self._block_count = -(-used // self._block_size)
        self._is_whole = self._block_count <= self._slot_limit
        self._order = (
            SampleOrder(self._seed, used, self._block_size, self._is_whole) if used else None
        )
        self._noise: LabelNoise | None = None
        self._missing: set[int] = set()
        self._late: set[int] = set()
        self._replaced = 0
        self._is_repeatable = True
        self._count_kept()
        self._replenish()

    @property
    def used_samples(self) -> int:
        """Samples of the split that are trained on; 0 while that is unknown."""
        return math.ceil(self._store.samples * self._fraction)

    @property
    def is_repeatable(self) -> bool:
        """Whether all samples came in the seed's order since it was begun."""
        return self._is_repeatable

    @property
    def status(self) -> PoolStatus:
        state, details = "ok", []
        if self._retries.failures:
            state = "retrying"
            details.append(self._retries.detail)
        if self._waiting and not self._store:
            state = "waiting"
            details.append(texts.POOL_WAITING)
        elif not self._is_repeatable:
            details.append(texts.POOL_NOT_REPEATABLE)
        return PoolStatus(
            self._used_kept, len(self._in_flight), self._block_count, state, " ".join(details)
        )

    def _changed(self) -> None:
        for tell in self.on_change:
            tell()

    def open(self) -> None:
        """Begin to fetch; opening again does nothing."""
        self._is_open = True
        self._replenish()

    def set_depth(self, depth: int) -> None:
        """Keep so many blocks, 1-16, in flight or unread."""
        if depth != self._depth:
            self._depth = depth
            self._replenish()

    def choose(
        self, *, training_set: str, seed: int, data_fraction: float, label_noise: float
    ) -> None:
        """As in messages.check_settings. Other samples, seed or fraction begin the order anew."""
        is_other = (seed, data_fraction) != (self._seed, self._fraction)
        self._training_set = training_set
        self._seed, self._fraction, self._label_noise = seed, data_fraction, label_noise
        if self._chosen_split != self._split:
            self._begin_split()
        elif is_other:
            self.restart()

    async def wait_for_samples(self) -> None:
        """Return when more samples have come, or it was waited long enough to go on with others."""
        self._arrival.clear()
        self._waiting += 1
        self._changed()
        try:
            # With nothing to go on with, there is no hurry to say so.
            limit = PATIENCE_SECONDS if self._store else None
            await asyncio.wait_for(self._arrival.wait(), limit)
        except TimeoutError:
            self._is_impatient = True
        finally:
            self._waiting -= 1
            self._changed()

    def take(self, batch_size: int) -> Batch | None:
        """The next batch, of exactly this size; None while it is better to wait for samples."""
        if self._order is None or not self._store:
            return None
        numbers = self._order.peek(batch_size)
        if not self._is_all_here:
            blocks = np.unique(numbers // self._block_size).tolist()
            self._missing = {index for index in blocks if index not in self._store}
            if self._missing:
                self._replenish()
                if not (self._retries.failures or self._is_impatient):
                    return None
                self._is_repeatable = False
                self._replaced += batch_size
                numbers = self._store.draw(batch_size, self._block_count, self._rng)
                return self._batch(numbers)
        self._replaced = 0
        if self._order.advance(batch_size):
            self._replenish()
        return self._batch(numbers)

    def _count_kept(self) -> None:
        self._used_kept = self._store.count_below(self._block_count)

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
        """Start whatever requests there is room for; call this whenever that may have changed."""
        if not self._is_open or self._retries.is_waiting or self._is_describing:
            return
        if self._dataset is None or self._must_describe:
            self._is_describing = True
            self._background.start(self._describe())
            return
        if self._order is not None and not self._is_all_here:
            # While requests fail, one at a time is enough to see whether they succeed again.
            in_flight_limit = 1 if self._retries.failures else max(self._depth, len(self._missing))
            # While others replace what is next, it goes on as if that had been read.
            count = self._depth + self._replaced // self._block_size
            wanted = [*sorted(self._missing), *self._order.blocks_ahead(count)]
            # What failed before does not keep the others away.
            for index in sorted(wanted, key=lambda index: index in self._late):
                is_asked_for = index in self._store or index in self._in_flight
                if not is_asked_for and len(self._in_flight) < in_flight_limit:
                    self._in_flight.add(index)
                    fetching = self._fetch(self._dataset, self._split, index, self._in_flight)
                    self._background.start(fetching)
        self._changed()

    async def _describe(self) -> None:
        """Ask what there is to fetch; if it is another data set, all that is kept is void."""
        try:
            dataset = await self._client.dataset()
        except Exception as error:
            self._fail(error)
        else:
            self._must_describe = False
            former, self._dataset = self._dataset, dataset
            if former is None or former.digest != dataset.digest:
                if former is not None:
                    self._reports.problem(OTHER_SAMPLES, texts.POOL_CHANGED_ADVICE, False)
                self._begin_split()
        finally:
            self._is_describing = False
        self._replenish()

    async def _fetch(
        self, dataset: DatasetDescription, split: str, index: int, in_flight: set[int]
    ) -> None:
        """Bring one block; one that does not come is asked for again when it is next.

        in_flight: where the request is noted. If there is another such set by the time that it is
        answered, another split is trained on, and the block is dropped.
        """
        failure: Exception | None = None
        try:
            images, labels = await self._client.block(dataset, split, index, self._block_size)
        except Exception as error:
            failure = error
        if in_flight is not self._in_flight:
            return
        in_flight.discard(index)
        if failure is None:
            try:
                self._keep(index, images, labels)
            except Exception as error:
                failure = error
        if failure is None:
            self._retries.succeed()
        else:
            self._late.add(index)
            self._fail(failure)
        self._replenish()

    def _keep(self, index: int, images: ByteArray, labels: ByteArray) -> None:
        self._late.discard(index)
        needed = set(self._missing)
        if self._store.is_full and self._order:
            needed.update(self._order.blocks_ahead(self._depth))
        if not self._store.put(index, images, labels, needed):
            return  # it was wanted by another order, and nobody wants it any more
        self._count_kept()
        self._missing.discard(index)
        if not self._missing:
            self._is_impatient = False
        self._arrival.set()

    def _fail(self, error: Exception) -> None:
        """Stop asking for a while."""
        if isinstance(error, ApiError):
            self._must_describe = self._must_describe or error.status in (404, 409)
        if self._retries.fail(error, bool(self._store)):
            self._arrival.set()  # nobody needs to wait for what will not come soon
