"""Labeled digits: IDX files, the embedded set, and named splits that are never mixed.

A data set has three splits: "train" to learn from, "validation" to choose by, "test" to be looked
at once. `find_dataset` decides which set is used; it downloads nothing (digits/mnist.py does).
"""

import gzip
import hashlib
import logging
import math
import sys
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from app.model.arrays import ByteArray, IntArray
from app.model.data.mnist_files import find_files
from app.model.preprocessing import SIDE, normalize_image

logger = logging.getLogger(__name__)

EMBEDDED_PATH = Path(__file__).parents[1] / "assets" / "embedded_digits.npy"
EMBEDDED_SEED = 0
EMBEDDED_SIDE = 8
EMBEDDED_FULL_INK = 16

GZIP_MAGIC = b"\x1f\x8b"
IDX_UINT8 = 8
MISTAKEN = {
    b"<": ": a web page was saved in its place; download the file again",
    b"PK": ": it is a zip archive; unpack it",
}
"""How files begin that people mistake for IDX files, and what to do."""


class DatasetError(Exception):
    """Data that cannot be used; the message says which file, what was expected and found."""


@dataclass(frozen=True)
class Split:
    """images, (n, 784) uint8, 0 is blank paper; labels, (n,) uint8, digits 0-9 or
    NO_DIGIT (network.py). Both read-only."""

    images: ByteArray
    labels: ByteArray

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Dataset:
    """A named set of digits; `source` is a phrase for people, without a path of this machine."""

    name: str
    title: str
    source: str
    splits: dict[str, Split]

    @cached_property
    def digest(self) -> str:
        """SHA-256, hexadecimal, over the labels and images of all splits: names the content."""
        sha256 = hashlib.sha256()
        for name, split in self.splits.items():
            sha256.update(f"{name} {len(split)}\n".encode())
            sha256.update(np.ascontiguousarray(split.labels).data)
            sha256.update(np.ascontiguousarray(split.images).data)
        return sha256.hexdigest()


def read_idx(path: Path) -> ByteArray:
    """The array in an IDX file of unsigned bytes, compressed with gzip or not, read-only.

    Format: two zero bytes, the element type, the number of dimensions, each dimension as a
    big-endian uint32, then the elements (LeCun, Cortes and Burges, "The MNIST database of
    handwritten digits"). Raises DatasetError for a file that is missing, damaged, cut short or
    something else.
    """
    try:
        content = path.read_bytes()
        if content.startswith(GZIP_MAGIC):
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path}: cannot be read: {error}") from error
    if len(content) < 4 or content[:2] != b"\0\0":
        hint = next((hint for start, hint in MISTAKEN.items() if content.startswith(start)), "")
        raise DatasetError(
            f"{path}: expected an IDX file, found one beginning {content[:4]!r}{hint}"
        )
    element_type, dimensions = content[2], content[3]
    if element_type != IDX_UINT8 or dimensions == 0:
        raise DatasetError(
            f"{path}: expected an IDX file of unsigned bytes (type 0x08), "
            f"found type 0x{element_type:02x} with {dimensions} dimensions"
        )
    header_size = 4 + 4 * dimensions
    if len(content) < header_size:
        raise DatasetError(f"{path}: the file ends within its header")
    shape = tuple(
        int.from_bytes(content[start : start + 4], "big") for start in range(4, header_size, 4)
    )
    expected_size = header_size + math.prod(shape)
    if len(content) != expected_size:
        raise DatasetError(
            f"{path}: expected {expected_size} bytes for shape {shape}, found {len(content)}"
        )
    return np.frombuffer(content, np.uint8, offset=header_size).reshape(shape)


def load_mnist(folder: Path, source: str = "IDX files") -> Dataset:
    """MNIST, or digits laid out like it, from the four IDX files in a folder (see mnist_files.py
    for the names that they may have).

    The last twelfth of the training file is the validation split: of MNIST's 60,000, 55,000 train
    and 5,000 validate. Raises DatasetError for files that are missing, damaged or do not fit each
    other.
    """
    try:
        paths = find_files(folder)
    except OSError as error:
        raise DatasetError(str(error)) from error
    train = _read_split(paths, "train")
    test = _read_split(paths, "t10k")
    train_size = len(train) - len(train) // 12
    if train_size == len(train) or len(test) == 0:
        raise DatasetError(
            f"{folder}: expected at least 12 training images and 1 test image, "
            f"found {len(train)} and {len(test)}"
        )
    splits = {
        "train": Split(train.images[:train_size], train.labels[:train_size]),
        "validation": Split(train.images[train_size:], train.labels[train_size:]),
        "test": test,
    }
    return Dataset("mnist", "MNIST", source, splits)


