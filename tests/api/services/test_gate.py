"""What is clearly worse, and what is practically the same."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.services.gate import (
    GOOD_LOSS,
    LEAST_CHANGE,
    MOST_CHANCE,
    are_answers_alike,
    are_losses_alike,
    drop,
    judge,
)
from api.services.held_out import KindReading
from app.model.arrays import FloatArray

REPEATABLE = settings(derandomize=True, deadline=None, database=None)
PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=300)
"""Whether each of two versions reads a sample right."""


def reading(right: int, wrong: int, shared: int = 0, loss: float = 0.1) -> KindReading:
    """Of samples in this order: so many right, wrong, and right."""
    is_right = np.array([True] * right + [False] * wrong + [True] * shared)
    return of(is_right, loss)


def of(is_right: np.ndarray, loss: float = 0.1, ways: int = 1) -> KindReading:
    share = float(is_right.mean())
    return KindReading("digits", share, loss, is_right.astype(bool), ways, [0.0] * 10)


class TestDrop:
    def test_worked_by_hand(self) -> None:
        """10 samples that only the first reads right, 4 that only the second does, of 100."""
        first = of(np.array([1] * 10 + [0] * 4 + [1] * 86))
        second = of(np.array([0] * 10 + [1] * 4 + [1] * 86))

        found = drop(first, second)

        assert found.size == pytest.approx(6 / 100)
        # Agresti, section 10.1: the variance is [(b + c) - (b - c)^2 / n] / n^2.
        assert found.standard_error == pytest.approx(math.sqrt(14 - 6**2 / 100) / 100)
        assert drop(second, first).size == pytest.approx(-6 / 100)

    def test_what_both_read_right_or_wrong_says_nothing(self) -> None:
        assert drop(reading(90, 10), reading(90, 10)) == (0, 0)

    def test_four_ways_of_one_drawing_are_not_four_drawings(self) -> None:
        """Misread in all ways, they have the error of so many single drawings, not of four times as
        many."""
        before, after = np.ones(25), np.array([0] * 3 + [1] * 22)
        single = drop(of(before), of(after))
        in_four_ways = drop(of(np.tile(before, 4), ways=4), of(np.tile(after, 4), ways=4))
        as_if_independent = drop(of(np.tile(before, 4)), of(np.tile(after, 4)))

        assert in_four_ways == pytest.approx(single)
        assert as_if_independent.standard_error == pytest.approx(single.standard_error / 2)

    @REPEATABLE
    @given(PAIRS)
    def test_is_the_difference_of_accuracies(self, pairs: list[tuple[bool, bool]]) -> None:
        first, second = (of(np.array(each)) for each in zip(*pairs, strict=True))
        found = drop(first, second)
        assert found.size == pytest.approx(first.accuracy - second.accuracy)
        assert 0 <= found.standard_error <= 1 / math.sqrt(len(pairs)) + 1e-9


class TestJudge:
    def verdict(
        self, candidate: KindReading, baseline: KindReading, margin: float = 0.01
    ) -> tuple[str, float]:
        judgement = judge(candidate, baseline, 7, margin)
        is_refused = candidate.accuracy < judgement.required_accuracy - 1e-9
        assert is_refused == ("is needed" in judgement.refusal)
        return judgement.refusal, judgement.required_accuracy

    def test_within_the_margin_it_passes(self) -> None:
        refusal, required = self.verdict(reading(0, 1, 199), reading(1, 0, 199))

        assert refusal == ""
        assert required < 0.99

    def test_bad_luck_with_few_samples_is_not_refused(self) -> None:
        """Two points worse on 200 samples, of four that differ: within two standard errors."""
        assert self.verdict(reading(0, 4, 196), reading(4, 0, 196))[0] == ""

    def test_the_same_drop_on_many_samples_is_refused(self) -> None:
        refusal, _ = self.verdict(reading(0, 100, 4900), reading(100, 0, 4900))

        assert "read 98.00% of 5,000 held-out digits right, version 7 100.00%" in refusal

    @REPEATABLE
    @given(PAIRS)
    def test_a_large_drop_is_always_refused(self, pairs: list[tuple[bool, bool]]) -> None:
        """However few the samples are, and however much else is read another way."""
        before, after = (of(np.array(each)) for each in zip(*pairs, strict=True))
        refusal, _ = self.verdict(after, before)
        if before.accuracy - after.accuracy > 0.01 + MOST_CHANCE + 1e-9:
            assert refusal
        if before.accuracy - after.accuracy <= 0.01:
            assert not refusal

    def test_one_in_twenty_that_are_just_the_margin_worse_is_refused(self) -> None:
        """By simulation: 5,000 samples, of which 2 % are truly lost and 1 % won."""
        rng = np.random.default_rng(0)
        refused = 0
        for _ in range(1000):
            luck = rng.random(5000)
            before, after = luck > 0.01, (luck < 0.01) | (luck > 0.03)
            refused += judge(of(after), of(before), 1, 0.01).refusal != ""
        assert 20 < refused < 90

    def test_a_better_one_passes_however_it_differs(self) -> None:
        assert self.verdict(reading(50, 0, 50), reading(0, 50, 50))[0] == ""

    @pytest.mark.parametrize(("theirs", "allowed"), [(0.02, GOOD_LOSS), (0.8, 1.6)])
    def test_a_loss_far_above_the_baselines_is_refused(self, theirs: float, allowed: float) -> None:
        baseline = reading(100, 0, loss=theirs)
        assert judge(reading(100, 0, loss=allowed), baseline, 1, 0.01).refusal == ""
        refused = judge(reading(100, 0, loss=allowed + 0.01), baseline, 1, 0.01)
        assert "too sure" in refused.refusal
        assert refused.allowed_loss == allowed


class TestAreAlike:
    def answers(self, seven: float) -> FloatArray:
        """A three, and what is a seven with this probability, else a one."""
        probabilities = np.zeros((2, 10), np.float32)
        probabilities[0, 3] = 1
        probabilities[1, 7], probabilities[1, 1] = seven, 1 - seven
        return probabilities

    @pytest.mark.parametrize(
        ("seven", "expected"),
        [(0.9, True), (0.9 + 0.9 * LEAST_CHANGE, True), (0.9 + 1.1 * LEAST_CHANGE, False)],
    )
    def test_one_answer_that_differs_is_enough(self, seven: float, expected: bool) -> None:
        assert are_answers_alike(self.answers(0.9), self.answers(seven)) == expected

    def test_losses_are_compared_by_their_ratio(self) -> None:
        assert are_losses_alike(0.1, 0.1)
        assert are_losses_alike(0.1, 0.1009)
        assert not are_losses_alike(0.1, 0.102)
        assert not are_losses_alike(0.102, 0.1)
