"""The rotation by itself; test_versions.py has it in the store."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.stores.retention import Entry, surplus

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PLACES = 30


def entries(*minutes_ago: float, author: str | None = None, first: int = 1) -> list[Entry]:
    return [
        Entry(first + number, NOW - timedelta(minutes=minutes), author)
        for number, minutes in enumerate(minutes_ago)
    ]


def flood(count: int, authors: list[str | None], first: int = 1000) -> list[Entry]:
    """Two seconds apart, up to now."""
    return [
        Entry(first + number, NOW - timedelta(seconds=2 * (count - number)), author)
        for number, author in zip(range(count), authors * count, strict=False)
    ]


def test_nothing_goes_while_there_are_places() -> None:
    assert surplus(flood(PLACES, ["Eve"]), PLACES, (), NOW) == []


MANY_NAMES: list[str | None] = [f"Eve {number}" for number in range(200)]


@pytest.mark.parametrize("authors", [["Eve"], ["Ada"], [None], MANY_NAMES, ["Ada", None, "Bob"]])
@pytest.mark.parametrize("others", ["Ada", None])
def test_a_flood_makes_room_for_itself(authors: list[str | None], others: str | None) -> None:
    """Of a class an hour ago, a day before, and weeks: nothing goes."""
    before = entries(62, 68, 75, 83, 1500, 1501, 20_000, 70_000, 300_000, author=others)
    going = surplus(before + flood(200, authors), PLACES, (), NOW)
    assert len(going) == len(before) + 200 - PLACES
    assert min(going) >= 1000


def test_a_class_of_yesterday_stays() -> None:
    """Forty versions in forty minutes, though that is a crowd too."""
    pupils = entries(*(1440 + number for number in range(40)), author=None)
    going = surplus(pupils + flood(300, MANY_NAMES), 100, (), NOW)
    assert min(going) >= 1000


@pytest.mark.parametrize("authors", [["Eve"], ["Ada"], [None], MANY_NAMES])
def test_a_flood_does_not_sweep_away_who_came_just_before_it(authors: list[str | None]) -> None:
    """Who published several versions may lose some where the flood has many names, not all."""
    before = entries(9.5, 9, 8.4, 8, author="Ada") + entries(7, author="Bob", first=10)
    going = set(surplus(before + flood(200, authors), PLACES, (), NOW))
    assert len(going & {1, 2, 3, 4}) <= 2
    assert 10 not in going


def test_a_slow_flood_under_many_names_leaves_who_has_one() -> None:
    """Three versions each ten minutes for a day, beside four by Ada."""
    ada = entries(*(200 * number + 101 for number in range(4)), author="Ada")
    slow = [
        entry._replace(author=f"Eve {entry.id}") for entry in entries(*range(1440, 3, -3), first=99)
    ]
    kept = {entry.id for entry in ada} - set(surplus(ada + slow, 100, (), NOW))
    assert kept


def test_a_slow_flood_leaves_every_age_its_share() -> None:
    """One version each ten minutes, for a week."""
    before = entries(20_000, 40_000, 80_000, 160_000, 320_000)
    slow = entries(*range(10_000, 0, -10), author="Eve", first=1000)
    going = surplus(before + slow, PLACES, (), NOW)
    assert min(going) >= 1000


def test_the_past_thins_out() -> None:
    """Of a version every four hours for two months, many are recent and some are old."""
    hours = range(60 * 24, 0, -4)
    all_entries = entries(*(60 * hour for hour in hours))
    going = set(surplus(all_entries, PLACES, (), NOW))
    kept = [(NOW - entry.created).days for entry in all_entries if entry.id not in going]
    assert len(kept) == PLACES
    for youngest, oldest in ((0, 1), (1, 7), (7, 31), (31, 61)):
        assert 2 <= sum(youngest <= days < oldest for days in kept) <= PLACES / 2


def test_rather_one_of_many_goes_than_an_only_one() -> None:
    busy = entries(1, 2, 4, 5, 7, 8, author="Eve", first=1000)
    others = entries(3, 6, author="Ada") + entries(1.5, 2.5, 3.5, 6.5, first=10)
    going = surplus(busy + others, 9, (), NOW)
    assert min(going) >= 1000


def test_of_one_publisher_the_first_and_the_last_stay() -> None:
    assert surplus(entries(9, 8.9, 5, 1, author="Ada"), 2, (), NOW) == [2, 3]


def test_a_clock_that_is_ahead_is_no_fault() -> None:
    ahead = entries(*range(-40, 0))
    assert len(surplus(ahead, PLACES, (), NOW)) == 10


MINUTES = st.integers(0, 1_000_000)
AUTHORS = st.sampled_from([None, "Ada", "Eve", "Bob"])


@settings(deadline=None, derandomize=True, database=None)
@given(
    drawn=st.lists(st.tuples(MINUTES, AUTHORS), max_size=60),
    places=st.integers(0, 40),
    protected=st.sets(st.integers(0, 60), max_size=10),
)
def test_what_is_protected_stays_and_no_more_goes_than_has_to(
    drawn: list[tuple[int, str | None]], places: int, protected: set[int]
) -> None:
    all_entries = [
        Entry(number, NOW - timedelta(minutes=minutes), author)
        for number, (minutes, author) in enumerate(drawn)
    ]
    going = surplus(all_entries, places, protected, NOW)
    assert not protected & set(going)
    assert len(set(going)) == len(going)
    unprotected = len(drawn) - len(protected & set(range(len(drawn))))
    assert len(going) == min(max(len(drawn) - places, 0), unprotected)
