"""The command line that measures weights: `python -m app.model.evaluate --help`.

Reads what the network reads: stored digits as they are, drawings after preprocessing.py. What was
looked at to choose the weights is "validation"; "test" is what was kept for the end. The report is
Markdown; docs/recognition.md holds the one of the shipped weights.
"""

import argparse
import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from app.model.arrays import ByteArray, FloatArray
from app.model.data.datasets import (
    Dataset,
    DatasetError,
    Split,
    find_dataset,
    load_embedded,
    load_mnist,
)
from app.model.drawings.handwriting import draw_somewhere, side_by_side, write
from app.model.drawings.letter_strokes import MEASURING_LETTERS, TRAINING_LETTERS
from app.model.drawings.pen_strokes import PenDrawing, load_pen_strokes, split_by_writer
from app.model.drawings.rasterizer import (
    PEN_WIDTH,
    THINNEST_PEN_WIDTH,
    Strokes,
    draw,
    place,
)
from app.model.drawings.scribbles import MEASURING_SCRIBBLES, TRAINING_SCRIBBLES
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
from app.model.preprocessing import SIDE, normalize_drawing, to_inputs
from app.model.readability import READABLE, unreadable_because
from app.model.serialization import WeightsError, weights_digest, weights_from_npz

ROOT = Path(__file__).parents[2]
SHIPPED_WEIGHTS = ROOT / "api" / "assets" / "weights.npz"
BEGIN_MARK = "<!-- begin: python -m app.model.evaluate -->\n"
END_MARK = "<!-- end -->\n"
PICTURES = {"misread-stored.png": 0, "misread-drawn.png": 2}
"""Which reading each picture is of: the first, and pen strokes of natural size."""
PICTURED_PAIRS = 8
PICTURED_DRAWINGS = 10
THICKEST_PEN_WIDTH = 5.0
NONSENSE_COUNT = 200
"""Drawings of each kind."""
NONSENSE_SEED = 99
"""Apart from the recipe's seeds: what is measured with was not trained on."""


class Condition(NamedTuple):
    """How a digit is drawn: its longest side, its centre and the pen's width, all in cells, and
    whether there is a stray dot in another corner."""

    name: str
    size: float
    centre: float
    width: float
    has_stray_dot: bool = False


CONDITIONS = (
    Condition("natural size: 20 cells, centred", 20, 14, PEN_WIDTH),
    Condition("small: 11 cells, in a corner", 11, 21, PEN_WIDTH),
    Condition("large: 26 cells", 26, 14, PEN_WIDTH),
    Condition("thin: 20 cells, the thinnest pen", 20, 14, THINNEST_PEN_WIDTH),
)
DOTTED_CONDITIONS = (
    Condition("natural size, and a stray dot in a corner", 20, 14, PEN_WIDTH, True),
    Condition("small, and a stray dot in another corner", 11, 21, PEN_WIDTH, True),
)
CORNERS = np.array([[2.0, 2], [26, 2], [2, 26], [26, 26]])
"""Cells: where stray dots are, up to a cell away."""
DOTS_SEED = 98


class EvaluationError(Exception):
    """A file that cannot hold the report; the message says what was expected."""


class Reading(NamedTuple):
    """Images (n, 784) uint8 as the network gets them, their labels (n,), its answers (n, 10), and
    for each why it cannot be read, or an empty text (readability.py)."""

    name: str
    images: ByteArray
    labels: ByteArray
    log_probs: FloatArray
    refusals: list[str]


class Nonsense(NamedTuple):
    """Drawings of no digit: of each kind, by name, why each cannot be read, or an empty text."""

    name: str
    refusals: dict[str, list[str]]


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
        pens = load_pen_strokes()
        readings = list(read_everything(network, dataset, pens, options.split))
        nonsense = list(read_nonsense(network, split_by_writer(pens)[options.split]))
        lines = [f"Weights `{weights_digest(network.params)[:16]}`, {options.split} data.", ""]
        lines += report(readings, nonsense)
        if options.document:
            write_document(options.document, lines, readings)
        if isinstance(sys.stdout, io.TextIOWrapper):
            # The arrows would end a long measurement where output is not UTF-8.
            sys.stdout.reconfigure(errors="replace")
        sys.stdout.write("\n".join(lines) + "\n")
    except (DatasetError, WeightsError, EvaluationError, OSError) as error:
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
        yield read_stored(network, f"{dataset.title}, {split} split", dataset.splits[split])
    parts = load_embedded().splits.values()
    embedded = Split(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )
    yield read_stored(network, "UCI digits, all", embedded)
    pens = split_by_writer(pen_drawings)[split]
    for condition in (*CONDITIONS, *DOTTED_CONDITIONS):
        yield read_pens(network, pens, condition)


