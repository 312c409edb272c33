"""The reports that the worker sends without a call: JSON of "type" and the fields in REPORTS."""

import json
from collections.abc import Mapping

from app.pyscript import texts as common
from app.pyscript.messages import PROBLEMS
from app.pyscript.settings import texts as settings_texts
from app.pyscript.settings.checks import fail
from app.pyscript.settings.table import is_number, is_whole


def is_text(value: object) -> bool:
    return isinstance(value, str)


def is_count(value: object) -> bool:
    return is_whole(value) and value >= 0  # type: ignore[operator]


def is_number_or_none(value: object) -> bool:
    return value is None or is_number(value)


def is_flag(value: object) -> bool:
    return isinstance(value, bool)


def is_shares(value: object) -> bool:
    return isinstance(value, list) and len(value) == 10 and all(is_number(each) for each in value)


def is_counts(value: object) -> bool:
    return isinstance(value, list) and len(value) == 10 and all(is_count(each) for each in value)


def is_confusion(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 10:
        return False
    return all(
        isinstance(row, list) and len(row) == 10 and all(is_count(each) for each in row)
        for row in value
    )


# The fields of each report: its name, its check, and the expected value in words.
COUNT = (is_count, settings_texts.MESSAGE_COUNT)
NUMBER = (is_number, settings_texts.MESSAGE_FINITE)
NUMBER_OR_NONE = (is_number_or_none, settings_texts.MESSAGE_FINITE_OR_NULL)
FLAG = (is_flag, settings_texts.MESSAGE_FLAG)
TEXT = (is_text, settings_texts.MESSAGE_TEXT)
SHARES = (is_shares, settings_texts.MESSAGE_SHARES)
PROBLEM = (
    lambda value: value in PROBLEMS,
    settings_texts.MESSAGE_CHOICE.format(names=", ".join(sorted(PROBLEMS))),
)
REPORTS = {
    # Ten times a second during training, and whenever training starts or stops. `epoch` says how
    # often the whole split was used; `loss` and `accuracy` (0-1) are means since the last such
    # report, null before the first step; `learning_rate` is for the next step; `cached` and
    # `fetching` count blocks.
    "progress": (
        ("iteration", COUNT),
        ("epoch", NUMBER),
        ("loss", NUMBER_OR_NONE),
        ("accuracy", NUMBER_OR_NONE),
        ("samples_per_second", NUMBER),
        ("learning_rate", NUMBER),
        ("cached", COUNT),
        ("fetching", COUNT),
        ("is_training", FLAG),
    ),
    # The network measured on samples that are not used for training, after `iteration` steps.
    # `accuracy` and `loss` are on `samples` digits; `loss` is null if some had no answer;
    # `drawings` is the accuracy on drawings, null if there are none; `norm` is the square root of
    # the sum of all squared weights.
    "validation": (
        ("iteration", COUNT),
        ("accuracy", NUMBER),
        ("loss", NUMBER_OR_NONE),
        ("samples", COUNT),
        ("drawings", NUMBER_OR_NONE),
        ("norm", NUMBER),
    ),
    # Training stopped by itself after the step that the setting "until" names. `digest` is of the
    # weights reached; `is_repeatable` says whether the same settings lead there again.
    "reached": (("iteration", COUNT), ("digest", TEXT), ("is_repeatable", FLAG)),
    # The sample pool, in blocks. `state` is "ok", "waiting" (training has no samples yet) or
    # "retrying" (the last request failed); `detail` is a sentence about it, or empty.
    "pool": (
        ("cached", COUNT),
        ("fetching", COUNT),
        ("total", COUNT),
        ("state", TEXT),
        ("detail", TEXT),
    ),
    # Where the network's weights come from. `source` is "shared", "random" or "file"; `name` is the
    # file's, or empty; `digest` is of the weights as they were there. The other fields say what has
    # happened to them since.
    "weights": (
        ("source", TEXT),
        ("name", TEXT),
        ("digest", TEXT),
        ("changed_by_training", FLAG),
        ("tuned", COUNT),
    ),
    # Ten times a second during an evaluation on a `set` of TEST_SETS: FETCHING or READING, and how
    # many samples are done. Or EVALUATION_FAILED; then `detail`, otherwise empty, says why.
    "evaluating": (
        ("set", TEXT),
        ("stage", TEXT),
        ("done", COUNT),
        ("total", COUNT),
        ("detail", TEXT),
    ),
    # The result of an evaluation on a whole `set`; see evaluate/worker/evaluator.py. It is of the
    # network at the call of `evaluate`; the run's number, the iteration, the digest of the first
    # weights and the count of tunings are of that moment.
    "evaluation": (
        ("set", TEXT),
        ("run", COUNT),
        ("iteration", COUNT),
        ("digest", TEXT),
        ("tuned", COUNT),
        ("samples", COUNT),
        ("loss", NUMBER),
        ("accuracy", NUMBER),
        ("confusion", (is_confusion, settings_texts.MESSAGE_CONFUSION)),
        ("precision", SHARES),
        ("recall", SHARES),
    ),
    # The search for the nearest training digits: how many digits have been fetched.
    "searching": (("done", COUNT), ("total", COUNT)),
    # A run begins. `start` is NEW_WEIGHTS, RESET or CHECKPOINT; only after CHECKPOINT `iteration`
    # is not 0. No other run of this worker has the same `number`.
    "run": (("start", TEXT), ("number", COUNT), ("iteration", COUNT)),
    # A checkpoint, by its number in what `list_checkpoints` answers, has been validated.
    "checkpoint": (
        ("number", COUNT),
        ("accuracy", NUMBER),
        ("loss", NUMBER_OR_NONE),
        ("drawings", NUMBER_OR_NONE),
    ),
    # The visitor's own drawings, whenever they change: how many there are, how many are held out of
    # training, how many of each digit, and how many `undo_tray` would bring back.
    "tray": (
        ("count", COUNT),
        ("held_out", COUNT),
        ("of_digit", (is_counts, settings_texts.MESSAGE_COUNTS)),
        ("removed", COUNT),
    ),
    # Accuracies (0-1) after `iteration` steps, null if there are no samples: on the drawings that
    # are trained on, on those that are held out, on MNIST's validation digits, and on other
    # people's drawings.
    "hand": (
        ("iteration", COUNT),
        ("learned", NUMBER_OR_NONE),
        ("held_out", NUMBER_OR_NONE),
        ("mnist", NUMBER),
        ("drawings", NUMBER_OR_NONE),
    ),
    # What went wrong outside of any call: `kind` is one of PROBLEMS, which has its title, and
    # `detail` a sentence for people. If the worker tries again and it works, "recovered" follows.
    "problem": (("kind", PROBLEM), ("detail", TEXT)),
    "recovered": (("kind", PROBLEM),),
}
# The name, for visitors, of what a report is about.
REPORT_NAMES = {
    "progress": common.TRAIN_TITLE,
    "reached": common.TRAIN_TITLE,
    "run": common.TRAIN_TITLE,
    "validation": common.TRAINING_VALIDATION,
    "pool": common.TRAINING_CACHED,
    "weights": common.WEIGHTS_TITLE,
    "evaluating": common.EVALUATION_TITLE,
    "evaluation": common.EVALUATION_TITLE,
    "searching": common.INSIDE_TITLE,
    "checkpoint": common.TIME_TITLE,
    "tray": common.HAND_TITLE,
    "hand": common.HAND_TITLE,
}


def encode_report(kind: str, fields: Mapping[str, object]) -> str:
    """The text of a report. Raises MessageError if its fields do not match REPORTS."""
    expected = REPORTS[kind]
    if set(fields) != {name for name, _ in expected}:
        names = ", ".join(name for name, _ in expected)
        fail(
            settings_texts.MESSAGE_REPORT.format(kind=kind),
            settings_texts.MESSAGE_FIELDS.format(names=names),
            sorted(fields),
        )
    for name, (is_valid, description) in expected:
        if not is_valid(fields[name]):
            fail(_field(kind, name), description, fields[name])
    report = dict(fields)
    report["type"] = kind
    return json.dumps(report)


def _field(kind: str, name: str) -> str:
    """The name of a report's field for visitors."""
    report = REPORT_NAMES.get(kind) or settings_texts.MESSAGE_REPORT.format(kind=kind)
    return settings_texts.MESSAGE_FIELD.format(report=report, field=name.replace("_", " "))
