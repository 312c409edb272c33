import numpy as np
import pytest

from app.model.drawings.scribbles import MEASURING_SCRIBBLES, TRAINING_SCRIBBLES, Scribbler


@pytest.mark.parametrize("scribble", TRAINING_SCRIBBLES + MEASURING_SCRIBBLES)
def test_each_time_another_of_about_one_box(scribble: Scribbler, rng: np.random.Generator) -> None:
    drawings = [scribble(rng) for _ in range(30)]

    for strokes in drawings:
        points = np.concatenate(strokes)
        assert points.shape[1] == 2
        assert np.isfinite(points).all()
        assert 0.2 < np.ptp(points, axis=0).max() < 2.5
    assert len({strokes[0].tobytes() for strokes in drawings}) == 30


def test_what_is_measured_with_was_not_trained_on() -> None:
    assert not set(TRAINING_SCRIBBLES) & set(MEASURING_SCRIBBLES)