def read_pens(network: Network, pens: Sequence[PenDrawing], condition: Condition) -> Reading:
    """What the network says of pen strokes drawn on the page in this way."""
    drawings = draw_pens(pens, condition)
    labels = np.array([drawing.label for drawing in pens], np.uint8)
    name = f"pen strokes, {condition.name}"
    return _reading(network, name, drawings, normalize_all(drawings), labels)


def read_stored(network: Network, name: str, split: Split) -> Reading:
    """What the network says of digits that are normalized already."""
    return _reading(network, name, split.images, split.images, split.labels)


def as_drawn(pens: Sequence[PenDrawing], condition: Condition) -> Split:
    """Pen strokes as the network gets them when they are drawn on the page in this way."""
    labels = np.array([drawing.label for drawing in pens], np.uint8)
    return Split(normalize_all(draw_pens(pens, condition)), labels)


def draw_pens(pens: Sequence[PenDrawing], condition: Condition) -> ByteArray:
    """Pen strokes drawn on the page in this way, (n, 784) uint8."""
    centre = (condition.centre, condition.centre)
    rng = np.random.default_rng(DOTS_SEED)
    drawings = []
    for pen in pens:
        strokes = place(pen.strokes, condition.size, centre)
        if condition.has_stray_dot:
            strokes.append(_stray_dot(condition, rng))
        drawings.append(draw(strokes, condition.width))
    return np.stack(drawings)


def _stray_dot(condition: Condition, rng: np.random.Generator) -> FloatArray:
    """A stroke of one point, (1, 2), in any corner but the one that the digit is in."""
    half = condition.size / 2
    is_free = (np.abs(CORNERS - condition.centre) > half).any(axis=1)
    corner = rng.choice(CORNERS[is_free])
    dot: FloatArray = corner + rng.uniform(-1, 1, (1, 2))
    return dot


def normalize_all(drawings: ByteArray) -> ByteArray:
    """Drawings, (n, 784) uint8, as the network gets them, alike."""
    return np.stack([normalize_drawing(drawing) for drawing in drawings])


def _reading(
    network: Network, name: str, drawings: ByteArray, images: ByteArray, labels: ByteArray
) -> Reading:
    log_probs = network.log_probs(to_inputs(images))
    return Reading(name, images, labels, log_probs, _refusals(drawings, log_probs))


def _refusals(drawings: ByteArray, log_probs: FloatArray) -> list[str]:
    return [
        unreadable_because(drawing, answer)
        for drawing, answer in zip(drawings, log_probs, strict=True)
    ]


def read_nonsense(network: Network, pens: Sequence[PenDrawing]) -> Iterator[Nonsense]:
    """What the network says of drawings that are no digit; of what it was trained on, new ones.

    pens are written side by side."""
    for name, kinds in nonsense_drawings(pens):
        refusals = {}
        for kind, drawings in kinds.items():
            log_probs = network.log_probs(to_inputs(normalize_all(drawings)))
            refusals[kind] = _refusals(drawings, log_probs)
        yield Nonsense(name, refusals)


