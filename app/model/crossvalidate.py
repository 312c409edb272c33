"""The command line that measures a recipe: `python -m app.model.crossvalidate --help`.

Writers differ by ten points and more, so a few of them promise too much or too little. Here the
recipe is run once for each fold of writers, and each writer is read by the network that learned
from none of that fold: every drawing is measured once. What is chosen by these figures is the
recipe; the shipped weights come from a run of their own (train.py).
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from app.model.arrays import FloatArray
from app.model.data.datasets import Dataset, DatasetError, Split, find_dataset, load_embedded
from app.model.drawings.pen_strokes import PenDrawing, folds_by_writer, load_pen_strokes
from app.model.evaluate import (
    CONDITIONS,
    DOTTED_CONDITIONS,
    EvaluationError,
    Reading,
    load_network,
    nonsense_drawings,
    normalize_all,
    read_pens,
    write_section,
)
from app.model.metrics import calibration_error
from app.model.network import Network
from app.model.preprocessing import to_inputs
from app.model.readability import LEAST_PROBABILITY, NO_DIGIT, READABLE, unreadable_because
from app.model.serialization import WeightsError, weights_to_npz
from app.model.train.recipe import RECIPES, RecipeTraining, gather_sources
from app.model.training import evaluate

ROOT = Path(__file__).parents[2]
BEGIN_MARK = "<!-- begin: python -m app.model.crossvalidate -->\n"
REFUSED_DIGITS = 0.01
"""The share of natural drawings that the threshold refuses at which refusals are compared."""


class Fold(NamedTuple):
    """What one network says of the writers that it did not learn from."""

    writers: list[int]
    readings: list[Reading]
    """Of CONDITIONS and then DOTTED_CONDITIONS; each has the drawings in one order, as writers."""
    nonsense: dict[str, "Refusals"]
    """By the name of the group."""
    stored: dict[str, float]
    """Accuracy, 0-1, on stored digits, by their name."""


class Refusals(NamedTuple):
    """Of n drawings of no digit: the largest probability, and whether the ink gives it away."""

    probabilities: FloatArray
    is_seen_in_the_ink: FloatArray


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is 0, or 2 with a sentence for what cannot be used."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        dataset = find_dataset(os.environ, ROOT)
        options.folder.mkdir(parents=True, exist_ok=True)
        run = partial(_train_and_measure, options, dataset)
        with ProcessPoolExecutor(options.jobs) as executor:
            folds = list(executor.map(run, range(options.folds)))
        lines = report(folds)
        if options.document:
            write_section(options.document, BEGIN_MARK, lines)
        sys.stdout.write("\n".join(lines) + "\n")
    except (DatasetError, WeightsError, EvaluationError, OSError) as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m app.model.crossvalidate",
        description="Train by a recipe once for each fold of writers, and measure on those left "
        "out; report in Markdown. Takes as long as so many trainings.",
    )
    parser.add_argument("--recipe", choices=RECIPES, default="best", help="(default: %(default)s)")
    parser.add_argument("--folds", type=int, default=5, metavar="N", help="(default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="(default: %(default)s)")
    parser.add_argument(
        "--jobs", type=int, default=2, metavar="N", help="folds at a time (default: %(default)s)"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=ROOT / "var" / "folds",
        help="where to keep each fold's weights; those that are there are measured, not made again "
        "(default: var/folds)",
    )
    parser.add_argument(
        "--document",
        type=Path,
        metavar="FILE",
        help="also put the report between the marks in this file",
    )
    return parser


def _train_and_measure(options: argparse.Namespace, dataset: Dataset, number: int) -> Fold:
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
    """What a network says of drawings that it did not learn from, of no digits and stored ones."""
    parts = load_embedded().splits.values()
    stored = {
        f"{dataset.title}, test split": dataset.splits["test"],
        "UCI digits, all": Split(
            np.concatenate([part.images for part in parts]),
            np.concatenate([part.labels for part in parts]),
        ),
    }
    return Fold(
        [pen.writer for pen in held_out],
        [
            read_pens(network, held_out, condition)
            for condition in (*CONDITIONS, *DOTTED_CONDITIONS)
        ],
        dict(_read_nonsense(network, held_out)),
        {
            name: evaluate(network, split.images, split.labels).accuracy
            for name, split in stored.items()
        },
    )


def _read_nonsense(
    network: Network, held_out: Sequence[PenDrawing]
) -> Iterator[tuple[str, Refusals]]:
    for name, kinds in nonsense_drawings(held_out):
        drawings = np.concatenate(list(kinds.values()))
        log_probs = network.log_probs(to_inputs(normalize_all(drawings)))
        reasons = [
            unreadable_because(drawing, answer)
            for drawing, answer in zip(drawings, log_probs, strict=True)
        ]
        is_seen = np.array([reason not in (READABLE, NO_DIGIT) for reason in reasons])
        yield name, Refusals(np.exp(log_probs.max(axis=1)), is_seen)


def report(folds: Sequence[Fold]) -> list[str]:
    """Lines of Markdown: what all writers together and the single ones are read."""
    writers = np.concatenate([fold.writers for fold in folds])
    lines = [
        f"{len(set(writers))} writers in {len(folds)} folds, {len(writers):,} drawings, each read "
        "by a network that learned from none of its fold's writers:",
        "",
        "| pen strokes | right | folds, from and to | named right | refused | worst writers "
        "| calibration error |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for number in range(len(folds[0].readings)):
        readings = [fold.readings[number] for fold in folds]
        is_right = [reading.log_probs.argmax(axis=1) == reading.labels for reading in readings]
        is_refused = [np.array([bool(why) for why in each.refusals]) for each in readings]
        right, refused = np.concatenate(is_right), np.concatenate(is_refused)
        of_folds = [each.mean() for each in is_right]
        worst = ", ".join(f"{100 * share:.1f}" for share in _by_writer(writers, right)[:3])
        uncalibrated = calibration_error(
            np.concatenate([reading.log_probs for reading in readings]),
            np.concatenate([reading.labels for reading in readings]),
        )
        lines.append(
            f"| {readings[0].name.removeprefix('pen strokes, ')} | {right.mean():.2%} "
            f"| {min(of_folds):.2%}, {max(of_folds):.2%} | {(right & ~refused).mean():.2%} "
            f"| {refused.mean():.2%} | {worst} % | {uncalibrated:.2%} |"
        )
    natural = np.concatenate([fold.readings[0].log_probs.max(axis=1) for fold in folds])
    threshold = float(np.exp(np.quantile(natural, REFUSED_DIGITS)))
    lines += [
        "",
        "| stored digits | right, mean of the folds | lowest and highest |",
        "| --- | --- | --- |",
    ]
    for name in folds[0].stored:
        shares = [fold.stored[name] for fold in folds]
        lines.append(f"| {name} | {np.mean(shares):.2%} | {min(shares):.2%}, {max(shares):.2%} |")
    lines += [
        "",
        f"| no digits | said to be unreadable | at 1 % refused digits, which is {threshold:.2f} |",
        "| --- | --- | --- |",
    ]
    for name, shares_refused in _refused(folds, threshold).items():
        lines.append(f"| {name} | {shares_refused[0]:.1%} | {shares_refused[1]:.1%} |")
    return lines


def _by_writer(writers: FloatArray, is_right: FloatArray) -> list[float]:
    """The share of each writer's drawings that is read right, lowest first."""
    return sorted(float(is_right[writers == writer].mean()) for writer in set(writers.tolist()))


def _refused(folds: Sequence[Fold], threshold: float) -> dict[str, tuple[float, float]]:
    """By group, the shares said to be unreadable: as it is, and with this threshold instead."""
    shares: dict[str, tuple[float, float]] = {}
    for name in folds[0].nonsense:
        groups = [fold.nonsense[name] for fold in folds]
        probabilities = np.concatenate([group.probabilities for group in groups])
        is_seen = np.concatenate([group.is_seen_in_the_ink for group in groups])
        shares[name] = (
            float((is_seen | (probabilities < LEAST_PROBABILITY)).mean()),
            float((is_seen | (probabilities < threshold)).mean()),
        )
    return shares


if __name__ == "__main__":
    sys.exit(main())
