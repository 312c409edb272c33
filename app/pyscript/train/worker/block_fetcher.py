"""Asks the service which samples it has, and fetches several blocks of them at the same time.

After a failure it pauses, longer each time, and then asks for a single block, to see whether
requests succeed again. sample_pool.py says which blocks it needs.
"""

import asyncio
from collections.abc import Callable, Iterable

from app.model.arrays import ByteArray
from app.pyscript.kit.formats import whole
from app.pyscript.messages import NO_SAMPLES, OTHER_SAMPLES
from app.pyscript.train import texts
from app.pyscript.worker.api_client import ApiError, DatasetDescription
from app.pyscript.worker.reports import described
from app.pyscript.worker.runtime import Runtime

FIRST_RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 10.0


class BlockFetcher:
    def __init__(
        self,
        runtime: Runtime,
        block_size: int,
        *,
        on_dataset: Callable[[], None],
        on_block: Callable[[int, ByteArray, ByteArray], None],
        on_failure: Callable[[], None],
        on_free: Callable[[], None],
    ) -> None:
        """on_dataset(): there is another data set, and all earlier samples are void;
        on_block(number, images, labels): a block has come; on_failure(): nothing will come soon;
        on_free(): more blocks can be requested."""
        self._runtime = runtime
        self._block_size = block_size
        self._on_dataset = on_dataset
        self._on_block = on_block
        self._on_failure = on_failure
        self._on_free = on_free
        self._dataset: DatasetDescription | None = None
        self.in_flight: set[int] = set()
        """Blocks that are being fetched."""
        self.late: set[int] = set()
        """Blocks that failed to come. Other blocks are fetched meanwhile."""
        self.failures = 0
        """How many requests have failed in a row."""
        self.failure_detail = ""
        """What failed last, and when the next try is."""
        self.has_samples = False
        """Whether training can go on with the samples that are here."""
        self._must_describe = True
        self._is_describing = False
        self._is_backing_off = False

    @property
    def sizes(self) -> dict[str, int]:
        """The number of samples in each split; empty while the data set is unknown."""
        return self._dataset.sizes if self._dataset else {}

    def is_free(self) -> bool:
        """Whether blocks can be requested now. If the data set is unknown, starts to ask for it."""
        if self._is_backing_off or self._is_describing:
            return False
        if self._must_describe:
            self._is_describing = True
            self._runtime.background.start(self._describe())
        return not self._must_describe

    def fetch(self, split: str, wanted: Iterable[int], limit: int) -> None:
        """Request these blocks of a split, with at most `limit` requests at a time.

        Does nothing before the data set is known.
        """
        if self._dataset is None:
            return
        for index in sorted(wanted, key=lambda index: index in self.late):
            if index not in self.in_flight and len(self.in_flight) < limit:
                self.in_flight.add(index)
                fetching = self._fetch(self._dataset, split, index, self.in_flight)
                self._runtime.background.start(fetching)

    def drop(self) -> None:
        """Ignore the answers of all requests under way."""
        self.in_flight = set()

    async def _describe(self) -> None:
        try:
            dataset = await self._runtime.client.dataset()
        except Exception as error:
            self._fail(error)
        else:
            self._must_describe = False
            former, self._dataset = self._dataset, dataset
            if former is None or former.digest != dataset.digest:
                if former is not None:
                    self._runtime.reports.problem(OTHER_SAMPLES, texts.POOL_CHANGED_ADVICE)
                self._on_dataset()
        finally:
            self._is_describing = False
        self._on_free()

    async def _fetch(
        self, dataset: DatasetDescription, split: str, index: int, in_flight: set[int]
    ) -> None:
        """in_flight: the set that holds this request. If `drop` has replaced that set by the time
        of the answer, the block is ignored."""
        failure: Exception | None = None
        try:
            block = await self._runtime.client.block(dataset, split, index, self._block_size)
        except Exception as error:
            failure = error
        if in_flight is not self.in_flight:
            return
        in_flight.discard(index)
        if failure is None:
            try:
                self._on_block(index, *block)
            except Exception as error:
                failure = error
        if failure is None:
            self.late.discard(index)
            self._succeed()
        else:
            self.late.add(index)
            self._fail(failure)
        self._on_free()

    def _succeed(self) -> None:
        if self.failures:
            self.failures = 0
            self._runtime.reports.recovered(NO_SAMPLES)

    def _fail(self, error: Exception) -> None:
        """Pause, longer each time, by a random amount so that visitors do not come back at once."""
        if isinstance(error, ApiError) and error.status in (404, 409):
            self._must_describe = True
        if self._is_backing_off:
            return  # requests that run together fail together; count them once
        message = described(error)
        self.failures += 1
        doubled = FIRST_RETRY_SECONDS * 2 ** min(self.failures - 1, 16)
        delay_seconds = min(doubled, LONGEST_RETRY_SECONDS) * self._runtime.rng.uniform(0.5, 1)
        seconds = whole(max(1, delay_seconds))
        self.failure_detail = texts.POOL_RETRYING.format(error=message, seconds=seconds)
        if self.failures == 1:
            yet, more = texts.POOL_NOT_ARRIVING_YET, texts.POOL_NOT_ARRIVING_MORE
            detail = (more if self.has_samples else yet).format(error=message)
            self._runtime.reports.problem(NO_SAMPLES, detail)
        self._is_backing_off = True
        self._on_failure()
        self._runtime.background.start(self._back_off(delay_seconds))

    async def _back_off(self, delay_seconds: float) -> None:
        await asyncio.sleep(delay_seconds)
        self._is_backing_off = False
        self._on_free()
