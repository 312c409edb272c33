"""Reading and splitting pen strokes, on drawings made up here."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.model.drawings.pen_strokes import (
    PenStrokesError,
    find_pen_strokes,
    read_pen_strokes,
    split_by_writer,
)

SEVEN = {"label": 7, "writer": 3, "strokes": [[[0.2, 0.1], [0.4, 0.1], [0.3, 0.6]], [[0.2, 0.3]]]}


def written(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


class TestReading:
    @pytest.mark.parametrize("compress", [False, True])
    def test_gives_the_strokes_as_arrays(self, tmp_path: Path, compress: bool) -> None:
        path = tmp_path / "strokes"
        content = json.dumps([SEVEN]).encode()
        path.write_bytes(gzip.compress(content) if compress else content)

        (drawing,) = read_pen_strokes(path)

        assert (drawing.label, drawing.writer) == (7, 3)
        assert [stroke.tolist() for stroke in drawing.strokes] == SEVEN["strokes"]
        assert {stroke.dtype for stroke in drawing.strokes} == {np.dtype(np.float64)}

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ({}, "expected a list of drawings, found dict"),
            ([], "expected a list of drawings"),
            ([SEVEN, 5], "drawing 1: expected"),
            ([{"label": 7, "writer": 3}], "'strokes'"),
            ([SEVEN | {"label": 10}], "label 10"),
            ([SEVEN | {"label": "7"}], "label '7'"),
            ([SEVEN | {"writer": None}], "writer None"),
            ([SEVEN | {"strokes": []}], "no strokes"),
            ([SEVEN | {"strokes": [[]]}], "a stroke of shape"),
            ([SEVEN | {"strokes": [[[1, 2, 3]]]}], "a stroke of shape"),
            ([SEVEN | {"strokes": [[[1, 2], [3]]]}], "drawing 0"),
            ([SEVEN | {"strokes": [[[1, "x"]]]}], "drawing 0"),
            ([SEVEN | {"strokes": [[[1, 1e999]]]}], "not finite"),
        ],
    )
    def test_says_what_is_wrong_and_where(self, tmp_path: Path, content: Any, message: str) -> None:
        path = written(tmp_path / "strokes.json", content)

        with pytest.raises(PenStrokesError, match=message) as refusal:
            read_pen_strokes(path)
        assert "strokes.json" in str(refusal.value)

    @pytest.mark.parametrize("content", [b"", b"{", b"\x1f\x8b\x08", b"\xff\xfe"])
    def test_refuses_other_files(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "strokes.json"
        path.write_bytes(content)

        with pytest.raises(PenStrokesError, match=r"strokes\.json: cannot be read"):
            read_pen_strokes(path)


class TestFinding:
    def test_takes_the_file_that_the_setting_names(self, tmp_path: Path) -> None:
        path = written(tmp_path / "mine.json", [SEVEN, SEVEN])

        assert len(find_pen_strokes({"DIGITS_PEN_STROKES": str(path)}, tmp_path / "checkout")) == 2

    def test_a_named_file_that_is_missing_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(PenStrokesError, match=r"nowhere\.json"):
            find_pen_strokes({"DIGITS_PEN_STROKES": str(tmp_path / "nowhere.json")}, tmp_path)

    def test_looks_beside_the_checkout(self, tmp_path: Path) -> None:
        written(tmp_path / "shared" / "pen-strokes" / "train.json.gz", [SEVEN])

        assert len(find_pen_strokes({}, tmp_path / "checkout")) == 1

    def test_finds_none_where_there_are_none(self, tmp_path: Path) -> None:
        assert find_pen_strokes({}, tmp_path / "checkout") == []


def test_splits_share_no_writer_and_lose_no_drawing(tmp_path: Path) -> None:
    content = [SEVEN | {"writer": number % 30, "label": number % 10} for number in range(90)]
    drawings = read_pen_strokes(written(tmp_path / "strokes.json", content))

    splits = split_by_writer(drawings)
    writers = {name: {drawing.writer for drawing in split} for name, split in splits.items()}

    assert {name: len(found) for name, found in writers.items()} == {
        "train": 20,
        "validation": 6,
        "test": 4,
    }
    assert set.union(*writers.values()) == set(range(30))
    assert sum(len(split) for split in splits.values()) == 90
    again = split_by_writer(drawings[::-1])
    assert {name: {d.writer for d in split} for name, split in again.items()} == writers
