"""Convert a JSON file of pen strokes into app/model/assets/pen_strokes.npz.

Run it to check or rebuild the committed file:

    .venv/bin/python -m tools.make_pen_strokes ../shared/pen-strokes/train.json.gz

The file, compressed with gzip or not, is a list of {"label": 0-9, "writer": whole number,
"strokes": [[[x, y], ...], ...]}, x and y in 0-1 of the tablet. The tablet's grid has 500 lines each
way and the pen moves a few of them at a time, so nothing is lost: the result, which
app/model/drawings/pen_strokes.py reads, holds exactly the same coordinates. With the same zlib the
bytes are always the same.
"""

import gzip
import hashlib
import json
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from app.model.arrays import FloatArray
from app.model.data.datasets import GZIP_MAGIC
from app.model.drawings.pen_strokes import PEN_STROKES_PATH, TABLET_LINES, PenDrawing


class PenStrokesError(Exception):
    """A file that cannot be converted; the message says what was expected and found."""


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        drawings = read_json(Path(arguments[0]))
        write_pen_strokes(PEN_STROKES_PATH, drawings)
    except PenStrokesError as error:
        print(error, file=sys.stderr)
        return 1
    content = PEN_STROKES_PATH.read_bytes()
    print(f"{len(drawings):,} drawings in {len(content):,} bytes")
    print(f"{hashlib.sha256(content).hexdigest()}  {PEN_STROKES_PATH.name}")
    return 0


def read_json(path: Path) -> list[PenDrawing]:
    """The drawings of a JSON file. Raises PenStrokesError."""
    try:
        content = path.read_bytes()
        if content.startswith(GZIP_MAGIC):
            content = gzip.decompress(content)
        items = json.loads(content)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise PenStrokesError(f"{path}: cannot be read: {error}") from error
    try:
        if not isinstance(items, list):
            raise TypeError(f"found {type(items).__name__}")
        return [_drawing(item) for item in items]
    except (KeyError, TypeError, ValueError) as error:
        raise PenStrokesError(f"{path}: expected drawings as described above: {error!r}") from error


def _drawing(item: Any) -> PenDrawing:
    strokes: list[FloatArray] = [np.array(stroke, np.float64) for stroke in item["strokes"]]
    if not strokes or any(stroke.ndim != 2 or stroke.shape[1] != 2 for stroke in strokes):
        raise ValueError(f"strokes of the shapes {[stroke.shape for stroke in strokes]}")
    return PenDrawing(int(item["label"]), int(item["writer"]), strokes)


def write_pen_strokes(path: Path, drawings: Sequence[PenDrawing]) -> None:
    """Write what load_pen_strokes reads. Raises PenStrokesError for what the format cannot hold."""
    strokes = [stroke * TABLET_LINES for drawing in drawings for stroke in drawing.strokes]
    points = [np.rint(stroke).astype(np.int32) for stroke in strokes]
    for stroke, rounded in zip(strokes, points, strict=True):
        if not np.allclose(stroke, rounded, rtol=0, atol=1e-6):
            raise PenStrokesError(f"expected points on {TABLET_LINES} lines, found {stroke}")
    starts = np.stack([stroke[0] for stroke in points])
    steps = np.concatenate([np.diff(stroke, axis=0) for stroke in points])
    if np.abs(steps).max() > np.iinfo(np.int8).max:
        raise PenStrokesError(f"expected steps of up to 127 lines, found {np.abs(steps).max()}")
    np.savez_compressed(
        path,
        labels=np.array([drawing.label for drawing in drawings], np.uint8),
        writers=np.array([drawing.writer for drawing in drawings], np.uint8),
        strokes=np.array([len(drawing.strokes) for drawing in drawings], np.uint8),
        points=np.array([len(stroke) for stroke in points], np.uint16),
        starts=starts.astype(np.int16),
        # All x, then all y: that compresses best.
        steps=np.ascontiguousarray(steps.T.astype(np.int8)),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
