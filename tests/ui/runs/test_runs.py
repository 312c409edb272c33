from typing import Any

from app.pyscript.runs.runs import PIN_LIMIT, RUN_LIMIT, Runs, aligned
from app.pyscript.train.history import History

SETTINGS: Any = {"batch_size": 128, "optimizer": "sgd", "prefetch": 4}


def course(*iterations: int) -> History:
    """Losses are tenths of the iterations, accuracies thousandths."""
    history = History()
    for iteration in iterations:
        history.add(iteration, iteration / 10, iteration / 1000)
    return history


def end(runs: Runs, settings: dict[str, Any] | None = None) -> None:
    """Train a little with these settings, and end the run."""
    runs.note_settings({**SETTINGS, **(settings or {})})
    runs.end(course(1, 2), None)


RANDOM: Any = {"source": "random"}
FILE: Any = {"source": "file"}


def numbers(runs: Runs) -> list[int]:
    return [run.number for run in runs.former]


def test_a_run_that_ends_is_remembered_and_compared_with_the_next() -> None:
    runs = Runs()
    history = course(1, 2, 3)
    runs.note_settings(SETTINGS)
    runs.end(history, RANDOM)
    history.clear()

    assert numbers(runs) == [1]
    assert runs.former[0].history.iterations == [1, 2, 3]
    assert runs.compared == 1
    assert runs.current.number == 2
    assert runs.current.start == RANDOM
    assert runs.current.last_settings == {}


def test_a_run_without_a_step_is_not() -> None:
    runs = Runs()
    runs.end(course(), FILE)

    assert runs.former == []
    assert runs.current.number == 1
    assert runs.current.start == FILE

    runs.end(course(1, 2), None)  # which it has of the run that it left
    assert runs.former == []


def test_the_oldest_make_room_unless_they_are_pinned() -> None:
    runs = Runs()
    for _ in range(RUN_LIMIT):
        end(runs)
    runs.pin(1, True)
    runs.pin(3, True)
    end(runs)
    end(runs)

    assert numbers(runs) == [1, 3, 5, 6]
    runs.pin(1, False)
    end(runs)
    assert numbers(runs) == [3, 5, 6, 7]


def test_one_place_cannot_be_pinned() -> None:
    runs = Runs()
    for _ in range(RUN_LIMIT):
        end(runs)
    for number in range(1, RUN_LIMIT + 1):
        runs.pin(number, True)

    assert not runs.can_pin
    assert [run.is_pinned for run in runs.former] == [True] * PIN_LIMIT + [False]
    end(runs)
    assert numbers(runs) == [1, 2, 3, 5]


def test_a_run_that_is_deleted_is_no_longer_compared() -> None:
    runs = Runs()
    for _ in range(3):
        end(runs)
    runs.compare(2)
    runs.delete(1)
    assert (numbers(runs), runs.compared) == ([2, 3], 2)
    runs.delete(2)
    assert (numbers(runs), runs.compared) == ([3], 3)
    runs.delete(3)
    assert (numbers(runs), runs.compared) == ([], None)
    assert runs.find(3) is None


def test_runs_differ_in_whatever_settings_there_are() -> None:
    runs = Runs()
    end(runs, {"l2": 0.1, "prefetch": 9, "until": 300})
    assert runs.differences() == []
    end(runs, {"l2": 0.2, "prefetch": 1, "until": 0})
    assert runs.differences() == ["l2"]
    runs.note_settings({**SETTINGS, "l2": 0.2, "optimizer": "adam"})
    assert runs.differences() == ["l2", "optimizer"]


def test_a_setting_that_changed_on_the_way_is_a_difference() -> None:
    runs = Runs()
    end(runs)
    assert runs.note_settings(SETTINGS)
    assert not runs.note_settings(dict(SETTINGS))
    assert runs.note_settings({**SETTINGS, "batch_size": 8})
    assert runs.note_settings(SETTINGS)
    assert runs.differences() == []
    runs.note_settings({**SETTINGS, "batch_size": 8})
    assert runs.current.first_settings["batch_size"] == 128
    assert runs.differences() == ["batch_size"]


def test_courses_are_aligned_on_all_their_iterations() -> None:
    assert aligned(course(10, 30), course(20, 30, 40), "losses") == [
        [10, 20, 30, 40],
        [1, None, 3, None],
        [None, 2, 3, 4],
    ]
    assert aligned(course(10), None, "accuracies") == [[10], [0.01], [None]]
