"""Classes in each kind of database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from api.stores.class_drawings import DrawingStore, Labeled, TooManyError
from api.stores.class_tables import answers, classes, drawings, learnings, pupils
from api.stores.classes import (
    ClassRow,
    ClassStore,
    CodeTakenError,
    FullError,
    Keys,
    LockedError,
    Said,
)
from api.stores.learnings import Answer, LearningStore, RoundOverError, RunningError
from tests.api.clock import Clock

KEYS = Keys("a" * 64, "b" * 64, "c" * 64)
LEARNING: dict[str, Any] = {
    "split": "shares",
    "local_steps": 5,
    "rounds": 3,
    "seconds": 30,
    "seed": 2**31 - 2,
    "participants": [{"id": 1, "index": 0, "digits": None}],
    "central": [],
}


@pytest.fixture
def store(engine: Engine, clock: Clock) -> ClassStore:
    return ClassStore(engine, clock)


@pytest.fixture
def row(store: ClassStore) -> ClassRow:
    return begun(store, "BCDF")


def begun(store: ClassStore, code: str) -> ClassRow:
    store.add(code, "7b", KEYS)
    found = store.find(code)
    assert found is not None
    return found


def join(store: ClassStore, row: ClassRow, name: str = "Ada", most: int = 60) -> int:
    return store.join(row.id, lambda _taken: name, KEYS, most).number


def now_of(store: ClassStore, row: ClassRow) -> ClassRow:
    found = store.get(row.id)
    assert found is not None
    return found


def test_a_class_is_found_as_it_was_begun(store: ClassStore, row: ClassRow, clock: Clock) -> None:
    assert (row.title, row.secret, row.begun, row.seen) == ("7b", KEYS.secret, clock(), clock())
    assert store.get(row.id) == row
    assert store.count() == 1
    assert store.find("GHJK") is None
    with pytest.raises(CodeTakenError):
        store.add("BCDF", "8a", KEYS)


def test_each_lasting_change_is_counted(store: ClassStore, row: ClassRow, clock: Clock) -> None:
    clock.advance(seconds=5)
    store.change(row.id, is_locked=True)
    store.order(row.id, {"order": "lesson"}, is_lesson=True)
    store.order(row.id, {"order": "start"}, is_lesson=False)
    changed = now_of(store, row)
    assert changed.is_locked
    assert changed.seen == clock()
    assert changed.last_order == {"number": 2, "order": "start"}
    assert changed.last_lesson == {"number": 1, "order": "lesson"}
    assert changed.revision == row.revision + 3
    found = store.revisions([row.id, row.id + 1])
    assert found == {row.id: (changed.revision, 0, 0, clock())}


def test_pupils_join_until_it_is_full_or_locked(store: ClassStore, row: ClassRow) -> None:
    assert [join(store, row, name) for name in ("Ada", "Bob")] == [1, 2]
    with pytest.raises(FullError):
        join(store, row, most=2)
    store.remove(row.id, 2)
    assert join(store, row, "Eve", most=2) == 3
    store.change(row.id, is_locked=True)
    with pytest.raises(LockedError):
        join(store, row)
    assert [pupil.name for pupil in store.pupils(row.id)] == ["Ada", "Eve"]
    assert store.rename(row.id, 3, lambda taken: f"not {taken[0]}") == "not Ada"
    for gone in (2, 4):
        with pytest.raises(LookupError):
            store.remove(row.id, gone)
        with pytest.raises(LookupError):
            store.rename(row.id, gone, lambda _: "x")


def test_of_many_who_join_at_once_all_get_a_name_of_their_own(
    store: ClassStore, row: ClassRow
) -> None:
    def one(_: int) -> int:
        return store.join(row.id, lambda taken: f"{len(taken)}", KEYS, 8).number

    with ThreadPoolExecutor(6) as pool:
        numbers = list(pool.map(one, range(8)))
    assert sorted(numbers) == list(range(1, 9))
    assert len({pupil.name for pupil in store.pupils(row.id)}) == 8


def test_what_pupils_say_is_read_by_what_is_new(
    store: ClassStore, row: ClassRow, clock: Clock
) -> None:
    first, second = join(store, row, "Ada"), join(store, row, "Bob")
    clock.advance(seconds=1)
    said = [Said(row.id, number, f'"{number}"', clock(), is_news=False) for number in (1, 2, 9)]
    store.say([*said, Said(row.id + 1, 1, "{}", clock(), is_news=True)])  # some are gone
    found = store.pupils(row.id, since=0)
    assert [(each.number, each.status, each.seen) for each in found] == [
        (first, '"1"', clock()),
        (second, '"2"', clock()),
    ]
    assert now_of(store, row).seen < clock()
    clock.advance(seconds=1)
    store.say([Said(row.id, second, '"new"', clock(), is_news=True)])
    (newer,) = store.pupils(row.id, since=1)
    assert newer.status == '"new"'
    changed = now_of(store, row)
    assert (changed.status_revision, changed.seen) == (2, clock())
    assert changed.revision == row.revision + 2  # of joining


def test_the_end_of_a_class_leaves_nothing(
    store: ClassStore, row: ClassRow, clock: Clock, engine: Engine
) -> None:
    for each in (row, begun(store, "GHJK")):
        join(store, each)
        DrawingStore(engine, store).add(each.id, 1, [Labeled(7, True, b"\1" * 784)], 9, 9)
        learning = LearningStore(engine, store, clock)
        learning.begin(each.id, b"weights", deadline=clock(), **LEARNING)
        learning.answer(each.id, 1, 1, Answer(1, 10, 0.5, None, b"own"))
    assert counts(engine) == [2, 2, 2, 2, 2]
    clock.advance(hours=1)
    store.change(row.id, title="8a")
    assert store.end_silent(clock()) == 1
    assert store.end_silent(clock()) == 0
    assert counts(engine) == [1, 1, 1, 1, 1]
    store.end(row.id)
    store.end(row.id)
    assert counts(engine) == [0, 0, 0, 0, 0]
    for write in (
        lambda: store.change(row.id, title="x"),
        lambda: join(store, row),
        lambda: store.remove(row.id, 1),
    ):
        with pytest.raises(LookupError):
            write()
    assert begun(store, "BCDF").id != row.id


def counts(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return [
            int(connection.scalar(select(func.count()).select_from(table)) or 0)
            for table in (classes, pupils, drawings, learnings, answers)
        ]


def test_drawings_come_and_go_with_their_pupil(
    store: ClassStore, row: ClassRow, engine: Engine
) -> None:
    kept = DrawingStore(engine, store)
    ada, bob = join(store, row, "Ada"), join(store, row, "Bob")
    one = Labeled(7, True, bytes(range(256)) * 3 + bytes(16))
    assert kept.add(row.id, ada, [one, one], 3, 4) == 2
    assert kept.add(row.id, bob, [one], 3, 4) == 1
    with pytest.raises(TooManyError, match="pupil"):
        kept.add(row.id, ada, [one, one], 3, 9)
    with pytest.raises(TooManyError, match="class"):
        kept.add(row.id, bob, [one, one], 3, 4)
    with pytest.raises(LookupError):
        kept.add(row.id, 9, [one], 3, 9)
    first, second, third = kept.all(row.id)
    assert first[2:] == one
    kept.change(row.id, first.id, 1, None)
    with pytest.raises(LookupError):
        kept.change(row.id, first.id, 2, bob)
    kept.delete(row.id, second.id, ada)
    with pytest.raises(LookupError):
        kept.delete(row.id + 1, third.id, None)
    assert [(each.id, each.label) for each in kept.all(row.id)] == [(first.id, 1), (third.id, 7)]
    assert store.drawings_of_pupils(row.id) == {ada: 1, bob: 1}
    store.remove(row.id, ada)
    assert store.drawings_of_pupils(row.id) == {bob: 1}
    assert now_of(store, row).digits_revision == 5


def test_a_round_is_finished_once(
    store: ClassStore, row: ClassRow, clock: Clock, engine: Engine
) -> None:
    learning = LearningStore(engine, store, clock)
    assert learning.get(row.id) is None
    join(store, row)
    learning.begin(row.id, b"first", deadline=clock(), **LEARNING)
    with pytest.raises(RunningError):
        learning.begin(row.id, b"other", deadline=clock(), **LEARNING)
    learning.answer(row.id, 1, 1, Answer(1, 10, None, "nonsense", None))
    learning.answer(row.id, 1, 1, Answer(1, 20, 0.5, None, b"own"))
    with pytest.raises(RoundOverError):
        learning.answer(row.id, 1, 2, Answer(1, 20, 0.5, None, b"own"))
    with pytest.raises(LookupError):
        learning.answer(row.id, 1, 1, Answer(9, 20, 0.5, None, b"own"))
    assert learning.answers(row.id, 1) == [Answer(1, 20, 0.5, None, b"own")]
    found = learning.get(row.id)
    assert found is not None
    assert (found.answered, found.deadline, found.seed) == ((1,), clock(), LEARNING["seed"])
    assert [learning.claim(row.id, 1, 1, who, 5) for who in ("a", "b")] == [True, False]
    clock.advance(seconds=6)
    assert learning.claim(row.id, 1, 1, "b", 5)  # the first was killed
    history = [{"round": 1}]
    values: dict[str, Any] = {"round": 2, "history": history, "participants": []}
    learning.finish_round(row.id, 1, 1, b"second", deadline=clock(), **values)
    with pytest.raises(RoundOverError):  # it was not: it only was slow
        learning.finish_round(row.id, 1, 1, b"other", deadline=clock(), **values)
    assert learning.weights(row.id, 1, 1) is None
    assert learning.weights(row.id, 1, 2) == b"second"
    assert learning.answers(row.id, 1) == []
    learning.compare(row.id, 1, [0.1, 0.2])
    learning.compare(row.id, 1, [0.1])  # of a process that is behind
    later = clock() + timedelta(seconds=30)
    learning.change(row.id, 1, 2, deadline=later)
    found = learning.get(row.id)
    assert found is not None
    assert (found.history, found.central, found.deadline) == (history, [0.1, 0.2], later)
    learning.change(row.id, 1, 2, state="stopped", round=1, deadline=None)
    assert not learning.claim(row.id, 1, 1, "a", 5)
    learning.begin(row.id, b"again", deadline=clock(), **LEARNING | {"central": None})
    found = learning.get(row.id)
    assert found is not None
    assert (found.number, found.round, found.central) == (2, 1, None)
