"""Each fold: train on the other writers, and measure on the fold's own."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from app.model.arrays import FloatArray
from app.model.data.datasets import Dataset
from app.model.drawings.pen_strokes import PenDrawing, folds_by_writer, load_pen_strokes
from app.model.evaluate.conditions import CONDITIONS, DOTTED_CONDITIONS, normalize_all
from app.model.evaluate.evaluation import evaluate
from app.model.evaluate.non_digits import non_digit_drawings
from app.model.evaluate.readings import (
    EMBEDDED,
    Reading,
    all_embedded,
    load_network,
    read_pens,
    rejections_of,
)
from app.model.network import Network
from app.model.preprocessing import to_inputs
from app.model.readability import NO_DIGIT, READABLE
from app.model.serialization import weights_to_npz
from app.model.train.recipe import RECIPES, RecipeTraining, gather_sources


class Fold(NamedTuple):
    """What one network says of the writers that it did not learn from."""

    writers: list[int]
    readings: list[Reading]
    """Of CONDITIONS and then DOTTED_CONDITIONS; all have the drawings in the order of `writers`."""
    non_digits: dict[str, "Rejections"]
    """By the name of the group."""
    stored: dict[str, float]
    """Accuracy, 0-1, on stored digits, by their name."""


class Rejections(NamedTuple):
    """Of n drawings that are not digits: the largest probability, and whether the ink alone
    tells."""

    probabilities: FloatArray
    is_seen_in_the_ink: FloatArray


def train_and_measure(options: argparse.Namespace, dataset: Dataset, number: int) -> Fold:
    """Train on all other folds, unless the weights are there already, and measure on this one.

    Not in __main__.py: other processes run this, and they could not import it from there.
    """
    pens, held_out = folds_by_writer(load_pen_strokes(), options.folds)[number]
    path: Path = options.folder / f"fold-{number}.npz"
    if not path.exists():
        recipe = RECIPES[options.recipe]
        sources = gather_sources(
            recipe, dataset.splits["train"], pens, seed=options.seed, report=lambda *_: None
        )
        training = RecipeTraining(recipe, sources, options.seed)
        for loss in training.run():
            sys.stderr.write(
                f"fold {number}: epoch {training.epoch} of {recipe.epochs}, loss {loss:.4f}\n"
            )
        path.write_bytes(weights_to_npz(training.network.params))
    return measure(load_network(path), dataset, held_out)


def measure(network: Network, dataset: Dataset, held_out: Sequence[PenDrawing]) -> Fold:
    """What a network says of drawings that it did not learn from, of non-digits and stored
    digits."""
    stored = {
        f"{dataset.title}, test split": dataset.splits["test"],
        EMBEDDED: all_embedded(),
    }
    return Fold(
        [pen.writer for pen in held_out],
        [
            read_pens(network, held_out, condition)
            for condition in (*CONDITIONS, *DOTTED_CONDITIONS)
        ],
        dict(_read_non_digits(network, held_out)),
        {
            name: evaluate(network, split.images, split.labels).accuracy
            for name, split in stored.items()
        },
    )


def _read_non_digits(
    network: Network, held_out: Sequence[PenDrawing]
) -> Iterator[tuple[str, Rejections]]:
    for name, kinds in non_digit_drawings(held_out):
        drawings = np.concatenate(list(kinds.values()))
        log_probs = network.log_probs(to_inputs(normalize_all(drawings)))
        reasons = rejections_of(drawings, log_probs)
        is_seen = np.array([reason not in (READABLE, NO_DIGIT) for reason in reasons])
        yield name, Rejections(np.exp(log_probs.max(axis=1)), is_seen)
