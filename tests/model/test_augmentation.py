import numpy as np

from app.model.augmentation import shift_images
from app.model.datasets import Dataset


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
