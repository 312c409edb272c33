import numpy as np
import pytest

from app.model.arrays import ByteArray
from app.model.augmentation import Distortion, distort_images, shift_images
from app.model.data.datasets import Dataset

NONE = Distortion(
    rotation_degrees=0, scale=0, shear=0, shift=0, elastic=0, elastic_knots=6, thickness=0
)


def blots(count: int, *centers: tuple[int, int]) -> ByteArray:
    """Images with a square of ink, 3 by 3, around each of these pixels."""
    images = np.zeros((count, 28, 28), np.uint8)
    for row, column in centers:
        images[:, row - 1 : row + 2, column - 1 : column + 2] = 200
    return images.reshape(count, 784)


def centers_of_mass(images: ByteArray) -> np.ndarray:
    """Rows and columns, (n, 2)."""
    ink = images.reshape(-1, 28, 28).astype(float)
    ink /= ink.sum(axis=(1, 2), keepdims=True)
    positions = np.arange(28)
    return np.stack([ink.sum(axis=2) @ positions, ink.sum(axis=1) @ positions], axis=1)


class TestDistortImages:
    def test_without_any_distortion_is_the_same_picture(
        self, embedded: Dataset, rng: np.random.Generator
    ) -> None:
        images = embedded.splits["test"].images

        assert np.array_equal(distort_images(images, NONE, rng), images)

    def test_the_same_seed_gives_the_same_distortions(self, embedded: Dataset) -> None:
        images = embedded.splits["train"].images
        first, second = (
            distort_images(images, Distortion(), np.random.default_rng(3)) for _ in range(2)
        )

        assert first.dtype == np.uint8
        assert np.array_equal(first, second)
        assert not np.array_equal(first, images)

    def test_each_image_is_distorted_in_its_own_way(self, rng: np.random.Generator) -> None:
        images = np.tile(blots(1, (8, 8), (20, 16)), (600, 1))

        distorted = distort_images(images, Distortion(), rng)

        assert len(np.unique(distorted, axis=0)) == 600

    def test_keeps_the_order_and_the_ink(self, embedded: Dataset, rng: np.random.Generator) -> None:
        """More than one chunk; each image stays more like itself than like others."""
        images = embedded.splits["train"].images[:600]

        distorted = distort_images(images, Distortion(), rng).astype(float)

        alike = distorted @ images.T / np.linalg.norm(images.astype(float), axis=1)
        assert (np.diagonal(alike) > np.median(alike, axis=1)).all()
        assert distorted.sum() == pytest.approx(images.sum(), rel=0.05)

    def test_shifts_up_to_the_limit_by_fractions_of_a_pixel(self, rng: np.random.Generator) -> None:
        images = blots(2000, (10, 12))

        moved = centers_of_mass(distort_images(images, only(shift=2), rng)) - [10, 12]

        assert np.abs(moved).max() <= 2.02
        assert moved.min() < -1.9
        assert moved.max() > 1.9
        assert moved.std() == pytest.approx(2 / np.sqrt(3), rel=0.05)

    def test_turns_about_the_center_of_digits(self, rng: np.random.Generator) -> None:
        images = blots(2000, (14, 24))

        moved = centers_of_mass(distort_images(images, only(rotation_degrees=30), rng)) - 14

        angles = np.rad2deg(np.arctan2(moved[:, 0], moved[:, 1]))
        assert np.hypot(*moved.T) == pytest.approx(10, abs=0.15)
        assert angles.min() == pytest.approx(-30, abs=1)
        assert angles.max() == pytest.approx(30, abs=1)

    def test_scales_height_and_width_each_on_its_own(self, rng: np.random.Generator) -> None:
        images = blots(2000, (4, 24))

        moved = centers_of_mass(distort_images(images, only(scale=0.2), rng)) - 14

        assert np.abs(moved).min() == pytest.approx(8, abs=0.2)
        assert np.abs(moved).max() == pytest.approx(12, abs=0.2)
        assert abs(np.corrcoef(moved.T)[0, 1]) < 0.1

    def test_shears_rows_along_themselves(self, rng: np.random.Generator) -> None:
        images = blots(2000, (4, 14))

        moved = centers_of_mass(distort_images(images, only(shear=0.3), rng)) - [4, 14]

        assert moved[:, 0] == pytest.approx(0, abs=0.1)
        assert np.abs(moved[:, 1]).max() == pytest.approx(3, abs=0.1)

    def test_elastic_moves_far_pixels_each_on_their_own(self, rng: np.random.Generator) -> None:
        above = distort_images(blots(2000, (6, 6)), only(elastic=1), rng)
        both = distort_images(blots(2000, (6, 6), (22, 22)), only(elastic=1), rng)

        moved = centers_of_mass(above) - 6
        halves = both.reshape(-1, 28, 28)[:, :14], both.reshape(-1, 28, 28)[:, 14:]
        first, second = (half.sum(axis=(1, 2)) for half in halves)
        assert 0.4 < moved.std() < 1  # a standard deviation of 1 at knots, less between them
        assert abs(np.corrcoef(first, second)[0, 1]) < 0.1

    def test_thickness_adds_or_takes_up_to_a_pixel_all_round(
        self, rng: np.random.Generator
    ) -> None:
        images = blots(1000, (14, 14))

        ink = distort_images(images, only(thickness=1), rng).sum(axis=1) / 200

        assert ink.min() == pytest.approx(1, abs=0.2)  # of nine pixels, the one in the middle
        assert ink.max() == pytest.approx(21, abs=0.2)  # three more along each side
        assert (ink < 9).mean() == pytest.approx(0.5, abs=0.05)

    def test_what_moves_in_is_blank(self, rng: np.random.Generator) -> None:
        images = np.full((500, 784), 255, np.uint8)

        shifted = distort_images(images, only(shift=3), rng).reshape(-1, 28, 28)

        assert (shifted[:, 4:-4, 4:-4] == 255).all()
        assert (shifted[:, 0] == 0).all(axis=1).any()
        assert (shifted[:, -1] == 0).all(axis=1).any()


def only(**changes: float) -> Distortion:
    """No distortion but this one."""
    return Distortion(**{**vars(NONE), **changes})


def test_moves_each_image_by_its_own_whole_pixels(rng: np.random.Generator) -> None:
    images = np.zeros((500, 28, 28), np.uint8)
    images[:, 10, 12] = 200

    shifted = shift_images(images.reshape(500, 784), 2, rng).reshape(500, 28, 28)

    numbers, rows, columns = np.nonzero(shifted)
    assert numbers.tolist() == list(range(500))
    assert set(zip(rows.tolist(), columns.tolist(), strict=True)) == {
        (row, column) for row in range(8, 13) for column in range(10, 15)
    }
    assert set(shifted[shifted > 0]) == {200}


def test_fills_with_paper_what_moves_in(rng: np.random.Generator) -> None:
    images = np.full((200, 784), 255, np.uint8)

    shifted = shift_images(images, 1, rng)

    inked = (shifted.reshape(200, 28, 28) > 0).sum(axis=(1, 2))
    assert set(inked) == {28 * 28, 28 * 27, 27 * 27}


def test_no_shift_leaves_images_alone(embedded: Dataset, rng: np.random.Generator) -> None:
    images = embedded.splits["train"].images

    assert shift_images(images, 0, rng) is images


def test_the_same_seed_gives_the_same_shifts(embedded: Dataset) -> None:
    images = embedded.splits["train"].images
    first, second = (shift_images(images, 1, np.random.default_rng(3)) for _ in range(2))

    assert np.array_equal(first, second)
    assert not np.array_equal(first, images)
