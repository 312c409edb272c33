"""Checks that settings are known and within their limits, and says what is expected.

Runs on MicroPython (the page) and on CPython in Pyodide (the worker).
"""

import json

from app.pyscript.kit import formats
from app.pyscript.reasons import MessageError
from app.pyscript.settings import texts
from app.pyscript.settings.table import NAMES, SETTINGS, is_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Any


def check_settings(settings: "Any") -> dict:
    """Returns the settings if all are known and within their limits, or raises MessageError.

    batch_size: samples in a step; learning_rate; prefetch: blocks that the pool fetches ahead of
    training; optimizer: a key of DEFAULT_LEARNING_RATES; momentum: for the optimizer "momentum";
    schedule, schedule_steps: see app.model.schedules; l2: see app.model.optimizers;
    initializer: makes random weights; training_set: the samples to train on, one of TRAINING_SETS;
    data_fraction: the share of them that is used;
    label_noise: the share of these whose label is wrong; seed: for random weights, the order of
    samples and wrong labels; until: the step after which training stops, 0 for never; tray_share:
    the share of each batch that comes from the visitor's own drawings.
    """
    if not isinstance(settings, dict):
        fail(texts.MESSAGE_SETTINGS, texts.MESSAGE_OBJECT, settings)
    for name in settings:
        if name not in NAMES:
            names = ", ".join(sorted(NAMES))
            fail(texts.MESSAGE_SETTING, texts.MESSAGE_CHOICE.format(names=names), name)
    # In the table's order, because MicroPython's dicts are unordered.
    for setting in SETTINGS:
        if setting.name in settings and not setting.allows(settings[setting.name]):
            fail(setting.title, setting.expected(), settings[setting.name])
    return settings


def check_until(until: int, iteration: int) -> None:
    """Raises MessageError if the run, at this iteration, has already reached the step `until`."""
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
