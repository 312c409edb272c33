"""The reports on training: its figures, its samples, and where the network comes from."""

from app.pyscript import texts as common
from app.pyscript.worker.report_fields import COUNT, FLAG, NUMBER, NUMBER_OR_NONE, TEXT, Report

PROGRESS = Report(
    "progress",
    common.TRAIN_TITLE,
    iteration=COUNT,
    epoch=NUMBER,
    loss=NUMBER_OR_NONE,
    accuracy=NUMBER_OR_NONE,
    samples_per_second=NUMBER,
    learning_rate=NUMBER,
    cached=COUNT,
    fetching=COUNT,
    is_training=FLAG,
)
"""Ten times a second during training, and whenever training starts or stops. `epoch` says how often
the whole split was used; `loss` and `accuracy` (0-1) are means since the last such report, null
before the first step; `learning_rate` is for the next step; `cached` and `fetching` count
blocks."""
VALIDATION = Report(
    "validation",
    common.TRAINING_VALIDATION,
    iteration=COUNT,
    accuracy=NUMBER,
    loss=NUMBER_OR_NONE,
    samples=COUNT,
    drawings=NUMBER_OR_NONE,
    norm=NUMBER,
)
"""The network measured on samples that are not used for training, after `iteration` steps.
`accuracy` and `loss` are on `samples` digits; `loss` is null if some had no answer; `drawings` is
the accuracy on drawings, null if there are none; `norm` is the square root of the sum of all
squared weights."""
REACHED = Report("reached", common.TRAIN_TITLE, iteration=COUNT, digest=TEXT, is_repeatable=FLAG)
"""Training stopped by itself after the step that the setting "until" names. `digest` is of the
weights reached; `is_repeatable` says whether the same settings lead there again."""
POOL = Report(
    "pool",
    common.TRAINING_CACHED,
    cached=COUNT,
    fetching=COUNT,
    total=COUNT,
    state=TEXT,
    detail=TEXT,
)
"""The sample pool, in blocks. `state` is "ok", "waiting" (training has no samples yet) or
"retrying" (the last request failed); `detail` is a sentence about it, or empty."""
WEIGHTS = Report(
    "weights",
    common.WEIGHTS_TITLE,
    source=TEXT,
    name=TEXT,
    digest=TEXT,
    changed_by_training=FLAG,
    tuned=COUNT,
)
"""Where the network's weights come from. `source` is "shared", "random" or "file"; `name` is the
file's, or empty; `digest` is of the weights as they were there. The other fields say what has
happened to them since."""
RUN = Report("run", common.TRAIN_TITLE, start=TEXT, number=COUNT, iteration=COUNT)
"""A run begins. `start` is NEW_WEIGHTS, RESET or CHECKPOINT; only after CHECKPOINT `iteration` is
not 0. No other run of this worker has the same `number`."""
