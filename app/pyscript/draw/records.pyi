"""The fields of stored digits, seen by type checkers alone."""

from typing import TypedDict

class StoredDigit(TypedDict):
    """A digit from one of the worker's lists. pixels: two hexadecimal digits for each."""

    label: int
    pixels: str
