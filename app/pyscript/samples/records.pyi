"""The fields of what tells of samples, seen by type checkers alone: both sides of the bridge."""

from typing import TypedDict

class BlockCounts(TypedDict):
    """Blocks that are here, and blocks that are coming."""

    cached: int
    fetching: int

class Pool(BlockCounts):
    """The report "pool"."""

    total: int
    state: str
    detail: str

class Dataset(TypedDict):
    """The answer of /api/data. splits: the samples in each."""

    name: str
    title: str
    digest: str
    splits: dict[str, int]
