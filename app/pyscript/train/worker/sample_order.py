"""The order in which a run uses the training samples. It depends only on the seed.

This handles only the samples' numbers; sample_pool.py knows which samples are here.
"""

from collections import deque
from typing import NamedTuple

import numpy as np

from app.model.arrays import IntArray

ORDER = 1
"""Added to the seed, so that these random numbers differ from those of the weights. 0 would not
work, because NumPy fills up seeds with zeros."""


class BlockAhead(NamedTuple):
    """A block to be read, and the sample of the run at which it is no longer needed."""

    block: int
    end: int


class SampleOrder:
    """Samples 0 to samples - 1, each once per epoch.

    The first epoch goes block by block, because blocks are still being fetched; each block is
    shuffled inside. Later epochs are shuffled as a whole, unless the set is too large to be stored.
    """

    def __init__(self, seed: int, samples: int, block_size: int, is_kept_whole: bool) -> None:
        """samples: how many there are, at least 1."""
        self._seed = seed
        self._samples = samples
        self._block_size = block_size
        self._is_kept_whole = is_kept_whole
        self._epoch = 0
        self._numbers: IntArray = np.empty(0, np.intp)
        # How many samples of the run come before _numbers[0], and how many of _numbers are taken.
        self._begin = 0
        self._taken = 0
        self._blocks: deque[BlockAhead] = deque()

    def peek(self, count: int) -> IntArray:
        """The numbers of the next samples, (count,), without taking them."""
        while self._begin + len(self._numbers) < self._taken + count:
            self._add_epoch()
        start = self._taken - self._begin
        return self._numbers[start : start + count]

    def advance(self, count: int) -> bool:
        """Take the next `count` samples. Returns whether a block is finished by that."""
        self._taken += count
        is_left = False
        while self._blocks and self._blocks[0].end <= self._taken:
            self._blocks.popleft()
            is_left = True
        return is_left

    def blocks_ahead(self, count: int) -> list[int]:
        """The blocks to be read next, up to `count`; fewer before an epoch shuffled as a whole."""
        while len(self._blocks) < count and (self._epoch == 0 or not self._is_kept_whole):
            self._add_epoch()
        return [ahead.block for ahead, _ in zip(self._blocks, range(count), strict=False)]

    def _add_epoch(self) -> None:
        rng = np.random.default_rng([self._seed, ORDER, self._epoch])
        end = self._begin + len(self._numbers)
        if self._epoch and self._is_kept_whole:
            numbers = rng.permutation(self._samples)
        else:
            parts = []
            for index in rng.permutation(-(-self._samples // self._block_size)).tolist():
                first = index * self._block_size
                size = min(self._block_size, self._samples - first)
                parts.append(first + rng.permutation(size))
                end += size
                self._blocks.append(BlockAhead(index, end))
            numbers = np.concatenate(parts)
        done = self._taken - self._begin
        self._numbers = np.concatenate([self._numbers[done:], numbers])
        self._begin = self._taken
        self._epoch += 1
