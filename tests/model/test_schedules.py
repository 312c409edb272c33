import math

import pytest

from app.model.schedules import SCHEDULES, scheduled_rate


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        ("constant", [2, 2, 2, 2, 2, 2]),
        ("warmup", [0.02, 0.52, 1.02, 1.52, 2, 2]),
        ("step", [2, 2, 0.2, 0.02, 0.02, 0.02]),
        ("cosine", [2, 1 + math.sqrt(0.5), 1, 1 - math.sqrt(0.5), 0, 0]),
    ],
)
def test_rates_along_a_hundred_steps(schedule: str, rates: list[float]) -> None:
    steps = (0, 25, 50, 75, 100, 5000)

    assert [scheduled_rate(schedule, 2, step, 100) for step in steps] == pytest.approx(rates)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_one_step_has_the_whole_rate(schedule: str) -> None:
    assert scheduled_rate(schedule, 0.1, 0, 1) == pytest.approx(0.1)


def test_no_other_schedule() -> None:
    with pytest.raises(ValueError, match="expected one of constant, warmup, step, cosine"):
        scheduled_rate("magic", 1, 0, 1)
