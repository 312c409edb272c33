"""What the views' tests cannot see: what is kept, and where chance comes from."""

import json
from collections.abc import Callable

import numpy as np
import pytest

from api.local_cache import LocalCache
from api.representations import JSON, NPY
from api.services import samples as module
from api.services.samples import BlockAddress, BlockNotFoundError, Samples
from app.model.data.datasets import Dataset
from app.model.network import NO_DIGIT
from app.model.preprocessing import to_inputs
from app.pyscript.train.worker.validator import SAMPLE_LIMIT
from app.pyscript.worker.api_client import PERMUTATION_SEED
from app.pyscript.worker.sample_blocks import BLOCK_SIZE

PAGE_BLOCK = BlockAddress("train", module.PAGE_SEED, 0, module.PAGE_SIZE)
FREE: Callable[[int], None] = lambda units: None  # noqa: E731


def made_of(
    dataset: Dataset, new_rng: Callable[[], np.random.Generator] = np.random.default_rng
) -> Samples:
    """That keeps nothing."""
    return Samples(dataset, LocalCache(1), LocalCache(1), new_rng)


def never(_units: int) -> None:
    raise AssertionError("it is charged")


def test_the_page_asks_for_what_is_kept_for_it() -> None:
    assert (module.PAGE_SEED, module.PAGE_SIZE) == (PERMUTATION_SEED, BLOCK_SIZE)
    assert module.PAGE_VALIDATION_SIZE == SAMPLE_LIMIT


def test_large_blocks_are_made_anew(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = LocalCache(1_000_000)
    samples = Samples(dataset, cache, LocalCache(1_000_000))
    block = samples.block(PAGE_BLOCK, NPY, "gzip", never)
    cache.clear()
    monkeypatch.setattr(module, "LARGEST_KEPT", len(block.content) - 1)
    assert samples.block(PAGE_BLOCK, NPY, "gzip", never) == block
    assert len(cache) == 0
    monkeypatch.setattr(module, "LARGEST_KEPT", len(block.content))
    assert samples.block(PAGE_BLOCK, NPY, "gzip", never) == block
    assert len(cache) == 1


@pytest.mark.parametrize(
    ("address", "media_type", "coding"),
    [
        (PAGE_BLOCK, NPY, "gzip"),
        (BlockAddress("train", 0, 0, 1000), NPY, "gzip"),
        (PAGE_BLOCK, NPY, "br"),
        (PAGE_BLOCK, NPY, "identity"),
        (PAGE_BLOCK, JSON, "br"),
        (BlockAddress("train", 1, 0, 512), NPY, "gzip"),
    ],
)
def test_a_kept_block_is_not_made_again(
    dataset: Dataset,
    monkeypatch: pytest.MonkeyPatch,
    address: BlockAddress,
    media_type: str,
    coding: str,
) -> None:
    samples = Samples(dataset, LocalCache(1_000_000), LocalCache(1_000_000))
    block = samples.block(address, media_type, coding, FREE)
    monkeypatch.setattr(samples, "_make_block", None)
    assert samples.block(address, media_type, coding, never) == block


def test_the_pages_blocks_cost_nothing_and_are_never_pushed_out(dataset: Dataset) -> None:
    cache = LocalCache(100_000)
    samples = Samples(dataset, cache, LocalCache(1_000_000))
    # Browsers take gzip; where a proxy strips what they take, they get the bytes as they are.
    block = samples.block(PAGE_BLOCK, NPY, "gzip", never)
    samples.block(PAGE_BLOCK, NPY, "identity", never)
    samples.block(BlockAddress("validation", 0, 0, 1000), NPY, "gzip", never)
    charged: list[int] = []
    for seed in range(1, 300):
        samples.block(BlockAddress("train", seed, 0, 512), NPY, "gzip", charged.append)
    samples.block(PAGE_BLOCK, JSON, "gzip", charged.append)
    assert len(charged) == 300
    assert cache.get(next(iter(cache._kept))) == block
    assert len(cache) == 2


def test_more_costs_more(dataset: Dataset) -> None:
    samples = made_of(dataset)
    charged: list[int] = []
    for size in (1, 1024):
        for media_type in (NPY, JSON):
            address = BlockAddress("train", 5, 0, size)
            samples.block(address, media_type, "gzip", charged.append)
    assert charged == [5, 5, 13, 24]


def test_nothing_is_charged_for_what_is_not_there(dataset: Dataset) -> None:
    with pytest.raises(BlockNotFoundError):
        made_of(dataset).block(BlockAddress("train", 5, 1, 30), NPY, "gzip", never)


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
    cache = LocalCache(1)
    first, second = (
        Samples(dataset, cache, cache, lambda: np.random.default_rng(5)) for _ in range(2)
    )
    assert first.random_sample("test") == second.random_sample("test")
    assert first.training_samples(3) == second.training_samples(3)


def test_each_random_answer_has_chance_of_its_own(dataset: Dataset) -> None:
    seeds = iter(range(20))
    samples = Samples(
        dataset, LocalCache(1), LocalCache(1), lambda: np.random.default_rng(next(seeds))
    )
    assert len({samples.random_sample("train")["index"] for _ in range(20)}) > 5


def test_the_originals_numbers_are_the_networks_inputs(dataset: Dataset) -> None:
    samples = made_of(dataset, lambda: np.random.default_rng(5))
    document = json.loads(samples.training_samples(30))
    images = np.array([sample["image"] for sample in document["data"]], np.float32)
    expected = to_inputs(dataset.splits["train"].images)
    # All thirty in some order: compared through their sorted rows.
    assert np.array_equal(np.array(sorted(images.tolist())), np.array(sorted(expected.tolist())))
