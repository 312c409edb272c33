"""In which order a run goes through the training samples: a matter of its seed alone.

Numbers only; what of it is here, and what is still to be fetched, is the sample pool's affair.
"""

from collections import deque
from typing import NamedTuple

import numpy as np

from app.model.arrays import IntArray

ORDER = 1
"""Beside the seed, so that the stream is another than that of the weights. 0 would be the same one:
NumPy fills seeds up with zeros."""


class BlockAhead(NamedTuple):
    """A block that is to be read, and before which taken sample (of the run) it is done with."""

    block: int
    end: int


class SampleOrder:
    """Samples 0 to samples - 1, each once an epoch.

    In an epoch by blocks, one block is gone through after the other, each shuffled within: so it is
    in the first one, while blocks are still being fetched, and always where a set is too large to
    be kept. Other epochs are shuffled as a whole.
    """

    def __init__(self, seed: int, samples: int, block_size: int, is_kept_whole: bool) -> None:
        """samples, at least 1."""
        self._seed = seed
        self._samples = samples
        self._block_size = block_size
        self._is_kept_whole = is_kept_whole
        self._epoch = 0
        self._numbers: IntArray = np.empty(0, np.intp)
        # How many samples of the run come before _numbers[0], and how many are taken.
        self._begin = 0
        self._taken = 0
        self._blocks: deque[BlockAhead] = deque()

    def peek(self, count: int) -> IntArray:
        """The numbers of the next samples, (count,); they stay the next ones."""
        while self._begin + len(self._numbers) < self._taken + count:
            self._add_epoch()
        start = self._taken - self._begin
        return self._numbers[start : start + count]

    def advance(self, count: int) -> bool:
        """Go on behind the next `count` samples; whether that leaves a block behind."""
        self._taken += count
        is_left = False
        while self._blocks and self._blocks[0].end <= self._taken:
            self._blocks.popleft()
            is_left = True
        return is_left

    def blocks_ahead(self, count: int) -> list[int]:
        """The blocks that are read next, up to `count`; fewer where an epoch is shuffled whole."""
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
