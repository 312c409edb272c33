"""Training on a split, for any number of epochs."""

import itertools
import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from app.model.augmentation import shift_images
from app.model.data.datasets import Split
from app.model.network import Network
from app.model.optimizers import Optimizer
from app.model.schedules import scheduled_rate
from app.model.training import train_step


class Progress(NamedTuple):
    """What `train` reports after each step: steps done and in all, and that step's figures."""

    step: int
    steps: int
    epoch: int
    loss: float
    accuracy: float


def steps_of(epochs: int, split: Split, batch_size: int) -> int:
    """The number of steps in this many whole epochs."""
    return epochs * math.ceil(len(split) / batch_size)


def train(
    network: Network,
    optimizer: Optimizer,
    split: Split,
    *,
    steps: int,
    batch_size: int,
    rng: np.random.Generator,
    schedule: str = "constant",
    max_shift: int = 0,
) -> Iterator[Progress]:
    """Train on a split, every sample once an epoch in a new order; yields after each step.

    The split is not empty. The last epoch may be cut short (see steps_of). Images are moved at
    random by up to max_shift pixels each time (see augmentation.py). schedule, of
    schedules.SCHEDULES, spans these steps, however few, and begins from the optimizer's learning
    rate.
    """
    base_learning_rate = optimizer.learning_rate
    step = 0
    for epoch in itertools.count(1):
        order = rng.permutation(len(split))
        for start in range(0, len(split), batch_size):
            if step == steps:
                return
            optimizer.learning_rate = scheduled_rate(schedule, base_learning_rate, step, steps)
            batch = order[start : start + batch_size]
            images = shift_images(split.images[batch], max_shift, rng)
            result = train_step(network, optimizer, images, split.labels[batch])
            step += 1
            yield Progress(step, steps, epoch, result.loss, result.accuracy)
