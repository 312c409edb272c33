"""What the page may ask: reading a drawing."""

from collections.abc import Callable
from typing import Any

from app.pyscript import texts
from app.pyscript.bridge.worker.offers import offered
from app.pyscript.worker.crossing import pixels_of, rgba
from app.pyscript.worker.session import Session


class ReadCalls:
    def __init__(self, session: Session, clock: Callable[[], float]) -> None:
        """clock gives seconds."""
        self._session = session
        self._clock = clock

    @offered(texts.WORKER_NOT_READ)
    def predict(self, pixels: str) -> dict[str, Any]:
        """Read a drawing: 784 intensities as text, two hexadecimal digits each.

        Answers {"digit": 0-9, the likeliest, "unreadable": one of app.model.readability.REASONS,
        "no answer", or empty, "probabilities": (10,) float32, "seen": (3136,) uint8, 28x28 RGBA
        with the ink as opacity of black, "milliseconds"}.
        """
        start = self._clock()
        prediction = self._session.predict(pixels_of(pixels))
        return {
            "digit": prediction.digit,
            "unreadable": prediction.unreadable,
            "probabilities": prediction.probabilities,
            "seen": rgba(prediction.seen),
            "milliseconds": 1000 * (self._clock() - start),
        }
