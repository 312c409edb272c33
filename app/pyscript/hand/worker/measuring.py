"""Measures how well the network reads the visitor's digits, MNIST and other people's drawings.

It shows whether the network forgets one while it learns another. It measures copies of the network,
so that training can go on meanwhile.
"""

import asyncio
from typing import TYPE_CHECKING

import numpy as np

from app.model.network import Network
from app.pyscript.hand.worker.reports import MEASURED
from app.pyscript.hand.worker.tray import Tray
from app.pyscript.hand.worker.tray_file import TrayDrawing
from app.pyscript.train.worker.changes import RUN_STARTS
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.train.worker.trainer import Trainer
from app.pyscript.train.worker.validator import Validator
from app.pyscript.worker.answers import read, share_right
from app.pyscript.worker.api_client import ApiError
from app.pyscript.worker.runtime import Runtime

if TYPE_CHECKING:
    from app.pyscript.hand.records import Measure

MEASURE_SECONDS = 0.5
READ_AT_ONCE = 64


class Measuring:
    def __init__(
        self,
        tray: Tray,
        network: LiveNetwork,
        trainer: Trainer,
        validator: Validator,
        runtime: Runtime,
    ) -> None:
        self._tray = tray
        self._network = network
        self._validator = validator
        self._runtime = runtime
        self._is_watched = False
        self._measuring: asyncio.Task[None] | None = None
        self._wanted: tuple[Network, int] | None = None  # to be measured next
        self._next_measuring = 0.0
        network.on_change.append(self._on_change)
        trainer.on_start.append(self.measure)
        trainer.on_slice.append(self._measure_if_due)
        trainer.on_pause.append(self.measure)

    def watch(self, is_watched: bool) -> None:
        """Measure now, and a few times a second during training; or stop measuring."""
        self._is_watched = is_watched
        self.measure()

    def _measure_if_due(self, now: float) -> None:
        if not self._is_measuring and now >= self._next_measuring:
            self.measure()

    @property
    def _is_measuring(self) -> bool:
        return self._measuring is not None and not self._measuring.done()

    def _on_change(self, kind: str) -> None:
        if kind in RUN_STARTS:
            if self._measuring is not None:
                self._measuring.cancel()  # it is measuring the old network
                self._measuring = None
            self.measure()

    def measure(self) -> None:
        """Measure and report the network as it is now, if the tray is watched and not empty.

        If another measurement is under way, this one comes right after it.
        """
        self._wanted = None
        if self._is_watched and self._tray.drawings:
            self._wanted = (self._network.current.copy(), self._network.figures.iteration)
            if not self._is_measuring:
                self._measuring = self._runtime.background.start(self._measure_wanted())

    async def _measure_wanted(self) -> None:
        while self._wanted is not None:
            (network, iteration), self._wanted = self._wanted, None
            await self._measure(network, iteration)

    async def _measure(self, network: Network, iteration: int) -> None:
        try:
            samples = await self._validator.prepare()
        except ApiError:
            return  # validations.py reports it
        finally:
            self._next_measuring = self._runtime.clock() + MEASURE_SECONDS
        drawings = list(self._tray.drawings.values())
        validation = await self._validator.measure(network, samples)
        measure: Measure = {
            "iteration": iteration,
            "learned": await _share_right(network, [d for d in drawings if not d.is_held_out]),
            "held_out": await _share_right(network, [d for d in drawings if d.is_held_out]),
            "mnist": validation.accuracy,
            "drawings": validation.drawings,
        }
        self._next_measuring = self._runtime.clock() + MEASURE_SECONDS
        self._runtime.reports.report(MEASURED, measure)


async def _share_right(network: Network, drawings: list[TrayDrawing]) -> float | None:
    if not drawings:
        return None
    log_probs = []
    for start in range(0, len(drawings), READ_AT_ONCE):
        some = drawings[start : start + READ_AT_ONCE]
        log_probs.append(read(network, np.stack([each.seen for each in some])))
        await asyncio.sleep(0)
    labels = np.array([drawing.label for drawing in drawings], np.uint8)
    return share_right(np.concatenate(log_probs), labels)
