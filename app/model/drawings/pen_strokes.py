"""Real pen strokes: digits that people wrote on a tablet, with who wrote them.

The collection is Pen-Based Recognition of Handwritten Digits by E. Alpaydin and F. Alimoglu (1996),
UCI Machine Learning Repository, <https://doi.org/10.24432/C5MG6K>, CC BY 4.0, as one JSON file. It
is not part of the program and not on every machine.

People differ more than drawings of one person do, so the splits share no writer.
"""

import gzip
import json
import math
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from app.model.arrays import FloatArray
from app.model.datasets import GZIP_MAGIC, permutation

SETTING = "DIGITS_PEN_STROKES"
FILE_BESIDE_CHECKOUT = Path("shared", "pen-strokes", "train.json.gz")
SPLIT_SEED = 0
VALIDATION_SHARE = 6 / 30
TEST_SHARE = 4 / 30


class PenStrokesError(Exception):
    """A file of pen strokes that cannot be used; the message says what was expected and found."""


class PenDrawing(NamedTuple):
    """What one person wrote: label 0-9, an id of the writer, strokes in 0-1 of the tablet."""

    label: int
    writer: int
    strokes: list[FloatArray]


def find_pen_strokes(environ: Mapping[str, str], checkout_root: Path) -> list[PenDrawing]:
    """The pen strokes of this machine: of the file that DIGITS_PEN_STROKES names, else of
    shared/pen-strokes/train.json.gz beside the checkout, else none: an empty list.

    Raises PenStrokesError for a file that is named and cannot be used.
    """
    if named_file := environ.get(SETTING):
        return read_pen_strokes(Path(named_file))
    path = checkout_root.parent / FILE_BESIDE_CHECKOUT
    return read_pen_strokes(path) if path.is_file() else []


def read_pen_strokes(path: Path) -> list[PenDrawing]:
    """The drawings of a JSON file, compressed with gzip or not.

    It is a list of {"label": 0-9, "writer": whole number, "strokes": [[[x, y], ...], ...]}. Raises
    PenStrokesError.
    """
    try:
        content = path.read_bytes()
        if content.startswith(GZIP_MAGIC):
            content = gzip.decompress(content)
        items = json.loads(content)
    except (OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
        raise PenStrokesError(f"{path}: cannot be read: {error}") from error
    if not isinstance(items, list) or not items:
        raise PenStrokesError(f"{path}: expected a list of drawings, found {type(items).__name__}")
    drawings = []
    for number, item in enumerate(items):
        try:
            drawings.append(_drawing(item))
        except (KeyError, TypeError, ValueError) as error:
            raise PenStrokesError(
                f'{path}: drawing {number}: expected {{"label": 0-9, "writer": whole number, '
                f'"strokes": [[[x, y], ...], ...]}}: {error!r}'
            ) from error
    return drawings


def split_by_writer(drawings: Sequence[PenDrawing]) -> dict[str, list[PenDrawing]]:
    """The drawings of "train", "validation" and "test" writers: of 30 writers 20, 6 and 4.

    Which writer is where depends on the set of writers only.
    """
    writers = sorted({drawing.writer for drawing in drawings})
    shuffled = [writers[index] for index in permutation(len(writers), SPLIT_SEED)]
    validation_size = math.ceil(VALIDATION_SHARE * len(writers))
    test_size = math.ceil(TEST_SHARE * len(writers))
    parts = {
        "validation": shuffled[:validation_size],
        "test": shuffled[validation_size : validation_size + test_size],
        "train": shuffled[validation_size + test_size :],
    }
    return {
        name: [drawing for drawing in drawings if drawing.writer in parts[name]]
        for name in ("train", "validation", "test")
    }


def _drawing(item: Any) -> PenDrawing:
    label, writer = item["label"], item["writer"]
    if type(label) is not int or type(writer) is not int or not 0 <= label <= 9:
        raise ValueError(f"label {label!r}, writer {writer!r}")
    strokes: list[FloatArray] = [np.array(stroke, np.float64) for stroke in item["strokes"]]
    if not strokes:
        raise ValueError("no strokes")
    for stroke in strokes:
        if stroke.ndim != 2 or stroke.shape[1] != 2 or not len(stroke):
            raise ValueError(f"a stroke of shape {stroke.shape}")
        if not np.isfinite(stroke).all():
            raise ValueError("a point that is not finite")
    return PenDrawing(label, writer, strokes)
