"""Measures a network on validation samples, a little at a time so that calls are still answered."""

import asyncio
from typing import NamedTuple

import numpy as np

from app.model.arrays import ByteArray
from app.model.losses import cross_entropy
from app.model.network import Network
from app.model.preprocessing import to_inputs
from app.pyscript.worker.answers import are_answers, read, share_right
from app.pyscript.worker.api_client import ApiClient, DatasetDescription

SPLIT = "validation"
SAMPLE_LIMIT = 1000
"""With so many, an accuracy near 98 % is known to within about 1 %."""
SLICE_SIZE = 64
"""Samples between two yields: a few milliseconds."""


class Validation(NamedTuple):
    """Mean cross-entropy and accuracy (0-1) over so many samples.

    What has no answer counts as wrong, and then there is no loss.
    """

    loss: float | None
    accuracy: float
    samples: int


class Validator:
    def __init__(self, client: ApiClient) -> None:
        self._client = client
        self._dataset: DatasetDescription | None = None
        self._images: ByteArray
        self._labels: ByteArray

    async def prepare(self) -> None:
        """Fetch the samples, unless those of the present data set are here. Raises ApiError."""
        dataset = await self._client.dataset()
        if dataset != self._dataset:
            self._images, self._labels = await self._client.block(dataset, SPLIT, 0, SAMPLE_LIMIT)
            self._dataset = dataset

    async def measure(self, network: Network) -> Validation:
        """The network's figures; nobody may train it meanwhile, so give this a copy."""
        log_probs = []
        for start in range(0, len(self._images), SLICE_SIZE):
            inputs = to_inputs(self._images[start : start + SLICE_SIZE])
            log_probs.append(read(network, inputs))
            await asyncio.sleep(0)
        all_log_probs = np.concatenate(log_probs)
        is_answered = bool(are_answers(all_log_probs).all())
        return Validation(
            cross_entropy(all_log_probs, self._labels) if is_answered else None,
            share_right(all_log_probs, self._labels),
            len(self._labels),
        )
