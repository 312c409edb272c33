"""The command line that measures a recipe: `python -m app.model.crossvalidate --help`.

Accuracy differs between writers by ten points and more, so a few writers mislead. Here the recipe
is run once for each fold of writers, and each writer is read by the network that learned from none
of that fold: every drawing is measured once. These figures choose the recipe; the shipped weights
come from a run of their own (`python -m app.model.train`).
"""

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from app.model.crossvalidate.folds import train_and_measure
from app.model.crossvalidate.report import report
from app.model.data.datasets import DatasetError, find_dataset
from app.model.evaluate.report import EvaluationError, write_section
from app.model.serialization import WeightsError
from app.model.train.recipe import RECIPES

ROOT = Path(__file__).parents[3]
BEGIN_MARK = "<!-- begin: python -m app.model.crossvalidate -->\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is 0, or 2, with a message, for input that cannot be
    used."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        dataset = find_dataset(os.environ, ROOT)
        options.folder.mkdir(parents=True, exist_ok=True)
        run = partial(train_and_measure, options, dataset)
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
        "out; report in Markdown. Takes as long as that many trainings.",
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
        help="where to keep each fold's weights; existing ones are measured, not made again "
        "(default: var/folds)",
    )
    parser.add_argument(
        "--document",
        type=Path,
        metavar="FILE",
        help="also put the report between the marks in this file",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
