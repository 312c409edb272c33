"""Reading the shared weights: what everyone gets, the history, and two versions side by side.

publishing.py writes them. Cached content is named by digest, so every process's copy is right; the
store is asked each time which digest is current, so no process serves an older version after a
publish was answered.
"""

import gzip
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from flask_caching import Cache

from api.representations import JSON, NPZ, ONNX, SAFETENSORS, Representation
from api.services.held_out import HeldOut, KindReading, Reading
from api.services.problems import BusyError, NotFoundError
from api.stores.versions import Version, VersionStore
from app.model.arrays import FloatArray
from app.model.exports import weights_to_onnx, weights_to_safetensors
from app.model.network import Network
from app.model.serialization import (
    WeightsError,
    weights_digest,
    weights_from_npz,
    weights_to_json,
)

WEIGHTS_TYPES = (JSON, NPZ, SAFETENSORS, ONNX)
"""What */* means comes first: the original's clients send it and read JSON."""
EXPORTS = {SAFETENSORS: weights_to_safetensors, ONNX: weights_to_onnx}

SOURCES = ("shipped", "published", "patched", "retrained")
ATTEMPTS = 10
"""Attempts to read the current version while others replace it."""
NETWORKS_KEPT = 8
"""Networks that drawings are read with, 400 kB each."""
READINGS_KEPT = 128
"""Readings of versions that were compared, 8 kB each."""
ANSWERS_KEPT = 256
"""Answers to some samples of versions that candidates may be copies of, 40 kB each."""


class KindComparison(NamedTuple):
    """Two versions on one kind of held-out samples; recalls are of the digits 0 to 9."""

    recalls: tuple[list[float], list[float]]
    samples: int
    only_first_right: int
    only_second_right: int


class Comparison(NamedTuple):
    """Two versions on the same held-out samples; drawings is None where the data has none."""

    versions: tuple[Version, Version]
    digits: KindComparison
    drawings: KindComparison | None
    distance: float
    """Euclidean distance between all weights, as a share of the first one's norm."""


def is_whole(digest: str, content: bytes) -> bool:
    """Is this the .npz of the weights with that digest?"""
    try:
        w1, w2 = weights_from_npz(content)
    except WeightsError:
        return False
    return weights_digest({"w1": w1, "w2": w2}) == digest


