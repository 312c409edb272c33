from app.pyscript.board.figures import (
    BY_DIGITS,
    BY_NAME,
    BY_STEPS,
    CURVE_POINTS,
    DIGITS,
    curves,
    in_order,
    mean_of,
    sparkline,
    spread,
)
from tests.ui.class_page import pupil, status

PUPILS = [
    pupil(1, "Wolf", status(validation_digits=0.9, steps=100)),
    pupil(2, "ant", status(validation_digits=None, steps=300)),
    pupil(3, "Bear", status(validation_digits=0.5, steps=200)),
    pupil(4, "Cat"),
]


def test_the_spread_is_of_those_who_have_a_figure() -> None:
    mean, lowest, highest = spread(PUPILS, DIGITS) or ()

    assert (round(mean, 6), lowest, highest) == (0.7, 0.5, 0.9)
    assert spread([PUPILS[3]], DIGITS) is None


def test_orders_by_name_or_with_the_highest_figure_first() -> None:
    assert in_order(PUPILS, BY_NAME) == [2, 3, 4, 1]
    assert in_order(PUPILS, BY_DIGITS) == [1, 3, 2, 4]
    assert in_order(PUPILS, BY_STEPS) == [2, 3, 1, 4]


def test_equal_names_keep_an_order() -> None:
    assert in_order([pupil(2, "A"), pupil(1, "a")], BY_NAME) == [1, 2]


def test_curves_share_one_axis_and_end_where_the_pupil_is() -> None:
    fast = pupil(1, "a", status(steps=400, curve=[0.0, 1.0]))
    slow = pupil(2, "b", status(steps=100, curve=[0.25]))
    places, *heights = curves([fast, slow, pupil(3, "c")])

    assert len(places) == CURVE_POINTS
    assert places[-1] == 400
    assert heights[0][:19] == [0.0] * 19
    assert heights[0][-20:] == [1.0] * 20
    assert heights[1] == [0.25] * 10 + [None] * 30
    assert heights[2] == [None] * CURVE_POINTS


def test_nobody_has_a_curve_before_the_first_step() -> None:
    assert curves([]) == []
    assert curves([pupil(1, "a"), pupil(2, "b", status(steps=0, curve=[]))]) == []


def test_the_mean_is_of_those_who_came_so_far() -> None:
    assert mean_of([[0.5, 1.0, None], [1.0, None, None]]) == [0.75, 1.0, None]


def test_a_sparkline_goes_from_left_to_right_and_up() -> None:
    assert sparkline([0, 1], 10, 4) == "0.0,4.0 10.0,0.0"
    assert sparkline([0.5], 10, 4) == "0.0,2.0"
    assert sparkline([], 10, 4) == ""
