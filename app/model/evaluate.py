"""The command line that measures weights: `python -m app.model.evaluate --help`.

Reads what the network reads: stored digits as they are, drawings after preprocessing.py. What was
looked at to choose the weights is "validation"; "test" is what was kept for the end. The report is
Markdown; docs/recognition.md holds the one of the shipped weights.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from app.model.arrays import ByteArray, FloatArray
from app.model.datasets import Dataset, DatasetError, Split, find_dataset, load_embedded, load_mnist
from app.model.drawings.pen_strokes import (
    PenDrawing,
    PenStrokesError,
    find_pen_strokes,
    read_pen_strokes,
    split_by_writer,
)
from app.model.drawings.rasterizer import PEN_WIDTH, THINNEST_PEN_WIDTH, draw, place
from app.model.drawings.sheets import sheet
from app.model.losses import cross_entropy
from app.model.metrics import (
    accuracy,
    calibration_error,
    confusion_matrix,
    precision,
    recall,
)
from app.model.network import Network
from app.model.preprocessing import normalize_drawing, to_inputs
from app.model.serialization import WeightsError, weights_digest, weights_from_npz

ROOT = Path(__file__).parents[2]
SHIPPED_WEIGHTS = ROOT / "api" / "assets" / "weights.npz"
BEGIN_MARK = "<!-- begin: python -m app.model.evaluate -->\n"
END_MARK = "<!-- end -->\n"
PICTURE_NAME = "confusions.png"
PICTURED_PAIRS = 8
PICTURED_DRAWINGS = 10


class Condition(NamedTuple):
    """How a digit is drawn: its longest side, its centre and the pen's width, all in cells."""

    name: str
    size: float
    centre: float
    width: float


CONDITIONS = (
    Condition("natural size: 20 cells, centred", 20, 14, PEN_WIDTH),
    Condition("small: 11 cells, in a corner", 11, 21, PEN_WIDTH),
    Condition("large: 26 cells", 26, 14, PEN_WIDTH),
    Condition("thin: 20 cells, the thinnest pen", 20, 14, THINNEST_PEN_WIDTH),
)


class EvaluationError(Exception):
    """A file that cannot hold the report; the message says what was expected."""


class Reading(NamedTuple):
    """Images (n, 784) uint8 as the network gets them, their labels (n,), its answers (n, 10)."""

    name: str
    images: ByteArray
    labels: ByteArray
    log_probs: FloatArray


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is 0, or 2 with a sentence for what cannot be used."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        network = load_network(options.weights)
        dataset = (
            load_mnist(options.data, "the folder given")
            if options.data
            else find_dataset(os.environ, ROOT)
        )
        pen_drawings = (
            read_pen_strokes(options.pen_strokes)
            if options.pen_strokes
            else find_pen_strokes(os.environ, ROOT)
        )
        readings = list(read_everything(network, dataset, pen_drawings, options.split))
        lines = [f"Weights `{weights_digest(network.params)[:16]}`, {options.split} data.", ""]
        lines += report(readings)
        if options.document:
            write_document(options.document, lines, readings)
        sys.stdout.write("\n".join(lines) + "\n")
    except (DatasetError, PenStrokesError, WeightsError, EvaluationError, OSError) as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m app.model.evaluate",
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
        "--pen-strokes",
        type=Path,
        metavar="FILE",
        help="JSON file of pen strokes (default: what DIGITS_PEN_STROKES names, or "
        "../shared/pen-strokes/train.json.gz beside the checkout, or none)",
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
        help=f"also put the report between the marks in this file, and {PICTURE_NAME} beside it",
    )
    return parser


def load_network(path: Path) -> Network:
    """The network with the weights in a file. Raises WeightsError that names it, or OSError."""
    try:
        return Network(*weights_from_npz(path.read_bytes()))
    except WeightsError as error:
        raise WeightsError(f"{path}: {error}") from error


def read_everything(
    network: Network, dataset: Dataset, pen_drawings: Sequence[PenDrawing], split: str
) -> Iterator[Reading]:
    """What the network says of each kind of digit that this machine has.

    The embedded digits are measured as a whole: nothing is ever trained on them.
    """
    if dataset.name != "embedded":
        yield read(network, f"{dataset.title}, {split} split", dataset.splits[split])
    parts = load_embedded().splits.values()
    embedded = Split(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )
    yield read(network, "UCI digits, all", embedded)
    if pen_drawings:
        drawings = split_by_writer(pen_drawings)[split]
        for condition in CONDITIONS:
            name = f"pen strokes, {condition.name}"
            yield read(network, name, as_drawn(drawings, condition))


