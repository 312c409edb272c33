"""The contract of the store of versions, whatever database is behind it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from api.stores import versions as module
from api.stores.versions import CurrentChangedError, Measurement, Version, VersionStore
from tests.api.stores.candidates import MEASUREMENT, make_candidate


def publish(store: VersionStore, number: int, **options: bool) -> Version:
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


def test_what_is_published_is_current_and_whole(store: VersionStore) -> None:
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
    assert abs(datetime.now(UTC) - version.created) < timedelta(minutes=1)
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


def test_old_versions_go_and_pinned_ones_stay(
    store: VersionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT", 3)
    baseline = publish(store, 0)
    pinned = publish(store, 1, is_pinned=True)
    for number in range(2, 9):
        publish(store, number)
    kept = [version.id for version in store.all()]
    assert kept == [9, 8, 7, pinned.id, baseline.id]
    assert store.content(make_candidate(3).digest) is None
    store.set_pinned(pinned.id, is_pinned=False)
    publish(store, 9)
    assert [version.id for version in store.all()] == [10, 9, 8, baseline.id]


def test_what_was_current_a_moment_ago_stays(
    store: VersionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it is an old version that had become current again."""
    monkeypatch.setattr(module, "KEPT", 3)
    publish(store, 0)  # the baseline
    old = publish(store, 1)
    publish(store, 2)
    publish(store, 3)
    assert publish(store, 1).id == old.id
    newest = publish(store, 4)
    assert [version.id for version in store.all()] == [newest.id, 4, old.id, 1]


def test_noise_does_not_push_the_history_out(
    store: VersionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT", 3)
    accepted = [publish(store, number).id for number in range(3)]
    refused = [store.keep(make_candidate(number), 3).id for number in range(10, 20)]
    assert [version.id for version in store.all()] == [*refused[:-4:-1], *accepted[::-1]]


def test_the_current_version_stays_however_old(
    store: VersionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT", 2)
    versions = [publish(store, number) for number in range(3)]
    store.promote(versions[0].id, versions[2].id)
    for number in range(10, 15):
        store.keep(make_candidate(number), None, is_accepted=True)
    current = store.current()
    assert current is not None
    assert current.id == versions[0].id


def test_numbers_are_never_used_again(store: VersionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 1)
    first = publish(store, 1)
    dropped = [store.keep(make_candidate(number), None).id for number in range(10, 13)]
    assert dropped == [first.id + 1, first.id + 2, first.id + 3]
    assert store.get(dropped[0]) is None


def test_a_version_can_be_measured_again(store: VersionStore) -> None:
    version = publish(store, 1)
    measurement = Measurement(0.5, 2.0, "e" * 64)
    store.remeasure(version.id, measurement)
    found = store.get(version.id)
    assert found is not None
    assert found.measurement == measurement


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
