"""Whether settings are known and within their limits; what is expected, in words.

Runs on MicroPython (the page) and on CPython in Pyodide (the worker).
"""

import json

from app.pyscript.kit import formats
from app.pyscript.reasons import MessageError
from app.pyscript.settings import texts
from app.pyscript.settings.limits import (
    DEFAULT_LEARNING_RATES,
    DEFAULT_SETTINGS,
    INITIALIZERS,
    MAX_BATCH_SIZE,
    MAX_L2,
    MAX_LEARNING_RATE,
    MAX_MOMENTUM,
    MAX_PREFETCH,
    MAX_SEED,
    MAX_STEPS,
    MIN_BATCH_SIZE,
    MIN_PREFETCH,
    SCHEDULES,
    TRAINING_SETS,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Any


def is_whole(value: object) -> bool:
    # A bool is an int to Python, but not to us.
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    return value - value == 0  # false for NaN and the infinities, which JSON cannot say


def is_text(value: object) -> bool:
    return isinstance(value, str)


def _whole(title: str, name: str, lowest: int, highest: int) -> tuple:
    def is_valid(value: object) -> bool:
        return is_whole(value) and lowest <= value <= highest  # type: ignore[operator]

    expected = texts.MESSAGE_WHOLE.format(lowest=lowest, highest=highest)
    return name, title, is_valid, lambda: expected


def _number(title: str, name: str, highest: float, is_above_zero: bool = False) -> tuple:
    def is_valid(value: object) -> bool:
        if not is_number(value) or value > highest:  # type: ignore[operator]
            return False
        return value > 0 if is_above_zero else value >= 0  # type: ignore[operator]

    expected = texts.MESSAGE_ABOVE_ZERO if is_above_zero else texts.MESSAGE_NUMBER
    # When it is said, because only then the reader's decimal mark is known.
    return name, title, is_valid, lambda: expected.format(highest=formats.plain(highest))


def _choice(title: str, name: str, choices: "list | tuple") -> tuple:
    def is_valid(value: object) -> bool:
        return is_text(value) and value in choices

    expected = texts.MESSAGE_CHOICE.format(names=", ".join(choices))
    return name, title, is_valid, lambda: expected


# Each setting: its name, what a message calls it, its check, and what says what is expected.
SETTING_CHECKS = (
    _whole(texts.SETTING_NAME_BATCH_SIZE, "batch_size", MIN_BATCH_SIZE, MAX_BATCH_SIZE),
    _number(
        texts.SETTING_NAME_LEARNING_RATE, "learning_rate", MAX_LEARNING_RATE, is_above_zero=True
    ),
    _whole(texts.SETTING_NAME_PREFETCH, "prefetch", MIN_PREFETCH, MAX_PREFETCH),
    _choice(texts.SETTING_NAME_OPTIMIZER, "optimizer", sorted(DEFAULT_LEARNING_RATES)),
    _number(texts.SETTING_NAME_MOMENTUM, "momentum", MAX_MOMENTUM),
    _choice(texts.SETTING_NAME_SCHEDULE, "schedule", SCHEDULES),
    _whole(texts.SETTING_NAME_SCHEDULE_STEPS, "schedule_steps", 1, MAX_STEPS),
    _number(texts.SETTING_NAME_L2, "l2", MAX_L2),
    _choice(texts.SETTING_NAME_INITIALIZER, "initializer", INITIALIZERS),
    _choice(texts.SETTING_NAME_TRAINING_SET, "training_set", TRAINING_SETS),
    _number(texts.SETTING_NAME_DATA_FRACTION, "data_fraction", 1, is_above_zero=True),
    _number(texts.SETTING_NAME_LABEL_NOISE, "label_noise", 1),
    _whole(texts.SETTING_NAME_SEED, "seed", 0, MAX_SEED),
    _whole(texts.SETTING_NAME_UNTIL, "until", 0, MAX_STEPS),
    _number(texts.SETTING_NAME_TRAY_SHARE, "tray_share", 1),
)


def check_settings(settings: "Any") -> dict:
    """The settings themselves, if all are known and within their limits; raises MessageError.

    batch_size: samples in a step; learning_rate; prefetch: blocks that the pool keeps ahead of
    training; optimizer: a key of DEFAULT_LEARNING_RATES; momentum: of the optimizer of that name;
    schedule, over schedule_steps: see app.model.schedules; l2: see app.model.optimizers;
    initializer: of random weights; training_set: which samples are trained on, of TRAINING_SETS;
    data_fraction: share of them that is used;
    label_noise: share of these whose label is wrong; seed: of random weights, of the order of
    samples and of wrong labels; until: the step after which training stops, 0 for none; tray_share:
    of each batch, the share that is taken from the visitor's own drawings.
    """
    if not isinstance(settings, dict):
        fail(texts.MESSAGE_SETTINGS, texts.MESSAGE_OBJECT, settings)
    for name in settings:
        if name not in DEFAULT_SETTINGS:
            names = ", ".join(sorted(DEFAULT_SETTINGS))
            fail(texts.MESSAGE_SETTING, texts.MESSAGE_CHOICE.format(names=names), name)
    # One after the other in the table's order: MicroPython's dicts have none.
    for name, title, is_valid, expected in SETTING_CHECKS:
        if name in settings and not is_valid(settings[name]):
            fail(title, expected(), settings[name])
    return settings


def check_until(until: int, iteration: int) -> None:
    """Raises MessageError for a step to stop at that the run, at this iteration, has reached."""
    if 0 < until <= iteration:
        problem = texts.TRAINING_UNTIL_PASSED.format(
            name=texts.SETTING_NAME_UNTIL,
            iteration=formats.whole(iteration),
            found=formats.whole(until),
        )
        raise MessageError(problem)


def fail(what: str, expected: str, found: object) -> None:
    shown = json.dumps(found)[:80]
    if is_number(found):
        shown = formats.localized(shown)
    raise MessageError(texts.MESSAGE_WRONG.format(name=what, expected=expected, found=shown))
