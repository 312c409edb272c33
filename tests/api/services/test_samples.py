"""What the views' tests cannot see: what is kept, and where chance comes from."""

import json

import numpy as np
import pytest
from flask import Flask

from api.extensions import cache
from api.representations import JSON, NPY
from api.services import samples as module
from api.services.samples import BlockAddress, Samples
from app.model.datasets import Dataset
from app.model.network import NO_DIGIT
from app.model.preprocessing import to_inputs


def test_large_blocks_are_made_anew(
    app: Flask, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = Samples(dataset, cache)
    backend = app.extensions["cache"][cache]
    address = BlockAddress("train", 1, 0, 10)
    with app.app_context():
        block = samples.block(address, NPY, "identity")
        backend.clear()
        monkeypatch.setattr(module, "LARGEST_KEPT", len(block.content) - 1)
        assert samples.block(address, NPY, "identity") == block
        assert not backend._cache
        monkeypatch.setattr(module, "LARGEST_KEPT", len(block.content))
        assert samples.block(address, NPY, "identity") == block
        assert len(backend._cache) == 1


def test_a_kept_block_is_not_made_again(
    app: Flask, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = Samples(dataset, cache)
    address = BlockAddress("train", 1, 0, 10)
    with app.app_context():
        block = samples.block(address, JSON, "br")
        monkeypatch.setattr(samples, "_samples_at", None)
        assert samples.block(address, JSON, "br") == block


@pytest.mark.parametrize("count", [1, module.AT_ONCE, 2 * module.AT_ONCE + 3])
def test_samples_are_written_as_json_writes_them(count: int) -> None:
    rng = np.random.default_rng(6)
    images = rng.choice(np.array([0, 0, 0, 7, 42, 255], np.uint8), (count, 784))
    labels = rng.integers(0, NO_DIGIT + 1, count, dtype=np.uint8)
    labels[-1] = NO_DIGIT
    samples = [
        {"label": label, "pixels": pixels}
        for label, pixels in zip(labels.tolist(), images.tolist(), strict=True)
    ]
    expected = json.dumps({"samples": samples}, separators=(",", ":")).encode()
    assert module.OUR_SHAPE.write(images, labels) == expected
    written = json.loads(module.ORIGINAL_SHAPE.write(images, labels))["data"]
    assert [sample["target"] for sample in written] == labels.tolist()
    assert np.array_equal(
        np.array([sample["image"] for sample in written], np.float32), to_inputs(images)
    )


def test_chance_is_passed_in(dataset: Dataset) -> None:
    first, second = (Samples(dataset, cache, lambda: np.random.default_rng(5)) for _ in range(2))
    assert first.random_sample("test") == second.random_sample("test")
    assert first.training_samples(3) == second.training_samples(3)


def test_each_random_answer_has_chance_of_its_own(dataset: Dataset) -> None:
    seeds = iter(range(20))
    samples = Samples(dataset, cache, lambda: np.random.default_rng(next(seeds)))
    assert len({samples.random_sample("train")["index"] for _ in range(20)}) > 5


def test_the_originals_numbers_are_the_networks_inputs(dataset: Dataset) -> None:
    samples = Samples(dataset, cache, lambda: np.random.default_rng(5))
    document = json.loads(samples.training_samples(30))
    images = np.array([sample["image"] for sample in document["data"]], np.float32)
    expected = to_inputs(dataset.splits["train"].images)
    # All thirty in some order: compared through their sorted rows.
    assert np.array_equal(np.array(sorted(images.tolist())), np.array(sorted(expected.tolist())))
