import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pyscript.train.history import POINT_LIMIT, History


def grown(reports: int) -> History:
    """A run that reports at iterations 1, 2, 3...: loss is the iteration, accuracy a thousandth."""
    history = History()
    for iteration in range(1, reports + 1):
        history.add(iteration, float(iteration), iteration / 1000)
    return history


def test_a_short_run_is_kept_whole() -> None:
    history = grown(3)

    assert history.iterations == [1, 2, 3]
    assert history.losses == [1, 2, 3]
    assert history.accuracies == [0.001, 0.002, 0.003]
    assert history.validations == [None, None, None]


def test_a_full_history_merges_neighbors() -> None:
    history = grown(POINT_LIMIT)

    # Points (1, 2), (3, 4)...: means of the figures at the later iteration.
    assert history.iterations == list(range(2, POINT_LIMIT + 1, 2))
    assert history.losses[:3] == [1.5, 3.5, 5.5]
    assert history.accuracies[:2] == pytest.approx([0.0015, 0.0035])


def test_afterwards_points_stand_for_as_many_reports() -> None:
    history = grown(POINT_LIMIT)

    assert not history.add(POINT_LIMIT + 1, 10, 0.5)
    assert history.add(POINT_LIMIT + 2, 20, 0.7)

    assert history.iterations[-1] == POINT_LIMIT + 2
    assert history.losses[-1] == 15
    assert history.accuracies[-1] == pytest.approx(0.6)


def test_a_pause_makes_the_last_step_the_last_point() -> None:
    history = grown(POINT_LIMIT + 1)
    assert history.iterations[-1] == POINT_LIMIT
    history.add_validation(POINT_LIMIT + 1, 0.9)

    assert history.settle()
    assert not history.settle()

    assert history.iterations[-1] == history.rows(20)[-1][0] == POINT_LIMIT + 1
    assert history.losses[-1] == POINT_LIMIT + 1
    assert history.validations[-1] == 0.9


@given(st.integers(1, 5 * POINT_LIMIT))
def test_stays_bounded_even_and_true(reports: int) -> None:
    history = grown(reports)

    assert len(history.iterations) < POINT_LIMIT
    steps = {b - a for a, b in zip(history.iterations, history.iterations[1:], strict=False)}
    assert len(steps) <= 1
    assert len(history.losses) == len(history.accuracies) == len(history.iterations)
    assert len(history.validations) == len(history.drawings) == len(history.iterations)
    # Every point is the mean of the reports since the one before: here of a run of integers.
    stride = history.iterations[0] if history.iterations else 0
    assert history.losses == [last - (stride - 1) / 2 for last in history.iterations]


class TestValidation:
    def test_is_shown_at_the_point_of_its_iteration(self) -> None:
        history = grown(2)

        history.add_validation(2, 0.9, 0.8)

        assert history.validations == [None, 0.9]
        assert history.drawings == [None, 0.8]

    def test_of_a_later_iteration_is_shown_with_the_next_point_and_once(self) -> None:
        history = grown(1)

        history.add_validation(2, 0.9, 0.8)
        history.add(2, 0.5, 0.8)
        history.add(3, 0.5, 0.8)

        assert history.validations == [None, 0.9, None]
        assert history.drawings == [None, 0.8, None]

    def test_of_merged_points_the_later_stays(self) -> None:
        history = History()
        for iteration in range(1, POINT_LIMIT + 1):
            if iteration in (1, 3, 4):
                history.add_validation(iteration, iteration / 10, iteration / 20)
            history.add(iteration, 1.0, 0.5)

        assert history.validations[:3] == [0.1, 0.4, None]
        assert history.drawings[:3] == [0.05, 0.2, None]


def test_clearing_starts_afresh() -> None:
    history = grown(POINT_LIMIT + 1)
    history.add_validation(POINT_LIMIT + 2, 0.9)

    history.clear()

    assert history.iterations == []
    assert history.add(1, 2.0, 0.1)
    assert (history.iterations, history.losses, history.validations) == ([1], [2.0], [None])


def test_a_copy_goes_its_own_way() -> None:
    history = grown(3)
    copied = history.copy()
    history.add(4, 4, 0.004)
    history.clear()

    assert copied.iterations == [1, 2, 3]
    assert copied.losses == [1, 2, 3]
    assert copied.accuracies == [0.001, 0.002, 0.003]
    assert copied.validations == copied.drawings == [None, None, None]


def test_going_back_forgets_what_came_after() -> None:
    history = grown(POINT_LIMIT)  # each point stands for two reports now
    history.add(POINT_LIMIT + 1, 10, 0.5)
    history.add_validation(POINT_LIMIT + 2, 0.9)
    history.go_back(7)
    assert history.iterations == [2, 4, 6]
    assert len(history.losses) == len(history.accuracies) == len(history.validations) == 3
    assert len(history.drawings) == 3

    history.add(8, 3, 0.2)
    history.add(9, 5, 0.4)
    assert history.iterations == [2, 4, 6, 9]
    assert (history.losses[-1], history.validations[-1]) == (4, None)


def test_rows_are_few_and_leave_nothing_out() -> None:
    history = grown(2)
    history.add_validation(2, 0.5)
    history.add_validation(3, 0.6, 0.7)
    for iteration in range(3, 8):
        history.add(iteration, float(iteration), iteration / 1000)

    # Three points a row; the last has what is left.
    assert history.rows(3) == [
        (3, 2, pytest.approx(0.002), 0.6, 0.7),
        (6, 5, 0.005, None, None),
        (7, 7, 0.007, None, None),
    ]
    assert len(history.rows(7)) == 7
    assert History().rows(3) == []
