"""Checkpoints along a run: copies of the network, to look at and to go on from.

calls.py passes the network's weights in; nothing here changes the live network. In a run of any
length there are at most LIMIT checkpoints, 407 kB each: the first, the newest, and others between.
Later ones are further apart, because a network changes most at the start.
"""

import asyncio
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from app.model.arrays import ByteArray, FloatArray
from app.model.network import OUTPUT_SIZE, Network
from app.pyscript.messages import UNIT_COLUMNS, UNIT_ROWS
from app.pyscript.timeline import texts
from app.pyscript.train.worker.figures import Mark
from app.pyscript.train.worker.validator import Validation, Validator
from app.pyscript.worker.api_client import DatasetDescription
from app.pyscript.worker.pictures import diverging

if TYPE_CHECKING:
    from app.pyscript.weights.records import Origin

LIMIT = 64
EVEN_STEPS = 20
"""Up to this iteration checkpoints are spaced evenly, later ones by the ratio of iterations."""
READINGS_IN_SLICE = 8
"""Checkpoints that read a drawing between two pauses: two milliseconds with NumPy alone."""
FULL_COLOR = 3.0
"""Weights of this many times their root mean square, or more, have the full color."""


class Reading(NamedTuple):
    """The reading of a drawing, given as the bytes of its inputs: probabilities, (10,) float32."""

    drawing: bytes
    probabilities: FloatArray


class Checkpoint:
    """The network at a moment of the run. Only the fields set to None below may be changed."""

    def __init__(
        self, number: int, mark: Mark, origin: "Origin", params: dict[str, FloatArray]
    ) -> None:
        """number: different from all others, in all runs; origin: as in the report "weights"."""
        self.number = number
        self.mark = mark
        self.origin = origin.copy()
        self.params = {name: values.copy() for name, values in params.items()}
        # Measured later, and only if somebody asks.
        self.validation: Validation | None = None
        self.reading: Reading | None = None

    @property
    def iteration(self) -> int:
        return self.mark.iteration

    def has(self, params: dict[str, FloatArray]) -> bool:
        return all(np.array_equal(self.params[name], params[name]) for name in params)


class Course(NamedTuple):
    """The run at a moment: the checkpoint equal to the network, and all checkpoints.

    probabilities: (n, 10) float32, what they read in a drawing; a row is not finite if the
    checkpoint gives no answer. None if the drawing was blank.
    """

    now: Checkpoint
    checkpoints: list[Checkpoint]
    probabilities: FloatArray | None


