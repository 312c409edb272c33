"""The contract of the store of versions, whatever database is behind it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from api.stores import versions as module
from api.stores.versions import CurrentChangedError, InUseError, Measurement, Version, VersionStore
from tests.api.clock import Clock
from tests.api.stores.candidates import MEASUREMENT, make_candidate


def publish(store: VersionStore, number: int, **options: Any) -> Version:
    """In place of whatever is current."""
    found = store.current()
    return store.publish(make_candidate(number), found.id if found else None, **options)


def test_a_new_store_is_empty(store: VersionStore) -> None:
    assert store.current() is None
    assert store.baseline() is None
    assert store.current_digest() is None
    assert store.all() == []
    assert store.get(1) is None
    assert store.content("0" * 64) is None


def test_what_is_published_is_current_and_whole(store: VersionStore, clock: Clock) -> None:
    candidate = make_candidate(1)
    version = store.publish(candidate, None)
    assert version.is_current
    assert version.is_accepted
    assert (version.digest, version.author, version.source) == (
        candidate.digest,
        "Ada",
        "published",
    )
    assert version.measurement == MEASUREMENT
    assert version.created == clock.now
    assert store.current() == store.get(version.id) == store.find(candidate.digest) == version
    assert store.current_digest() == candidate.digest
    assert store.content(candidate.digest) == candidate.content


def test_the_first_one_is_the_baseline_until_the_operator_chooses(store: VersionStore) -> None:
    first = publish(store, 1)
    second = publish(store, 2)
    assert second.parent == first.id
    baseline = store.baseline()
    assert baseline is not None
    assert baseline.id == first.id
    retrained = publish(store, 3, is_baseline=True)
    assert store.baseline() == retrained
    store.promote(second.id, retrained.id)
    found = store.baseline()
    assert found is not None
    assert found.id == second.id
    assert found.is_current


def test_a_deleted_version_is_gone_with_its_content(store: VersionStore) -> None:
    first, second, third = (publish(store, number) for number in (1, 2, 3))
    store.set_pinned(second.id, is_pinned=True)
    assert store.delete(second.id)
    assert not store.delete(second.id)
    assert [version.id for version in store.all()] == [third.id, first.id]
    assert store.content(second.digest) is None
    # Published once more, it is another version.
    assert publish(store, 2).id > third.id


def test_what_is_in_use_is_not_deleted(store: VersionStore) -> None:
    baseline, current = publish(store, 1), publish(store, 2)
    for version in (baseline, current):
        with pytest.raises(InUseError):
            store.delete(version.id)
    store.promote(current.id, current.id)
    assert store.delete(baseline.id)


def test_names_are_cleared(store: VersionStore) -> None:
    for number, author in enumerate(("Ada", "Bob", "Ada", None, "Cy")):
        found = store.current()
        candidate = make_candidate(number, author=author)
        store.publish(candidate, found.id if found else None)
    store.clear_author(2)
    assert [version.author for version in store.all()] == ["Cy", None, "Ada", None, "Ada"]
    assert store.clear_authors(["Ada", "Eve"]) == 2
    assert store.clear_authors() == 1
    assert {version.author for version in store.all()} == {None}


def test_names_may_be_kept_to_the_store(engine: Engine, store: VersionStore) -> None:
    publish(store, 1)
    silent = VersionStore(engine, shows_names=False)
    found = silent.current()
    assert found is not None
    assert found == silent.get(found.id)
    again = silent.publish(make_candidate(1), found.id)
    assert (again.id, again.author) == (found.id, None)
    assert [version.author for version in (*silent.all(), found)] == [None, None]
    assert [version.author for version in store.all()] == ["Ada"]


def test_of_two_who_replace_the_same_version_one_is_told(store: VersionStore) -> None:
    first = publish(store, 1)
    second = publish(store, 2)
    with pytest.raises(CurrentChangedError):
        store.publish(make_candidate(3), first.id)
    assert store.current() == second
    assert store.find(make_candidate(3).digest) is None
    with pytest.raises(CurrentChangedError):
        store.promote(first.id, first.id)
    with pytest.raises(CurrentChangedError):
        store.publish(make_candidate(3), None)
    assert store.current() == second


def test_of_many_at_once_exactly_one_replaces(store: VersionStore) -> None:
    first = publish(store, 0)

    def attempt(number: int) -> bool:
        try:
            store.publish(make_candidate(number), first.id)
        except CurrentChangedError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(1, 17)))
    assert outcomes.count(True) == 1
    assert len(store.all()) == 2


def test_the_same_weights_are_the_same_version(store: VersionStore) -> None:
    first = publish(store, 1)
    second = publish(store, 2)
    again = store.publish(make_candidate(1, author="Eve"), second.id)
    assert (again.id, again.author, again.created) == (first.id, "Ada", first.created)
    assert store.current() == again
    assert len(store.all()) == 2


def test_a_refused_candidate_is_kept_and_may_be_accepted_later(store: VersionStore) -> None:
    current = publish(store, 1)
    refused = store.keep(make_candidate(2), current.id)
    assert not refused.is_accepted
    assert not refused.is_current
    assert refused.parent == current.id
    assert store.current() == current
    assert store.content(refused.digest) == make_candidate(2).content
    assert store.keep(make_candidate(2), current.id) == refused
    accepted = store.publish(make_candidate(2), current.id)
    assert accepted.id == refused.id
    assert accepted.is_accepted


def test_keeping_an_accepted_version_does_not_refuse_it(store: VersionStore) -> None:
    first = publish(store, 1)
    publish(store, 2)
    assert store.keep(make_candidate(1), None).is_accepted
    assert store.keep(make_candidate(1), None).id == first.id


@pytest.fixture
def few_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten accepted versions, of which one is the best and one became current last; two refused."""
    for name, value in (("KEPT", 10), ("REFUSED_KEPT", 2), ("BEST_KEPT", 1), ("LATEST_KEPT", 1)):
        monkeypatch.setattr(module, name, value)


