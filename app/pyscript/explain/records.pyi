"""The fields of an explained step, seen by type checkers alone: both sides of the bridge."""

from typing import NotRequired, TypedDict

from app.pyscript.annotations import JsProxy

class Array(TypedDict):
    """An array to show: some of its values, and where they stand, as a Python index. picture:
    [columns, rows, its first byte]."""

    name: str
    shape: str
    dtype: str
    least: float
    most: float
    where: str
    values: list[float]
    picture: list[int]

class Facts(TypedDict):
    """What `explain_step` answers, but the pictures. pixel, unit and target: one way through the
    network, which the numbers follow; inked: how many pixels have ink; active: how many units
    respond. The last six, of w2 on that way, come only with a label."""

    label: int | None
    digit: int
    pixel: int
    unit: int
    target: int
    inked: int
    active: int
    unit_sum: float
    logit: float
    log_prob: float
    probability: float
    arrays: list[Array]
    loss: NotRequired[float]
    loss_after: NotRequired[float]
    weight: NotRequired[float]
    weight_grad: NotRequired[float]
    weight_after: NotRequired[float]
    learning_rate: NotRequired[float]

class Answer(Facts):
    """What `explain_step` and `apply_step` answer. pictures: RGBA of all arrays."""

    pictures: JsProxy

class Explanation(Answer):
    """version: of the drawing; is_applied: whether the network took the step; problem: why there
    is no explanation, with the pictures and these two alone."""

    version: int
    is_applied: bool
    problem: NotRequired[str]

class Function(TypedDict):
    """The source of a function; line: its first, counted from 1."""

    path: str
    line: int
    source: str

class StageSource(TypedDict):
    """The functions that compute a stage."""

    stage: str
    functions: list[Function]

class Sources(TypedDict):
    """What `step_sources` answers."""

    stages: list[StageSource]
