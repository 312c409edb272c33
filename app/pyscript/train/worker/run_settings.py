"""The settings in force (check_settings), and what they mean for a run's optimizer."""

from collections.abc import Callable
from typing import Any

from app.model.optimizers import OPTIMIZERS, SGD, Optimizer
from app.model.schedules import scheduled_rate
from app.pyscript.samples.worker.sample_pool import SamplePool
from app.pyscript.settings.checks import check_settings, check_until
from app.pyscript.settings.limits import DEFAULT_SETTINGS, NOT_LEARNED_BY
from app.pyscript.train.worker.network import LiveNetwork


class RunSettings:
    def __init__(self, live: LiveNetwork, pool: SamplePool) -> None:
        self._live = live
        self._pool = pool
        self.values = dict(DEFAULT_SETTINGS)
        """To be read only."""
        self.optimizer = make_optimizer(self.values)
        self.on_change: list[Callable[[], None]] = []

    def change(self, settings: dict[str, Any]) -> None:
        """Take over settings, all or some, from the next step on.

        Raises MessageError for what are none, and ValueError for a new step to stop at that the run
        has reached already, which the page may learn too late; then nothing changes.
        """
        settings = check_settings(settings)
        until = settings.get("until", 0)
        if until != self.values["until"]:
            check_until(until, self._live.figures.iteration)
        previous = self.values["optimizer"]
        is_other = any(
            self.values[name] != value
            for name, value in settings.items()
            if name not in NOT_LEARNED_BY
        )
        if is_other:
            self._live.deviate()
        self.values.update(settings)
        if self.values["optimizer"] != previous:
            self.optimizer = make_optimizer(self.values)
        self._pool.set_depth(self.values["prefetch"])
        names = ("training_set", "seed", "data_fraction", "label_noise")
        self._pool.choose(**{name: self.values[name] for name in names})
        for tell in self.on_change:
            tell()

    def adjust_optimizer(self) -> None:
        """Have the settings in force at the next step."""
        adjust_optimizer(self.optimizer, self.values, self._live.figures.iteration)


def make_optimizer(settings: dict[str, Any]) -> Optimizer:
    """A new optimizer of the kind that the settings name; it remembers nothing."""
    optimizer = OPTIMIZERS[settings["optimizer"]](settings["learning_rate"])
    adjust_optimizer(optimizer, settings, 0)
    return optimizer


def adjust_optimizer(optimizer: Optimizer, settings: dict[str, Any], iteration: int) -> None:
    """Have the settings in force at step number `iteration`, from 0, without forgetting."""
    optimizer.learning_rate = scheduled_rate(
        settings["schedule"], settings["learning_rate"], iteration, settings["schedule_steps"]
    )
    optimizer.l2 = settings["l2"]
    if isinstance(optimizer, SGD) and settings["optimizer"] == "momentum":
        optimizer.momentum = settings["momentum"]
