"""Memory for request bodies that are arriving, shared among visitors.

Counted as bytes arrive: what is announced and never arrives takes nothing from anyone.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

UPLOAD_BUDGET = 64_000_000
"""Bytes of request bodies that one process holds at a time."""


class UploadBudget:
    """A visitor may hold as many bytes as are free (dynamic thresholds: Choudhury and Hahne, 1998).

    So one alone has half of the budget, and there is always room for another: if n visitors take
    all they can, each has a share of 1 / (n + 1), and as much stays free.
    """

    def __init__(self, size: int = UPLOAD_BUDGET) -> None:
        self._free = size
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.size = size

    @contextmanager
    def share(self, visitor: str) -> Iterator["Share"]:
        """The share of one body of a visitor, returned after the `with`."""
        share = Share(self, visitor)
        try:
            yield share
        finally:
            self._give_back(visitor, share.size)

    @property
    def held(self) -> int:
        """Bytes of all bodies."""
        return self.size - self._free

    def holds_most(self, visitor: str) -> bool:
        """Does the visitor hold more than all others together?"""
        with self._lock:
            return 2 * self._held[visitor] > self.held

    def take(self, visitor: str, size: int) -> bool:
        """False if there is no room."""
        with self._lock:
            has_room = self._held[visitor] + size <= self._free - size
            if has_room:
                self._held[visitor] += size
                self._free -= size
        return has_room

    def _give_back(self, visitor: str, size: int) -> None:
        with self._lock:
            self._free += size
            self._held[visitor] -= size
            if not self._held[visitor]:
                del self._held[visitor]


class Share:
    """The bytes of an UploadBudget that one body holds."""

    def __init__(self, budget: UploadBudget, visitor: str) -> None:
        self._budget = budget
        self._visitor = visitor
        self.size = 0

    def take(self, size: int) -> bool:
        """Take this many more bytes; False if there is no room."""
        has_room = self._budget.take(self._visitor, size)
        if has_room:
            self.size += size
        return has_room
