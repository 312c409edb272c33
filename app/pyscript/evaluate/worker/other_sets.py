"""Test sets that other features bring, beside those of the service."""

from collections.abc import Callable
from typing import NamedTuple

from app.model.arrays import ByteArray


class OtherSet(NamedTuple):
    """images (n, 784) uint8, as the network gets them; labels (n,) uint8; groups: of each sample,
    whose it is, by a name that nobody shares."""

    images: ByteArray
    labels: ByteArray
    groups: list[str]


class OtherSets:
    """By their names, which are none of messages.TEST_SETS."""

    def __init__(self) -> None:
        self._sources: dict[str, Callable[[], OtherSet]] = {}

    def add(self, name: str, source: Callable[[], OtherSet]) -> None:
        """source is called at each evaluation, and gives the samples as they are then."""
        self._sources[name] = source

    def __contains__(self, name: str) -> bool:
        return name in self._sources

    def samples(self, name: str) -> OtherSet:
        return self._sources[name]()
