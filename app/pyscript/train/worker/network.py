"""The network that the visitor trains, and the only module that changes it.

This module also keeps where the weights come from and how far their run has come, so that these
change together. Other modules read `current` and hear of its changes through `on_change`.
"""

import math
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import numpy as np

from app.model.arrays import FloatArray
from app.model.initializers import INITIALIZERS
from app.model.kernels import StepResult
from app.model.network import SHAPES, Network
from app.model.optimizers import Optimizer, Params
from app.model.serialization import weights_digest
from app.model.training import TuneResult, train_step, tune_step
from app.pyscript.messages import NEW_WEIGHTS, RESET
from app.pyscript.train import texts
from app.pyscript.train.worker.changes import PUBLISHED, TAUGHT, TRAINED
from app.pyscript.train.worker.figures import START, Figures, Mark
from app.pyscript.train.worker.kernels import KernelChoice
from app.pyscript.train.worker.reports import RUN, WEIGHTS
from app.pyscript.train.worker.sample_pool import Batch
from app.pyscript.train.worker.single_step import single_step
from app.pyscript.worker.reports import ForeseenError, Reports

if TYPE_CHECKING:
    from app.pyscript.train.records import Kernels, RunStart, SingleStep
    from app.pyscript.weights.records import Origin

REPEATABLE_SOURCES = ("random", "shared")
"""Sources that can give the same weights again: a seed, or the service."""


class DivergedError(ForeseenError):
    """Training led to a loss or weights that are not finite numbers."""