def nonsense_drawings(
    pens: Sequence[PenDrawing],
) -> Iterator[tuple[str, dict[str, ByteArray]]]:
    """Names of groups with the drawings, (n, 784) uint8, of each kind in them; always the same."""
    rng = np.random.default_rng(NONSENSE_SEED)
    places = rng.uniform(2, SIDE - 2, (NONSENSE_COUNT, 1, 2))
    widths = rng.uniform(THINNEST_PEN_WIDTH, THICKEST_PEN_WIDTH, NONSENSE_COUNT)
    dots = [draw([place], width) for place, width in zip(places, widths, strict=True)]
    yield (
        "blank, full or one dot",
        {
            "blank": np.zeros((1, SIDE**2), np.uint8),
            "full": np.full((1, SIDE**2), 255, np.uint8),
            "dot": np.stack(dots),
        },
    )
    yield "two digits side by side", {"any two": _drawn(partial(_two_of, pens, rng), rng)}
    for name, scribbles in (
        ("scribbles of kinds never seen", MEASURING_SCRIBBLES),
        ("scribbles of kinds trained on", TRAINING_SCRIBBLES),
    ):
        yield (
            name,
            {
                scribble.__name__.replace("_", " "): _drawn(partial(scribble, rng), rng)
                for scribble in scribbles
            },
        )
    for name, letters in (
        ("letters never seen", MEASURING_LETTERS),
        ("letters trained on", TRAINING_LETTERS),
    ):
        yield (
            name,
            {
                letter: _drawn(partial(write, templates, rng), rng)
                for letter, templates in letters.items()
            },
        )


def _two_of(pens: Sequence[PenDrawing], rng: np.random.Generator) -> Strokes:
    left, right = rng.integers(len(pens), size=2)
    return side_by_side(pens[left].strokes, pens[right].strokes, rng)


def _drawn(make: Callable[[], Strokes], rng: np.random.Generator) -> ByteArray:
    return np.stack([draw_somewhere(make(), rng) for _ in range(NONSENSE_COUNT)])


def report(readings: Sequence[Reading], nonsense: Sequence[Nonsense]) -> list[str]:
    """Lines of Markdown: all figures, those of each digit, what is confused, what is refused."""
    return [
        "| digits | number | right | cross-entropy | calibration error | said to be unreadable |",
        "| --- | --- | --- | --- | --- | --- |",
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
        "",
        "What is no digit, and the share of it that is said to be unreadable:",
        "",
        "| drawings | said to be unreadable | of each kind, in % |",
        "| --- | --- | --- |",
        *(_refused_nonsense(group) for group in nonsense),
    ]


def _refused_nonsense(group: Nonsense) -> str:
    shares = {kind: _refused(refusals) for kind, refusals in group.refusals.items()}
    all_refusals = [refusal for refusals in group.refusals.values() for refusal in refusals]
    kinds = ", ".join(f"{kind} {100 * share:.0f}" for kind, share in shares.items())
    return f"| {group.name} | {_refused(all_refusals):.1%} | {kinds} |"


def _refused(refusals: Sequence[str]) -> float:
    return float(np.mean([refusal != READABLE for refusal in refusals]))


def _figures(reading: Reading) -> str:
    right = accuracy(reading.log_probs, reading.labels)
    loss = cross_entropy(reading.log_probs, reading.labels)
    uncalibrated = calibration_error(reading.log_probs, reading.labels)
    return (
        f"| {reading.name} | {len(reading.labels):,} | {right:.2%} | {loss:.4f} "
        f"| {uncalibrated:.2%} | {_refused(reading.refusals):.2%} |"
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
    """Put the report between the marks in a file, with pictures of the most confused digits.

    Raises EvaluationError for a file without the marks.
    """
    pictures = {
        name: confusions_picture(readings[number])
        for name, number in PICTURES.items()
        if number < len(readings)
    }
    section = list(lines)
    for name, (_, caption) in pictures.items():
        section += ["", f"{caption}", "", f"![{caption}]({name})"]
    write_section(path, BEGIN_MARK, section)
    for name, (picture, _) in pictures.items():
        path.with_name(name).write_bytes(picture)


def write_section(path: Path, begin_mark: str, lines: Sequence[str]) -> None:
    """Put lines between a mark and the end mark after it. Raises EvaluationError without them."""
    before, begin, rest = path.read_text("utf-8").partition(begin_mark)
    _, end, after = rest.partition(END_MARK)
    if not begin or not end:
        raise EvaluationError(
            f"{path}: expected the lines {begin_mark.strip()} and {END_MARK.strip()}"
        )
    text = "\n".join(lines)
    path.write_text(f"{before}{begin}\n{text}\n\n{end}{after}", "utf-8")


def confusions_picture(reading: Reading) -> tuple[bytes, str]:
    """A PNG of misread digits, a row for each of the most confused pairs, and a sentence on it."""
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
