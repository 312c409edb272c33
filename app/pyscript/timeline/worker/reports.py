"""The report on a checkpoint."""

from app.pyscript import texts as common
from app.pyscript.worker.report_fields import COUNT, NUMBER, NUMBER_OR_NONE, Report

MEASURED = Report(
    "checkpoint",
    common.TIME_TITLE,
    number=COUNT,
    accuracy=NUMBER,
    loss=NUMBER_OR_NONE,
    drawings=NUMBER_OR_NONE,
)
"""A checkpoint, by its number in what `list_checkpoints` answers, has been validated."""