class LiveNetwork:
    def __init__(self, rng: np.random.Generator, reports: Reports) -> None:
        self._reports = reports
        self.current = Network.initialize(INITIALIZERS["he_normal"], rng)
        """Others may read or copy it, but never change it."""
        self.on_change: list[Callable[[str], None]] = []
        """Called after each change with its kind (changes.py)."""
        self.on_restore: list[Callable[[], Awaitable[None]]] = []  # before a visit is restored
        self.requests = 0
        """Counts requests for other weights, and their arrivals; so the latest request wins."""
        self.run_number = 0
        self.figures = Figures()
        self.is_repeatable = False
        """Whether the same weights and settings would lead to where this run is."""
        self.origin: Origin
        self._set_origin("random", weights_digest(self.current.params))
        # The last weights with a finite loss; forgotten when anything but training changes them.
        self._sound: Network | None = None
        self._kernels = KernelChoice()
        self.current.kernels = self._kernels.best

    def report_weights(self) -> None:
        self._reports.report(WEIGHTS, self.origin)

    def report_run(self, start: str) -> None:
        """Report that a run has begun; start: how, one of RUN_STARTS."""
        iteration = self.figures.iteration
        run: RunStart = {"start": start, "number": self.run_number, "iteration": iteration}
        self._reports.report(RUN, run)

    def _changed(self, kind: str) -> None:
        for tell in self.on_change:
            tell(kind)

    # Kernels

    @property
    def kernels(self) -> "Kernels":
        return self._kernels.in_use(self.current.kernels)

    def use_kernels(self, name: str) -> "Kernels":
        """Use these kernels from the next step on. Raises ValueError if they are not available."""
        chosen = self._kernels.find(name)
        if chosen is not self.current.kernels:
            self.deviate()
        self.current.kernels = chosen
        return self.kernels

    # Training

    def train(
        self,
        optimizer: Optimizer,
        take_batch: Callable[[], Batch | None],
        on_step: Callable[[StepResult, Batch], bool],
    ) -> bool:
        """Take steps until there is no batch or on_step returns true. Returns whether it took any.

        Raises DivergedError if the loss or the weights are no longer finite. First it restores the
        last weights with a finite loss, so the network can always be used afterward.
        """
        before = self.current.copy()
        has_stepped, first_loss, loss = False, 0.0, 0.0
        try:
            with np.errstate(all="ignore"):  # an overflow is found below
                while (batch := take_batch()) is not None:
                    result = train_step(self.current, optimizer, batch.images, batch.labels)
                    loss = result.loss
                    if not has_stepped:
                        first_loss = loss
                    if not math.isfinite(loss):
                        break
                    if not has_stepped:
                        self._sound, has_stepped = before, True
                    if on_step(result, batch):
                        break
        finally:  # also after an unexpected error: keep what was learned until then
            self._check(first_loss, loss, before, optimizer)
            if has_stepped:
                self._trained()
        return has_stepped

    def step(
        self, optimizer: Optimizer, batch: Batch, on_step: Callable[[StepResult, Batch], object]
    ) -> "SingleStep":
        """Take one step on a batch and describe it. Raises DivergedError as `train` does."""
        before = self.current.copy()
        with np.errstate(all="ignore"):
            step = single_step(self.current, optimizer, batch)
        self._check(step["loss_before"], step["loss_after"], before, optimizer)
        on_step(StepResult(step["loss_before"], step["accuracy_before"]), batch)
        self._sound = before
        self._trained()
        return step

    def _check(self, first_loss: float, loss: float, before: Network, optimizer: Optimizer) -> None:
        """Restores good weights and raises DivergedError if the loss or the weights are not finite.

        first_loss is the loss of `before`. If it is not finite and no good weights are known, there
        was nothing good to restore, and a lower learning rate would not help.
        """
        if not (math.isfinite(loss) and self.current.is_finite):
            self._load((self._sound or before).params)
            optimizer.reset()
            self.is_repeatable = False
            is_hopeless = self._sound is None and not math.isfinite(first_loss)
            why = texts.SESSION_CANNOT_TRAIN if is_hopeless else texts.SESSION_DIVERGED
            raise DivergedError(why)

    def _trained(self) -> None:
        if not self.origin["changed_by_training"]:
            self.origin["changed_by_training"] = True
            self.report_weights()
        self._changed(TRAINED)

    def deviate(self) -> None:
        """The settings alone no longer lead to this run, if it has begun: it is not repeatable."""
        if self.figures.iteration:
            self.is_repeatable = False

    def reset(self) -> None:
        """Forget the run, but keep what was learned."""
        self._begin_run(RESET, self.is_repeatable and not self.figures.iteration)

    # One drawing

    def tune(self, inputs: FloatArray, label: int) -> TuneResult:
        """Try one step on a drawing, (1, 784) in [0, 1], that lowers its loss, if there is one."""
        result = tune_step(self.current, inputs, label)
        if result.loss_after < result.loss_before:
            self._taught()
        return result

    def teach(self, params: Params) -> None:
        """Use the weights that a step on a drawing led to."""
        self._load(params)
        self._taught()

    def _taught(self) -> None:
        self._sound = None
        self.is_repeatable = False
        self.origin["tuned"] += 1
        self.report_weights()
        self._changed(TAUGHT)

    # Other weights

    def replace(self, params: Params, source: str, name: str = "") -> str:
        """Begin a run with other weights; returns their digest.

        source and name are as in the report "weights". If training is under way, it goes on with
        these weights. Raises ValueError if they are not valid weights; then nothing changes.
        """
        self._load(params)
        self.requests += 1
        self._set_origin(source, weights_digest(self.current.params), name)
        self._begin_run(NEW_WEIGHTS, source in REPEATABLE_SOURCES)
        return self.origin["digest"]

    def bring_back(
        self, params: Params, origin: "Origin", start: str = NEW_WEIGHTS, mark: Mark = START
    ) -> None:
        """As `replace`, with weights whose origin is known; the run goes on from the mark."""
        self._load(params)
        self.requests += 1
        self.origin = origin.copy()
        self._begin_run(start, False, mark)

    def merge(self, mean: Params, own: Params) -> None:
        """Use the mean of `own` (our weights a moment ago) and other people's weights, and add what
        was learned since then."""
        now = self.current.params
        self._load({name: mean[name] + (now[name] - own[name]) for name in SHAPES})
        self._go_on_from(mean)
        self._begin_run(NEW_WEIGHTS, False)

    def publish(self, own: Params) -> None:
        """`own` (our weights a moment ago) have become shared weights."""
        self._go_on_from(own)
        self.report_weights()
        self._changed(PUBLISHED)

    def _go_on_from(self, shared: Params) -> None:
        """These shared weights are the network's origin now, even if it has learned since."""
        self._set_origin("shared", weights_digest(shared))
        is_unchanged = weights_digest(self.current.params) == self.origin["digest"]
        self.origin["changed_by_training"] = not is_unchanged

    def _set_origin(self, source: str, digest: str, name: str = "") -> None:
        self.origin = {
            "source": source,
            "name": name,
            "digest": digest,
            "changed_by_training": False,
            "tuned": 0,
        }

    def _load(self, params: Params) -> None:
        self.current.load(params["w1"], params["w2"])

    def _begin_run(self, start: str, is_repeatable: bool, mark: Mark = START) -> None:
        if start != RESET:
            self._sound = None
            self.report_weights()
        self.run_number += 1
        self.is_repeatable = is_repeatable
        self.figures = Figures(mark)
        self.report_run(start)
        self._changed(start)
