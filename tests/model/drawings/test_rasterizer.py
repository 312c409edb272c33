"""The pen in NumPy, against the page's own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.drawings import rasterizer
from app.model.drawings.rasterizer import draw, place
from app.pyscript.draw import brush

# Beyond the borders too: a captured pointer leaves the grid.
points = st.tuples(st.floats(-6, 34), st.floats(-6, 34))
drawings = st.lists(st.lists(points, min_size=1, max_size=8), min_size=1, max_size=4)
widths = st.floats(brush.THINNEST, brush.THICKEST)


def painted(strokes: list[list[tuple[float, float]]], width: float) -> bytes:
    """As the page paints while the pointer moves: a dot, then a piece for each movement."""
    pixels = bytearray(28 * 28)
    for stroke in strokes:
        before = stroke[0]
        for point in stroke:
            brush.paint(pixels, before, point, width)
            before = point
    return bytes(pixels)


class TestDraw:
    @given(drawings, widths)
    def test_gives_the_pixels_of_the_pages_pen(
        self, strokes: list[list[tuple[float, float]]], width: float
    ) -> None:
        drawn = draw([np.array(stroke) for stroke in strokes], width)

        assert drawn.dtype == np.uint8
        assert drawn.tobytes() == painted(strokes, width)

    def test_begins_with_the_pages_pen(self) -> None:
        assert rasterizer.PEN_WIDTH == brush.DEFAULT_WIDTH
        assert rasterizer.THINNEST_PEN_WIDTH == brush.THINNEST

    def test_a_point_is_a_dot(self) -> None:
        drawn = draw([np.array([[3.5, 2.5]])], 1).reshape(28, 28)

        assert drawn[2, 3] == 255
        assert drawn.sum() == 255


class TestPlace:
    def test_scales_the_longer_side_and_centers_the_box(self) -> None:
        strokes = [np.array([[0.1, 0.2], [0.3, 0.2]]), np.array([[0.2, 0.6]])]

        first, second = place(strokes, 20, (14, 13))

        assert first == pytest.approx(np.array([[9, 3], [19, 3]]))
        assert second == pytest.approx(np.array([[14, 23]]))

    def test_puts_a_single_point_on_the_center(self) -> None:
        (dot,) = place([np.array([[0.1, 0.9]])], 20, (21, 7))

        assert dot.tolist() == [[21, 7]]
