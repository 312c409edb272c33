"""The reports on an evaluation: how far it is, and its result."""

from app.pyscript import texts as common
from app.pyscript.settings import texts as settings_texts
from app.pyscript.worker.report_fields import (
    COUNT,
    NUMBER,
    SHARES,
    TEXT,
    Report,
    is_count,
    is_counts,
    is_text,
)


def is_confusion(value: object) -> bool:
    return isinstance(value, list) and len(value) == 10 and all(is_counts(row) for row in value)


def are_groups(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, dict)
        and is_text(each.get("name"))
        and is_count(each.get("samples"))
        and is_count(each.get("right"))
        for each in value
    )


CONFUSION = (is_confusion, settings_texts.MESSAGE_CONFUSION)
GROUPS = (are_groups, settings_texts.MESSAGE_GROUPS)
EVALUATING = Report(
    "evaluating",
    common.EVALUATION_TITLE,
    set=TEXT,
    stage=TEXT,
    done=COUNT,
    total=COUNT,
    detail=TEXT,
)
"""Ten times a second during an evaluation on a `set`: FETCHING or READING, and how
many samples are done. Or EVALUATION_FAILED; then `detail`, otherwise empty, says why."""
EVALUATION = Report(
    "evaluation",
    common.EVALUATION_TITLE,
    set=TEXT,
    run=COUNT,
    iteration=COUNT,
    digest=TEXT,
    tuned=COUNT,
    samples=COUNT,
    loss=NUMBER,
    accuracy=NUMBER,
    confusion=CONFUSION,
    precision=SHARES,
    recall=SHARES,
    groups=GROUPS,
)
"""The result of an evaluation on a whole `set`; see evaluator.py. It is of the network at the call
of `evaluate`; the run's number, the iteration, the digest of the first weights and the count of
tunings are of that moment. groups: [{"name", "samples", "right"}] of a set whose samples belong to
somebody."""
