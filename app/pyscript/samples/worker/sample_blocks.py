"""Fetches many samples of a split at once, for features that keep them. Training uses sample_pool.

With the pool's block size these are the same requests that training makes, so the browser's cache
has the answers that came before.
"""

import asyncio
from collections.abc import Callable

import numpy as np

from app.model.arrays import ByteArray
from app.model.network import INPUT_SIZE
from app.pyscript.samples.worker.sample_pool import BLOCK_SIZE
from app.pyscript.worker.api_client import ApiClient, DatasetDescription

FETCHES_AT_ONCE = 4


async def fetch_samples(
    client: ApiClient,
    dataset: DatasetDescription,
    split: str,
    size: int,
    on_fetched: Callable[[int], None],
) -> tuple[ByteArray, ByteArray]:
    """The first samples of a shuffled split: images (size, 784) uint8 and labels (size,) uint8.

    size is a multiple of BLOCK_SIZE, or the size of the whole split. on_fetched(count) is called
    with the number of samples that have come. Raises ApiError.
    """
    images = np.empty((size, INPUT_SIZE), np.uint8)
    labels = np.empty(size, np.uint8)
    starts = iter(range(0, size, BLOCK_SIZE))
    fetched = 0
    on_fetched(0)

    async def fetch_in_turn() -> None:
        nonlocal fetched
        for start in starts:  # shared by all tasks
            block = await client.block(dataset, split, start // BLOCK_SIZE, BLOCK_SIZE)
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
    return images, labels
