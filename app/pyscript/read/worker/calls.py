"""The worker's calls for reading: the page may have a drawing read."""

from typing import TYPE_CHECKING

import numpy as np

from app.model.arrays import ByteArray
from app.model.preprocessing import normalize_drawing
from app.model.readability import NO_DIGIT, READABLE, unreadable_because
from app.pyscript.bridge.worker.offers import offered
from app.pyscript.read import texts
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.train.worker.trainer import Trainer
from app.pyscript.worker.answers import NO_ANSWER, read
from app.pyscript.worker.crossing import pixels_of, rgba
from app.pyscript.worker.runtime import Runtime

if TYPE_CHECKING:
    from app.pyscript.read.records import Reading


class ReadCalls:
    def __init__(self, network: LiveNetwork, trainer: Trainer, runtime: Runtime) -> None:
        self._network = network
        self._trainer = trainer
        self._clock = runtime.clock
        self._drawing: ByteArray = np.empty(0, np.uint8)  # the last drawing that was read

    @offered(texts.WORKER_NOT_READ)
    def predict(self, pixels: str) -> "Reading":
        """Read a drawing: 784 intensities as text, two hexadecimal digits each; 00 is blank paper.

        digit: the likeliest; unreadable: why it should not be named, one of
        app.model.readability.REASONS, "no answer", or empty; probabilities: (10,) float32, all 0
        if the network gives no answer; seen: (3136,) uint8, the drawing as the network gets it,
        28x28 RGBA with the ink as opacity of black.
        """
        start = self._clock()
        drawing = pixels_of(pixels)
        if not np.array_equal(drawing, self._drawing):
            self._drawing = drawing
            self._trainer.shorten_slices()
        seen = normalize_drawing(drawing)
        log_probs = read(self._network.current, seen)[0]
        unreadable = unreadable_because(drawing, log_probs)
        probabilities = np.exp(log_probs)
        if not np.isfinite(log_probs).all():
            probabilities = np.zeros_like(log_probs)
            # If the drawing itself is the problem, say that first.
            if unreadable in (READABLE, NO_DIGIT):
                unreadable = NO_ANSWER
        return {
            "digit": int(log_probs.argmax()),
            "unreadable": unreadable,
            "probabilities": probabilities,
            "seen": rgba(seen),
            "milliseconds": 1000 * (self._clock() - start),
        }
