"""Keeping samples on disk."""

import logging
import os
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.model.data.datasets import Split
from app.model.served import store
from app.model.served.store import kept_samples

DIGEST = "0123456789abcdef" * 4


class Maker:
    """Makes five samples, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Split:
        self.times += 1
        images = np.random.default_rng(1).integers(0, 256, (5, 784), dtype=np.uint8)
        return Split(images, np.array([0, 9, 10, 3, 4], np.uint8))


@pytest.fixture
def make() -> Maker:
    return Maker()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "digits" / "some-0123456789abcdef.npy"


def assert_right(split: Split) -> None:
    expected = Maker()()
    assert np.array_equal(split.images, expected.images)
    assert np.array_equal(split.labels, expected.labels)
    assert type(split.images) is np.ndarray
    for array in (split.images, split.labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_they_are_made_once(path: Path, make: Maker) -> None:
    for _ in range(2):
        assert_right(kept_samples(path.parent, "some", DIGEST, make))

    assert make.times == 1
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_others_are_made_for_another_digest_and_another_name(path: Path, make: Maker) -> None:
    kept_samples(path.parent, "some", DIGEST, make)
    kept_samples(path.parent, "some", DIGEST[1:], make)
    kept_samples(path.parent, "others", DIGEST, make)

    assert make.times == 3


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def put(array: NDArray[Any]) -> Callable[[Path], None]:
    return lambda path: np.save(path, array)


@pytest.mark.parametrize(
    "damage",
    [
        cut,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"something else"),
        put(np.zeros((5, 784), np.uint8)),
        put(np.zeros((0, 785), np.uint8)),
        put(np.zeros((5, 785), np.int16)),
        put(np.full((5, 785), 11, np.uint8)),
        put(np.array([{}, None], dtype=object)),
    ],
)
def test_a_damaged_or_foreign_file_is_replaced(
    path: Path, make: Maker, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    kept_samples(path.parent, "some", DIGEST, make)
    damage(path)

    assert_right(kept_samples(path.parent, "some", DIGEST, make))

    assert "made again" in caplog.text
    kept_samples(path.parent, "some", DIGEST, make)
    assert make.times == 2


def test_where_nothing_can_be_kept_they_stay_in_memory(
    path: Path, make: Maker, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.write_text("a file where the folder should be")

    assert_right(kept_samples(path.parent, "some", DIGEST, make))

    assert "Cannot keep some-0123456789abcdef.npy for the next start" in caplog.text


def test_a_disk_that_is_full_leaves_nothing_behind(
    path: Path, make: Maker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)

    assert_right(kept_samples(path.parent, "some", DIGEST, make))

    assert "No space left on device" in caplog.text
    assert list(path.parent.iterdir()) == []


def test_what_was_opened_last_is_kept(path: Path, make: Maker) -> None:
    for number in range(store.KEPT_FILES):
        kept_samples(path.parent, "some", f"{number:016}", make)
        os.utime(path.with_name(f"some-{number:016}.npy"), (number, number))
    kept_samples(path.parent, "others", DIGEST, make)

    kept_samples(path.parent, "some", f"{0:016}", make)
    kept_samples(path.parent, "some", DIGEST, make)

    names = {each.name for each in path.parent.iterdir()}
    assert {path.name, f"some-{0:016}.npy", f"others-{DIGEST[:16]}.npy"} < names
    assert f"some-{1:016}.npy" not in names


def test_what_dead_writers_left_goes(path: Path, make: Maker) -> None:
    path.parent.mkdir()
    old, new = (path.with_name(f"{path.name}.{number}.part") for number in (1, 2))
    for each in (old, new):
        each.touch()
    os.utime(old, (0, 0))

    kept_samples(path.parent, "some", DIGEST, make)

    assert not old.exists()
    assert new.exists()


def test_opening_says_nothing(path: Path, make: Maker, caplog: pytest.LogCaptureFixture) -> None:
    kept_samples(path.parent, "some", DIGEST, make)
    caplog.set_level(logging.INFO)

    kept_samples(path.parent, "some", DIGEST, make)

    assert caplog.text == ""


class TestKeptLater:
    def later(self, path: Path, make: Maker) -> store.KeptLater:
        return store.KeptLater(path, 5, partial(kept_samples, path.parent, "some", DIGEST, make))

    def test_whoever_needs_them_waits(self, path: Path, make: Maker) -> None:
        assert store.can_keep(path)
        split = self.later(path, make)
        assert not split.is_drawn
        for _ in range(2):
            assert_right(split)
        assert make.times == 1
        assert split.is_drawn

    def test_one_process_draws_them(self, path: Path, make: Maker) -> None:
        assert store.can_keep(path)
        for split in (self.later(path, make), self.later(path, make)):
            split.begin()
            split.begin()
            assert_right(split)
        assert make.times == 1

    def test_nobody_waits_for_ever(self, path: Path, make: Maker) -> None:
        may_end = threading.Event()

        def slow() -> Split:
            may_end.wait()
            return kept_samples(path.parent, "some", DIGEST, make)

        assert store.can_keep(path)
        split = store.KeptLater(path, 5, slow, patience_seconds=0.01)
        with pytest.raises(store.NotDrawnYetError, match="are being drawn"):
            _ = split.images
        assert len(split) == 5  # is known all the time
        may_end.set()
        split._has_ended.wait()
        assert_right(split)

    def test_what_fails_is_said(self, path: Path) -> None:
        def fail() -> Split:
            raise MemoryError("too much")

        assert store.can_keep(path)
        split = store.KeptLater(path, 5, fail)
        with pytest.raises(RuntimeError, match="could not be drawn"):
            _ = split.labels

    def test_where_nothing_can_be_kept_nobody_waits(self, tmp_path: Path) -> None:
        (tmp_path / "digits").write_text("a file where the folder should be")
        assert not store.can_keep(tmp_path / "digits" / "some.npy")
