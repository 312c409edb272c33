"""What crosses between the page and the worker: names, shapes, limits and their checks.

Runs on MicroPython (the page) and on CPython in Pyodide (the worker), so it uses what both have.

How anything crosses, and calls, is bridge/wire.py's; what may be asked is in each feature's
worker/calls.py. By itself the worker posts reports: JSON of an object with "type" and the fields in
REPORTS.
"""

import json

from app.pyscript import texts
from app.pyscript.kit import formats

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Any

MIN_BATCH_SIZE, MAX_BATCH_SIZE = 1, 1024
MIN_PREFETCH, MAX_PREFETCH = 1, 16
# Learning rates are above 0.
MAX_LEARNING_RATE = 10
# A momentum of 1 would never forget.
MAX_MOMENTUM = 0.999
MAX_L2 = 1
MAX_STEPS = 1_000_000
# As large as the page's Python can pass on.
MAX_SEED = 2**30 - 1
# The choices of some settings, equal to the model's.
SCHEDULES = ("constant", "warmup", "step", "cosine")
INITIALIZERS = ("he_normal", "uniform", "zeros")
# What is trained on: digits as people draw them, with what is no digit, or MNIST as it is.
DRAWINGS, MNIST = "drawings", "mnist"
TRAINING_SETS = (DRAWINGS, MNIST)
# The rate to begin with, for each optimizer. Equal to the model's, which the page cannot import.
DEFAULT_LEARNING_RATES = {"sgd": 0.1, "momentum": 0.005, "adam": 0.001}
DEFAULT_SETTINGS: dict = {
    "batch_size": 128,
    "learning_rate": DEFAULT_LEARNING_RATES["momentum"],
    "prefetch": 4,
    "optimizer": "momentum",
    "momentum": 0.9,
    "schedule": "constant",
    "schedule_steps": 2000,
    "l2": 0,
    "initializer": "he_normal",
    "training_set": DRAWINGS,
    "data_fraction": 1,
    "label_noise": 0,
    "seed": 0,
    "until": 0,
    "tray_share": 0,
}
# Settings that change how fast or how far a run goes, not what is learned.
NOT_LEARNED_BY = ("prefetch", "until")


# What can become of weights that were offered as the shared ones: see api_client.Publication.
ACCEPTED, MERGED, REFUSED = "accepted", "merged", "refused"
MAX_AUTHOR_LENGTH = 40
# What an evaluation can read, by the service's splits: stored digits, drawings by writers kept from
# training, and other people's digits. Not every service has the last two.
TEST_SETS = ("test", "test_drawings", "test_uci")
# How an evaluation goes on, and how it can end without a result.
FETCHING, READING, EVALUATION_FAILED = "fetching", "reading", "failed"
# So many evaluated digits are listed together.
GALLERY_SIZE = 24
# In place of a digit to compare: the likeliest that is not the other.
CHOSEN_BY_NETWORK = -1
# Equal to the model's, which the page cannot import; and so many units are listed at most.
HIDDEN_SIZE = 128
TELLING_UNITS = 8
# The label of a drawing that nobody has named yet.
NO_LABEL = -1
# Bytes. Equal to the model's, which the page cannot import.
MAX_WEIGHTS_FILE_SIZE = 1_000_000

# How a run begins: with other weights, after a reset, or from a checkpoint of the one before.
NEW_WEIGHTS, RESET, CHECKPOINT = "weights", "reset", "checkpoint"
# What can go wrong beside any call: a key for programs, and its title for people. The first three
# are why nothing is kept for the next visit.
NOT_KEPT, KEPT_BY_OTHER_TAB, KEPT_UNREAD = "not-kept", "kept-by-other-tab", "kept-unread"
WHY_NOT_KEPT = (NOT_KEPT, KEPT_BY_OTHER_TAB, KEPT_UNREAD)
TRAY_NOT_KEPT, NOT_RESTORED = "tray-not-kept", "not-restored"
NO_SAMPLES, OTHER_SAMPLES = "no-samples", "other-samples"
TRAINING_STOPPED, NOT_VALIDATED = "training-stopped", "not-validated"
ANSWERS_NOTHING, CANNOT_LEARN = "answers-nothing", "cannot-learn"
UNEXPECTED = "unexpected"
PROBLEMS = {
    NOT_KEPT: texts.KEEP_NOT_KEPT,
    KEPT_BY_OTHER_TAB: texts.KEEP_OTHER_TAB,
    KEPT_UNREAD: texts.KEEP_UNREAD,
    TRAY_NOT_KEPT: texts.HAND_NOT_KEPT,
    NOT_RESTORED: texts.SESSION_NOT_RESTORED,
    NO_SAMPLES: texts.POOL_NOT_ARRIVING,
    OTHER_SAMPLES: texts.POOL_CHANGED,
    TRAINING_STOPPED: texts.SESSION_TRAINING_STOPPED,
    NOT_VALIDATED: texts.SESSION_NOT_VALIDATED,
    ANSWERS_NOTHING: texts.SESSION_ANSWERS_NOTHING,
    CANNOT_LEARN: texts.SESSION_CANNOT_LEARN,
    UNEXPECTED: texts.SESSION_UNEXPECTED,
}
# How the pictures of the 128 hidden units are laid out.
UNIT_ROWS, UNIT_COLUMNS = 8, 16
# Drawings that the tray holds, and the largest file of them in bytes.
TRAY_LIMIT = 500
MAX_TRAY_FILE_SIZE = 2_000_000