@cache
def load_embedded() -> Dataset:
    """The 1,797 digits that come with the program, made to look like MNIST.

    They are 8x8 counts of 0-16; each is scaled into MNIST's 20x20 box in 28x28, as drawings are.
    The seeded split holds 1,397 / 200 / 200. Attribution: app/model/assets/README.md.
    """
    samples = np.load(EMBEDDED_PATH, allow_pickle=False)
    small_images = (samples[:, 1:] * (255 / EMBEDDED_FULL_INK)).astype(np.uint8)
    small_images = small_images.reshape(-1, EMBEDDED_SIDE, EMBEDDED_SIDE)
    images = np.stack([normalize_image(image).ravel() for image in small_images])
    order = permutation(len(samples), EMBEDDED_SEED)
    parts = {"train": order[:1397], "validation": order[1397:1597], "test": order[1597:]}
    return Dataset(
        name="embedded",
        title="Embedded digits",
        source="UCI Optical Recognition of Handwritten Digits (E. Alpaydin, C. Kaynak; CC BY 4.0)",
        splits={
            name: Split(_read_only(images[part]), _read_only(samples[part, 0]))
            for name, part in parts.items()
        },
    )


def _read_only(array: ByteArray) -> ByteArray:
    array.flags.writeable = False
    return array


def find_dataset(environ: Mapping[str, str], checkout_root: Path) -> Dataset:
    """The data set to use: the first of these that exists

    1. the folder that DIGITS_DATA names (raises DatasetError if it cannot be used: somebody who
       names a folder wants no other),
    2. the per-user cache that set-up fills,
    3. shared/mnist beside the checkout,
    4. the embedded digits, which are always there.

    A folder of 2 or 3 that exists but cannot be used is skipped, with a warning in the log.
    """
    if named := environ.get("DIGITS_DATA"):
        # As a shell expands "~": in a file of settings, or after a "=", none does.
        folder = _home(environ) / named[2:] if named.startswith("~/") else Path(named)
        try:
            return load_mnist(folder, "the folder named by DIGITS_DATA")
        except DatasetError as error:
            raise DatasetError(
                f"DIGITS_DATA names a folder without usable data. {error}. "
                "Name a folder with MNIST's four IDX files, or unset DIGITS_DATA."
            ) from error
    found_folders = [
        (cache_folder(environ), "downloaded by set-up"),
        (checkout_root.parent / "shared" / "mnist", "found beside the checkout"),
    ]
    for folder, source in found_folders:
        if folder.is_dir():
            try:
                return load_mnist(folder, source)
            except DatasetError as error:
                logger.warning("Skipping a folder of MNIST files: %s", error)
    return load_embedded()


def cache_folder(environ: Mapping[str, str]) -> Path:
    """The per-user folder for MNIST's files: $XDG_CACHE_HOME/digits/mnist, or under ~/.cache.

    As the XDG Base Directory Specification asks, a relative XDG_CACHE_HOME is ignored. A user
    without a home, as in some containers, has the system's folder for temporary files. Windows has
    a folder for such files, LOCALAPPDATA.
    """
    base = Path(environ.get("XDG_CACHE_HOME", ""))
    if not base.is_absolute() and sys.platform == "win32":
        base = Path(environ.get("LOCALAPPDATA", ""))
    if not base.is_absolute():
        base = _home(environ) / ".cache"
    return base / "digits" / "mnist"


def _home(environ: Mapping[str, str]) -> Path:
    try:
        return Path(environ.get("HOME") or Path.home())
    except RuntimeError:  # neither a variable nor an entry for this user
        return Path(tempfile.gettempdir())


def permutation(size: int, seed: int) -> IntArray:
    """The numbers 0 to size - 1 in an order that `seed` (0 or more) gives.

    Sorts the raw words of PCG64, whose stream NumPy guarantees, unlike that of
    Generator.permutation: the same seed means the same order on every machine and version.
    """
    return np.argsort(np.random.PCG64(seed).random_raw(size), kind="stable")


def _read_split(paths: Mapping[str, Path], prefix: str) -> Split:
    images_path = paths[f"{prefix}-images-idx3-ubyte"]
    labels_path = paths[f"{prefix}-labels-idx1-ubyte"]
    images, labels = read_idx(images_path), read_idx(labels_path)
    if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE):
        raise DatasetError(f"{images_path}: expected shape (n, 28, 28), found {images.shape}")
    if labels.shape != images.shape[:1]:
        raise DatasetError(
            f"{labels_path}: expected {len(images)} labels, one for each image, "
            f"found shape {labels.shape}"
        )
    if labels.size and labels.max() > 9:
        raise DatasetError(f"{labels_path}: expected digits 0-9, found {labels.max()}")
    return Split(images.reshape(len(images), SIDE * SIDE), labels)
