"""How good weights are on data that nobody should train on: stored digits, and real pen drawings.

The digits are the validation split in use. The drawings are by people whom the shipped weights
never saw either, each drawn in several ways: at natural size, small in a corner, large and thin.
Not every data set has drawings.
"""

import math
from typing import NamedTuple

import numpy as np

from api.stores.versions import Measurement
from app.model.arrays import BoolArray, ByteArray, FloatArray
from app.model.data.datasets import Dataset, Split
from app.model.evaluate.conditions import CONDITIONS
from app.model.losses import cross_entropy
from app.model.metrics import accuracy, predictions
from app.model.network import Network
from app.model.preprocessing import to_inputs

BATCH_SIZE = 1000
DRAWINGS = "validation_drawings"
"""The split: all drawings in the first of CONDITIONS, then the same in the second, and so on."""
PROBES = 500
"""Samples of each kind whose answers tell versions apart."""


class KindReading(NamedTuple):
    """What weights say of one kind of held-out samples, "digits" or "drawings"."""

    kind: str
    accuracy: float
    loss: float
    is_right: BoolArray
    """Of each sample, (n,)."""
    ways: int
    """In how many ways each drawing is drawn."""
    recall: list[float]
    """Of the samples of each label, the share that is read right."""


class Reading(NamedTuple):
    """What weights say of all held-out samples; drawings is None where the data has none."""

    digits: KindReading
    drawings: KindReading | None
    data: str

    @property
    def kinds(self) -> list[KindReading]:
        return [self.digits] if self.drawings is None else [self.digits, self.drawings]

    @property
    def measurement(self) -> Measurement:
        drawings = () if self.drawings is None else (self.drawings.accuracy, self.drawings.loss)
        return Measurement(self.digits.accuracy, self.digits.loss, self.data, *drawings)


class HeldOut:
    def __init__(self, dataset: Dataset) -> None:
        self._digits = dataset.splits["validation"]
        self._drawings = dataset.splits.get(DRAWINGS)
        kinds = [self._digits] if self._drawings is None else [self._digits, self._drawings]
        self._probes = to_inputs(np.concatenate([_some(split) for split in kinds]))
        self.data = dataset.digest[:16]
        """Names the data set."""

    @property
    def digits_size(self) -> int:
        return len(self._digits)

    @property
    def drawings_size(self) -> int:
        """0 where the data has none."""
        return 0 if self._drawings is None else len(self._drawings)

    def is_current(self, measurement: Measurement) -> bool:
        """Was it measured on this very data?"""
        has_drawings = measurement.drawings_accuracy is not None
        return measurement.data == self.data and has_drawings == (self._drawings is not None)

    def read(self, network: Network) -> Reading:
        """25 ms for 5,000 digits and 2,000 drawings on one core. Losses are not finite where
        weights that are out of bounds (app/model/evaluate/bounds.py) give no answer."""
        with np.errstate(over="ignore", invalid="ignore"):
            return Reading(
                digits=_read("digits", network, self._digits),
                drawings=None
                if self._drawings is None
                else _read("drawings", network, self._drawings),
                data=self.data,
            )

    def probe(self, network: Network) -> FloatArray:
        """The probabilities, (k, 10), given to some digits and some drawings. 4 ms."""
        with np.errstate(over="ignore", invalid="ignore"):
            return np.exp(network.log_probs(self._probes))


def _some(split: Split) -> ByteArray:
    return split.images[:: math.ceil(len(split) / PROBES)]


def _read(kind: str, network: Network, split: Split) -> KindReading:
    log_probs = np.concatenate(
        [
            network.log_probs(to_inputs(split.images[start : start + BATCH_SIZE]))
            for start in range(0, len(split), BATCH_SIZE)
        ]
    )
    is_right = predictions(log_probs) == split.labels
    counts = np.bincount(split.labels, minlength=10)
    right = np.bincount(split.labels[is_right], minlength=10)
    is_in_all_ways = kind == "drawings" and len(split) % len(CONDITIONS) == 0
    return KindReading(
        kind=kind,
        accuracy=accuracy(log_probs, split.labels),
        loss=cross_entropy(log_probs, split.labels),
        is_right=is_right,
        ways=len(CONDITIONS) if is_in_all_ways else 1,
        recall=(right / np.maximum(counts, 1)).tolist(),
    )
