"""Measures a network on samples that are not used for training: stored digits, and drawings.

It pauses often, so that the worker can answer calls meanwhile.
"""

import asyncio
from typing import NamedTuple

import numpy as np

from app.model.arrays import ByteArray, FloatArray
from app.model.losses import cross_entropy
from app.model.network import Network
from app.pyscript.worker.answers import are_answers, read, share_right
from app.pyscript.worker.api_client import ApiClient, DatasetDescription
from app.pyscript.worker.splits import VALIDATION, VALIDATION_DRAWINGS

SAMPLE_LIMIT = 1000
"""Of each kind. With 1000 samples, an accuracy near 98 % is known to within about 1 %."""
SLICE_SIZE = 64
"""Samples between two pauses; they take a few milliseconds."""


class Validation(NamedTuple):
    """Mean cross-entropy and accuracy (0-1) over digits, their number, and the accuracy on
    drawings, None if the service has no drawings.

    A sample without an answer counts as wrong, and then the loss is None.
    """

    loss: float | None
    accuracy: float
    samples: int
    drawings: float | None


class Samples(NamedTuple):
    """The samples to measure on: images (n, 784) uint8 and labels (n,) uint8 of digits and, if the
    data set has them, of drawings. They stay the same even if the service gets other data."""

    dataset: DatasetDescription
    digits: tuple[ByteArray, ByteArray]
    drawings: tuple[ByteArray, ByteArray] | None


class Validator:
    def __init__(self, client: ApiClient) -> None:
        self._client = client
        self._samples: Samples | None = None

    async def prepare(self) -> Samples:
        """The samples; fetched only if the data set is another than before. Raises ApiError."""
        dataset = await self._client.dataset()
        if self._samples is not None and self._samples.dataset == dataset:
            return self._samples
        splits = [VALIDATION]
        if dataset.sizes.get(VALIDATION_DRAWINGS):
            splits.append(VALIDATION_DRAWINGS)
        blocks = [self._client.block(dataset, split, 0, SAMPLE_LIMIT) for split in splits]
        digits, *others = await asyncio.gather(*blocks)
        self._samples = Samples(dataset, digits, others[0] if others else None)
        return self._samples

    async def measure(self, network: Network, samples: Samples) -> Validation:
        """The network's figures on prepared samples. Nobody may train it meanwhile, so pass
        a copy."""
        (images, labels), drawings = samples.digits, samples.drawings
        log_probs = await _read_all(network, images)
        is_answered = bool(are_answers(log_probs).all())
        return Validation(
            cross_entropy(log_probs, labels) if is_answered else None,
            share_right(log_probs, labels),
            len(labels),
            share_right(await _read_all(network, drawings[0]), drawings[1]) if drawings else None,
        )


async def _read_all(network: Network, images: ByteArray) -> FloatArray:
    """Log-probabilities, (n, 10), of images (n, 784)."""
    log_probs = []
    for start in range(0, len(images), SLICE_SIZE):
        log_probs.append(read(network, images[start : start + SLICE_SIZE]))
        await asyncio.sleep(0)
    return np.concatenate(log_probs)
