"""Which versions go when there are more than there are places: a rotation, as of back-ups.

Pure functions of times and names. Whoever publishes fifty variants in two minutes must not push out
what others published an hour or a month ago, so what goes is not simply the oldest:

1. While some ten minutes hold more than SLOT_PLACES versions, one of the fullest ten minutes goes
   (the latest of equals): a flood has to make room for itself.
2. Then ages are counted in doublings (under one hour, one to three, three to seven, ...), which
   have equal claims: one of the fullest age goes (the oldest of equals). So the past thins out as
   it recedes, and no age is ever emptied for another.

Of those it hits the publisher with most versions there, and of these the version whose neighbors in
time are nearest to each other. Publishers are known by the name they give; versions without a name
count as by different people. A name costs nothing, so rules 1 and 2 do not look at names: under
many names, or under somebody else's, a flood has no more places than under one.

What this does not stop is patience: who publishes day and night for a week gets most of that week's
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
    """The numbers of those that go, so that at most `places` stay; what is protected stays."""
    staying = sorted(entries, key=lambda entry: (entry.created, entry.id))
    going: list[int] = []
    while len(staying) > places:
        open_ = [entry for entry in staying if entry.id not in protected]
        if not open_:
            break
        crowd = _crowd(staying, open_, now)
        victim = min(
            _of_busiest_publisher(crowd), key=lambda entry: (_hole(staying, entry), -entry.id)
        )
        staying.remove(victim)
        going.append(victim.id)
    return going


def _crowd(staying: list[Entry], open_: list[Entry], now: datetime) -> list[Entry]:
    """Those that may go of the fullest ten minutes or, if none is crowded, of the fullest age."""
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


def _of_busiest_publisher(entries: list[Entry]) -> list[Entry]:
    counts = Counter(entry.author for entry in entries)
    del counts[None]
    most = max(counts.values(), default=1)
    return [entry for entry in entries if counts.get(entry.author, 1) == most]


def _hole(staying: list[Entry], entry: Entry) -> timedelta:
    """Between its neighbors in time, if it goes; without end for the first and the last."""
    place = staying.index(entry)
    if place in (0, len(staying) - 1):
        return timedelta.max
    return staying[place + 1].created - staying[place - 1].created
