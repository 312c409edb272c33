"""The fields of a start, seen by type checkers alone."""

from typing import TypedDict

class Boot(TypedDict):
    """How far the start has come, in words, and from 0 to 1, or None if that is not known."""

    stage: str
    fraction: float | None
