"""A class that learns together, simulated at full length: `python -m bench.federated`.

Thirty pupils train in rounds, as their pages do (app/model/federated.py), and their answers,
float16 as they are sent, are sifted and averaged as the server does (api/services/learning.py).
Beside the common network: one pupil who trains alone for as many steps, and the same rounds with
float32. Accuracy is that on MNIST's test digits, which no round has seen. Without MNIST
(`make data`) it stops, because the digits that come with the project are too few to share.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

# Before NumPy is imported, which reads it then: threads would wait for one another.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

from api.services.learning import (
    averaged,
    first_params,
    read_weights,
    sift,
    with_participants,
)
from api.stores.learnings import Answer
from app.model.arrays import ByteArray, FloatArray
from app.model.data.datasets import Dataset, find_dataset, permutation
from app.model.evaluate.evaluation import evaluate
from app.model.federated import (
    LOCAL_STEPS,
    SHARES,
    TWO_DIGITS,
    blocks_of,
    local_round,
    share_of,
)
from app.model.network import Network
from app.model.serialization import HALF_DTYPE, weights_to_npz
from app.pyscript.worker.api_client import PERMUTATION_SEED
from app.pyscript.worker.sample_blocks import BLOCK_SIZE
from bench.report import Figure, report

ROOT = Path(__file__).resolve().parent.parent
PUPILS, ROUNDS = 30, 50
SEED = 1
SHOWN_ROUNDS = (1, 5, 10, 20, 50)
TARGET = 90.0

Samples = tuple[ByteArray, ByteArray]


def shares(dataset: Dataset, split: str) -> list[Samples]:
    """What each pupil trains on."""
    train = dataset.splits["train"]
    order = permutation(len(train), PERMUTATION_SEED)
    count = -(-len(train) // BLOCK_SIZE)
    found = []
    for each in with_participants([], list(range(PUPILS)), split, SEED):
        blocks = blocks_of(split, SEED, each["index"], count)
        rows = np.concatenate([order[at * BLOCK_SIZE : (at + 1) * BLOCK_SIZE] for at in blocks])
        digits = None if each["digits"] is None else tuple(each["digits"])
        found.append(share_of(train.images[rows], train.labels[rows], digits))
    return found


def answer(params: dict[str, FloatArray], share: Samples, seed: tuple[int, ...]) -> Network:
    network = Network(params["w1"], params["w2"])
    for _ in local_round(network, *share, LOCAL_STEPS, seed):
        pass
    return network


def together(shares: list[Samples], dtype: np.dtype[np.floating]) -> Iterator[Network]:
    """The common network after each round."""
    common = first_params(SEED)
    for round_ in range(1, ROUNDS + 1):
        answers = []
        for index, share in enumerate(shares):
            params = answer(common, share, (SEED, index, round_)).params
            content = weights_to_npz(params, dtype)
            answers.append(Answer(index, len(share[1]), None, None, content))
        good, left_out = sift(common, answers)
        if left_out:
            raise RuntimeError(f"round {round_} left out {left_out}")
        common = read_weights(weights_to_npz(averaged(good), dtype))
        yield Network(common["w1"], common["w2"])


def alone(share: Samples) -> Network:
    """The network of a pupil who goes on from their own weights each time."""
    params = first_params(SEED)
    for round_ in range(1, ROUNDS + 1):
        params = answer(params, share, (SEED, 0, round_)).params
    return Network(params["w1"], params["w2"])


def main() -> None:
    dataset = find_dataset(os.environ, ROOT)
    if len(dataset.splits["train"]) < PUPILS * BLOCK_SIZE:
        sys.exit(f"This needs MNIST and found {dataset.title}. Run `make data` first.")
    test = dataset.splits["test"]

    def percent(network: Network) -> float:
        return float(100 * evaluate(network, test.images, test.labels).accuracy)

    figures = []
    for split, title in ((TWO_DIGITS, "two digits each"), (SHARES, "random shares")):
        parts = shares(dataset, split)
        for dtype in (HALF_DTYPE, np.dtype(np.float32)):
            reached = [percent(network) for network in together(parts, dtype)]
            for round_ in SHOWN_ROUNDS if dtype == HALF_DTYPE else (ROUNDS,):
                is_goal = (split, dtype, round_) == (TWO_DIGITS, HALF_DTYPE, ROUNDS)
                figures.append(
                    Figure(
                        f"{title}, {dtype}, round {round_}",
                        [reached[round_ - 1]],
                        "%",
                        target=TARGET if is_goal else None,
                        lower_is_better=False,
                    )
                )
        singles = [percent(alone(part)) for part in parts[:5]]
        figures.append(Figure(f"{title}, alone, {ROUNDS * LOCAL_STEPS} steps", singles, "%"))
    report({f"A class of {PUPILS} that learns together": figures}, {})


if __name__ == "__main__":
    main()
