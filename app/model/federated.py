"""The pupils' side of learning together: which samples each has, and what a round does with them.

Each trains on a share of its own from the round's common weights; the server averages the answers
by number of samples (McMahan et al., "Communication-Efficient Learning of Deep Networks from
Decentralized Data", AISTATS 2017, algorithm 1). The data set comes in blocks of shuffled samples,
so a share is a few blocks, and nobody has to fetch what others train on.
"""

from collections.abc import Iterator

import numpy as np

from app.model.arrays import ByteArray
from app.model.network import Network
from app.model.optimizers import SGD
from app.model.training import train_step

SHARES, TWO_DIGITS, OWN = "shares", "two_digits", "own"
"""How the data are split: everybody has a random share; two digits each; their own drawings."""
LEARNING_RATE, MOMENTUM = 0.3, 0.0
"""With 30 pupils of two digits each, rounds of 20 steps at this rate come to 82.4 % of MNIST's test
digits after 5 and 92.7 % after 50; one pupil alone to 19.5 % (`python -m bench.federated`). With
twice as many samples for everybody, 93.5 % after 50; 90.6 % at a rate of 0.1; with a momentum of
0.9 at 0.1 94.3 %, but only 64 % after 5 rounds."""
BATCH_SIZE = 64
LOCAL_STEPS = 20
GROUP = 5
"""So many pupils have all ten digits together, two each."""
BLOCKS = {SHARES: 2, TWO_DIGITS: 10}
"""Blocks of 512 that a pupil needs, or a group of pupils with two digits each: about 1,000 samples
for everybody."""


def blocks_of(split: str, seed: int, index: int, block_count: int) -> list[int]:
    """The blocks whose samples the pupil of this index trains on; no two pupils, or groups, have
    the same before all blocks are used.

    split: SHARES or TWO_DIGITS. Of two digits, all pupils of a group have the same blocks.
    """
    order = np.random.default_rng(seed).permutation(block_count)
    count = min(BLOCKS[split], block_count)
    place = index if split == SHARES else index // GROUP
    return [int(order[(place * count + each) % block_count]) for each in range(count)]


def share_of(
    images: ByteArray, labels: ByteArray, digits: tuple[int, ...] | None
) -> tuple[ByteArray, ByteArray]:
    """Of some blocks' samples, those of these digits, or all: images (n, 784), labels (n,)."""
    if digits is None:
        return images, labels
    is_mine = np.isin(labels, digits)
    return images[is_mine], labels[is_mine]


def local_round(
    network: Network, images: ByteArray, labels: ByteArray, steps: int, seed: tuple[int, ...]
) -> Iterator[int]:
    """Train a network in place on a share, at least one sample; yields the steps done after each.

    seed: of the round and the pupil, so that it can be repeated. The optimizer begins anew, because
    the common weights are a mean that none of its memory belongs to.
    """
    rng = np.random.default_rng(seed)
    optimizer = SGD(LEARNING_RATE, MOMENTUM)
    for step in range(steps):
        batch = rng.integers(len(labels), size=BATCH_SIZE)
        train_step(network, optimizer, images[batch], labels[batch])
        yield step + 1