def as_drawn(drawings: Sequence[PenDrawing], condition: Condition) -> Split:
    """Pen strokes as the network gets them when they are drawn on the page in this way."""
    centre = (condition.centre, condition.centre)
    images = [
        normalize_drawing(draw(place(drawing.strokes, condition.size, centre), condition.width))
        for drawing in drawings
    ]
    return Split(np.stack(images), np.array([drawing.label for drawing in drawings], np.uint8))


def read(network: Network, name: str, split: Split) -> Reading:
    """What the network says of a split's images."""
    return Reading(name, split.images, split.labels, network.log_probs(to_inputs(split.images)))


def report(readings: Sequence[Reading]) -> list[str]:
    """Lines of Markdown: all figures, those of each digit, and which digits are confused."""
    return [
        "| digits | number | right | cross-entropy | calibration error |",
        "| --- | --- | --- | --- | --- |",
        *(_figures(reading) for reading in readings),
        "",
        "Of each digit, the share that is read right, and of what is read as it, the share that "
        "is it:",
        "",
        "| digits |" + "".join(f" {digit} |" for digit in range(10)),
        "| --- |" + " --- |" * 10,
        *(line for reading in readings for line in _per_digit(reading)),
        "",
        "Most confused, as label → what was read:",
        "",
        "| digits | pairs |",
        "| --- | --- |",
        *(f"| {reading.name} | {_pairs(reading)} |" for reading in readings),
    ]


def _figures(reading: Reading) -> str:
    right = accuracy(reading.log_probs, reading.labels)
    loss = cross_entropy(reading.log_probs, reading.labels)
    uncalibrated = calibration_error(reading.log_probs, reading.labels)
    return (
        f"| {reading.name} | {len(reading.labels):,} | {right:.2%} | {loss:.4f} "
        f"| {uncalibrated:.2%} |"
    )


def _per_digit(reading: Reading) -> Iterator[str]:
    confusion = confusion_matrix(reading.log_probs, reading.labels)
    for name, shares in (("", recall(confusion)), (", read as it", precision(confusion))):
        cells = "".join(f" {100 * share:.1f} |" for share in shares)
        yield f"| {reading.name}{name} |{cells}"


def confused_pairs(reading: Reading) -> list[tuple[int, int, int]]:
    """(label, what was read, how often), most often first, without what never happened."""
    confusion = confusion_matrix(reading.log_probs, reading.labels)
    np.fill_diagonal(confusion, 0)
    order = np.argsort(-confusion, axis=None, kind="stable")
    pairs = [(int(pair) // 10, int(pair) % 10) for pair in order]
    return [
        (label, digit, int(confusion[label, digit]))
        for label, digit in pairs
        if confusion[label, digit]
    ]


def _pairs(reading: Reading) -> str:
    pairs = confused_pairs(reading)[:PICTURED_PAIRS]
    return ", ".join(f"{label} → {digit} ({count})" for label, digit, count in pairs) or "none"


def write_document(path: Path, lines: Sequence[str], readings: Sequence[Reading]) -> None:
    """Put the report between the marks in a file, and the most confused digits in a picture.

    Raises EvaluationError for a file without the marks.
    """
    before, begin, rest = path.read_text("utf-8").partition(BEGIN_MARK)
    _, end, after = rest.partition(END_MARK)
    if not begin or not end:
        raise EvaluationError(f"{path}: expected the lines {BEGIN_MARK.strip()} and {END_MARK}")
    picture, caption = confusions_picture(readings)
    path.with_name(PICTURE_NAME).write_bytes(picture)
    section = "\n".join([*lines, "", caption, "", f"![{caption}]({PICTURE_NAME})"])
    path.write_text(f"{before}{begin}\n{section}\n\n{end}{after}", "utf-8")


def confusions_picture(readings: Sequence[Reading]) -> tuple[bytes, str]:
    """A PNG of misread digits, a row for each of the most confused pairs, and a sentence on it."""
    reading = readings[0]
    pairs = confused_pairs(reading)[:PICTURED_PAIRS]
    predicted = reading.log_probs.argmax(axis=1)
    rows = [
        reading.images[(reading.labels == label) & (predicted == digit)][:PICTURED_DRAWINGS]
        for label, digit, _ in pairs
    ]
    names = ", ".join(f"{label} read as {digit}" for label, digit, _ in pairs)
    return sheet(rows), f"Misread digits of {reading.name}; from the top: {names}."


if __name__ == "__main__":
    sys.exit(main())