class SharedWeights:
    def __init__(self, store: VersionStore, cache: Cache, held_out: HeldOut) -> None:
        self._store = store
        self._cache = cache
        self._held_out = held_out
        self.reader: Callable[[str], Network] = lru_cache(NETWORKS_KEPT)(self._load)
        """The network of the weights with a digest, to read drawings with; it is not to be changed.
        Raises NotFoundError."""
        self.reading: Callable[[str], Reading] = lru_cache(READINGS_KEPT)(self._read)
        """The answers for the held-out samples of the weights with a digest. Raises
        NotFoundError."""
        self.answers: Callable[[str], FloatArray] = lru_cache(ANSWERS_KEPT)(self._probe)
        """The probabilities that they give to some of these samples. Raises NotFoundError."""

    # What everyone gets

    @property
    def held_out_size(self) -> int:
        """How many digits accuracies are measured on."""
        return self._held_out.digits_size

    @property
    def held_out_drawings(self) -> int:
        """How many drawings they are measured on; 0 if the data has none."""
        return self._held_out.drawings_size

    def digest(self) -> str:
        """Of the current version."""
        digest = self._store.current_digest()
        if digest is None:
            raise BusyError("There are no weights yet: the service is starting.")
        return digest

    def representation(self, media_type: str, coding: str) -> Representation:
        """The current weights in one of WEIGHTS_TYPES."""
        for _ in range(ATTEMPTS):
            made = self._made(self.digest(), media_type, coding)
            if made is not None:
                return made
        raise BusyError("The weights change faster than they can be read. Try again.")

    def version_content(self, version: Version, media_type: str = NPZ) -> Representation:
        """The weights of any version, in one of WEIGHTS_TYPES but JSON."""
        made = self._made(version.digest, media_type, "identity")
        if made is None:
            raise _not_found(version.id)
        return made

    def _made(self, digest: str, media_type: str, coding: str) -> Representation | None:
        """In one of WEIGHTS_TYPES; None if there are no such weights any more.

        EXPORTS are made each time, in a millisecond: kept, they would push out what the page asks
        for.
        """
        if media_type not in EXPORTS:
            return self._representation(digest, media_type, coding)
        npz = self._representation(digest, NPZ, "identity")
        if npz is None:
            return None
        content = EXPORTS[media_type](_network(npz.content).params)
        name = media_type.partition("-")[2]
        return Representation(content, media_type, "identity", f"{digest}-{name}")

    def _representation(self, digest: str, media_type: str, coding: str) -> Representation | None:
        """None if there are no such weights any more. An .npz's tag is the digest itself.

        An .npz is never compressed: that would save 7 %. JSON is 1.2 MB, so kept only compressed.
        """
        if media_type == JSON and coding == "identity":
            compressed = self._representation(digest, JSON, "gzip")
            if compressed is None:
                return None
            return Representation(
                gzip.decompress(compressed.content), JSON, "identity", f"{digest}-json"
            )
        if media_type == NPZ:
            coding = "identity"
        key = f"weights:{digest}:{media_type}:{coding}"
        found: Representation | None = self._cache.get(key)
        if found is not None:
            return found
        npz = self._store.content(digest)
        if npz is None:
            return None
        if media_type == NPZ:
            made = Representation.encode(npz, NPZ, coding, digest)
        else:
            content = weights_to_json(_network(npz).params)
            made = Representation.encode(content, JSON, coding, f"{digest}-json")
        self._cache.set(key, made)
        return made

    # History

    def current(self) -> Version:
        """The version that everyone gets."""
        current = self._store.current()
        if current is None:
            raise BusyError("There are no weights yet: the service is starting.")
        return current

    def versions(self) -> list[Version]:
        """All that are kept, newest first, refused candidates too."""
        return self._store.all()

    def version(self, version: int) -> Version:
        """Raises NotFoundError."""
        found = self._store.get(version)
        if found is None:
            raise _not_found(version)
        return found

    def compare(self, first: int, second: int) -> Comparison:
        """Raises NotFoundError."""
        versions = (self.version(first), self.version(second))
        before, after = (self.reading(version.digest) for version in versions)
        flat = [
            np.concatenate([w.ravel() for w in net.params.values()], dtype=np.float64)
            for net in map(self.network, versions)
        ]
        return Comparison(
            versions=versions,
            digits=_compare(before.digits, after.digits),
            drawings=before.drawings
            and after.drawings
            and _compare(before.drawings, after.drawings),
            distance=float(np.linalg.norm(flat[1] - flat[0]) / (np.linalg.norm(flat[0]) or 1)),
        )

    def network(self, version: Version) -> Network:
        """Raises NotFoundError."""
        npz = self._store.content(version.digest)
        if npz is None:
            raise _not_found(version.id)
        return _network(npz)

    def _load(self, digest: str) -> Network:
        npz = self._store.content(digest)
        if npz is None:
            raise NotFoundError("This version has just been dropped to make room.")
        return _network(npz)

    def _read(self, digest: str) -> Reading:
        npz = self._store.content(digest)
        if npz is None:
            raise NotFoundError("One of these versions has just been dropped to make room.")
        return self._held_out.read(_network(npz))

    def _probe(self, digest: str) -> FloatArray:
        return self._held_out.probe(self._load(digest))


def _compare(first: KindReading, second: KindReading) -> KindComparison:
    return KindComparison(
        recalls=(first.recall, second.recall),
        samples=len(first.is_right),
        only_first_right=int((first.is_right & ~second.is_right).sum()),
        only_second_right=int((~first.is_right & second.is_right).sum()),
    )


def _network(npz: bytes) -> Network:
    return Network(*weights_from_npz(npz))


def _not_found(version: int) -> NotFoundError:
    return NotFoundError(
        f"There is no version {version}, or not any more. /api/weights/versions lists what is kept."
    )
