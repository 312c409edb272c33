from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pyscript.draw import brush
from app.pyscript.draw.brush import SIDE, THICKEST, THINNEST, paint

Point = tuple[float, float]
BLANK = bytes(SIDE * SIDE)
FULL = b"\xff" * SIDE * SIDE

# Beyond the borders too: a captured pointer leaves the grid.
positions = st.tuples(st.floats(-6, 34), st.floats(-6, 34))
widths = st.floats(THINNEST, THICKEST)


def painted(
    start: Point, end: Point, width: float, on: bytes = BLANK, erasing: bool = False
) -> bytes:
    pixels = bytearray(on)
    paint(pixels, start, end, width, erasing)
    return bytes(pixels)


def rows(pixels: bytes, top: int, left: int, size: int) -> list[list[int]]:
    """A square of the drawing."""
    starts = [row * SIDE + left for row in range(top, top + size)]
    return [list(pixels[start : start + size]) for start in starts]


def distance_to_piece(index: int, start: Point, end: Point) -> float:
    """From the center of a cell, in cells: by projection on the piece's direction."""
    x, y = index % SIDE + 0.5 - start[0], index // SIDE + 0.5 - start[1]
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy)
    if length == 0:
        return hypot(x, y)
    along = (x * dx + y * dy) / length
    if along <= 0:
        return hypot(x, y)
    if along >= length:
        return hypot(x - dx, y - dy)
    return abs(x * dy - y * dx) / length


class TestDot:
    def test_the_thinnest_on_a_cell_is_that_cell(self) -> None:
        pixels = painted((3.5, 2.5), (3.5, 2.5), 1)

        assert rows(pixels, 1, 2, 3) == [[0, 0, 0], [0, 255, 0], [0, 0, 0]]
        assert sum(pixels) == 255

    def test_its_rim_is_soft(self) -> None:
        # The rim lies 1 cell from the center and ink ends half a cell outside: a neighbor, 1 away,
        # gets half of 255; a diagonal one, sqrt(2) away, 0.0858 of it.
        pixels = painted((14.5, 14.5), (14.5, 14.5), 2)

        assert rows(pixels, 13, 13, 3) == [[22, 128, 22], [128, 255, 128], [22, 128, 22]]
        assert sum(pixels) == 255 + 4 * 128 + 4 * 22

    @pytest.mark.parametrize(
        ("corner", "cell"), [((0, 0), 0), ((28, 0), 27), ((0, 28), 756), ((28, 28), 783)]
    )
    def test_in_a_corner_is_clipped(self, corner: Point, cell: int) -> None:
        # sqrt(0.5) from the only center in reach: 1.5 - 0.7071 of 255.
        pixels = painted(corner, corner, 2)

        assert {index: ink for index, ink in enumerate(pixels) if ink} == {cell: 202}

    @pytest.mark.parametrize("outside", [(-2, 14), (30, 14), (14, -2), (14, 30), (-40, 99)])
    def test_out_of_reach_paints_nothing(self, outside: Point) -> None:
        pixels = bytearray(BLANK)

        assert paint(pixels, outside, outside, 2) == []
        assert pixels == BLANK


class TestLine:
    def test_is_full_inside_and_soft_at_its_sides(self) -> None:
        # Along y = 10, its rim 1.5 away: centers 0.5 away are full, 1.5 away half, 2.5 away blank.
        pixels = painted((-5, 10), (33, 10), 3)

        assert [row[0] for row in rows(pixels, 6, 0, 8)] == [0, 0, 128, 255, 255, 128, 0, 0]
        assert all(len(set(pixels[row * SIDE : (row + 1) * SIDE])) == 1 for row in range(SIDE))

    def test_of_a_fast_stroke_has_no_gaps(self) -> None:
        pixels = painted((0.5, 0.5), (27.5, 27.5), brush.DEFAULT_WIDTH)

        assert [pixels[row * SIDE + row] for row in range(SIDE)] == [255] * SIDE

    @given(positions, positions, widths)
    def test_covers_what_is_near_and_nothing_else(
        self, start: Point, end: Point, width: float
    ) -> None:
        pixels = painted(start, end, width)

        for index, ink in enumerate(pixels):
            distance = distance_to_piece(index, start, end)
            cover = max(0, min(1, width / 2 + 0.5 - distance))
            assert ink == pytest.approx(255 * cover, abs=0.501), (index, distance)

    @given(positions, positions, widths, st.floats(0, 1))
    def test_drawn_slowly_is_the_same(
        self, start: Point, end: Point, width: float, share: float
    ) -> None:
        way = (start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))

        slow = painted(way, end, width, on=painted(start, way, width))

        fast = painted(start, end, width)
        assert all(abs(a - b) <= 1 for a, b in zip(slow, fast, strict=True))


class TestInk:
    def test_never_adds_up(self) -> None:
        pixels = bytearray(painted((9, 9), (12, 15), 3))

        assert paint(pixels, (9, 9), (12, 15), 3) == []

    def test_never_lightens_what_is_there(self) -> None:
        assert painted((9, 9), (12, 15), 3, on=FULL) == FULL

    @given(positions, positions, widths, st.booleans())
    def test_the_changed_cells_are_told(
        self, start: Point, end: Point, width: float, erasing: bool
    ) -> None:
        before = bytes(index * 37 % 256 for index in range(SIDE * SIDE))
        pixels = bytearray(before)

        changed = paint(pixels, start, end, width, erasing)

        assert changed == [index for index in range(SIDE * SIDE) if pixels[index] != before[index]]


class TestEraser:
    def test_is_wider_than_the_pen_and_soft(self) -> None:
        # A cell wider all round: full within 1.5 cells of its center, nothing from 2.5 on;
        # sqrt(5) away it takes 0.264 of the ink, 2 away half.
        pixels = painted((14.5, 14.5), (14.5, 14.5), 2, on=FULL, erasing=True)

        assert rows(pixels, 12, 12, 5) == [
            [255, 188, 127, 188, 255],
            [188, 0, 0, 0, 188],
            [127, 0, 0, 0, 127],
            [188, 0, 0, 0, 188],
            [255, 188, 127, 188, 255],
        ]

    @given(positions, positions, widths)
    def test_back_along_the_stroke_leaves_no_crumbs(
        self, start: Point, end: Point, width: float
    ) -> None:
        drawn = painted(start, end, width)

        assert painted(end, start, width, on=drawn, erasing=True) == BLANK

    def test_never_adds_ink(self) -> None:
        assert painted((9, 9), (12, 15), 3, erasing=True) == BLANK
