"""Samples of the data set: its description, blocks of a shuffled split, random ones.

A block's address names its content: data digest, split, seed, index, size. The cache keeps its
encoded form, under all of these and the encoding, so every process's copy is right.

    page's block -> shared cache -> made once            others -> small cache -> charged, made once

The page asks for few different blocks, always in the same form, and nothing else that strangers ask
for can push those out.
"""

import json
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from flask_caching import Cache
from flask_caching.backends.base import BaseCache
from numpy.typing import NDArray

from api.representations import IMAGE_CODINGS, JSON, NPY, Representation
from api.services.single_flight import SingleFlight
from app.model.arrays import ByteArray, IntArray
from app.model.data.datasets import Dataset, permutation
from app.model.network import INPUT_SIZE, NO_DIGIT
from app.model.preprocessing import to_inputs
from app.model.serialization import samples_to_npy

MAX_BLOCK_SIZE = 1024
"""Samples."""
DEFAULT_BLOCK_SIZE = 128
MAX_SEED = 2**32 - 1
MAX_INDEX = 2**32 - 1
BLOCK_TYPES = (JSON, NPY)
"""What */* means comes first."""

PAGE_SEED = 0
PAGE_SIZE = 512
PAGE_VALIDATION_SIZE = 1000
"""What the page asks for (app/pyscript/worker): blocks of one order and size, and the first of
another size, with which it validates."""
PAGE_CODING = IMAGE_CODINGS[0]

PERMUTATIONS_KEPT = 64
"""Recently used orders of a split, up to 320 kB each. Making one takes longer than the rest of a
block."""
LARGEST_KEPT = 512 * 1024
"""Bytes; larger blocks, in practice uncompressed JSON, are made each time."""

BYTES_PER_SAMPLE = {NPY: 785, JSON: 1900}
BYTES_PER_ORIGINAL_SAMPLE = 4200
UNIT_BYTES = 100_000
"""Written and compressed in about a millisecond."""
ORDER_UNITS = 4
"""Units for the order of a seed, new or not."""

LABELS = range(NO_DIGIT + 1)
AT_ONCE = 64
"""Samples that are written together: a megabyte of text, and as much for intermediate results."""


class JsonShape:
    """How samples are written: {samples: [{label: 7, pixels: [one of `texts` for each pixel]}]}."""

    def __init__(self, samples: str, label: str, pixels: str, texts: list[str]) -> None:
        self._head = f'{{"{samples}":['.encode()
        self._beginnings = _padded(f'{{"{label}":{number},"{pixels}":[' for number in LABELS)
        self._pixels = _padded(f"{text}," for text in texts)
        self._ends = _padded(f"{text}]}}," for text in texts)

    def write(self, images: ByteArray, labels: ByteArray) -> bytes:
        written = b"".join(
            self._write_some(images[start : start + AT_ONCE], labels[start : start + AT_ONCE])
            for start in range(0, len(labels), AT_ONCE)
        )
        return self._head + written[:-1] + b"]}"

    def _write_some(self, images: ByteArray, labels: ByteArray) -> bytes:
        """Texts are put side by side with zeros behind the short ones, which are then left out:
        seven times as fast as to join them one by one."""
        parts = (
            self._beginnings[labels, None],
            self._pixels[images[:, :-1]],
            self._ends[images[:, -1:]],
        )
        padded = np.concatenate([part.view(np.uint8) for part in parts], axis=1)
        return padded.tobytes().translate(None, b"\0")


def _padded(texts: Iterable[str]) -> NDArray[np.void]:
    """One item of the same length for each text, filled up with zeros."""
    encoded = np.array([text.encode() for text in texts])
    # As void, not bytes: for those NumPy would search each one's end.
    return encoded.view(np.dtype((np.void, encoded.itemsize)))


LEVELS = np.resize(np.arange(256, dtype=np.uint8), INPUT_SIZE)
OUR_SHAPE = JsonShape("samples", "label", "pixels", [str(level) for level in LEVELS[:256]])
ORIGINAL_SHAPE = JsonShape(
    "data", "target", "image", [str(value) for value in to_inputs(LEVELS)[0, :256]]
)


@dataclass(frozen=True)
class BlockAddress:
    """The samples from index * size on, of a split in the order that a seed gives."""

    split: str
    seed: int
    index: int
    size: int


class BlockNotFoundError(Exception):
    """A block past the end of its split."""


class DatasetChangedError(Exception):
    """The caller's digest is not that of the data set in use."""


