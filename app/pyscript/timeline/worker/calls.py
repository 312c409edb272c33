"""What the page may ask: the run's checkpoints."""

from typing import Any

import numpy as np

from app.pyscript import texts
from app.pyscript.bridge.worker.offers import offered
from app.pyscript.timeline.worker.timeline import Checkpoint
from app.pyscript.worker.answers import are_answers
from app.pyscript.worker.crossing import pixels_of
from app.pyscript.worker.session import Session


class TimelineCalls:
    def __init__(self, session: Session) -> None:
        self._session = session

    @offered(texts.TIME_NOT_LISTED)
    async def list_checkpoints(self, pixels: str) -> dict[str, Any]:
        """The run's checkpoints, the network of this moment among them; pixels as for `predict`.

        Answers {"now": the number of the one that the network is, "checkpoints":
        [{"number", "iteration", "accuracy", "loss" and "drawings" of its validation,
        null before it, "digit", what it reads in the drawing, null if that is blank or it has no
        answer}], from the first to the newest, "probabilities": (10 n,) float32, of each digit by
        each of them, or empty}.
        """
        course = await self._session.read_checkpoints(pixels_of(pixels))
        digits = [None] * len(course.checkpoints)
        probabilities = np.empty(0, np.float32)
        if course.probabilities is not None:
            is_answer = are_answers(course.probabilities)
            read = course.probabilities.argmax(axis=1).tolist()
            digits = [
                digit if answered else None
                for digit, answered in zip(read, is_answer.tolist(), strict=True)
            ]
            probabilities = np.where(is_answer[:, None], course.probabilities, 0).ravel()
        checkpoints = [
            _described(checkpoint, digit)
            for checkpoint, digit in zip(course.checkpoints, digits, strict=True)
        ]
        return {
            "now": course.now.number,
            "checkpoints": checkpoints,
            "probabilities": probabilities,
        }

    @offered(texts.TIME_NO_UNITS)
    def list_checkpoint_units(self, number: int, of_change: bool) -> dict[str, Any]:
        """The weights of a checkpoint's hidden units, or what has changed in them: one picture.

        Answers {"picture": uint8, RGBA, as Timeline.picture}.
        """
        return {"picture": self._session.timeline.picture(number, of_change)}

    @offered(texts.TIME_NOT_GONE_ON)
    def go_on_from(self, number: int) -> None:
        """Stop, and take a checkpoint's weights over."""
        self._session.go_on_from(number)


def _described(checkpoint: Checkpoint, digit: int | None) -> dict[str, Any]:
    validation = checkpoint.validation
    return {
        "number": checkpoint.number,
        "iteration": checkpoint.iteration,
        "accuracy": None if validation is None else validation.accuracy,
        "loss": None if validation is None else validation.loss,
        "drawings": None if validation is None else validation.drawings,
        "digit": digit,
    }
