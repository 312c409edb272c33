import gzip
import hashlib
import logging
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.arrays import ByteArray
from app.model.data.datasets import (
    EMBEDDED_PATH,
    Dataset,
    DatasetError,
    Split,
    cache_folder,
    find_dataset,
    load_mnist,
    permutation,
    read_idx,
)
from tests.model.data.idx_files import idx_bytes, write_mnist_folder

IMAGES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


class TestReadIdx:
    @pytest.mark.parametrize("name", ["plain", "compressed.gz", "compressed-without-saying-so"])
    def test_reads_compressed_or_not(self, tmp_path: Path, name: str) -> None:
        content = idx_bytes(IMAGES)
        path = tmp_path / name
        path.write_bytes(gzip.compress(content) if name.startswith("compressed") else content)

        values = read_idx(path)

        assert np.array_equal(values, IMAGES)
        assert not values.flags.writeable

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "expected an IDX file, found one beginning b''"),
            (b"\x00\x00\x08", "expected an IDX file"),
            (b"<html>404 Not Found</html>", "expected an IDX file, found one beginning b'<htm'"),
            (b"\0\0\x0d\x01" + bytes(8), "type 0x08.*found type 0x0d"),
            (b"\0\0\x08\x00" + bytes(8), "with 0 dimensions"),
            (idx_bytes(IMAGES)[:9], "ends within its header"),
            (idx_bytes(IMAGES)[:-1], r"expected 40 bytes for shape \(2, 3, 4\), found 39"),
            (idx_bytes(IMAGES) + b"\0", "expected 40 bytes .* found 41"),
            (b"\0\0\x08\x03" + b"\xff" * 12, "expected .* bytes for shape"),
            (gzip.compress(idx_bytes(IMAGES), mtime=0)[:-9], "cannot be read"),
            (gzip.compress(idx_bytes(IMAGES), mtime=0)[:-2] + b"xx", "cannot be read"),
            (b"\x1f\x8b" + bytes(20), "cannot be read"),
        ],
    )
    def test_says_what_is_wrong_with_a_file(
        self, tmp_path: Path, content: bytes, message: str
    ) -> None:
        path = tmp_path / "file"
        path.write_bytes(content)

        with pytest.raises(DatasetError, match=message) as failure:
            read_idx(path)

        assert str(path) in str(failure.value)

    def test_says_which_file_is_missing(self, tmp_path: Path) -> None:
        with pytest.raises(DatasetError, match="nowhere: cannot be read"):
            read_idx(tmp_path / "nowhere")

    @given(st.binary(max_size=60))
    def test_any_bytes_give_their_array_or_a_clear_error(self, content: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "file"
            path.write_bytes(b"\0\0\x08" + content)
            try:
                values = read_idx(path)
            except DatasetError:
                return
            assert idx_bytes(values) == path.read_bytes()


class TestLoadMnist:
    def test_splits_by_position(self, mnist_folder: Path, embedded: Dataset) -> None:
        dataset = load_mnist(mnist_folder, "a test")

        written = embedded.splits["train"].images
        splits = dataset.splits
        assert list(splits) == ["train", "validation", "test"]
        assert np.array_equal(splits["train"].images, written[:220])
        assert np.array_equal(splits["validation"].images, written[220:240])
        assert np.array_equal(splits["test"].images, written[240:280])
        assert np.array_equal(splits["test"].labels, embedded.splits["train"].labels[240:280])
        assert (dataset.name, dataset.title, dataset.source) == ("mnist", "MNIST", "a test")

    def test_arrays_are_read_only(self, mnist_folder: Path) -> None:
        for split in load_mnist(mnist_folder).splits.values():
            assert not split.images.flags.writeable
            assert not split.labels.flags.writeable

    @pytest.mark.parametrize(
        ("file_name", "values", "message"),
        [
            ("t10k-images-idx3-ubyte", np.zeros((40, 27, 28), np.uint8), r"expected shape \(n, 28"),
            ("t10k-images-idx3-ubyte", np.zeros(40, np.uint8), r"expected shape \(n, 28, 28\)"),
            ("t10k-labels-idx1-ubyte", np.zeros(39, np.uint8), "expected 40 labels"),
            ("t10k-labels-idx1-ubyte", np.zeros((40, 1), np.uint8), "expected 40 labels"),
            ("t10k-labels-idx1-ubyte", np.full(40, 10, np.uint8), "expected digits 0-9, found 10"),
        ],
    )
    def test_refuses_files_that_do_not_fit(
        self, mnist_folder: Path, file_name: str, values: ByteArray, message: str
    ) -> None:
        (mnist_folder / file_name).write_bytes(idx_bytes(values))

        with pytest.raises(DatasetError, match=message):
            load_mnist(mnist_folder)

    @pytest.mark.parametrize(("train_size", "test_size"), [(11, 5), (24, 0), (0, 0)])
    def test_refuses_too_few_images_for_three_splits(
        self, tmp_path: Path, embedded: Dataset, train_size: int, test_size: int
    ) -> None:
        write_mnist_folder(tmp_path / "few", embedded.splits["train"], train_size, test_size)

        with pytest.raises(DatasetError, match="expected at least 12 training images"):
            load_mnist(tmp_path / "few")

    def test_says_which_file_is_missing(self, mnist_folder: Path) -> None:
        (mnist_folder / "train-labels-idx1-ubyte.gz").unlink()

        with pytest.raises(DatasetError, match="train-labels-idx1-ubyte: not found"):
            load_mnist(mnist_folder)

    def test_the_real_one(self, mnist: Dataset) -> None:
        sizes = {name: len(split) for name, split in mnist.splits.items()}

        assert sizes == {"train": 55_000, "validation": 5_000, "test": 10_000}
        assert mnist.splits["train"].labels[:5].tolist() == [5, 0, 4, 1, 9]


class TestEmbedded:
    def test_the_committed_file_is_what_the_tool_made(self) -> None:
        assert hashlib.sha256(EMBEDDED_PATH.read_bytes()).hexdigest() == (
            "03cdf861d7f267d63982db81de6f3124c765ddbe00d80e1f26c55e87298850e2"
        )

    def test_the_committed_file_holds_the_published_counts(self) -> None:
        samples = np.load(EMBEDDED_PATH, allow_pickle=False)

        assert samples.shape == (1797, 65)
        assert samples.dtype == np.uint8
        assert samples[:, 1:].max() == 16
        counts = np.bincount(samples[:, 0]).tolist()
        assert counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]

    def test_splits(self, embedded: Dataset) -> None:
        sizes = {name: len(split) for name, split in embedded.splits.items()}

        assert sizes == {"train": 1397, "validation": 200, "test": 200}
        for split in embedded.splits.values():
            assert not split.images.flags.writeable
            assert not split.labels.flags.writeable
            assert set(split.labels) == set(range(10))
            assert split.images.shape == (len(split), 784)
            assert split.images.dtype == split.labels.dtype == np.uint8

    def test_no_image_is_in_two_splits(self, embedded: Dataset) -> None:
        images = np.concatenate([split.images for split in embedded.splits.values()])

        assert len(np.unique(images, axis=0)) == 1797

    def test_images_look_like_mnist(self, embedded: Dataset) -> None:
        images = embedded.splits["test"].images.reshape(-1, 28, 28)
        ink = images / images.sum(axis=(1, 2), keepdims=True)
        rows = ink.sum(axis=2) @ np.arange(28)
        columns = ink.sum(axis=1) @ np.arange(28)

        assert np.abs(rows - 14).max() <= 0.51
        assert np.abs(columns - 14).max() <= 0.51
        assert images.max() == 255

    def test_is_the_same_on_every_machine(self, embedded: Dataset) -> None:
        assert embedded.digest[:16] == "29fb6f3a59ab4cae"


