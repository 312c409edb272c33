"""The figures of readings as Markdown, and pictures of what is misread."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from app.model.drawings.sheets import sheet
from app.model.evaluate.readings import NonDigits, Reading
from app.model.losses import cross_entropy
from app.model.metrics import accuracy, calibration_error, confusion_matrix, precision, recall
from app.model.readability import READABLE

BEGIN_MARK = "<!-- begin: python -m app.model.evaluate -->\n"
END_MARK = "<!-- end -->\n"
PICTURES = {"misread-stored.png": 0, "misread-drawn.png": 2}
"""Which reading each picture is of: the first, and pen strokes of natural size."""
PICTURED_PAIRS = 8
PICTURED_DRAWINGS = 10


class EvaluationError(Exception):
    """A file that cannot hold the report; the message says what was expected."""


def report(readings: Sequence[Reading], non_digits: Sequence[NonDigits]) -> list[str]:
    """Lines of Markdown: all figures, those of each digit, what is confused, what is rejected."""
    return [
        "| digits | number | accuracy | cross-entropy | calibration error | rejected |",
        "| --- | --- | --- | --- | --- | --- |",
        *(_figures(reading) for reading in readings),
        "",
        "Recall of each digit, and in the row below its precision, in %:",
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
        "Drawings that are not digits, and the share of them that is rejected:",
        "",
        "| drawings | rejected | of each kind, in % |",
        "| --- | --- | --- |",
        *(_rejected_non_digits(group) for group in non_digits),
    ]


def _rejected_non_digits(group: NonDigits) -> str:
    shares = {kind: _rejected(rejections) for kind, rejections in group.rejections.items()}
    all_rejections = [
        rejection for rejections in group.rejections.values() for rejection in rejections
    ]
    kinds = ", ".join(f"{kind} {100 * share:.0f}" for kind, share in shares.items())
    return f"| {group.name} | {_rejected(all_rejections):.1%} | {kinds} |"


def _rejected(rejections: Sequence[str]) -> float:
    return float(np.mean([rejection != READABLE for rejection in rejections]))


def _figures(reading: Reading) -> str:
    right = accuracy(reading.log_probs, reading.labels)
    loss = cross_entropy(reading.log_probs, reading.labels)
    uncalibrated = calibration_error(reading.log_probs, reading.labels)
    return (
        f"| {reading.name} | {len(reading.labels):,} | {right:.2%} | {loss:.4f} "
        f"| {uncalibrated:.2%} | {_rejected(reading.rejections):.2%} |"
    )


def _per_digit(reading: Reading) -> Iterator[str]:
    confusion = confusion_matrix(reading.log_probs, reading.labels)
    for name, shares in (("", recall(confusion)), (", precision", precision(confusion))):
        cells = "".join(f" {100 * share:.1f} |" for share in shares)
        yield f"| {reading.name}{name} |{cells}"


def confused_pairs(reading: Reading) -> list[tuple[int, int, int]]:
    """(label, what was read, how often), most often first, without pairs that never happened."""
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
