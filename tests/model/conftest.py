"""Fixtures for the tests of app.model."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from app.model.data.datasets import Dataset, find_dataset, load_embedded
from tests.model.data.idx_files import write_mnist_folder

# The same examples in every run, and no time limit on a busy machine.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

MNIST_DIGEST = "c089c53730e8e16ba768baece85464bd35c0efd5c0a1dab2dfaa91663c59b493"


@pytest.fixture(scope="session")
def embedded() -> Dataset:
    return load_embedded()


@pytest.fixture
def mnist_folder(tmp_path: Path, embedded: Dataset) -> Path:
    """A small folder in MNIST's layout: 240 training and 40 test images, some files compressed."""
    folder = tmp_path / "mnist"
    write_mnist_folder(folder, embedded.splits["train"], train_size=240, test_size=40)
    return folder


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(12)


@pytest.fixture(scope="session")
def mnist() -> Dataset:
    """The real MNIST, which set-up brings."""
    dataset = find_dataset(os.environ, Path(__file__).parents[2])
    assert dataset.digest == MNIST_DIGEST, f"run make data: needs MNIST, found {dataset.title}"
    return dataset