def test_digest_depends_on_all_content(embedded: Dataset) -> None:
    def digest(change: Callable[[dict[str, Split]], None]) -> str:
        splits = dict(embedded.splits)
        change(splits)
        return Dataset("other name", "Other title", "elsewhere", splits).digest

    def flip_pixel(splits: dict[str, Split]) -> None:
        images = splits["test"].images.copy()
        images[-1, -1] ^= 1
        splits["test"] = Split(images, splits["test"].labels)

    def change_label(splits: dict[str, Split]) -> None:
        labels = splits["train"].labels.copy()
        labels[0] += 1
        splits["train"] = Split(splits["train"].images, labels)

    def swap_splits(splits: dict[str, Split]) -> None:
        splits["validation"], splits["test"] = splits["test"], splits["validation"]

    assert digest(lambda splits: None) == embedded.digest
    changed = {digest(change) for change in (flip_pixel, change_label, swap_splits)}
    assert len(changed | {embedded.digest}) == 4


class TestFindDataset:
    """The order of sources, with a home and a checkout of its own."""

    @pytest.fixture
    def checkout(self, tmp_path: Path) -> Path:
        return tmp_path / "somewhere" / "checkout"

    @pytest.fixture
    def environ(self, tmp_path: Path) -> dict[str, str]:
        return {"HOME": str(tmp_path / "home")}

    def test_the_named_folder_comes_first(
        self, environ: dict[str, str], checkout: Path, mnist_folder: Path
    ) -> None:
        shutil.copytree(mnist_folder, cache_folder(environ))
        environ["DIGITS_DATA"] = str(mnist_folder)

        assert find_dataset(environ, checkout).source == "the folder named by DIGITS_DATA"

    def test_then_the_cache(
        self, environ: dict[str, str], checkout: Path, mnist_folder: Path
    ) -> None:
        shutil.copytree(mnist_folder, cache_folder(environ))
        shutil.copytree(mnist_folder, checkout.parent / "shared" / "mnist")

        assert find_dataset(environ, checkout).source == "downloaded by set-up"

    def test_then_the_folder_beside_the_checkout(
        self, environ: dict[str, str], checkout: Path, mnist_folder: Path
    ) -> None:
        shutil.copytree(mnist_folder, checkout.parent / "shared" / "mnist")

        assert find_dataset(environ, checkout).source == "found beside the checkout"

    def test_then_the_embedded_digits(self, environ: dict[str, str], checkout: Path) -> None:
        dataset = find_dataset(environ, checkout)

        assert dataset.name == "embedded"
        assert "CC BY 4.0" in dataset.source

    def test_an_empty_setting_names_nothing(self, environ: dict[str, str], checkout: Path) -> None:
        assert find_dataset(environ | {"DIGITS_DATA": ""}, checkout).name == "embedded"

    @pytest.mark.parametrize("is_there", [True, False])
    def test_never_falls_back_from_the_named_folder(
        self, environ: dict[str, str], checkout: Path, mnist_folder: Path, is_there: bool
    ) -> None:
        shutil.copytree(mnist_folder, cache_folder(environ))
        named = mnist_folder if is_there else checkout / "nowhere"
        (mnist_folder / "t10k-labels-idx1-ubyte").unlink()

        with pytest.raises(DatasetError, match=r"DIGITS_DATA names.*not found.*unset DIGITS_DATA"):
            find_dataset(environ | {"DIGITS_DATA": str(named)}, checkout)

    def test_passes_over_a_half_filled_cache_with_a_warning(
        self,
        environ: dict[str, str],
        checkout: Path,
        mnist_folder: Path,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        shutil.copytree(mnist_folder, checkout.parent / "shared" / "mnist")
        shutil.copytree(mnist_folder, cache_folder(environ))
        (cache_folder(environ) / "t10k-images-idx3-ubyte").unlink()

        with caplog.at_level(logging.WARNING):
            dataset = find_dataset(environ, checkout)

        assert dataset.source == "found beside the checkout"
        assert "t10k-images-idx3-ubyte: not found" in caplog.text

    def test_says_nothing_about_folders_that_are_not_there(
        self, environ: dict[str, str], checkout: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        find_dataset(environ, checkout)

        assert caplog.text == ""


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"XDG_CACHE_HOME": "/cache", "HOME": "/home/ada"}, "/cache/digits/mnist"),
        ({"HOME": "/home/ada"}, "/home/ada/.cache/digits/mnist"),
        ({"XDG_CACHE_HOME": "", "HOME": "/home/ada"}, "/home/ada/.cache/digits/mnist"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/home/ada"}, "/home/ada/.cache/digits/mnist"),
    ],
)
def test_cache_folder(environ: dict[str, str], folder: str) -> None:
    assert cache_folder(environ) == Path(folder)


class TestPermutation:
    def test_is_the_same_on_every_machine_and_version(self) -> None:
        assert permutation(8, 0).tolist() == [3, 2, 1, 6, 0, 7, 4, 5]
        assert permutation(8, 2**32 - 1).tolist() == [1, 0, 7, 2, 5, 6, 3, 4]

    @given(st.integers(0, 300), st.integers(0, 2**32 - 1))
    def test_holds_each_number_once(self, size: int, seed: int) -> None:
        assert sorted(permutation(size, seed)) == list(range(size))

    def test_seeds_give_different_orders(self) -> None:
        assert permutation(1000, 1).tolist() != permutation(1000, 2).tolist()
