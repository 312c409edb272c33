"""The fields of a tuning, seen by type checkers alone: both sides of the bridge."""

from typing import TypedDict

class TuneAnswer(TypedDict):
    """What `tune` answers: the loss before and after the step."""

    loss_before: float
    loss_after: float

class Tuning(TuneAnswer):
    """The last step, and the label that the visitor gave the drawing."""

    label: int
