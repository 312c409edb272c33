"""Times training steps: inside Pyodide in the browser and, by native_stepping.py, on native Python.

It times the app's own `train_step`, and "plain" to compare with: the same step as anybody would
write it with NumPy's `@`. Both get batches of uint8 images, as the worker's pool hands them out,
and do the same work: scale, forward, loss, accuracy, backward, plain SGD.

It imports only what is in the browser's archive of the app.
"""

import time
from collections.abc import Callable
from itertools import cycle

import numpy as np

from app.model.arrays import ByteArray
from app.model.initializers import he_normal
from app.model.kernels import Kernels
from app.model.kernels.reference import REFERENCE
from app.model.kernels.simd import SimdKernels, SimdUnavailableError, load_simd
from app.model.network import SHAPES, Network
from app.model.optimizers import SGD
from app.model.training import train_step

SAMPLES = 4096
LEARNING_RATE = 0.1

Step = Callable[[ByteArray, ByteArray], object]


class StepTimer:
    """Times contenders on the same samples, images (n, 784) and labels (n,) uint8."""

    def __init__(self, images: ByteArray, labels: ByteArray) -> None:
        self._images = images
        self._labels = labels
        own = available_kernels()
        self.kernels = [kernels.name for kernels in own]
        """Contenders that are the app's own step, by its kernels."""
        modules = [kernels.module for kernels in own if isinstance(kernels, SimdKernels)]
        self.module = "".join(modules)
        """The file that has the fast kernels; empty where they do not run."""
        self._steps: dict[str, Step] = {kernels.name: app_step(kernels) for kernels in own}
        self._steps["plain"] = plain_step()

    def measure(self, contender: str, batch_size: int, seconds: float) -> float:
        """Milliseconds of a step, over at least this many seconds of steps."""
        step = self._steps[contender]
        starts = range(0, len(self._labels) - batch_size + 1, batch_size)
        batches = cycle(
            (self._images[start : start + batch_size], self._labels[start : start + batch_size])
            for start in starts
        )
        for _ in range(2):
            step(*next(batches))
        count = 0
        begin = now = time.perf_counter()
        while now - begin < seconds:
            step(*next(batches))
            count += 1
            now = time.perf_counter()
        return 1000 * (now - begin) / count


def available_kernels() -> list[Kernels]:
    """Those that run here: the fast ones need WebAssembly."""
    try:
        return [REFERENCE, load_simd()]
    except SimdUnavailableError:
        return [REFERENCE]


def app_step(kernels: Kernels) -> Step:
    """The app's own step, with plain SGD."""
    network = Network.initialize(he_normal, np.random.default_rng(0))
    network.kernels = kernels
    optimizer = SGD(LEARNING_RATE, momentum=0)
    return lambda images, labels: train_step(network, optimizer, images, labels)


def plain_step() -> Step:
    """The same step, written naively."""
    rng = np.random.default_rng(0)
    w1 = he_normal(SHAPES["w1"], rng).astype(np.float32)
    w2 = he_normal(SHAPES["w2"], rng).astype(np.float32)

    def step(images: ByteArray, labels: ByteArray) -> tuple[float, float]:
        inputs = images / np.float32(255)
        rows = np.arange(len(labels))
        hidden = np.maximum(inputs @ w1, 0)
        logits = hidden @ w2
        shifted = logits - logits.max(axis=1, keepdims=True)
        exponentials = np.exp(shifted)
        sums = exponentials.sum(axis=1, keepdims=True)
        loss = float((np.log(sums[:, 0]) - shifted[rows, labels]).mean())
        accuracy = float((logits.argmax(axis=1) == labels).mean())
        logits_grad = exponentials / sums
        logits_grad[rows, labels] -= 1
        logits_grad /= len(labels)
        hidden_grad = (logits_grad @ w2.T) * (hidden > 0)
        w2_grad = hidden.T @ logits_grad
        w1_grad = inputs.T @ hidden_grad
        w1[...] -= np.float32(LEARNING_RATE) * w1_grad
        w2[...] -= np.float32(LEARNING_RATE) * w2_grad
        return loss, accuracy

    return step
