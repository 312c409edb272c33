"""Validates the network every few seconds of training, and reports if it cannot learn."""

import asyncio
import math
from typing import TYPE_CHECKING

from app.model.network import OUTPUT_SIZE
from app.pyscript.messages import ANSWERS_NOTHING, CANNOT_LEARN, NOT_VALIDATED
from app.pyscript.reasons import sentence
from app.pyscript.train import texts
from app.pyscript.train.worker.changes import RUN_STARTS
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.train.worker.reports import VALIDATION
from app.pyscript.train.worker.validator import Validator
from app.pyscript.worker.api_client import ApiError
from app.pyscript.worker.runtime import Runtime

if TYPE_CHECKING:
    from app.pyscript.train.records import Validation

VALIDATION_SECONDS = 3.0
SILENT_LOSS_TOLERANCE = 1e-4


class Validations:
    def __init__(
        self,
        network: LiveNetwork,
        validator: Validator,
        runtime: Runtime,
    ) -> None:
        self._network = network
        self._validator = validator
        self._runtime = runtime
        self._task: asyncio.Task[None] | None = None
        self._iteration = 0  # when the network was validated last
        self._next = 0.0
        self._is_missing = False
        self._ailment = ""  # the kind of the problem reported last, or empty
        network.on_change.append(self._on_change)

    def begin(self, now: float) -> None:
        """Training starts or goes on; the first validation comes some seconds later."""
        self._next = now + VALIDATION_SECONDS

    def start_if_due(self, now: float) -> None:
        if now >= self._next:
            self._start()

    def catch_up(self) -> None:
        """Validate now, if there were steps since the last time."""
        if self._network.figures.iteration > self._iteration:
            self._start()

    def restart(self) -> None:
        """Cancel any validation under way, and validate the network as it is now."""
        self.cancel()
        self._start()

    def cancel(self) -> None:
        """Cancel the validation. Forgets its task, so that another can start at once: a canceled
        task is done only after it has run once more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    @property
    def is_running(self) -> bool:
        return self._task is not None and not self._task.done()

    def _start(self) -> None:
        if not self.is_running:
            self._task = self._runtime.background.start(self.validate())

    def _on_change(self, kind: str) -> None:
        if kind in RUN_STARTS:
            self.cancel()  # it is measuring the old network
            self._iteration = self._network.figures.iteration

    async def validate(self) -> None:
        """Measure the network as it is now. If the samples are not available, report it once."""
        try:
            samples = await self._validator.prepare()
        except ApiError as error:
            self.report_missing(error)
            return
        finally:
            self._next = self._runtime.clock() + VALIDATION_SECONDS
        if self._is_missing:
            self._is_missing = False
            self._runtime.reports.recovered(NOT_VALIDATED)
        iteration = self._network.figures.iteration
        network = self._network.current.copy()
        result = await self._validator.measure(network, samples)
        self._iteration = iteration
        validation: Validation = {
            "iteration": iteration,
            "accuracy": result.accuracy,
            "loss": result.loss,
            "samples": result.samples,
            "drawings": result.drawings,
            "norm": network.norm,
        }
        self._runtime.reports.report(VALIDATION, validation)
        self._report_ailment(result.loss)

    def report_missing(self, error: ApiError) -> None:
        """Report once that the validation's samples are not available, until they are."""
        if not self._is_missing:
            self._is_missing = True
            self._runtime.reports.problem(NOT_VALIDATED, sentence(error))

    def _report_ailment(self, loss: float | None) -> None:
        """Report once what keeps the network from learning. loss is None if it gave no answers.

        If every answer is "ten percent each", no hidden unit responds to any sample. Then no
        gradient reaches the weights any more.
        """
        ailment, advice = "", ""
        if loss is None:
            ailment, advice = ANSWERS_NOTHING, texts.SESSION_CANNOT_TRAIN
        elif abs(loss - math.log(OUTPUT_SIZE)) < SILENT_LOSS_TOLERANCE:
            ailment, advice = CANNOT_LEARN, texts.SESSION_CANNOT_LEARN_ADVICE
        if ailment == self._ailment:
            return
        if self._ailment:
            self._runtime.reports.recovered(self._ailment)
        if ailment:
            self._runtime.reports.problem(ailment, advice)
        self._ailment = ailment
