import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.model.arrays import ByteArray
from app.model.drawings.rasterizer import draw
from app.model.ink import connected_parts, crop_to_ink, stray_specks, without_specks

images = arrays(
    np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=st.sampled_from([0, 255])
)


def parsed(text: str) -> ByteArray:
    """An image from lines of "#" for ink and "." for paper."""
    return np.array([[255 * (cell == "#") for cell in line] for line in text.split()], np.uint8)


def flooded(image: ByteArray) -> list[set[tuple[int, int]]]:
    """The connected parts, found in another way: each spreads from pixel to neighbor."""
    left = {(int(row), int(column)) for row, column in np.argwhere(image > 25)}
    parts = []
    while left:
        part, border = set(), {left.pop()}
        while border:
            part |= border
            border = {
                (row + down, column + across)
                for row, column in border
                for down in (-1, 0, 1)
                for across in (-1, 0, 1)
            } & left
            left -= border
        parts.append(part)
    return parts


class TestConnectedParts:
    def test_a_blank_image_has_none(self) -> None:
        assert connected_parts(np.full((3, 4), 25, np.uint8)) == []

    @pytest.mark.parametrize(
        ("text", "boxes"),
        [
            ("#..# ...# ##..", [(0, 1, 0, 1), (0, 2, 3, 4), (2, 3, 0, 2)]),
            ("#.#.# .#.#.", [(0, 2, 0, 5)]),  # by the corners
            ("#...# #.#.# #####", [(0, 3, 0, 5)]),  # joined at the end
            ("####. #..#. #.##. #.... #####", [(0, 5, 0, 5)]),
            ("...# #...", [(0, 1, 3, 4), (1, 2, 0, 1)]),  # not around the border
        ],
    )
    def test_finds_what_hangs_together(
        self, text: str, boxes: list[tuple[int, int, int, int]]
    ) -> None:
        parts = connected_parts(parsed(text))

        assert sorted((part.top, part.bottom, part.left, part.right) for part in parts) == boxes

    @given(images)
    def test_agrees_with_flooding(self, image: ByteArray) -> None:
        found = [
            {(run.row, column) for run in part.runs for column in range(run.start, run.end)}
            for part in connected_parts(image)
        ]

        assert sorted(map(sorted, found)) == sorted(map(sorted, flooded(image)))


class TestWithoutSpecks:
    def test_an_image_without_specks_comes_back_itself(self) -> None:
        image = draw([np.array([(14.0, 4.0), (14, 24)])]).reshape(28, 28)

        assert without_specks(image) is image

    @pytest.mark.parametrize("size", [8, 11, 16])
    @pytest.mark.parametrize("corner", [(2.0, 2.0), (26, 2), (2, 26)])
    def test_takes_out_a_dot_in_another_corner(
        self, size: float, corner: tuple[float, float]
    ) -> None:
        digit = [np.array([(26 - 0.6 * size, 26 - size), (26.0, 26 - size), (26 - 0.4 * size, 26)])]
        dotted = draw([*digit, np.array([corner])]).reshape(28, 28)

        assert np.array_equal(without_specks(dotted), draw(digit).reshape(28, 28))

    def test_keeps_a_dot_that_is_near(self) -> None:
        image = parsed("#.......... #.......... #.#........ #.......... " * 3)

        assert stray_specks(connected_parts(image)) == []

    def test_keeps_several_dots_of_one_size(self) -> None:
        image = draw([np.array([place]) for place in [(3.0, 3.0), (20, 8), (9, 24)]])

        assert stray_specks(connected_parts(image.reshape(28, 28))) == []

    @given(images)
    def test_always_leaves_ink_where_there_is_some(self, image: ByteArray) -> None:
        cleaned = without_specks(image)

        assert crop_to_ink(cleaned).any() == crop_to_ink(image).any()
        assert (cleaned <= image).all()
