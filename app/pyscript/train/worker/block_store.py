"""Stores the blocks of samples that have come, in one uint8 array. For sample_pool.py."""

from collections import OrderedDict
from collections.abc import Collection

import numpy as np

from app.model.arrays import ByteArray, IntArray
from app.model.network import INPUT_SIZE


class BlockStore:
    """Holds at most slot_limit blocks of a split. All blocks but the split's last are full.

    If there is room for all blocks, each has its own place, and a sample's number is its row.
    """

    def __init__(self, samples: int, block_size: int, slot_limit: int) -> None:
        self.samples = samples
        self._block_size = block_size
        self._slot_limit = slot_limit
        blocks = -(-samples // block_size)
        self._has_room_for_all = blocks <= slot_limit
        rows = min(blocks, slot_limit) * block_size
        self._images = np.empty((rows, INPUT_SIZE), np.uint8)
        self._labels = np.empty(rows, np.uint8)
        # The stored blocks, oldest first, and the row in which each begins.
        self._kept: OrderedDict[int, int] = OrderedDict()
        self._first_rows: IntArray = np.zeros(blocks, np.intp)

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, index: int) -> bool:
        return index in self._kept

    @property
    def is_full(self) -> bool:
        return len(self._kept) >= self._slot_limit

    def count_below(self, block_count: int) -> int:
        """How many of the blocks from 0 to block_count - 1 are here."""
        return sum(index < block_count for index in self._kept)

    def put(
        self, index: int, images: ByteArray, labels: ByteArray, needed: Collection[int]
    ) -> bool:
        """Store a block: images (n, 784) and labels (n,). If it is full, this replaces the oldest
        block that is not needed. If all are needed, it returns False and stores nothing."""
        first = len(self._kept) * self._block_size
        if self._has_room_for_all:
            first = index * self._block_size
        elif self.is_full:
            oldest = next((kept for kept in self._kept if kept not in needed), None)
            if oldest is None:
                return False
            first = self._kept.pop(oldest)
        self._images[first : first + len(images)] = images
        self._labels[first : first + len(labels)] = labels
        self._kept[index] = first
        self._first_rows[index] = first
        return True

    def take(self, numbers: IntArray) -> tuple[ByteArray, ByteArray]:
        """Copies of the samples with these numbers. Their blocks must be here."""
        rows = numbers
        if not self._has_room_for_all:
            rows = self._first_rows[numbers // self._block_size] + numbers % self._block_size
        return self._images.take(rows, axis=0), self._labels.take(rows)

    def draw(self, count: int, block_count: int, rng: np.random.Generator) -> IntArray:
        """Numbers of random samples that are here, if possible of the first block_count blocks."""
        kept = np.array(list(self._kept))
        used = kept[kept < block_count]
        blocks = rng.choice(used if len(used) else kept, count)
        sizes = np.minimum(self.samples - blocks * self._block_size, self._block_size)
        return blocks * self._block_size + (rng.random(count) * sizes).astype(np.intp)
