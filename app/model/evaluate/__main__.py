"""The command line that measures weights: `python -m app.model.evaluate --help`.

The network gets stored digits as they are, drawings after preprocessing.py. The weights were chosen
on "validation"; "test" was kept for the end. The report is Markdown; docs/recognition.md holds the
one of the shipped weights.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app.model.data.datasets import DatasetError, find_dataset, load_mnist
from app.model.drawings.pen_strokes import load_pen_strokes, split_by_writer
from app.model.evaluate.readings import (
    SHIPPED_WEIGHTS,
    load_network,
    read_everything,
    read_non_digits,
)
from app.model.evaluate.report import EvaluationError, report, write_document
from app.model.serialization import WeightsError, weights_digest

ROOT = Path(__file__).parents[3]
PROGRAM = "python -m app.model"


def main(arguments: Sequence[str] | None = None, program: str = PROGRAM) -> int:
    """Run the command; the exit status is 0, or 2, with a message, for input that cannot be
    used. program: what it is a command of, for its messages."""
    parser = _parser(program)
    options = parser.parse_args(arguments)
    try:
        network = load_network(options.weights)
        dataset = (
            load_mnist(options.data, "the folder given")
            if options.data
            else find_dataset(os.environ, ROOT)
        )
        pens = load_pen_strokes()
        readings = list(read_everything(network, dataset, pens, options.split))
        non_digits = list(read_non_digits(network, split_by_writer(pens)[options.split]))
        lines = [f"Weights `{weights_digest(network.params)[:16]}`, {options.split} data.", ""]
        lines += report(readings, non_digits)
        if options.document:
            write_document(options.document, lines, readings)
        if isinstance(sys.stdout, io.TextIOWrapper):
            # The arrows would make a long measurement fail at its end where output is not UTF-8.
            sys.stdout.reconfigure(errors="replace")
        sys.stdout.write("\n".join(lines) + "\n")
    except (DatasetError, WeightsError, EvaluationError, OSError) as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    return 0


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"{program}{'.' if program == PROGRAM else ' '}evaluate",
        description="Measure how well weights read digits and drawings; report in Markdown.",
    )
    parser.add_argument(
        "weights",
        type=Path,
        nargs="?",
        default=SHIPPED_WEIGHTS,
        metavar="WEIGHTS",
        help="the .npz file to measure (default: the shipped one)",
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help="folder with MNIST's four IDX files (default: where the API finds its data)",
    )
    parser.add_argument(
        "--split",
        choices=("train", "validation", "test"),
        default="test",
        help="what to measure on (default: %(default)s)",
    )
    parser.add_argument(
        "--document",
        type=Path,
        metavar="FILE",
        help="also put the report between the marks in this file, and pictures of misread digits "
        "beside it",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
