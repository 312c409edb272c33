"""Digits as people draw them: what the page trains on unless it is told otherwise.

The recipe that the shipped weights are made by mixes stored digits, pen strokes, drawings of our
own and drawings of no digit anew for each epoch. The browser has neither the strokes nor the time,
so this mixes them once, in the recipe's proportions, distorted as the recipe distorts them.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.model.arrays import IntArray
from app.model.augmentation import distort_images
from app.model.datasets import Dataset, Split
from app.model.drawings.pen_strokes import PenDrawing, split_by_writer
from app.model.recipe import Recipe, ReportDrawing, gather_sources

MIXTURE_SIZE = 80_000
"""Samples: about what the page's worker can hold, 81,920."""
MOST_PER_STORED_DIGIT = 20
"""Samples: a small data set, such as the embedded digits, makes a small mixture."""
LEAST_INK = 40
"""Of 255: fainter pixels become blank paper. Distorting spreads ink thinly over half as many cells
again, and the kernels' time goes by cells with ink (docs/recognition.md)."""
SEED = 1
"""Not that of the shipped weights: they did not learn these very drawings."""


def make_mixture(
    dataset: Dataset, pens: Sequence[PenDrawing], recipe: Recipe, report: ReportDrawing
) -> Split:
    """Images (n, 784) uint8 and labels (n,) uint8, 0-9 or NO_DIGIT, in random order.

    From the train split and the train writers only. No stored digit is taken again before all were
    taken. The same arguments give the same mixture; `report` is told how far the drawing is.
    """
    size = min(MIXTURE_SIZE, MOST_PER_STORED_DIGIT * len(dataset.splits["train"]))
    smaller = scaled_recipe(recipe, dataset, pens, size)
    stored, *drawn = gather_sources(
        smaller, dataset, pens, splits=["train"], seed=SEED, report=report
    )
    counts = [source.per_epoch for source in drawn]
    rng = np.random.default_rng(SEED)
    images, labels = [], []
    for source, count in zip([stored, *drawn], [size - sum(counts), *counts], strict=True):
        chosen = _choose(len(source.labels), count, rng)
        images.append(source.images[chosen])
        labels.append(source.labels[chosen])
    order = rng.permutation(size)
    mixed = distort_images(np.concatenate(images)[order], recipe.distortion, rng)
    mixed[mixed < LEAST_INK] = 0
    return Split(mixed, np.concatenate(labels)[order])


def scaled_recipe(
    recipe: Recipe, dataset: Dataset, pens: Sequence[PenDrawing], size: int
) -> Recipe:
    """The recipe with epochs of `size` samples in the same proportions, and no drawing to spare."""
    drawn = (recipe.pens_per_epoch, recipe.synthetic_per_epoch, recipe.not_digits_per_epoch)
    share = size / (len(dataset.splits["train"]) + sum(drawn))
    pen_count, synthetic_count, no_digit_count = (round(share * count) for count in drawn)
    return replace(
        recipe,
        pen_variants=math.ceil(pen_count / len(split_by_writer(pens)["train"])),
        pens_per_epoch=pen_count,
        synthetic_digits=synthetic_count,
        synthetic_per_epoch=synthetic_count,
        not_digits=no_digit_count,
        not_digits_per_epoch=no_digit_count,
    )


def _choose(available: int, count: int, rng: np.random.Generator) -> IntArray:
    """`count` of the numbers below `available` at random; none again before all were taken."""
    rounds = [rng.permutation(available) for _ in range(math.ceil(count / available))]
    return np.concatenate(rounds)[:count]
