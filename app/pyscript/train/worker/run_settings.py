"""What the settings (messages.check_settings) mean for the optimizer of a run."""

from typing import Any

from app.model.optimizers import OPTIMIZERS, SGD, Optimizer
from app.model.schedules import scheduled_rate


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
