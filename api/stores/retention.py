"""Which versions are dropped when there are more than places: a rotation, as for back-ups.

Pure functions of times and names. Whoever publishes fifty variants in two minutes must not push out
what others published an hour or a month ago, so it is not simply the oldest that is dropped:

1. While some ten minutes hold more than SLOT_PLACES versions, one of the fullest ten minutes is
   dropped (the latest of equals): a flood has to make room for itself.
2. Then ages are counted in doublings (under one hour, one to three, three to seven, ...), which
   have equal claims: one of the fullest age is dropped (the oldest of equals). So the past thins
   out with age, and no age is ever emptied for another.

Among those, the version with the least time between its neighbors is dropped, where that time is
divided by how many versions its publisher has: rather one of many than somebody's only one.
Publishers are known by the name they give; versions without a name count as by different people. A
name costs nothing, so it is only a weight: a flood under many names, or under somebody else's, is
still the most crowded.

This does not stop patience: whoever publishes day and night for a week gets most of that week's
places.
"""

import math
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

SLOT = timedelta(minutes=10)
SLOT_PLACES = 3
YOUNGEST = timedelta(hours=1)
"""The first age; each following one is twice as long."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Entry(NamedTuple):
    """A version: its number, when it was published (aware) and by whom, or None."""

    id: int
    created: datetime
    author: str | None


def surplus(
    entries: Sequence[Entry], places: int, protected: Collection[int], now: datetime
) -> list[int]:
    """The numbers of those to drop, so that at most `places` stay; protected ones always stay."""
    staying = sorted(entries, key=lambda entry: (entry.created, entry.id))
    going: list[int] = []
    while len(staying) > places:
        open_ = [entry for entry in staying if entry.id not in protected]
        if not open_:
            break
        victim = _most_dispensable(_crowd(staying, open_, now), staying)
        staying.remove(victim)
        going.append(victim.id)
    return going


def _crowd(staying: list[Entry], open_: list[Entry], now: datetime) -> list[Entry]:
    """Those of the fullest ten minutes that may be dropped or, if none is crowded, of the fullest
    age."""
    slots = Counter(_slot(entry) for entry in staying)
    fullest = max((_slot(entry) for entry in open_), key=lambda slot: (slots[slot], slot))
    if slots[fullest] > SLOT_PLACES:
        return [entry for entry in open_ if _slot(entry) == fullest]
    ages = Counter(_age(entry, now) for entry in staying)
    fullest = max((_age(entry, now) for entry in open_), key=lambda age: (ages[age], age))
    return [entry for entry in open_ if _age(entry, now) == fullest]


def _slot(entry: Entry) -> int:
    return (entry.created - _EPOCH) // SLOT


def _age(entry: Entry, now: datetime) -> int:
    """In doublings. Another machine's clock may be ahead of ours."""
    hours = max((now - entry.created) / YOUNGEST, 0)
    return math.floor(math.log2(1 + hours))


def _most_dispensable(crowd: list[Entry], staying: list[Entry]) -> Entry:
    by_publisher = Counter(entry.author for entry in crowd)
    by_publisher[None] = 1
    return min(
        crowd, key=lambda entry: (_hole(staying, entry) / by_publisher[entry.author], -entry.id)
    )


def _hole(staying: list[Entry], entry: Entry) -> timedelta:
    """The time between its neighbors if it is dropped; infinite for the first and the last."""
    place = staying.index(entry)
    if place in (0, len(staying) - 1):
        return timedelta.max
    return staying[place + 1].created - staying[place - 1].created