class MessageError(ValueError):
    """A message that is not as this module says; `str()` names what was expected and found."""


def is_whole(value: object) -> bool:
    # A bool is an int to Python, but not to us.
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    return value - value == 0  # false for NaN and the infinities, which JSON cannot say


def is_count(value: object) -> bool:
    return is_whole(value) and value >= 0  # type: ignore[operator]


def is_number_or_none(value: object) -> bool:
    return value is None or is_number(value)


def is_flag(value: object) -> bool:
    return isinstance(value, bool)


def is_text(value: object) -> bool:
    return isinstance(value, str)


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

# The fields of each report: name, check, and what is expected in words.
COUNT = (is_count, texts.MESSAGE_COUNT)
NUMBER = (is_number, texts.MESSAGE_FINITE)
NUMBER_OR_NONE = (is_number_or_none, texts.MESSAGE_FINITE_OR_NULL)
FLAG = (is_flag, texts.MESSAGE_FLAG)
TEXT = (is_text, texts.MESSAGE_TEXT)
SHARES = (is_shares, texts.MESSAGE_SHARES)
PROBLEM = (
    lambda value: value in PROBLEMS,
    texts.MESSAGE_CHOICE.format(names=", ".join(sorted(PROBLEMS))),
)
REPORTS = {
    # Ten times a second while training, and whenever training starts or stops. `epoch` counts how
    # often the whole split was gone through; `loss` and `accuracy` (0-1) are means since the last
    # such report, null before the first step; `learning_rate` is that of the next step; `cached`
    # and `fetching` count blocks.
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
    # The network measured on samples kept from training, after `iteration` steps: accuracy and loss
    # on so many digits, the loss null where it has no answer for some; `drawings`, its accuracy on
    # drawings, null where there are none; `norm` is the square root of the sum of all squared
    # weights.
    "validation": (
        ("iteration", COUNT),
        ("accuracy", NUMBER),
        ("loss", NUMBER_OR_NONE),
        ("samples", COUNT),
        ("drawings", NUMBER_OR_NONE),
        ("norm", NUMBER),
    ),
    # Training stopped by itself, after as many steps as the setting "until" asks for; `digest`
    # names the weights that it led to; is_repeatable, whether the same settings lead there again.
    "reached": (("iteration", COUNT), ("digest", TEXT), ("is_repeatable", FLAG)),
    # The sample pool, in blocks; `state` is "ok", "waiting" (training has nothing to train on yet)
    # or "retrying" (the last request failed); `detail` says so in a sentence, or is empty.
    "pool": (
        ("cached", COUNT),
        ("fetching", COUNT),
        ("total", COUNT),
        ("state", TEXT),
        ("detail", TEXT),
    ),
    # Where the network's weights come from ("shared", "random" or "file", and then the file's name,
    # else empty), the digest that they had there, and what has happened to them since.
    "weights": (
        ("source", TEXT),
        ("name", TEXT),
        ("digest", TEXT),
        ("changed_by_training", FLAG),
        ("tuned", COUNT),
    ),
    # Ten times a second while evaluating on a `set` of TEST_SETS: FETCHING or READING, and how many
    # samples of all are done; or EVALUATION_FAILED, and `detail`, else empty, says why.
    "evaluating": (
        ("set", TEXT),
        ("stage", TEXT),
        ("done", COUNT),
        ("total", COUNT),
        ("detail", TEXT),
    ),
    # The network as it was when `evaluate` was called (in the run of that number, after so many
    # iterations, from the weights of that digest, tuned so often), measured on all of a `set`; see
    # evaluate/worker/evaluator.py.
    "evaluation": (
        ("set", TEXT),
        ("run", COUNT),
        ("iteration", COUNT),
        ("digest", TEXT),
        ("tuned", COUNT),
        ("samples", COUNT),
        ("loss", NUMBER),
        ("accuracy", NUMBER),
        ("confusion", (is_confusion, texts.MESSAGE_CONFUSION)),
        ("precision", SHARES),
        ("recall", SHARES),
    ),
    # How many of the training digits that are searched for the nearest have been fetched.
    "searching": (("done", COUNT), ("total", COUNT)),
    # A run begins: `start` is NEW_WEIGHTS, RESET or CHECKPOINT, and then `iteration` is not 0; its
    # `number` is like no other's of this worker.
    "run": (("start", TEXT), ("number", COUNT), ("iteration", COUNT)),
    # A checkpoint, by its number in what `list_checkpoints` answers, has been validated.
    "checkpoint": (
        ("number", COUNT),
        ("accuracy", NUMBER),
        ("loss", NUMBER_OR_NONE),
        ("drawings", NUMBER_OR_NONE),
    ),
    # The visitor's own drawings, when they change: how many, of them never trained on, of each
    # digit, and how many `undo_tray` would bring back.
    "tray": (
        ("count", COUNT),
        ("held_out", COUNT),
        ("of_digit", (is_counts, texts.MESSAGE_COUNTS)),
        ("removed", COUNT),
    ),
    # Accuracies (0-1) after so many iterations, null where there is nothing to measure on: of the
    # drawings that are trained on, of those that never are, of MNIST's validation digits, and of
    # other people's drawings.
    "hand": (
        ("iteration", COUNT),
        ("learnt", NUMBER_OR_NONE),
        ("held_out", NUMBER_OR_NONE),
        ("mnist", NUMBER),
        ("drawings", NUMBER_OR_NONE),
    ),
    # What went wrong beside any call: a kind of PROBLEMS for programs, the rest for people.
    # Recoverable if the worker mends it by itself, and then "recovered" of the same kind follows.
    "problem": (("kind", PROBLEM), ("title", TEXT), ("detail", TEXT), ("recoverable", FLAG)),
    "recovered": (("kind", PROBLEM),),
}


