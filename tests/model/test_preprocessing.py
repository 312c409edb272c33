import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.model.arrays import ByteArray
from app.model.data.datasets import Dataset
from app.model.drawings.rasterizer import draw
from app.model.preprocessing import normalize_drawing, normalize_image, to_inputs

drawings = arrays(np.uint8, (28, 28), elements=st.integers(0, 255))
small_drawings = arrays(
    np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=st.integers(0, 255)
)


def normalized(image: ByteArray) -> ByteArray:
    return normalize_drawing(image.ravel()).reshape(28, 28)


def center_of_mass(image: ByteArray) -> tuple[float, float]:
    ink = image / image.sum()
    positions = np.arange(28)
    return float(ink.sum(axis=1) @ positions), float(ink.sum(axis=0) @ positions)


def leans(image: ByteArray) -> float:
    """Columns to the right for each row further down."""
    rows, columns = np.nonzero(image)
    covariance = np.cov(rows, columns, aweights=image[rows, columns])
    return float(covariance[0, 1] / covariance[0, 0])


def ink_box(image: ByteArray) -> tuple[int, int]:
    """Height and width of the box around all that is not blank."""
    rows, columns = np.nonzero(image)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


class TestToInputs:
    def test_scales_to_one(self) -> None:
        images = np.zeros((2, 784), np.uint8)
        images[1, :2] = 255, 51

        inputs = to_inputs(images)

        assert inputs.shape == (2, 784)
        assert inputs.dtype == np.float32
        assert inputs[1, :3].tolist() == [1, np.float32(0.2), 0]

    def test_makes_a_batch_of_one_image(self) -> None:
        assert to_inputs(np.zeros(784, np.uint8)).shape == (1, 784)

    @pytest.mark.parametrize("shape", [(28, 28), (783,), (3, 28, 28), (0,), ()])
    def test_refuses_other_shapes(self, shape: tuple[int, ...]) -> None:
        with pytest.raises(ValueError, match=r"expected images of shape \(n, 784\) or \(784,\)"):
            to_inputs(np.zeros(shape, np.uint8))

    def test_refuses_pixels_that_are_scaled_already(self) -> None:
        with pytest.raises(TypeError, match="expected uint8 pixels, found float32"):
            to_inputs(np.zeros(784, np.float32))


