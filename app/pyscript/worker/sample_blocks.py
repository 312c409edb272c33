"""Fetches many samples of a split at once, and keeps them. Training has a pool of its own
(train/worker/sample_pool.py).

Both fetch blocks of the same size, so the browser's cache has the answers that came before.
"""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.model.arrays import ByteArray
from app.model.network import INPUT_SIZE
from app.pyscript.worker.api_client import ApiClient, DatasetDescription

BLOCK_SIZE = 512
FETCHES_AT_ONCE = 4


class Samples(NamedTuple):
    """images (n, 784) uint8 and labels (n,) uint8 of a data set."""

    dataset: DatasetDescription
    images: ByteArray
    labels: ByteArray


class KeptSamples:
    """Samples by their split, which are fetched once."""

    def __init__(self, client: ApiClient) -> None:
        self._client = client
        self._kept: dict[str, Samples] = {}

    async def fetch(
        self,
        dataset: DatasetDescription,
        split: str,
        size: int,
        on_fetched: Callable[[int], None],
    ) -> Samples:
        """The first samples of a shuffled split, as many as `size`; fetched if they are not here
        yet, or if the data set is another than before.

        size is a multiple of BLOCK_SIZE, or the size of the whole split, and always the same for a
        data set. on_fetched(count) is called with the number of samples that have come. Raises
        ApiError.
        """
        kept = self._kept.get(split)
        if kept is None or kept.dataset != dataset:
            kept = await self._fetch(dataset, split, size, on_fetched)
            self._kept[split] = kept
        return kept

    async def _fetch(
        self,
        dataset: DatasetDescription,
        split: str,
        size: int,
        on_fetched: Callable[[int], None],
    ) -> Samples:
        images = np.empty((size, INPUT_SIZE), np.uint8)
        labels = np.empty(size, np.uint8)
        starts = iter(range(0, size, BLOCK_SIZE))
        fetched = 0
        on_fetched(0)

        async def fetch_in_turn() -> None:
            nonlocal fetched
            for start in starts:  # shared by all tasks
                block = await self._client.block(dataset, split, start // BLOCK_SIZE, BLOCK_SIZE)
                rows = slice(start, start + len(block[1]))
                images[rows], labels[rows] = block
                fetched += len(block[1])
                on_fetched(fetched)

        tasks = [asyncio.ensure_future(fetch_in_turn()) for _ in range(FETCHES_AT_ONCE)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()  # when one fails, stop the others
        return Samples(dataset, images, labels)
