"""Digits as people draw them: what the page trains on by default.

The recipe of the shipped weights mixes stored digits, pen strokes, drawings of our own and drawings
that are not digits anew for each epoch. The browser has neither the strokes nor the time, so this
mixes them once, in the recipe's proportions, distorted as the recipe distorts them.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.model.arrays import IntArray
from app.model.augmentation import distort_images
from app.model.data.datasets import Split
from app.model.drawings.pen_strokes import PenDrawing
from app.model.train.recipe import Recipe, ReportDrawing, gather_sources

MIXTURE_SIZE = 80_000
"""Samples: about what the page's worker can hold, 81,920."""
MOST_PER_STORED_DIGIT = 20
"""Samples: a small data set, such as the embedded digits, makes a small mixture."""
LEAST_INK = 40
"""Of 255: fainter pixels become blank paper. Distorting spreads ink thinly over half as many cells
again, and the kernels' time goes by cells with ink (docs/recognition.md)."""
SEED = 1
"""Not that of the shipped weights, which should not have learned exactly these drawings."""


def make_mixture(
    stored: Split, pens: Sequence[PenDrawing], recipe: Recipe, report: ReportDrawing
) -> Split:
    """Images (n, 784) uint8 and labels (n,) uint8, 0-9 or NO_DIGIT, in random order.

    stored and pens are those to train on. No stored digit is taken twice before all were taken
    once. The same arguments give the same mixture; `report` hears of the progress of drawing.
    """
    size = mixture_size(stored)
    smaller = scaled_recipe(recipe, len(stored), len(pens), size)
    rng = np.random.default_rng(SEED)
    if smaller.pens_per_epoch < len(pens):  # a small mixture: draw no more than it holds
        taken = rng.choice(len(pens), max(1, smaller.pens_per_epoch), replace=False)
        pens = [pens[index] for index in taken]
    first, *drawn = gather_sources(smaller, stored, pens, seed=SEED, report=report)
    counts = [source.per_epoch for source in drawn]
    images, labels = [], []
    for source, count in zip([first, *drawn], [size - sum(counts), *counts], strict=True):
        chosen = _choose(len(source.labels), count, rng)
        images.append(distort_images(source.images[chosen], source.distortion, rng))
        labels.append(source.labels[chosen])
    order = rng.permutation(size)
    mixed = np.concatenate(images)[order]
    mixed[mixed < LEAST_INK] = 0
    return Split(mixed, np.concatenate(labels)[order])


def mixture_size(stored: Split) -> int:
    """Of the mixture with these digits."""
    return min(MIXTURE_SIZE, MOST_PER_STORED_DIGIT * len(stored))


def scaled_recipe(recipe: Recipe, stored_count: int, pen_count: int, size: int) -> Recipe:
    """The recipe with epochs of `size` samples in the same proportions, and no spare drawings."""
    drawn = (recipe.pens_per_epoch, recipe.synthetic_per_epoch, recipe.non_digits_per_epoch)
    share = size / (stored_count + sum(drawn))
    drawn_count, synthetic_count, non_digit_count = (round(share * count) for count in drawn)
    return replace(
        recipe,
        pen_variants=math.ceil(drawn_count / pen_count),
        pens_per_epoch=drawn_count,
        synthetic_digits=synthetic_count,
        synthetic_per_epoch=synthetic_count,
        non_digits=non_digit_count,
        non_digits_per_epoch=non_digit_count,
    )


def _choose(available: int, count: int, rng: np.random.Generator) -> IntArray:
    """`count` of the numbers below `available` at random; none twice before all were taken once."""
    rounds = [rng.permutation(available) for _ in range(math.ceil(count / available))]
    return np.concatenate(rounds)[:count]
