"""How good weights are on digits that nobody should train on: the validation split in use."""

import numpy as np

from api.stores.versions import Measurement
from app.model.arrays import ByteArray
from app.model.datasets import Dataset
from app.model.metrics import recall
from app.model.network import Network
from app.model.preprocessing import to_inputs
from app.model.training import evaluate

BATCH_SIZE = 1000


class HeldOut:
    def __init__(self, dataset: Dataset) -> None:
        self._split = dataset.splits["validation"]
        self.labels = self._split.labels
        self.data = dataset.digest[:16]
        """Names the data set."""

    def __len__(self) -> int:
        return len(self._split)

    def measure(self, network: Network) -> Measurement:
        """14 ms for MNIST's 5,000 on one core. Weights too large for float32 give a loss that is
        no finite number."""
        with np.errstate(over="ignore", invalid="ignore"):
            measured = evaluate(network, self._split.images, self._split.labels, BATCH_SIZE)
        return Measurement(measured.accuracy, measured.loss, self.data)

    def read(self, network: Network) -> ByteArray:
        """The digit that the network sees in each sample, (n,) uint8."""
        images = self._split.images
        return np.concatenate(
            [
                network.log_probs(to_inputs(images[start : start + BATCH_SIZE])).argmax(axis=1)
                for start in range(0, len(images), BATCH_SIZE)
            ]
        ).astype(np.uint8)

    def recall(self, digits: ByteArray) -> list[float]:
        """Of each digit's samples, the share that these readings (n,) have right."""
        labels = self._split.labels.astype(np.int64)
        confusion = np.bincount(labels * 10 + digits, minlength=100).reshape(10, 10)
        shares: list[float] = recall(confusion).tolist()
        return shares
