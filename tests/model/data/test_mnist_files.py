"""MNIST under the names, and in the folders, that people come to have it."""

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.model.data.datasets import Dataset, DatasetError, cache_folder, find_dataset, load_mnist
from app.model.data.mnist_files import NAMES, find_files
from tests.model.data.idx_files import idx_bytes

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = NAMES


@pytest.fixture
def files(embedded: Dataset) -> dict[str, bytes]:
    split = embedded.splits["train"]
    images, labels = split.images.reshape(-1, 28, 28), split.labels
    values = (images[:24], labels[:24], images[24:30], labels[24:30])
    return {name: idx_bytes(each) for name, each in zip(NAMES, values, strict=True)}


def put(folder: Path, files: dict[str, bytes], rename: Callable[[str], str] = str) -> None:
    for name, content in files.items():
        path = folder / rename(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def is_loaded(folder: Path, files: dict[str, bytes]) -> bool:
    """Whether the files were found, each in its place."""
    splits = load_mnist(folder).splits
    images = np.concatenate([splits[name].images for name in ("train", "validation")])
    return (
        idx_bytes(images.reshape(-1, 28, 28)) == files[TRAIN_IMAGES]
        and idx_bytes(splits["test"].labels) == files[TEST_LABELS]
    )


@pytest.mark.parametrize(
    "rename",
    [
        lambda name: name.replace("-idx", ".idx"),
        lambda name: name.replace("-idx", ".idx") + ".gz",
        str.upper,
        lambda name: name.upper() + ".GZ",
        lambda name: name.replace("-", "_"),
        lambda name: f"{name} (1)",
        lambda name: f"{name} (1).gz",
        lambda name: f"{name}.gz (2)",
        lambda name: f"{name}-2.gz",
        lambda name: f"{name} - Copy.gz",
        lambda name: f"mnist/{name}",
        lambda name: f"MNIST/raw/{name}",
        lambda name: f"data/archive/MNIST/{name.replace('-idx', '.idx')}",
        lambda name: f"{name}/{name}",
        lambda name: f"archive/{name.replace('-idx', '.idx')}/{name.replace('-idx', '.idx')}",
    ],
)
@pytest.mark.parametrize("is_compressed", [False, True])
def test_found_whatever_they_are_called_and_packed_or_not(
    tmp_path: Path, files: dict[str, bytes], rename: Callable[[str], str], is_compressed: bool
) -> None:
    """Their content tells whether they are compressed: a name may say so, or say it wrongly."""
    pack = gzip.compress if is_compressed else bytes
    put(tmp_path, {name: pack(content) for name, content in files.items()}, rename)
    assert is_loaded(tmp_path, files)


@pytest.mark.parametrize(
    "other",
    [
        lambda name: f"{name} (1)",
        lambda name: f"{name}.gz",
        lambda name: f"deeper/{name}",
        lambda name: f"__MACOSX/{name}",
        lambda name: f"._{name}",
        lambda name: f"{name}.part",
        lambda name: f"{name}.gz.part",
        lambda name: f"emnist-{name}",
        lambda name: name.replace("-idx", ".idx"),
    ],
)
def test_a_plain_name_nearby_comes_before_what_else_there_is(
    tmp_path: Path, files: dict[str, bytes], other: Callable[[str], str]
) -> None:
    put(tmp_path, dict.fromkeys(NAMES, b"something else"), other)
    put(tmp_path, files)
    assert is_loaded(tmp_path, files)


def test_four_in_one_folder_come_before_some_that_lie_nearer(
    tmp_path: Path, files: dict[str, bytes]
) -> None:
    put(tmp_path, {TRAIN_IMAGES: b"the rest of another try"})
    put(tmp_path / "mnist", files)
    assert is_loaded(tmp_path, files)


def test_two_that_are_as_likely_are_named_unless_they_are_the_same(
    tmp_path: Path, files: dict[str, bytes]
) -> None:
    put(tmp_path / "MNIST" / "raw", files)
    put(tmp_path / "Copy" / "raw", files)
    assert is_loaded(tmp_path, files)

    put(tmp_path / "FashionMNIST" / "raw", files | {TRAIN_IMAGES: files[TRAIN_IMAGES] + b"more"})
    with pytest.raises(DatasetError, match="expected one train-images-idx3-ubyte") as failure:
        load_mnist(tmp_path)
    assert "FashionMNIST/raw/train-images-idx3-ubyte and MNIST/raw/train-" in str(failure.value)


@pytest.mark.parametrize(
    ("setting", "home"), [("~/digits", "home"), ("~", "home/digits"), ("digits", "nobody")]
)
def test_a_setting_may_begin_with_a_tilde_or_be_relative(
    tmp_path: Path,
    files: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    home: str,
) -> None:
    put(tmp_path / "home" / "digits", files)
    monkeypatch.chdir(tmp_path / "home")
    monkeypatch.setenv("HOME", str(tmp_path / home))
    environ = {"HOME": str(tmp_path / home), "DIGITS_DATA": setting}
    assert len(find_dataset(environ, tmp_path / "checkout").splits["test"]) == 6


def test_one_of_the_four_stands_for_its_folder(tmp_path: Path, files: dict[str, bytes]) -> None:
    put(tmp_path, files)
    assert find_files(tmp_path / TEST_LABELS) == {name: tmp_path / name for name in NAMES}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({}, "train-images-idx3-ubyte: not found.*the folder is empty"),
        (
            {"mnist_train.csv": b"", "sub/notes.txt": b""},
            "not found, neither as it is nor .*Found mnist_train.csv, sub/notes.txt",
        ),
        ({f"{number}.png": b"" for number in range(9)}, "Found 0.png, .*5.png and 3 more"),
        ({"archive.zip": b"PK"}, "Found archive.zip. Unpack archive.zip first"),
        ({TRAIN_IMAGES: b"", "mnist.tar.gz": b""}, "train-labels-.*Unpack mnist.tar.gz first"),
    ],
)
def test_what_is_missing_is_named_with_what_is_there(
    tmp_path: Path, content: dict[str, bytes], expected: str
) -> None:
    put(tmp_path, content)
    with pytest.raises(DatasetError, match=expected) as failure:
        load_mnist(tmp_path)
    assert str(tmp_path) in str(failure.value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nowhere", "not found: there is no such folder"),
        ("~nobody-of-this-name/mnist", "not found: this machine has no such user"),
        ("archive.zip", "an archive, not a folder: unpack it, and name the folder"),
        ("mnist.npz", "a file, not a folder: name the folder that holds"),
    ],
)
def test_what_is_no_folder_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, expected: str
) -> None:
    put(tmp_path, {"archive.zip": b"PK", "mnist.npz": b"PK"})
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DatasetError, match=f"DIGITS_DATA names.*{expected}.*unset DIGITS_DATA"):
        find_dataset({"DIGITS_DATA": name}, tmp_path)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"<!doctype html>", "found one beginning.*a web page was saved in its place"),
        (b"PK\x03\x04", "it is a zip archive; unpack it"),
    ],
)
def test_what_was_saved_in_the_place_of_a_file_is_named(
    tmp_path: Path, files: dict[str, bytes], content: bytes, expected: str
) -> None:
    put(tmp_path, files | {TEST_LABELS: content})
    with pytest.raises(DatasetError, match=expected):
        load_mnist(tmp_path)


def test_folders_that_lead_back_to_themselves_end(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(DatasetError, match="the folder is empty"):
        load_mnist(tmp_path)


def test_a_folder_that_may_not_be_read_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path) -> None:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(DatasetError, match="Permission denied"):
        load_mnist(tmp_path)


def test_the_cache_may_be_filled_by_hand(tmp_path: Path, files: dict[str, bytes]) -> None:
    environ = {"HOME": str(tmp_path)}
    put(cache_folder(environ), files, lambda name: f"{name.replace('-idx', '.idx')} (1).gz")
    assert find_dataset(environ, tmp_path / "checkout").source == "downloaded by set-up"
    shutil.rmtree(cache_folder(environ))
    assert find_dataset(environ, tmp_path / "checkout").name == "embedded"
