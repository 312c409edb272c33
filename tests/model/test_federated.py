import numpy as np
import pytest

from app.model.data.datasets import load_embedded
from app.model.evaluate.evaluation import evaluate
from app.model.federated import (
    BLOCKS,
    GROUP,
    SHARES,
    TWO_DIGITS,
    blocks_of,
    local_round,
    share_of,
)
from app.model.initializers import he_normal
from app.model.network import Network

MNIST_BLOCKS = 108


def test_shares_are_different_until_all_blocks_are_used() -> None:
    used = [each for index in range(54) for each in blocks_of(SHARES, 7, index, MNIST_BLOCKS)]

    assert sorted(used) == list(range(MNIST_BLOCKS))
    assert blocks_of(SHARES, 7, 54, MNIST_BLOCKS) == blocks_of(SHARES, 7, 0, MNIST_BLOCKS)
    assert blocks_of(SHARES, 8, 0, MNIST_BLOCKS) != blocks_of(SHARES, 7, 0, MNIST_BLOCKS)


def test_a_group_with_two_digits_each_shares_its_blocks() -> None:
    groups = [blocks_of(TWO_DIGITS, 7, index, MNIST_BLOCKS) for index in range(2 * GROUP)]

    assert groups[0] == groups[GROUP - 1]
    assert not set(groups[0]) & set(groups[GROUP])
    assert len(set(groups[0])) == BLOCKS[TWO_DIGITS]


@pytest.mark.parametrize("split", [SHARES, TWO_DIGITS])
def test_a_small_data_set_has_no_block_twice(split: str) -> None:
    blocks = blocks_of(split, 7, 3, 1)

    assert blocks == [0]


def test_a_share_has_its_digits_alone() -> None:
    images = np.arange(4 * 784, dtype=np.uint32).astype(np.uint8).reshape(4, 784)
    labels = np.array([3, 7, 1, 3], np.uint8)
    mine, digits = share_of(images, labels, (1, 3))

    assert digits.tolist() == [3, 1, 3]
    assert (mine == images[[0, 2, 3]]).all()
    assert share_of(images, labels, None)[1] is labels


def test_a_round_can_be_repeated_and_learns() -> None:
    dataset = load_embedded()
    train, validation = dataset.splits["train"], dataset.splits["validation"]
    results = []
    for _ in range(2):
        network = Network.initialize(he_normal, np.random.default_rng(1))
        before = evaluate(network, validation.images, validation.labels).accuracy
        done = list(local_round(network, train.images, train.labels, 60, (5, 0, 1)))
        after = evaluate(network, validation.images, validation.labels).accuracy
        assert done == list(range(1, 61))
        assert after > before + 0.4
        results.append(network.params["w1"].copy())
    assert (results[0] == results[1]).all()
