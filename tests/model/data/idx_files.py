"""Writes IDX files, the other way round from `app.model.data.datasets.read_idx`."""

import gzip
from pathlib import Path

from app.model.arrays import ByteArray
from app.model.data.datasets import Split


def idx_bytes(values: ByteArray) -> bytes:
    dimensions = b"".join(size.to_bytes(4, "big") for size in values.shape)
    return bytes([0, 0, 8, values.ndim]) + dimensions + values.tobytes()


def write_mnist_folder(folder: Path, split: Split, train_size: int, test_size: int) -> None:
    """Four IDX files with the first images of a split; the training files are compressed."""
    folder.mkdir(parents=True)
    images = split.images.reshape(-1, 28, 28)
    end = train_size + test_size
    for name, values in {
        "train-images-idx3-ubyte.gz": images[:train_size],
        "train-labels-idx1-ubyte.gz": split.labels[:train_size],
        "t10k-images-idx3-ubyte": images[train_size:end],
        "t10k-labels-idx1-ubyte": split.labels[train_size:end],
    }.items():
        content = idx_bytes(values)
        if name.endswith(".gz"):
            content = gzip.compress(content, mtime=0)
        (folder / name).write_bytes(content)