def flood(store: VersionStore, clock: Clock, count: int, name: str = "Eve") -> None:
    """As from one address, which may write thirty times a minute."""
    for number in range(1000, 1000 + count):
        clock.advance(seconds=2)
        publish_by(store, name.format(number), number)


def publish_by(store: VersionStore, author: str | None, number: int, **changes: Any) -> Version:
    found = store.current()
    candidate = make_candidate(number, author=author, **changes)
    return store.publish(candidate, found.id if found else None)


@pytest.mark.parametrize("name", ["Eve", "Eve {}", "Ada", ""])
def test_a_flood_leaves_what_others_published(
    store: VersionStore, clock: Clock, few_places: None, name: str
) -> None:
    """Whatever name it goes by, also that of others."""
    others = [publish_by(store, None, 0)]
    for number, hours in enumerate((900, 30, 5, 2, 1), start=1):
        others.append(publish_by(store, "Ada", number))
        clock.advance(hours=hours)
    flood(store, clock, 60, name)
    kept = store.all()
    assert len(kept) == 10
    assert {version.id for version in others} < {version.id for version in kept}
    for version in others:
        assert store.content(version.digest) is not None


def test_it_is_rotated_like_back_ups(store: VersionStore, clock: Clock, few_places: None) -> None:
    first = publish(store, 0)
    for number in range(1, 100):
        clock.advance(hours=6)
        publish(store, number)
    kept = [version.created for version in store.all()]
    ages = [(clock.now - created) / timedelta(days=1) for created in kept]
    assert len(kept) == 10
    assert ages[-1] == pytest.approx(99 / 4)
    assert kept[-1] == first.created
    for youngest, oldest in ((0, 1), (1, 4), (4, 12), (12, 30)):
        assert any(youngest <= age < oldest for age in ages)


def test_pinned_versions_take_no_place_and_stay(
    store: VersionStore, clock: Clock, few_places: None
) -> None:
    publish(store, 0)
    pinned = [publish(store, number, is_pinned=True) for number in range(1, 6)]
    flood(store, clock, 20)
    assert len(store.all()) == 15
    assert {version.id for version in pinned} < {version.id for version in store.all()}
    for version in pinned:
        store.set_pinned(version.id, is_pinned=False)
    flood(store, clock, 21)
    assert len(store.all()) == 10


def test_the_best_stay(store: VersionStore, clock: Clock, few_places: None) -> None:
    """In the middle of a flood, by digits and drawings alike."""
    publish(store, 0)
    flood(store, clock, 10)
    better = MEASUREMENT._replace(accuracy=0.96, drawings_accuracy=0.99)
    best = publish_by(store, None, 1, measurement=better)
    flood(store, clock, 60, "Eve {}")
    assert store.get(best.id) is not None


