"""Converting pen strokes, on drawings made up here."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.model.drawings.pen_strokes import load_pen_strokes
from tools.make_pen_strokes import PenStrokesError, read_json, write_pen_strokes

SEVEN = {
    "label": 7,
    "writer": 3,
    "strokes": [[[0.534, 0.1], [0.5, 0.102], [0.398, 0.33]], [[0.2, 0.3]]],
}
ONE = {"label": 1, "writer": 30, "strokes": [[[0.5, 0.002], [0.5, 0.2]]]}


def written(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content))
    return path


@pytest.mark.parametrize("compress", [False, True])
def test_what_is_read_again_is_the_very_same(tmp_path: Path, compress: bool) -> None:
    source, made = tmp_path / "strokes", tmp_path / "strokes.npz"
    content = json.dumps([SEVEN, ONE]).encode()
    source.write_bytes(gzip.compress(content) if compress else content)

    write_pen_strokes(made, read_json(source))

    assert [
        {"label": label, "writer": writer, "strokes": [stroke.tolist() for stroke in strokes]}
        for label, writer, strokes in load_pen_strokes(made)
    ] == [SEVEN, ONE]
    assert {s.dtype for each in load_pen_strokes(made) for s in each.strokes} == {
        np.dtype(np.float64)
    }


@pytest.mark.parametrize(
    "strokes", [[[[0.5, 0.5], [0.5001, 0.5]]], [[[0.1, 0.5], [0.9, 0.5]]]], ids=["between", "far"]
)
def test_what_cannot_be_kept_exactly_is_refused(tmp_path: Path, strokes: Any) -> None:
    drawings = read_json(written(tmp_path / "strokes.json", [SEVEN | {"strokes": strokes}]))

    with pytest.raises(PenStrokesError, match="expected"):
        write_pen_strokes(tmp_path / "strokes.npz", drawings)


@pytest.mark.parametrize(
    "content",
    [
        {},
        [5],
        [{"label": 7, "writer": 3}],
        [SEVEN | {"strokes": []}],
        [SEVEN | {"strokes": [[[1, 2, 3]]]}],
        [SEVEN | {"strokes": [[[1, "x"]]]}],
    ],
)
def test_says_which_file_it_cannot_use(tmp_path: Path, content: Any) -> None:
    with pytest.raises(PenStrokesError, match=r"strokes\.json: expected"):
        read_json(written(tmp_path / "strokes.json", content))


def test_says_which_file_it_cannot_read(tmp_path: Path) -> None:
    with pytest.raises(PenStrokesError, match=r"nowhere\.json: cannot be read"):
        read_json(tmp_path / "nowhere.json")
