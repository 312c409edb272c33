"""A tiny data set and weights, different for each seed."""

import numpy as np

from app.model.arrays import FloatArray
from app.model.data.datasets import Dataset, Split

SIZES = {"train": 30, "validation": 5, "test": 7}


def make_dataset(seed: int) -> Dataset:
    rng = np.random.default_rng(seed)
    splits = {
        name: Split(
            rng.integers(0, 256, (size, 784), dtype=np.uint8),
            rng.integers(0, 10, size, dtype=np.uint8),
        )
        for name, size in SIZES.items()
    }
    return Dataset("tiny", "Tiny digits", "made for tests", splits)


def make_params(seed: int) -> dict[str, FloatArray]:
    rng = np.random.default_rng(seed)
    return {
        "w1": rng.standard_normal((784, 128), dtype=np.float32),
        "w2": rng.standard_normal((128, 10), dtype=np.float32),
    }
