"""The settings now in use in the worker, and the optimizer that they describe."""

from collections.abc import Callable
from typing import Any

from app.model.optimizers import OPTIMIZERS, SGD, Optimizer
from app.model.schedules import scheduled_rate
from app.pyscript.settings.checks import check_settings, check_until
from app.pyscript.settings.limits import DEFAULT_SETTINGS, NOT_LEARNED_BY
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.train.worker.sample_pool import SamplePool


class RunSettings:
    def __init__(self, network: LiveNetwork, pool: SamplePool) -> None:
        self._network = network
        self._pool = pool
        self.values = dict(DEFAULT_SETTINGS)
        """Others may only read it."""
        self.optimizer = make_optimizer(self.values)
        self.on_change: list[Callable[[], None]] = []

    def change(self, settings: dict[str, Any]) -> None:
        """Use these settings, all or some, from the next step on.

        Raises MessageError for settings that are not valid. Raises ValueError if the run has
        already reached the new step to stop at; the page may not have known. Then nothing changes.
        """
        settings = check_settings(settings)
        until = settings.get("until", 0)
        if until != self.values["until"]:
            check_until(until, self._network.figures.iteration)
        previous = self.values["optimizer"]
        is_other = any(
            self.values[name] != value
            for name, value in settings.items()
            if name not in NOT_LEARNED_BY
        )
        if is_other:
            self._network.deviate()
        self.values.update(settings)
        if self.values["optimizer"] != previous:
            self.optimizer = make_optimizer(self.values)
        self._pool.set_depth(self.values["prefetch"])
        names = ("training_set", "seed", "data_fraction", "label_noise")
        self._pool.choose(**{name: self.values[name] for name in names})
        for tell in self.on_change:
            tell()

    def adjust_optimizer(self) -> None:
        """Set the optimizer as the settings say for the next step."""
        adjust_optimizer(self.optimizer, self.values, self._network.figures.iteration)


def make_optimizer(settings: dict[str, Any]) -> Optimizer:
    """A new optimizer of the kind in the settings, without any memory of steps."""
    optimizer = OPTIMIZERS[settings["optimizer"]](settings["learning_rate"])
    adjust_optimizer(optimizer, settings, 0)
    return optimizer


def adjust_optimizer(optimizer: Optimizer, settings: dict[str, Any], iteration: int) -> None:
    """Set the optimizer for step number `iteration`, counted from 0; it keeps its memory."""
    optimizer.learning_rate = scheduled_rate(
        settings["schedule"], settings["learning_rate"], iteration, settings["schedule_steps"]
    )
    optimizer.l2 = settings["l2"]
    if isinstance(optimizer, SGD) and settings["optimizer"] == "momentum":
        optimizer.momentum = settings["momentum"]
