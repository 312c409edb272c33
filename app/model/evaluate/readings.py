"""What a network reads in digits and drawings.

It reads what the page would give it: stored digits as they are, drawings after preprocessing.py.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from app.model.arrays import ByteArray, FloatArray
from app.model.data.datasets import Dataset, Split, load_embedded
from app.model.drawings.pen_strokes import PenDrawing, split_by_writer
from app.model.evaluate.conditions import (
    CONDITIONS,
    DOTTED_CONDITIONS,
    Condition,
    draw_pens,
    normalize_all,
)
from app.model.evaluate.non_digits import non_digit_drawings
from app.model.network import Network
from app.model.preprocessing import to_inputs
from app.model.readability import unreadable_because
from app.model.serialization import WeightsError, weights_from_npz

EMBEDDED = "UCI digits, all"
SHIPPED_WEIGHTS = Path(__file__).parents[3] / "api" / "assets" / "weights.npz"


class Reading(NamedTuple):
    """Images (n, 784) uint8 as the network gets them, their labels (n,), its answers (n, 10), and
    for each why it is rejected, or an empty text (readability.py)."""

    name: str
    images: ByteArray
    labels: ByteArray
    log_probs: FloatArray
    rejections: list[str]


class NonDigits(NamedTuple):
    """Drawings that are not digits: by kind, why each is rejected, or an empty text."""

    name: str
    rejections: dict[str, list[str]]


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
    yield read_stored(network, EMBEDDED, all_embedded())
    pens = split_by_writer(pen_drawings)[split]
    for condition in (*CONDITIONS, *DOTTED_CONDITIONS):
        yield read_pens(network, pens, condition)


def all_embedded() -> Split:
    """The embedded digits of all splits."""
    parts = load_embedded().splits.values()
    return Split(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )


def read_pens(network: Network, pens: Sequence[PenDrawing], condition: Condition) -> Reading:
    """What the network says of pen strokes drawn on the page in this way."""
    drawings = draw_pens(pens, condition)
    labels = np.array([drawing.label for drawing in pens], np.uint8)
    name = f"pen strokes, {condition.name}"
    return _reading(network, name, drawings, normalize_all(drawings), labels)


def read_stored(network: Network, name: str, split: Split) -> Reading:
    """What the network says of digits that are normalized already."""
    return _reading(network, name, split.images, split.images, split.labels)


def _reading(
    network: Network, name: str, drawings: ByteArray, images: ByteArray, labels: ByteArray
) -> Reading:
    log_probs = network.log_probs(to_inputs(images))
    return Reading(name, images, labels, log_probs, rejections_of(drawings, log_probs))


def rejections_of(drawings: ByteArray, log_probs: FloatArray) -> list[str]:
    """For each drawing and the network's answer, why it is rejected, or an empty text."""
    return [
        unreadable_because(drawing, answer)
        for drawing, answer in zip(drawings, log_probs, strict=True)
    ]


def read_non_digits(network: Network, pens: Sequence[PenDrawing]) -> Iterator[NonDigits]:
    """What the network says of drawings that are not digits: of kinds that it was trained on, new
    ones. Some are two of `pens`, side by side."""
    for name, kinds in non_digit_drawings(pens):
        rejections = {}
        for kind, drawings in kinds.items():
            log_probs = network.log_probs(to_inputs(normalize_all(drawings)))
            rejections[kind] = rejections_of(drawings, log_probs)
        yield NonDigits(name, rejections)