class TestNormalizeDrawing:
    def test_blank_stays_blank(self) -> None:
        assert not normalized(np.zeros((28, 28), np.uint8)).any()

    def test_ink_too_faint_to_see_is_blank(self) -> None:
        assert not normalized(np.full((28, 28), 25, np.uint8)).any()

    @pytest.mark.parametrize("row", [0, 13, 27])
    @pytest.mark.parametrize("column", [0, 14, 27])
    def test_one_dot_fills_the_box_wherever_it_is(self, row: int, column: int) -> None:
        image = np.zeros((28, 28), np.uint8)
        image[row, column] = 255

        result = normalized(image)

        assert ink_box(result) == (20, 20)
        assert result.sum() == 20 * 20 * 255

    def test_a_full_grid_fills_the_box(self) -> None:
        result = normalized(np.full((28, 28), 255, np.uint8))

        assert ink_box(result) == (20, 20)
        assert set(np.unique(result)) == {0, 255}

    @pytest.mark.parametrize(("height", "width"), [(5, 2), (2, 5), (28, 1), (10, 28)])
    def test_scales_the_longer_side_to_20_in_proportion(self, height: int, width: int) -> None:
        image = np.zeros((28, 28), np.uint8)
        image[:height, :width] = 255

        box = ink_box(normalized(image))

        longer = max(height, width)
        assert box == (max(1, round(20 * height / longer)), max(1, round(20 * width / longer)))

    def test_reduces_without_losing_thin_lines(self) -> None:
        """Antialiasing: each line leaves its share of ink, wherever it falls between pixels."""
        image = np.zeros((28, 28), np.uint8)
        image[::3] = 255  # ten lines, of 28 rows

        result = normalized(image)

        rows = result[:, 14].astype(int)
        assert ink_box(result) == (20, 20)
        assert rows.sum() == pytest.approx(10 * 255 * 20 / 28, rel=0.1)
        assert rows.max() < 255  # no line is thinner than a pixel any more, so none is full

    def test_keeps_grey(self) -> None:
        image = np.zeros((28, 28), np.uint8)
        image[4:24, 4:24] = 100

        assert set(np.unique(normalized(image))) == {0, 100}

    def test_symmetric_ink_does_not_lean(self) -> None:
        """By nothing at all: half a pixel of its width was rounded up where 1e-16 was left."""
        image = np.zeros((28, 28), np.uint8)
        image[:24, :15] = 37
        image[1:24, 1:14] = 0

        assert ink_box(normalized(image)) == (20, 12)

    def test_leaves_a_digit_that_is_normalized_as_it_is(self) -> None:
        image = np.zeros((28, 28), np.uint8)
        image[4:24, 9:20] = np.arange(50, 50 + 220).clip(0, 255).reshape(20, 11)[::-1]
        once = normalized(image)

        assert np.array_equal(normalized(once), once)

    @given(drawings)
    def test_any_drawing_comes_out_centered_and_whole(self, image: ByteArray) -> None:
        result = normalized(image)

        if not result.any():
            assert image.max() <= 25
            return
        is_at_border = [result[[0, -1]].any(), result[:, [0, -1]].any()]
        for center, is_stopped in zip(center_of_mass(result), is_at_border, strict=True):
            # Whole pixels: half a pixel off at most, and a little for rounding intensities.
            assert is_stopped or abs(center - 14) <= 0.6

    @given(small_drawings, st.integers(0, 16), st.integers(0, 16))
    def test_where_it_is_drawn_makes_no_difference(
        self, drawing: ByteArray, top: int, left: int
    ) -> None:
        height, width = drawing.shape
        in_corner, elsewhere = np.zeros((2, 28, 28), np.uint8)
        in_corner[:height, :width] = drawing
        elsewhere[top : top + height, left : left + width] = drawing

        assert np.array_equal(normalized(in_corner), normalized(elsewhere))

    @pytest.mark.parametrize("lean", [-0.5, -0.2, 0.1, 0.4])
    def test_sets_a_leaning_digit_upright(self, lean: float) -> None:
        strokes = np.array([(-4.0, -10), (4, -10), (0, 0), (3, 5), (-3, 10)])
        leaning = draw([strokes + np.outer(strokes[:, 1], [lean, 0]) + 14])

        before, after = (leans(each.reshape(28, 28)) for each in (leaning, normalized(leaning)))

        assert before == pytest.approx(lean, abs=0.1)
        assert after == pytest.approx(0, abs=0.03)

    def test_a_slash_is_set_up_only_so_far(self) -> None:
        slash = normalized(draw([np.array([(6.0, 22.0), (22, 6)])]).reshape(28, 28))

        assert 20 * 0.25 < ink_box(slash)[1] < 20 * 0.6

    def test_real_digits_keep_their_ink(self, mnist: Dataset) -> None:
        """MNIST's images are normalized already, but for their slant."""
        images = mnist.splits["test"].images[:500]

        results = np.stack([normalize_drawing(image) for image in images])
        again = np.stack([normalize_drawing(image) for image in results])

        ink, ink_after = (each.sum(axis=1, dtype=float) for each in (images, results))
        assert np.median(np.abs(ink_after / ink - 1)) < 0.1
        assert np.abs(again.astype(int) - results).mean() / 255 < 0.01

    def test_ink_at_every_border_is_scaled_into_the_box(self) -> None:
        """A frame: its sides lie along the box's, none of them is lost."""
        image = np.full((28, 28), 255, np.uint8)
        image[2:-2, 2:-2] = 0

        result = normalized(image)

        frame = result[5:25, 5:25]  # whose middle, at half a pixel, is rounded up
        assert frame.sum() == result.sum()
        assert min(frame[0].min(), frame[-1].min(), frame[:, 0].min(), frame[:, -1].min()) > 200
        assert not frame[2:-2, 2:-2].any()

    @pytest.mark.parametrize("side", [0, 1, 2, 3])
    def test_a_line_along_a_border_is_centered(self, side: int) -> None:
        image = np.zeros((28, 28), np.uint8)
        image[:2] = 255
        image = np.rot90(image, side)

        result = normalized(image)

        assert sorted(ink_box(result)) == [1, 20]
        assert center_of_mass(result) == pytest.approx((14, 14), abs=0.5)

    def test_a_stray_dot_changes_nothing(self) -> None:
        """Cropping to it too would shrink a small digit in the opposite corner to a third."""
        digit = draw([np.array([(18.0, 18.0), (24, 18), (20, 26)])])
        dotted = np.maximum(digit, draw([np.array([(3.0, 3.0)])]))

        assert np.array_equal(normalize_drawing(dotted), normalize_drawing(digit))

    def test_ink_far_apart_stays_in_the_picture(self) -> None:
        """The center of mass then lies at one end of the box: it may not push the other out."""
        image = np.zeros((28, 28), np.uint8)
        image[:4, :4] = 255
        image[26:, 26:] = 30

        result = normalized(image)

        assert ink_box(result)[0] == 20
        assert result[4:].any()
        assert int(result.sum()) == pytest.approx(int(image.sum()) * (20 / 28) ** 2, rel=0.1)

    @pytest.mark.parametrize("shape", [(28, 28), (783,), (1, 784)])
    def test_refuses_other_shapes(self, shape: tuple[int, ...]) -> None:
        with pytest.raises(ValueError, match=r"expected (pixels|images) of shape .*\(784,\)"):
            normalize_drawing(np.zeros(shape, np.uint8))

    def test_refuses_pixels_that_are_scaled_already(self) -> None:
        with pytest.raises(TypeError, match="expected uint8 pixels, found float32"):
            normalize_drawing(np.zeros(784, np.float32))


def test_images_of_other_sizes_are_normalized_too() -> None:
    result = normalize_image(np.full((4, 8), 255, np.uint8))

    assert result.shape == (28, 28)
    assert ink_box(result) == (10, 20)
