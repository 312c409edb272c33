"""The training samples: fetched ahead of training, kept, and handed out in batches.

Requests run side by side as long as blocks in flight and blocks not yet read stay within the depth,
so a paused training stops fetching by itself. What came is kept in one array of uint8. Fresh blocks
are read in the order of their arrival; when there are none, because all are here or the service is
slow or gone, batches come from the kept samples, each once in a freshly shuffled order. A failed
request is repeated after a growing pause; meanwhile training goes on.

The pool knows no network and no page; who uses it hears of changes through callbacks.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.model.arrays import ByteArray, IntArray
from app.model.network import INPUT_SIZE
from app.pyscript.messages import MAX_PREFETCH
from app.pyscript.worker.api_client import ApiClient, ApiError, DatasetDescription
from app.pyscript.worker.background import Background

SPLIT = "train"
BLOCK_SIZE = 512
STORE_SAMPLES = 81_920
"""At most so many are kept: 64 MB, 160 blocks, more than the 55,000 of MNIST. Of a larger set the
oldest blocks make room for new ones, and the service is asked for them again in the next round."""
FIRST_RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 10.0

NOT_ARRIVING = "Training samples are not arriving"
DATASET_CHANGED = "The server has other training samples now"


class Batch(NamedTuple):
    """images (n, 784) uint8 and labels (n,) uint8, copies."""

    images: ByteArray
    labels: ByteArray


class PoolStatus(NamedTuple):
    """Blocks kept, requested and in the whole split; state and detail as in messages.REPORTS."""

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
        *,
        depth: int,
        on_change: Callable[[], None],
        on_problem: Callable[[str, str, bool], None],
        on_recovered: Callable[[str], None],
        block_size: int = BLOCK_SIZE,
        store_samples: int = STORE_SAMPLES,
    ) -> None:
        """rng shuffles and spreads retries; depth is as in `set_depth`.

        on_problem gets (title, detail, whether it will be over by itself); on_recovered gets the
        title of a problem that is over.
        """
        self._client = client
        self._background = background
        self._rng = rng
        self._on_change = on_change
        self._on_problem = on_problem
        self._on_recovered = on_recovered
        self._block_size = block_size
        # Blocks that are not read yet must never have to make room.
        self._slot_limit = max(store_samples // block_size, MAX_PREFETCH + 1)
        self._depth = depth
        self._is_open = False
        self._must_describe = True
        self._is_describing = False
        self._is_backing_off = False
        self._failures = 0
        self._failure_detail = ""
        self._waiting = 0
        self._arrival = asyncio.Event()
        self._dataset: DatasetDescription | None = None
        self._clear(0)

    def _clear(self, samples: int) -> None:
        """Begin anew with a split of so many samples."""
        self._block_count = -(-samples // self._block_size)
        rows = min(self._block_count, self._slot_limit) * self._block_size
        self._images = np.empty((rows, INPUT_SIZE), np.uint8)
        self._labels = np.empty(rows, np.uint8)
        # Which blocks are kept: index to rows (start, stop), oldest first.
        self._kept: OrderedDict[int, tuple[int, int]] = OrderedDict()
        self._wanted = deque(range(self._block_count))
        self._in_flight: set[int] = set()
        self._unread: deque[tuple[int, int]] = deque()
        # A shuffled order of all kept rows, and how far it has been gone through.
        self._shuffled: IntArray = np.empty(0, np.intp)
        self._position = 0
        self._arrival.clear()

    @property
    def status(self) -> PoolStatus:
        state, details = "ok", []
        if self._failures:
            state = "retrying"
            details.append(self._failure_detail)
        if self._waiting:
            state = "waiting"
            details.append("Training waits for its first samples.")
        return PoolStatus(
            len(self._kept), len(self._in_flight), self._block_count, state, " ".join(details)
        )

    @property
    def split_size(self) -> int:
        """Samples in the whole split; 0 while that is unknown."""
        return self._dataset.sizes[SPLIT] if self._dataset is not None else 0

    def open(self) -> None:
        """Begin to fetch; opening again does nothing."""
        self._is_open = True
        self._replenish()

    def set_depth(self, depth: int) -> None:
        """Keep so many blocks, 1-16, in flight or unread."""
        self._depth = depth
        self._replenish()

    async def wait_for_samples(self) -> None:
        """Return when there is at least one block to train on."""
        self._waiting += 1
        self._on_change()
        try:
            await self._arrival.wait()
        finally:
            self._waiting -= 1
            self._on_change()

    def take(self, batch_size: int) -> Batch | None:
        """The next batch, of exactly this size; None while there are no samples at all."""
        if not self._kept:
            return None
        missing = batch_size
        parts: list[IntArray] = []
        while missing:
            rows = self._next_rows(missing)
            parts.append(rows)
            missing -= len(rows)
        rows = np.concatenate(parts)
        return Batch(self._images[rows], self._labels[rows])

    def _next_rows(self, limit: int) -> IntArray:
        """At least one and at most `limit` rows of the store, fresh ones before known ones."""
        if self._unread:
            start, stop = self._unread.popleft()
            end = min(start + limit, stop)
            if end < stop:
                self._unread.appendleft((end, stop))
            else:
                self._replenish()
            return np.arange(start, end)
        if self._position >= len(self._shuffled):
            kept = [np.arange(start, stop) for start, stop in self._kept.values()]
            self._shuffled = self._rng.permutation(np.concatenate(kept))
            self._position = 0
        rows = self._shuffled[self._position : self._position + limit]
        self._position += len(rows)
        return rows

    def _replenish(self) -> None:
        """Start whatever requests there is room for; call this whenever that may have changed."""
        if not self._is_open or self._is_backing_off or self._is_describing:
            return
        if self._dataset is None or self._must_describe:
            self._is_describing = True
            self._background.start(self._describe())
            return
        if not self._wanted and self._block_count > self._slot_limit:
            self._wanted.extend(self._rng.permutation(self._block_count).tolist())
        # While requests fail, one at a time is enough to see whether they succeed again.
        in_flight_limit = 1 if self._failures else self._depth
        while (
            self._wanted
            and len(self._in_flight) < in_flight_limit
            and len(self._in_flight) + len(self._unread) < self._depth
        ):
            index = self._wanted.popleft()
            self._in_flight.add(index)
            self._background.start(self._fetch(self._dataset, index))
        self._on_change()

    async def _describe(self) -> None:
        """Ask what there is to fetch; if it is another data set, all that is kept is void."""
        try:
            dataset = await self._client.dataset()
        except Exception as error:
            self._fail(error)
        else:
            self._must_describe = False
            if self._dataset is None or self._dataset.digest != dataset.digest:
                if self._dataset is not None:
                    self._on_problem(DATASET_CHANGED, "Training goes on with those.", False)
                self._clear(dataset.sizes[SPLIT])
            self._dataset = dataset
        finally:
            self._is_describing = False
        self._replenish()

    async def _fetch(self, dataset: DatasetDescription, index: int) -> None:
        """Bring one block, or put it back among the wanted ones."""
        failure: Exception | None = None
        try:
            images, labels = await self._client.block(dataset, SPLIT, index, self._block_size)
        except Exception as error:
            failure = error
        if self._dataset is None or self._dataset.digest != dataset.digest:
            return  # too late: nobody wants that data set any more
        self._in_flight.discard(index)
        if failure is None:
            self._keep(index, images, labels)
            self._succeed()
        else:
            self._wanted.append(index)
            self._fail(failure)
        self._replenish()

    def _keep(self, index: int, images: ByteArray, labels: ByteArray) -> None:
        if index in self._kept:
            start, _ = self._kept.pop(index)
        elif len(self._kept) < self._slot_limit:
            start = len(self._kept) * self._block_size
        else:
            _, (start, _) = self._kept.popitem(last=False)
        rows = (start, start + len(images))
        self._images[slice(*rows)] = images
        self._labels[slice(*rows)] = labels
        self._kept[index] = rows
        self._unread.append(rows)
        self._position = len(self._shuffled)  # the next shuffle includes the new block
        self._arrival.set()

    def _succeed(self) -> None:
        if self._failures:
            self._failures = 0
            self._on_recovered(NOT_ARRIVING)

    def _fail(self, error: Exception) -> None:
        """Stop asking for a while: longer each time, and not in step with other visitors."""
        if isinstance(error, ApiError):
            message = str(error)
            self._must_describe = self._must_describe or error.status in (404, 409)
        else:
            message = f"{type(error).__name__}: {error}"
        if self._is_backing_off:
            return  # requests side by side fail together: that is one failure
        self._failures += 1
        doubled = FIRST_RETRY_SECONDS * 2 ** min(self._failures - 1, 16)
        delay_seconds = min(doubled, LONGEST_RETRY_SECONDS) * self._rng.uniform(0.5, 1)
        self._failure_detail = f"{message} Asking again in {max(1, round(delay_seconds))} s."
        if self._failures == 1:
            meanwhile = "goes on with those that are here" if self._kept else "waits for them"
            detail = f"{message} Training {meanwhile}; the server is asked again."
            self._on_problem(NOT_ARRIVING, detail, True)
        self._is_backing_off = True
        self._background.start(self._back_off(delay_seconds))

    async def _back_off(self, delay_seconds: float) -> None:
        await asyncio.sleep(delay_seconds)
        self._is_backing_off = False
        self._replenish()
