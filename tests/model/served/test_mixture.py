"""The mixture, made small: embedded digits in MNIST's place, lines for pen strokes."""

from dataclasses import replace

import numpy as np
import pytest

from app.model.augmentation import Distortion
from app.model.data.datasets import Dataset, Split
from app.model.drawings.pen_strokes import PenDrawing, split_by_writer
from app.model.network import NO_DIGIT
from app.model.served import mixture
from app.model.served.mixture import make_mixture, scaled_recipe
from app.model.train.recipe import Recipe

# Without distortions a stored digit can be recognized, but for its faint ink.
STILL = Distortion(
    rotation_degrees=0, scale=0, shear=0, shift=0, elastic=0, elastic_knots=2, thickness=0
)
RECIPE = Recipe(
    pens_per_epoch=40,
    synthetic_per_epoch=30,
    non_digits_per_epoch=10,
    distortion=STILL,
    drawing_distortion=STILL,
)


@pytest.fixture
def dataset(embedded: Dataset) -> Dataset:
    """Of 20 digits to train on, no two alike."""
    train = embedded.splits["train"]
    return replace(
        embedded, splits=embedded.splits | {"train": Split(train.images[:20], train.labels[:20])}
    )


@pytest.fixture
def pens() -> list[PenDrawing]:
    """A line by each of thirty writers; what the train writers wrote is labeled 1, others 7."""
    line = np.array([[0.2, 0.1], [0.3, 0.9]])
    drawings = [PenDrawing(1, writer, [line]) for writer in range(30)]
    train = {drawing.writer for drawing in split_by_writer(drawings)["train"]}
    return [each if each.writer in train else each._replace(label=7) for each in drawings]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mixture, "MIXTURE_SIZE", 300)


def mixed(dataset: Dataset, pens: list[PenDrawing], recipe: Recipe = RECIPE) -> Split:
    return make_mixture(
        dataset.splits["train"], split_by_writer(pens)["train"], recipe, lambda *_: None
    )


def how_often(dataset: Dataset, made: Split) -> list[int]:
    """How often each stored training digit is in it."""
    rows = [image.tobytes() for image in made.images]
    stored = np.where(
        dataset.splits["train"].images < mixture.LEAST_INK, 0, dataset.splits["train"].images
    )
    return [rows.count(image.tobytes()) for image in stored]


def test_keeps_the_recipes_proportions(dataset: Dataset, pens: list[PenDrawing]) -> None:
    made = mixed(dataset, pens)

    assert made.images.shape == (300, 784)
    assert made.images.dtype == made.labels.dtype == np.uint8
    assert (made.labels == NO_DIGIT).sum() == 30
    assert sum(how_often(dataset, made)) == 60


def test_takes_every_stored_digit_equally_often(dataset: Dataset, pens: list[PenDrawing]) -> None:
    assert set(how_often(dataset, mixed(dataset, pens))) == {3}


def test_learns_from_the_train_writers_only(dataset: Dataset, pens: list[PenDrawing]) -> None:
    made = mixed(dataset, pens)

    stored = np.bincount(dataset.splits["train"].labels, minlength=10)
    of_each_template = 3 * RECIPE.synthetic_per_epoch // 10
    labels = np.bincount(made.labels, minlength=10)
    assert labels[1] == 3 * stored[1] + of_each_template + 3 * RECIPE.pens_per_epoch
    assert labels[7] == 3 * stored[7] + of_each_template


def test_is_the_same_every_time(dataset: Dataset, pens: list[PenDrawing]) -> None:
    distorted = replace(RECIPE, distortion=Distortion())
    first, second = (mixed(dataset, pens, distorted) for _ in range(2))

    assert np.array_equal(first.images, second.images)
    assert np.array_equal(first.labels, second.labels)


def test_is_distorted_and_in_random_order(dataset: Dataset, pens: list[PenDrawing]) -> None:
    made = mixed(dataset, pens, replace(RECIPE, distortion=Distortion()))

    assert how_often(dataset, made) == [0] * 20
    assert set(made.labels[:100]) > {0, 1, NO_DIGIT}


def test_faint_ink_is_blanked(dataset: Dataset, pens: list[PenDrawing]) -> None:
    """Distorting spreads it, and the kernels would spend their time on it."""
    made = mixed(dataset, pens, replace(RECIPE, distortion=Distortion()))

    assert made.images[made.images > 0].min() == mixture.LEAST_INK
    assert (made.images > 0).mean() < 0.25


def test_few_stored_digits_make_a_small_mixture(
    dataset: Dataset, pens: list[PenDrawing], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mixture, "MIXTURE_SIZE", 80_000)

    assert len(mixed(dataset, pens)) == 400


def test_no_more_is_drawn_than_is_taken() -> None:
    scaled = scaled_recipe(Recipe(), stored_count=1_397, pen_count=26, size=2_000)

    assert scaled.synthetic_digits == scaled.synthetic_per_epoch
    assert scaled.non_digits == scaled.non_digits_per_epoch
    assert scaled.pens_per_epoch <= 26 * scaled.pen_variants < scaled.pens_per_epoch + 26