class Timeline:
    def __init__(
        self, validator: Validator, on_measured: Callable[[int, Validation], None]
    ) -> None:
        """on_measured(number, validation) is called when a checkpoint has been validated."""
        self._validator = validator
        self._on_measured = on_measured
        self._measured_on: DatasetDescription | None = None
        self._checkpoints: list[Checkpoint] = []
        self._numbers = 0
        # The checkpoint to go on from, while later ones are still here.
        self._standing_at: Checkpoint | None = None
        # The newest checkpoint, if it was made only to look at.
        self._passing: Checkpoint | None = None

    @property
    def checkpoints(self) -> list[Checkpoint]:
        """All checkpoints, from the first to the newest."""
        return list(self._checkpoints)

    @property
    def now(self) -> Checkpoint:
        """The checkpoint that equals the live network. Use this right after `take` or `go_back`."""
        return self._standing_at or self._checkpoints[-1]

    # Keeping

    def begin(self, mark: Mark, origin: "Origin", params: dict[str, FloatArray]) -> None:
        """Another run begins: forget the last one."""
        self._checkpoints = []
        self._standing_at = self._passing = None
        self._add(mark, origin, params)

    def note(self, mark: Mark, origin: "Origin", params: dict[str, FloatArray]) -> None:
        """Training went on: keep the network. If there is no more room, keep it only if it is far
        enough from the last checkpoint."""
        self._forget_what_came_after()
        kept = [each for each in self._checkpoints if each is not self._passing]
        here = _position(mark.iteration)
        if len(kept) < LIMIT or here - _position(kept[-1].iteration) >= here / LIMIT:
            self._add(mark, origin, params)

    def take(self, mark: Mark, origin: "Origin", params: dict[str, FloatArray]) -> None:
        """Keep the network as it is now, until training goes on and a later one is kept instead."""
        now = self.now
        if mark.iteration == now.iteration:
            if now.has(params):
                return
            self._passing = None  # taught a drawing, or averaged: keep the last one for undo
        self._forget_what_came_after()
        self._passing = self._add(mark, origin, params)

    def go_back(self, number: int) -> Checkpoint:
        """Go on from this checkpoint. Later checkpoints are dropped only when training goes on.

        Raises ValueError if the checkpoint is not here, or not any more.
        """
        self._passing = None  # keep the newest, to return to it
        self._standing_at = self.find(number)
        return self._standing_at

    def find(self, number: int) -> Checkpoint:
        """The checkpoint with this number. Raises ValueError if it is not here."""
        for checkpoint in self._checkpoints:
            if checkpoint.number == number:
                return checkpoint
        raise ValueError(texts.TIME_HAS_MADE_ROOM)

    def _forget_what_came_after(self) -> None:
        if self._standing_at is not None:
            del self._checkpoints[self._checkpoints.index(self._standing_at) + 1 :]
            self._standing_at = None

    def _add(self, mark: Mark, origin: "Origin", params: dict[str, FloatArray]) -> Checkpoint:
        if self._passing is not None:
            self._checkpoints.remove(self._passing)
            self._passing = None
        self._numbers += 1
        checkpoint = Checkpoint(self._numbers, mark, origin, params)
        self._checkpoints.append(checkpoint)
        if len(self._checkpoints) > LIMIT:
            self._thin_out()
        return checkpoint

    def _thin_out(self) -> None:
        """Drop the checkpoint whose neighbors are closest together."""
        positions = [_position(checkpoint.iteration) for checkpoint in self._checkpoints]
        gaps = [positions[i + 1] - positions[i - 1] for i in range(1, len(positions) - 1)]
        del self._checkpoints[1 + gaps.index(min(gaps))]

    # Looking

    async def read(self, inputs: FloatArray | None, network: Network) -> Course:
        """Have every checkpoint read a drawing, (1, 784) in [0, 1], with the network's kernels.

        inputs is None for a blank drawing, which is not read.
        """
        now, checkpoints = self.now, self.checkpoints
        if inputs is None:
            return Course(now, checkpoints, None)
        drawing = inputs.tobytes()
        probabilities = np.empty((len(checkpoints), OUTPUT_SIZE), np.float32)
        fresh = 0
        for checkpoint, row in zip(checkpoints, probabilities, strict=True):
            reading = checkpoint.reading
            if reading is None or reading.drawing != drawing:
                with np.errstate(all="ignore"):  # not finite means no answer
                    log_probs = network.kernels.log_probs(checkpoint.params, inputs)[0]
                reading = checkpoint.reading = Reading(drawing, np.exp(log_probs))
                fresh += 1
                if fresh % READINGS_IN_SLICE == 0:
                    await asyncio.sleep(0)
            row[:] = reading.probabilities
        return Course(now, checkpoints, probabilities)

    async def measure(self, network: Network, is_training: Callable[[], bool]) -> None:
        """Validate every checkpoint with the network's kernels, and call on_measured for each.

        During training it leaves out the newest, which will soon be replaced. The order soon shows
        the whole run: first the ends, then the middle of the longest part without a measurement.
        All use the same samples; if the service has other samples now, all are validated again.
        Raises ApiError if the samples are not available.
        """
        samples = await self._validator.prepare()
        if samples.dataset != self._measured_on:
            self._measured_on = samples.dataset
            for former in self._checkpoints:
                former.validation = None
        while (checkpoint := self._next_to_measure(is_training())) is not None:
            measured = Network(checkpoint.params["w1"], checkpoint.params["w2"])
            measured.kernels = network.kernels
            checkpoint.validation = await self._validator.measure(measured, samples)
            if checkpoint in self._checkpoints:
                self._on_measured(checkpoint.number, checkpoint.validation)

    def _next_to_measure(self, is_training: bool) -> Checkpoint | None:
        passing = self._passing if is_training else None
        eligible = [each for each in self._checkpoints if each is not passing]
        measured = [i for i, each in enumerate(eligible) if each.validation is not None]
        if not measured:
            return eligible[-1]
        distances: list[int] = [
            min(abs(index - other) for other in measured) for index in range(len(eligible))
        ]
        farthest = max(distances)
        return eligible[distances.index(farthest)] if farthest else None

    def picture(self, number: int, of_change: bool) -> ByteArray:
        """A picture of the weights from the 784 pixels to each hidden unit: one array of RGBA.

        It has 28x28 pixels for each unit, in UNIT_COLUMNS columns and UNIT_ROWS rows of units. Ink
        on blue raises the unit, ink on orange lowers it, and larger weights are more opaque. All
        checkpoints of a moment have the same scale. of_change: show the change since the first
        checkpoint instead. Raises ValueError if the checkpoint is not here.
        """
        first, last = self._checkpoints[0].params["w1"], self._checkpoints[-1].params["w1"]
        weights = self.find(number).params["w1"]
        if of_change:
            weights = weights - first
            scale = _root_mean_square(last - first)
        else:
            scale = max(_root_mean_square(first), _root_mean_square(last))
        units = weights.T.reshape(UNIT_ROWS, UNIT_COLUMNS, 28, 28).transpose(0, 2, 1, 3).ravel()
        return diverging(units, np.array([FULL_COLOR * scale], units.dtype)).view(np.uint8)


def _position(iteration: int) -> float:
    """An iteration's place on a scale on which checkpoints should be evenly spaced."""
    return math.log1p(iteration / EVEN_STEPS)


def _root_mean_square(values: FloatArray) -> float:
    return math.sqrt(float(np.vdot(values, values)) / values.size)