class Samples:
    """Reads from one data set. cache: for the page's blocks; others: for all other blocks.

    `new_rng` makes the randomness of each random answer.

    A new generator is made each time, because forked processes would share the state of one.
    """

    def __init__(
        self,
        dataset: Dataset,
        cache: Cache | BaseCache,
        others: BaseCache,
        new_rng: Callable[[], np.random.Generator] = np.random.default_rng,
    ) -> None:
        self.dataset = dataset
        self.digest = dataset.digest[:16]
        self._cache = cache
        self._others = others
        self._flights = SingleFlight()
        self._new_rng = new_rng
        self._permutation: Callable[[int, int], IntArray] = lru_cache(PERMUTATIONS_KEPT)(
            _small_permutation
        )

    def description(self) -> dict[str, Any]:
        """Name, source, digest and sizes of the data set."""
        return {
            "name": self.dataset.name,
            "title": self.dataset.title,
            "source": self.dataset.source,
            "digest": self.digest,
            "pixels": INPUT_SIZE,
            "splits": {name: len(split) for name, split in self.dataset.splits.items()},
        }

    def require_digest(self, digest: str) -> None:
        """Raises DatasetChangedError unless it names the data set in use."""
        if digest != self.digest:
            raise DatasetChangedError(
                f"The data set has changed: it is {self.digest} now, not {digest[:64]}. "
                "Fetch /api/data again."
            )

    def block(
        self, address: BlockAddress, media_type: str, coding: str, charge: Callable[[int], None]
    ) -> Representation:
        """The samples at an address; a split's last block may be shorter.

        media_type is one of BLOCK_TYPES: .npy of (n, 785) uint8, label first, or JSON
        {"samples": [{"label": 7, "pixels": [784 of 0-255]}]}. charge is called with the cost of
        making a block that the page does not ask for, and may raise. Raises BlockNotFoundError.
        """
        self._require_block(address)
        is_of_page = media_type == NPY and _is_of_page(address)
        cache = self._cache if is_of_page and coding == PAGE_CODING else self._others
        key = f"block:{self.digest}:{address}:{media_type}:{coding}"
        found: Representation | None = cache.get(key)
        if found is not None:
            return found
        if not is_of_page:
            charge(ORDER_UNITS + units(address.size * BYTES_PER_SAMPLE[media_type]))

        def make() -> Representation:
            block = self._make_block(address, media_type, coding)
            if len(block.content) <= LARGEST_KEPT:
                cache.set(key, block)
            return block

        return self._flights.do(key, make)

    def _require_block(self, address: BlockAddress) -> None:
        size = len(self.dataset.splits[address.split])
        if address.index * address.size >= size:
            last = (size - 1) // address.size
            raise BlockNotFoundError(
                f"The {address.split} split has {size} samples, so its last block of "
                f"{address.size} is {last}; there is no block {address.index}."
            )

    def _make_block(self, address: BlockAddress, media_type: str, coding: str) -> Representation:
        images, labels = self._samples_at(address)
        if media_type == NPY:
            content = samples_to_npy(images, labels)
        else:
            content = OUR_SHAPE.write(images, labels)
        return Representation.encode(content, media_type, coding, is_quick=True)

    def _samples_at(self, address: BlockAddress) -> tuple[ByteArray, ByteArray]:
        samples = self.dataset.splits[address.split]
        start = address.index * address.size
        order = self._permutation(len(samples), address.seed)[start : start + address.size]
        return samples.images[order], samples.labels[order]

    def random_sample(self, split: str) -> dict[str, Any]:
        """One sample of a split, with its index."""
        samples = self.dataset.splits[split]
        index = int(self._new_rng().integers(len(samples)))
        return {
            "label": int(samples.labels[index]),
            "pixels": samples.images[index].tolist(),
            "split": split,
            "index": index,
        }

    def training_samples(self, count: int) -> bytes:
        """Different random training samples as the original's JSON.

        {"data": [{"target": 7, "image": [784 of 0.0-1.0]}]}. Count is at most the split's size.
        """
        samples = self.dataset.splits["train"]
        chosen = self._new_rng().choice(len(samples), count, replace=False, shuffle=False)
        return ORIGINAL_SHAPE.write(samples.images[chosen], samples.labels[chosen])

    def description_with_sample(self) -> bytes:
        """The description and one training sample, as one JSON object.

        The original's clients and ours expect different things at one address, /api/data; each
        finds its members here and ignores the others.
        """
        description = json.dumps(self.description(), separators=(",", ":")).encode()
        return description[:-1] + b"," + self.training_samples(1)[1:]


def _is_of_page(address: BlockAddress) -> bool:
    size, index = address.size, address.index
    is_usual = size == PAGE_SIZE or (size, index) == (PAGE_VALIDATION_SIZE, 0)
    return address.seed == PAGE_SEED and is_usual


def units(size: int) -> int:
    """What it costs to write this many bytes: about milliseconds of a processor."""
    return math.ceil(size / UNIT_BYTES)


def _small_permutation(size: int, seed: int) -> IntArray:
    """See `permutation`; in the smallest type that holds its numbers."""
    return permutation(size, seed).astype(np.min_scalar_type(size - 1))