# What visitors call the part of the page that shows a report.
REPORT_NAMES = {
    "progress": texts.TRAIN_TITLE,
    "reached": texts.TRAIN_TITLE,
    "run": texts.TRAIN_TITLE,
    "validation": texts.TRAINING_VALIDATION,
    "pool": texts.TRAINING_CACHED,
    "weights": texts.WEIGHTS_TITLE,
    "evaluating": texts.EVALUATION_TITLE,
    "evaluation": texts.EVALUATION_TITLE,
    "searching": texts.INSIDE_TITLE,
    "checkpoint": texts.TIME_TITLE,
    "tray": texts.HAND_TITLE,
    "hand": texts.HAND_TITLE,
}


def encode_report(kind: str, fields: dict) -> str:
    """The text of a report; raises MessageError where its fields are not those in REPORTS."""
    expected = REPORTS[kind]
    if set(fields) != {name for name, _ in expected}:
        names = ", ".join(name for name, _ in expected)
        _fail(
            texts.MESSAGE_REPORT.format(kind=kind),
            texts.MESSAGE_FIELDS.format(names=names),
            sorted(fields),
        )
    for name, (is_valid, description) in expected:
        if not is_valid(fields[name]):
            _fail(_field(kind, name), description, fields[name])
    report = dict(fields)
    report["type"] = kind
    return json.dumps(report)


def _field(kind: str, name: str) -> str:
    """A report's field as the page calls it."""
    report = REPORT_NAMES.get(kind) or texts.MESSAGE_REPORT.format(kind=kind)
    return texts.MESSAGE_FIELD.format(report=report, field=name.replace("_", " "))


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
        _fail(texts.MESSAGE_SETTINGS, texts.MESSAGE_OBJECT, settings)
    for name in settings:
        if name not in DEFAULT_SETTINGS:
            names = ", ".join(sorted(DEFAULT_SETTINGS))
            _fail(texts.MESSAGE_SETTING, texts.MESSAGE_CHOICE.format(names=names), name)
    # One after the other in the table's order: MicroPython's dicts have none.
    for name, title, is_valid, expected in SETTING_CHECKS:
        if name in settings and not is_valid(settings[name]):
            _fail(title, expected(), settings[name])
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


def _fail(what: str, expected: str, found: object) -> None:
    shown = json.dumps(found)[:80]
    if is_number(found):
        shown = formats.localized(shown)
    raise MessageError(texts.MESSAGE_WRONG.format(name=what, expected=expected, found=shown))
