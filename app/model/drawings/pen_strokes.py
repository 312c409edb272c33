"""Real pen strokes: digits that people wrote on a tablet, with who wrote them.

The collection is the training part of Pen-Based Recognition of Handwritten Digits by E. Alpaydin
and F. Alimoglu (1996), CC BY 4.0 (assets/README.md): 7,494 drawings by 30 writers.

People differ more than drawings of one person do, so neither splits nor folds share a writer.
"""

import math
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from app.model.arrays import FloatArray
from app.model.data.datasets import permutation

PEN_STROKES_PATH = Path(__file__).parents[1] / "assets" / "pen_strokes.npz"
TABLET_LINES = 500
"""Coordinates are whole numbers from 0 to this, the tablet's far edge."""
SPLIT_SEED = 10
"""The first seed by which the two validation writers, and the two test writers, are read about as
well as all writers are on average (app.model.crossvalidate): two are few, and the hardest hands
teach the most."""
FOLDS_SEED = 0
VALIDATION_SHARE = 2 / 30
TEST_SHARE = 2 / 30


class PenDrawing(NamedTuple):
    """What one person wrote: label 0-9, the writer's id, strokes in 0-1 of the tablet."""

    label: int
    writer: int
    strokes: list[FloatArray]


def load_pen_strokes(path: Path = PEN_STROKES_PATH) -> list[PenDrawing]:
    """All drawings of a file that tools/make_pen_strokes.py made.

    It is an .npz of `labels` and `writers`, (drawings,) uint8; `strokes`, how many each drawing
    has; `points`, how many each stroke has; `starts`, (strokes, 2) int16, where each stroke begins;
    and `steps`, (2, n) int8, all x and then all y from each point of a stroke to its next.
    Coordinates are in lines of the tablet.
    """
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    strokes = _strokes(arrays["starts"], arrays["steps"].T, arrays["points"])
    return [
        PenDrawing(label, writer, [next(strokes) for _ in range(stroke_count)])
        for label, writer, stroke_count in zip(
            *(arrays[name].tolist() for name in ("labels", "writers", "strokes")), strict=True
        )
    ]


def _strokes(
    starts: FloatArray, steps: FloatArray, point_counts: FloatArray
) -> Iterator[FloatArray]:
    """Each stroke's points, (n, 2) float64."""
    step = 0
    for start, point_count in zip(starts.astype(float), point_counts.tolist(), strict=True):
        next_step = step + point_count - 1
        yield np.vstack([start, start + steps[step:next_step].cumsum(axis=0)]) / TABLET_LINES
        step = next_step


def split_by_writer(drawings: Sequence[PenDrawing]) -> dict[str, list[PenDrawing]]:
    """The drawings of "train", "validation" and "test" writers: of 30 writers 26, 2 and 2.

    Which writer is where depends on the set of writers only.
    """
    shuffled = _shuffled_writers(drawings, SPLIT_SEED)
    validation_size = math.ceil(VALIDATION_SHARE * len(shuffled))
    test_size = math.ceil(TEST_SHARE * len(shuffled))
    return {
        "train": _of(drawings, shuffled[validation_size + test_size :]),
        "validation": _of(drawings, shuffled[:validation_size]),
        "test": _of(drawings, shuffled[validation_size : validation_size + test_size]),
    }


def folds_by_writer(
    drawings: Sequence[PenDrawing], folds: int = 5
) -> list[tuple[list[PenDrawing], list[PenDrawing]]]:
    """For each fold the drawings to train on and those held out: of 30 writers 24 and 6.

    Every drawing is held out once.
    """
    shuffled = _shuffled_writers(drawings, FOLDS_SEED)
    parts = [
        shuffled[len(shuffled) * n // folds : len(shuffled) * (n + 1) // folds]
        for n in range(folds)
    ]
    return [
        (_of(drawings, set(shuffled).difference(held_out)), _of(drawings, held_out))
        for held_out in parts
    ]


def _shuffled_writers(drawings: Sequence[PenDrawing], seed: int) -> list[int]:
    writers = sorted({drawing.writer for drawing in drawings})
    return [writers[index] for index in permutation(len(writers), seed)]


def _of(drawings: Sequence[PenDrawing], writers: Collection[int]) -> list[PenDrawing]:
    return [drawing for drawing in drawings if drawing.writer in writers]
