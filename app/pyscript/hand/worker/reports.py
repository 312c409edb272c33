"""The reports on the visitor's own drawings."""

from app.pyscript import texts as common
from app.pyscript.worker.report_fields import COUNT, COUNTS, NUMBER, NUMBER_OR_NONE, Report

TRAY = Report(
    "tray", common.HAND_TITLE, count=COUNT, held_out=COUNT, of_digit=COUNTS, removed=COUNT
)
"""Whenever the drawings change: how many there are, how many are held out of training, how many of
each digit, and how many `undo_tray` would bring back."""
MEASURED = Report(
    "hand",
    common.HAND_TITLE,
    iteration=COUNT,
    learned=NUMBER_OR_NONE,
    held_out=NUMBER_OR_NONE,
    mnist=NUMBER,
    drawings=NUMBER_OR_NONE,
)
"""Accuracies (0-1) after `iteration` steps, null if there are no samples: on the drawings that are
trained on, on those that are held out, on MNIST's validation digits, and on other people's
drawings."""