def test_what_was_current_a_moment_ago_stays(
    store: VersionStore, clock: Clock, few_places: None
) -> None:
    """Also an old version that had become current again."""
    publish(store, 0)  # the baseline, and the best as the first of equals
    flood(store, clock, 8)
    again = publish(store, 1004)
    clock.advance(hours=50)
    newest = publish(store, 1)
    assert {version.id for version in store.all()} >= {again.id, newest.id}


def test_bringing_old_versions_back_does_not_make_them_new(
    store: VersionStore, clock: Clock, few_places: None
) -> None:
    """Else a flood could bring the history together into its own ten minutes, and thin it out."""
    others = []
    for number in range(6):
        others.append(publish_by(store, "Ada", number))
        clock.advance(hours=7)
    for number in range(6):
        publish_by(store, "Eve", number)
    flood(store, clock, 60)
    assert {version.id for version in others} < {version.id for version in store.all()}


def test_noise_does_not_push_the_history_out(
    store: VersionStore, clock: Clock, few_places: None
) -> None:
    accepted = [publish(store, number).id for number in range(3)]
    for number in range(10, 20):
        clock.advance(seconds=2)
        store.keep(make_candidate(number), 3)
    kept = store.all()
    assert [version.id for version in kept if version.is_accepted] == accepted[::-1]
    assert len(kept) == 3 + 2


def test_refused_candidates_of_others_stay(
    store: VersionStore, clock: Clock, few_places: None
) -> None:
    publish(store, 0)
    refused = store.keep(make_candidate(1), 1)
    clock.advance(hours=3)
    for number in range(10, 20):
        store.keep(make_candidate(number), 1)
    assert store.get(refused.id) is not None


def test_what_is_kept_is_there_whatever_the_clock_says(
    store: VersionStore, clock: Clock, few_places: None
) -> None:
    """Another machine's clock may have been ahead."""
    publish(store, 0)
    for number in range(10, 14):
        store.keep(make_candidate(number), 1)
    clock.advance(seconds=-60)
    for number in range(14, 18):
        assert store.get(store.keep(make_candidate(number), 1).id) is not None


def test_the_current_version_stays_however_old(
    store: VersionStore, clock: Clock, few_places: None
) -> None:
    versions = [publish(store, number) for number in range(3)]
    store.promote(versions[1].id, versions[2].id)
    for number in range(10, 40):
        store.keep(make_candidate(number), None, is_accepted=True)
    current = store.current()
    assert current is not None
    assert current.id == versions[1].id


def test_numbers_are_never_used_again(store: VersionStore, few_places: None) -> None:
    first = publish(store, 1)
    kept = [store.keep(make_candidate(number), None).id for number in range(10, 20)]
    assert kept == list(range(first.id + 1, first.id + 11))
    assert len(store.all()) == 3


def test_a_version_can_be_measured_again(store: VersionStore) -> None:
    version = publish(store, 1)
    assert version.measurement.drawings_accuracy is None
    for measurement in (
        Measurement(0.5, 2.0, "e" * 64, drawings_accuracy=0.4, drawings_loss=3.0),
        Measurement(0.6, 1.0, "f" * 64),
    ):
        store.remeasure(version.id, measurement)
        found = store.get(version.id)
        assert found is not None
        assert found.measurement == measurement


def test_a_version_that_is_not_in_use_can_be_refused_later(store: VersionStore) -> None:
    baseline, other, current = (publish(store, number) for number in range(3))
    for version in (baseline, other, current):
        store.refuse(version.id)
    assert [version.is_accepted for version in store.all()] == [True, False, True]


def test_a_fault_of_ours_is_no_conflict(store: VersionStore) -> None:
    """As NaN, which SQLite keeps as NULL."""
    first = publish(store, 1)
    broken = make_candidate(2, source=None)
    with pytest.raises(IntegrityError):
        store.publish(broken, first.id)
    with pytest.raises(IntegrityError):
        store.keep(broken, first.id)
    assert store.all() == [first]


def test_a_dropped_version_cannot_be_promoted(store: VersionStore) -> None:
    first = publish(store, 1)
    with pytest.raises(CurrentChangedError):
        store.promote(first.id + 1, first.id)
    assert store.current() == first
