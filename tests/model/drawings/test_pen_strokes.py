"""The stored pen strokes, and dividing drawings by who wrote them, on drawings made up here."""

import numpy as np
import pytest

from app.model.drawings.pen_strokes import (
    PenDrawing,
    folds_by_writer,
    load_pen_strokes,
    split_by_writer,
)


@pytest.fixture
def drawings() -> list[PenDrawing]:
    """Three by each of thirty writers."""
    line = np.array([[0.2, 0.1], [0.3, 0.6]])
    return [PenDrawing(number % 10, number % 30, [line]) for number in range(90)]


def writers(drawings: list[PenDrawing]) -> set[int]:
    return {drawing.writer for drawing in drawings}


class TestStoredDrawings:
    def test_are_all_there(self) -> None:
        drawings = load_pen_strokes()

        assert len(drawings) == 7_494
        assert writers(drawings) == set(range(1, 31))
        assert {drawing.label for drawing in drawings} == set(range(10))
        assert sum(len(drawing.strokes) for drawing in drawings) == 9_433
        assert sum(len(stroke) for drawing in drawings for stroke in drawing.strokes) == 304_216

    def test_lie_on_the_tablet(self) -> None:
        for drawing in load_pen_strokes():
            for stroke in drawing.strokes:
                assert stroke.dtype == np.float64
                assert stroke.shape == (len(stroke), 2)
                assert 0 < stroke.min() < stroke.max() < 1

    def test_begin_as_they_were_written(self) -> None:
        """The first points of the first drawing, an 8, as the collection has them."""
        first = load_pen_strokes()[0]

        assert (first.label, first.writer, len(first.strokes)) == (8, 12, 1)
        assert first.strokes[0][:4].tolist() == [
            [0.534, 0.334],
            [0.534, 0.328],
            [0.534, 0.322],
            [0.532, 0.316],
        ]


class TestSplits:
    def test_share_no_writer_and_lose_no_drawing(self, drawings: list[PenDrawing]) -> None:
        splits = split_by_writer(drawings)

        assert {name: len(writers(split)) for name, split in splits.items()} == {
            "train": 26,
            "validation": 2,
            "test": 2,
        }
        assert set.union(*(writers(split) for split in splits.values())) == set(range(30))
        assert sum(len(split) for split in splits.values()) == 90

    def test_depend_on_the_writers_only(self, drawings: list[PenDrawing]) -> None:
        again = split_by_writer(drawings[:30][::-1])

        for name, split in split_by_writer(drawings).items():
            assert writers(again[name]) == writers(split)


class TestFolds:
    def test_hold_every_writer_out_once(self, drawings: list[PenDrawing]) -> None:
        folds = folds_by_writer(drawings)

        assert [len(writers(held_out)) for _, held_out in folds] == [6] * 5
        assert set.union(*(writers(held_out) for _, held_out in folds)) == set(range(30))

    def test_train_on_all_the_others(self, drawings: list[PenDrawing]) -> None:
        for train, held_out in folds_by_writer(drawings, folds=4):
            assert not writers(train) & writers(held_out)
            assert len(train) + len(held_out) == len(drawings)
