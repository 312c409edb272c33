"""Templates and what is written by them."""

import numpy as np
import pytest

from app.model.drawings.digit_strokes import DIGIT_STROKES
from app.model.drawings.handwriting import (
    Hand,
    Rewriting,
    Template,
    draw_somewhere,
    rewrite,
    side_by_side,
    spline,
    write,
)
from app.model.drawings.letter_strokes import MEASURING_LETTERS, TRAINING_LETTERS

STEADY = Hand(wobble=0, bend=0, rotation_degrees=0, slant=(0, 0), aspect=0, overshoot=(0, 0))
ALL_TEMPLATES = [
    template
    for templates in (*DIGIT_STROKES, *TRAINING_LETTERS.values(), *MEASURING_LETTERS.values())
    for template in templates
]


class TestSpline:
    def test_of_two_points_is_straight(self) -> None:
        curve = spline(np.array([[0.0, 0.0], [8.0, 4.0]]))

        assert curve[:, 0] == pytest.approx(2 * curve[:, 1])
        assert (np.diff(curve[:, 0]) > 0).all()
        assert curve[0].tolist() == [0, 0]
        assert curve[-1].tolist() == [8, 4]

    def test_passes_its_points_smoothly(self) -> None:
        points = np.array([[0.0, 0.0], [10.0, 10.0], [20.0, 0.0], [30.0, 10.0]])

        curve = spline(points)

        for point in points:
            assert np.abs(curve - point).sum(axis=1).min() == 0
        steps = np.diff(curve, axis=0)
        directions = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
        assert np.abs(np.diff(directions)).max() < np.deg2rad(45)  # no corner of 90 degrees


class TestWrite:
    def test_a_steady_hand_follows_the_template(self, rng: np.random.Generator) -> None:
        templates = [Template(1, ("25,30 50,3 | 50,98", "20,97 80,97"))]

        flag_and_stem, base = write(templates, rng, STEADY)

        assert flag_and_stem[0] == pytest.approx([0.25, 0.30])
        assert flag_and_stem[-1] == pytest.approx([0.50, 0.98])
        assert np.abs(flag_and_stem - [0.5, 0.03]).sum(axis=1).min() == pytest.approx(0)
        assert base[:, 1] == pytest.approx(0.97)

    def test_takes_templates_as_often_as_they_say(self, rng: np.random.Generator) -> None:
        templates = [Template(3, ("0,0 1,1",)), Template(1, ("0,0 1,1", "1,0 0,1"))]

        strokes = [len(write(templates, rng)) for _ in range(1000)]

        assert np.mean(strokes) == pytest.approx(1.25, abs=0.05)

    def test_is_another_each_time_and_the_same_for_a_seed(self) -> None:
        first, second, other = (
            write(DIGIT_STROKES[3], np.random.default_rng(seed)) for seed in (1, 1, 2)
        )

        assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
        assert not np.array_equal(first[0][:4], other[0][:4])

    @pytest.mark.parametrize("template", ALL_TEMPLATES, ids=lambda t: t.strokes[0])
    def test_every_template_fills_its_box(
        self, template: Template, rng: np.random.Generator
    ) -> None:
        strokes = write([template], rng, STEADY)

        points = np.concatenate(list(strokes))
        assert -0.1 <= points.min() <= points.max() <= 1.1
        assert np.ptp(points[:, 1]) >= 0.7


STEADY_REWRITING = Rewriting(0, 0, 0, 0, (0, 0), 0, 0, 0)


def test_a_steady_rewriting_only_scales_and_centers() -> None:
    strokes = [np.array([[0.2, 0.1], [0.4, 0.1]]), np.array([[0.3, 0.6]])]

    rewritten = rewrite(strokes, np.random.default_rng(0), STEADY_REWRITING)

    assert rewritten[0] == pytest.approx(np.array([[-0.2, -0.5], [0.2, -0.5]]))
    assert rewritten[1] == pytest.approx(np.array([[0, 0.5]]))


def test_rewriting_keeps_the_strokes_and_changes_their_shape() -> None:
    strokes = [np.array([[0.2, 0.1], [0.4, 0.1]]), np.array([[0.3, 0.6]])]

    several = [rewrite(strokes, np.random.default_rng(seed)) for seed in range(200)]

    lengths = [float(np.linalg.norm(np.diff(first, axis=0))) for first, _ in several]
    assert all([stroke.shape for stroke in each] == [(2, 2), (1, 2)] for each in several)
    assert np.median(lengths) == pytest.approx(0.4, abs=0.05)  # of the height, which was a half
    assert min(lengths) < 0.35
    assert max(lengths) > 0.45


@pytest.mark.parametrize("seed", range(20))
def test_digits_side_by_side_are_of_about_one_height_and_do_not_overlap(seed: int) -> None:
    one, two = [np.array([[0.5, 0], [0.5, 1]])], [np.array([[0.0, 0], [0.4, 0], [0.4, 0.7]])]

    left, right = side_by_side(one, two, np.random.default_rng(seed))

    assert np.ptp(left[:, 1]) == pytest.approx(1)
    assert 0.8 <= np.ptp(right[:, 1]) <= 1.2
    assert -0.05 <= right[:, 0].min() - left[:, 0].max() <= 0.45


def test_drawings_are_of_all_sizes_everywhere_and_whole(rng: np.random.Generator) -> None:
    square = [np.array([[0.0, 0], [0, 1], [1, 1], [1, 0], [0, 0]])]

    drawings = np.stack([draw_somewhere(square, rng) for _ in range(300)]).reshape(-1, 28, 28)

    inked = drawings > 0
    heights = inked.any(axis=2).sum(axis=1)
    widths = inked.any(axis=1).sum(axis=1)
    assert np.abs(heights - widths).max() <= 2
    assert heights.min() < 14
    assert heights.max() > 25
    assert inked[:, :8, :8].any(axis=(1, 2)).any()
    assert inked[:, -3:, -3:].any(axis=(1, 2)).any()
