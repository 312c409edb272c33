"""The fields of checkpoints, seen by type checkers alone: both sides of the bridge."""

from typing import TypedDict

from app.pyscript.annotations import JsProxy

class Measured(TypedDict):
    """The report "checkpoint"."""

    number: int
    accuracy: float
    loss: float | None
    drawings: float | None

class Checkpoint(TypedDict):
    """accuracy, loss and drawings: None before it was validated. digit: what it reads in the
    drawing; None if that is blank, or it gives no answer."""

    number: int
    iteration: int
    accuracy: float | None
    loss: float | None
    drawings: float | None
    digit: int | None

class Course(TypedDict):
    """What `list_checkpoints` answers. now: the number of the network's own checkpoint;
    probabilities: of each digit by each checkpoint, ten for each, or empty."""

    now: int
    checkpoints: list[Checkpoint]
    probabilities: JsProxy

class UnitsAnswer(TypedDict):
    """What `list_checkpoint_units` answers."""

    picture: JsProxy

class Units(UnitsAnswer):
    """The hidden units of a checkpoint, or of their change since the first."""

    number: int
    of_change: bool
