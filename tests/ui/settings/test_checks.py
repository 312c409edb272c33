from typing import Any

import pytest

from app.model.initializers import INITIALIZERS
from app.model.optimizers import DEFAULT_LEARNING_RATES, OPTIMIZERS, SGD
from app.model.schedules import SCHEDULES
from app.model.serialization import MAX_NPZ_SIZE
from app.pyscript import messages
from app.pyscript.reasons import MessageError
from app.pyscript.settings import limits
from app.pyscript.settings.checks import check_settings
from app.pyscript.settings.limits import DEFAULT_SETTINGS
from app.pyscript.settings.table import NAMES


def test_the_defaults_are_allowed_and_are_the_models() -> None:
    assert check_settings(DEFAULT_SETTINGS) == DEFAULT_SETTINGS
    assert limits.DEFAULT_LEARNING_RATES == DEFAULT_LEARNING_RATES
    assert set(limits.DEFAULT_LEARNING_RATES) == set(OPTIMIZERS)
    assert tuple(SCHEDULES) == limits.SCHEDULES
    assert tuple(INITIALIZERS) == limits.INITIALIZERS
    assert set(NAMES) == set(DEFAULT_SETTINGS)
    assert DEFAULT_SETTINGS["momentum"] == SGD(1).momentum
    assert messages.MAX_WEIGHTS_FILE_SIZE == MAX_NPZ_SIZE
    rates = limits.DEFAULT_LEARNING_RATES
    assert DEFAULT_SETTINGS["learning_rate"] == rates[DEFAULT_SETTINGS["optimizer"]]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"batch_size": 1},
        {"batch_size": 1024, "prefetch": 16},
        {"learning_rate": 10},
        {"learning_rate": 1e-9, "optimizer": "adam"},
        {"prefetch": 1, "optimizer": "sgd"},
        {"momentum": 0.999, "schedule": "cosine", "schedule_steps": 1, "l2": 1},
        {"initializer": "zeros", "data_fraction": 0.01, "label_noise": 1, "seed": 0, "until": 5},
    ],
)
def test_settings_within_their_limits_pass(settings: dict[str, Any]) -> None:
    assert check_settings(settings) == settings


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"batch_size": 0}, "Batch size: expected a whole number from 1 to 1024, found 0."),
        ({"batch_size": 1025}, "Batch size: expected a whole number from 1 to 1024, found 1025."),
        ({"batch_size": 12.5}, "Batch size: expected a whole number from 1 to 1024, found 12.5."),
        ({"batch_size": True}, "Batch size: expected a whole number from 1 to 1024, found true."),
        ({"batch_size": "9"}, 'Batch size: expected a whole number from 1 to 1024, found "9".'),
        ({"learning_rate": 0}, "Learning rate: expected a number above 0, up to 10, found 0."),
        ({"learning_rate": 10.5}, "Learning rate: expected a number above 0, up to 10, found 10."),
        ({"learning_rate": None}, "Learning rate: expected a number above 0, up to 10, found nul"),
        ({"prefetch": 17}, "Blocks ahead: expected a whole number from 1 to 16, found 17."),
        ({"optimizer": "magic"}, 'Optimizer: expected one of adam, momentum, sgd, found "magic".'),
        ({"optimizer": ["sgd"]}, "Optimizer: expected one of adam, momentum, sgd, found ["),
        ({"speed": 1}, "A setting: expected one of batch_size, data_fraction, initializer, l2, "),
        ({"momentum": 1}, "Momentum: expected a number from 0 to 0.999, found 1."),
        ({"momentum": -0.1}, "Momentum: expected a number from 0 to 0.999, found -0.1."),
        ({"schedule": "linear"}, "Schedule: expected one of constant, warmup, step, cosine, found"),
        ({"schedule_steps": 0}, "Over steps: expected a whole number from 1 to 1000000, found"),
        ({"l2": 1.1}, "L2: expected a number from 0 to 1, found 1.1."),
        ({"initializer": 0}, "Initializer: expected one of he_normal, uniform, zeros, found 0."),
        ({"data_fraction": 0}, "Data fraction: expected a number above 0, up to 1, found 0."),
        ({"data_fraction": 1.5}, "Data fraction: expected a number above 0, up to 1, found 1.5."),
        ({"label_noise": float("nan")}, "Label noise: expected a number from 0 to 1, found NaN."),
        ({"seed": 2**30}, "Seed: expected a whole number from 0 to 1073741823, found 1073741824."),
        ({"until": -1}, "Stop at step: expected a whole number from 0 to 1000000, found -1."),
        ({"batch_size": 8, "prefetch": 0}, "Blocks ahead: expected a whole number from 1 to 16"),
    ],
)
def test_settings_beyond_their_limits_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(MessageError) as caught:
        check_settings(settings)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_a_learning_rate_that_is_no_number_is_refused(number: float) -> None:
    with pytest.raises(MessageError, match="Learning rate"):
        check_settings({"learning_rate": number})


@pytest.mark.parametrize("settings", ["nonsense", [], 3, None])
def test_settings_come_as_an_object(settings: object) -> None:
    with pytest.raises(MessageError, match="Settings: expected a JSON object"):
        check_settings(settings)
