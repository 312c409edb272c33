"""The worker's calls for the run's checkpoints."""

import asyncio
from typing import TYPE_CHECKING

import numpy as np

from app.model.optimizers import Params
from app.model.preprocessing import normalize_drawing, to_inputs
from app.pyscript.bridge.worker.offers import offered
from app.pyscript.messages import CHECKPOINT
from app.pyscript.timeline import texts
from app.pyscript.timeline.worker.reports import MEASURED
from app.pyscript.timeline.worker.timeline import Checkpoint, Timeline
from app.pyscript.train.worker.changes import RUN_STARTS, TRAINED
from app.pyscript.train.worker.figures import Mark
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.train.worker.trainer import Trainer
from app.pyscript.train.worker.validations import Validations
from app.pyscript.train.worker.validator import Validation, Validator
from app.pyscript.worker.answers import are_answers
from app.pyscript.worker.api_client import ApiError
from app.pyscript.worker.crossing import pixels_of
from app.pyscript.worker.runtime import Runtime

if TYPE_CHECKING:
    from app.pyscript.timeline import records
    from app.pyscript.weights.records import Origin


class TimelineCalls:
    def __init__(
        self,
        network: LiveNetwork,
        trainer: Trainer,
        validator: Validator,
        validations: Validations,
        runtime: Runtime,
    ) -> None:
        self._network = network
        self._trainer = trainer
        self._validations = validations
        self._runtime = runtime
        self._timeline = Timeline(validator, self._on_measured)
        self._timeline.begin(*self._moment)
        self._measuring: asyncio.Task[None] | None = None
        network.on_change.append(self._on_change)

    @property
    def _moment(self) -> tuple[Mark, "Origin", Params]:
        """The network now, as the timeline keeps it."""
        return self._network.figures.mark, self._network.origin, self._network.current.params

    def _on_change(self, kind: str) -> None:
        if kind == TRAINED:
            self._timeline.note(*self._moment)
        elif kind in RUN_STARTS and kind != CHECKPOINT:
            self._timeline.begin(*self._moment)

    @offered(texts.TIME_NOT_LISTED)
    async def list_checkpoints(self, pixels: str) -> "records.Course":
        """The run's checkpoints, with one of the network now. pixels: as for `predict`.

        probabilities: (10 n,) float32, of each digit by each checkpoint, or empty. Then all are
        validated, with a report for each.
        """
        seen = normalize_drawing(pixels_of(pixels))
        self._timeline.take(*self._moment)
        if self._measuring is None or self._measuring.done():
            self._measuring = self._runtime.background.start(self._measure())
        inputs = to_inputs(seen) if seen.any() else None
        course = await self._timeline.read(inputs, self._network.current)
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
    def list_checkpoint_units(self, number: int, of_change: bool) -> "records.UnitsAnswer":
        """A picture of the weights of a checkpoint's hidden units, or of their change."""
        return {"picture": self._timeline.picture(number, of_change)}

    @offered(texts.TIME_NOT_GONE_ON)
    def go_on_from(self, number: int) -> None:
        """Stop, and load a checkpoint's weights. The network of now stays as a checkpoint, too.

        Raises ValueError if the checkpoint is not here; then the network stays as it is.
        """
        self._timeline.take(*self._moment)
        checkpoint = self._timeline.go_back(number)
        self._trainer.pause()
        self._network.bring_back(checkpoint.params, checkpoint.origin, CHECKPOINT, checkpoint.mark)

    async def _measure(self) -> None:
        try:
            await self._timeline.measure(self._network.current, lambda: self._trainer.is_training)
        except ApiError as error:
            self._validations.report_missing(error)

    def _on_measured(self, number: int, validation: Validation) -> None:
        measured: records.Measured = {
            "number": number,
            "accuracy": validation.accuracy,
            "loss": validation.loss,
            "drawings": validation.drawings,
        }
        self._runtime.reports.report(MEASURED, measured)


def _described(checkpoint: Checkpoint, digit: int | None) -> "records.Checkpoint":
    validation = checkpoint.validation
    return {
        "number": checkpoint.number,
        "iteration": checkpoint.iteration,
        "accuracy": None if validation is None else validation.accuracy,
        "loss": None if validation is None else validation.loss,
        "drawings": None if validation is None else validation.drawings,
        "digit": digit,
    }
