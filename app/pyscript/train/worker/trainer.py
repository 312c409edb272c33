"""Trains the network in slices of about ten milliseconds; shorter ones while the visitor draws.

The worker answers the page's calls between two slices. So reading a drawing, tuning and loading
weights use the same network and never overlap with a step.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.model.kernels import StepResult
from app.model.serialization import weights_digest
from app.pyscript.messages import CHECKPOINT, TRAINING_STOPPED
from app.pyscript.train import texts
from app.pyscript.train.worker.changes import RUN_STARTS
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.train.worker.reports import POOL, PROGRESS, REACHED
from app.pyscript.train.worker.run_settings import RunSettings
from app.pyscript.train.worker.sample_pool import Batch, PoolStatus, SamplePool
from app.pyscript.train.worker.validations import Validations
from app.pyscript.worker.reports import described
from app.pyscript.worker.runtime import Runtime

if TYPE_CHECKING:
    from app.pyscript.train.records import Progress, Reached, SingleStep

SLICE_SECONDS = 0.010
# While the visitor draws, a slice is hardly more than one step, so that each move is read at once:
# for this long after the last drawing that was read.
BRIEF_SLICE_SECONDS = 0.002
BRIEF_SLICES_FOR_SECONDS = 0.5
STEP_LIMIT_SECONDS = 10.0
REPORT_SECONDS = 0.1


class Trainer:
    """Owns the training loop; the weights are the LiveNetwork's, the settings RunSettings'."""

    def __init__(
        self,
        network: LiveNetwork,
        settings: RunSettings,
        pool: SamplePool,
        validations: Validations,
        runtime: Runtime,
    ) -> None:
        self._network = network
        self._settings = settings
        self._pool = pool
        self._validations = validations
        self._runtime = runtime
        self.is_training = False
        self.next_batch: Callable[[], Batch | None] = self._take_samples
        """Returns the next batch, or None while there are no samples. hand/ replaces this function,
        to mix in the visitor's own drawings."""
        self.on_start: list[Callable[[], None]] = []
        self.on_slice: list[Callable[[float], None]] = []
        """Called after each slice, with the time."""
        self.on_pause: list[Callable[[], None]] = []
        self._has_failed = False
        self._training: asyncio.Task[None] | None = None
        self._slice_end = 0.0
        self._drawn_at = -BRIEF_SLICES_FOR_SECONDS
        self._next_progress = 0.0
        self._reported_pool: PoolStatus | None = None
        self._is_pool_report_due = False
        network.on_change.append(self._on_change)
        pool.on_change.append(self._on_pool_change)

    def start(self) -> None:
        """Start training, or go on, until `pause`."""
        if self.is_training:
            return
        if self._has_failed:
            self._has_failed = False
            self._runtime.reports.recovered(TRAINING_STOPPED)
        now = self._runtime.clock()
        self._network.figures.begin(now)
        self._validations.begin(now)
        for tell in self.on_start:
            tell()
        self._pool.open()
        self.is_training = True  # only now, so that it stays paused if anything above fails
        self._training = self._runtime.background.start(self._train())
        self._report_progress()

    def pause(self) -> None:
        if not self.is_training:
            return
        self._stop()
        self._report_progress()
        for tell in self.on_pause:
            tell()
        self._validations.catch_up()

    def reset(self) -> None:
        """Stop, and forget the run: its figures and, in `_on_change`, the optimizer's memory."""
        self._stop()
        self._network.reset()

    async def step(self) -> "SingleStep":
        """Train one step on one batch, while training is paused.

        Raises ValueError if it is not paused, or if no samples come in time. The network raises
        DivergedError if the step leads to weights that are not finite.
        """
        if self.is_training:
            raise ValueError(texts.SESSION_PAUSE_FIRST)
        self._pool.open()
        try:
            async with asyncio.timeout(STEP_LIMIT_SECONDS):
                while (batch := self._take_batch()) is None:
                    await self._pool.wait_for_samples()
        except TimeoutError as error:
            raise ValueError(texts.SESSION_NO_SAMPLES) from error
        if self.is_training:  # since the wait began
            raise ValueError(texts.SESSION_HAS_BEGUN)
        step = self._network.step(self._settings.optimizer, batch, self._on_step)
        self._report_progress()
        self._validations.restart()
        return step

    def shorten_slices(self) -> None:
        """A drawing was read: keep slices short for a moment, since more will come."""
        self._drawn_at = self._runtime.clock()

    def _stop(self) -> None:
        self.is_training = False
        if self._training is not None:
            self._training.cancel()
        self._validations.cancel()

    def _on_change(self, kind: str) -> None:
        if kind in RUN_STARTS:
            self._network.figures.begin(self._runtime.clock())
            self._settings.optimizer.reset()
            if kind != CHECKPOINT:  # whose run goes on with the samples that come next
                self._pool.restart()
            self._report_progress()

    async def _train(self) -> None:
        try:
            while True:
                if self._train_slice():
                    if self._has_reached_the_end:
                        self._report_reached()
                        self.pause()  # which cancels this task, too; nothing is awaited any more
                        return
                    now = self._runtime.clock()
                    if now >= self._next_progress:
                        self._report_progress()
                    self._validations.start_if_due(now)
                    for tell in self.on_slice:
                        tell(now)
                    # In Pyodide this lets the worker's event loop handle messages. It avoids the
                    # delay of nested timers, because Pyodide's loop sends itself a message.
                    await asyncio.sleep(0)
                else:
                    await self._pool.wait_for_samples()
        except Exception as error:
            self._has_failed = True
            self._runtime.reports.problem(TRAINING_STOPPED, described(error))
            self.pause()  # what was learned until then is kept

    def _train_slice(self) -> bool:
        """Take steps for one slice, at least one. Returns False if there were no samples."""
        start = self._runtime.clock()
        is_drawn = start < self._drawn_at + BRIEF_SLICES_FOR_SECONDS
        self._slice_end = start + (BRIEF_SLICE_SECONDS if is_drawn else SLICE_SECONDS)
        return self._network.train(self._settings.optimizer, self._take_batch, self._on_step)

    def _on_step(self, result: StepResult, batch: Batch) -> bool:
        """Count this step. Returns whether the slice ends here."""
        now = self._runtime.clock()
        used = self._pool.used_samples
        self._network.figures.add_step(result, len(batch.labels), used, now, batch.own)
        return now >= self._slice_end or self._has_reached_the_end

    def _take_samples(self) -> Batch | None:
        return self._pool.take(self._settings.values["batch_size"])

    def _take_batch(self) -> Batch | None:
        """Take the next batch, and set the optimizer for it."""
        batch = self.next_batch()
        if batch is not None:
            self._settings.adjust_optimizer()
        return batch

    @property
    def _has_reached_the_end(self) -> bool:
        return self._network.figures.iteration == self._settings.values["until"]

    def _report_reached(self) -> None:
        """Report that training has reached its last step, the setting `until` (0: it has none)."""
        reached: Reached = {
            "iteration": self._network.figures.iteration,
            "digest": weights_digest(self._network.current.params),
            # Drawings from the tray are picked at random.
            "is_repeatable": self._network.is_repeatable
            and self._pool.is_repeatable
            and not self._settings.values["tray_share"],
        }
        self._runtime.reports.report(REACHED, reached)

    def _report_progress(self) -> None:
        now = self._runtime.clock()
        self._next_progress = now + REPORT_SECONDS
        status = self._pool.status
        self._settings.adjust_optimizer()
        progress: Progress = {
            **self._network.figures.take(now, self.is_training),
            "learning_rate": self._settings.optimizer.learning_rate,
            "cached": status.cached,
            "fetching": status.fetching,
            "is_training": self.is_training,
        }
        self._runtime.reports.report(PROGRESS, progress)

    def _on_pool_change(self) -> None:
        if not self._is_pool_report_due:
            self._is_pool_report_due = True
            self._runtime.background.start(self._report_pool())

    async def _report_pool(self) -> None:
        """Report the changes of a tenth of a second, unless progress reports have them anyway.

        Those do not tell that training waits for samples."""
        await asyncio.sleep(REPORT_SECONDS)
        self._is_pool_report_due = False
        status, reported = self._pool.status, self._reported_pool
        if self.is_training and reported is not None and status.state != "waiting":
            reported = reported._replace(cached=status.cached, fetching=status.fetching)
        if status != reported:
            self._reported_pool = status
            self._runtime.reports.report(POOL, status._asdict())
