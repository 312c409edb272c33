"""The fields of what tells of evaluating, seen by type checkers alone: both sides of the bridge."""

from typing import TypedDict

from app.pyscript.annotations import JsProxy
from app.pyscript.draw.records import StoredDigit

class Evaluating(TypedDict):
    """The report "evaluating"."""

    set: str
    stage: str
    done: int
    total: int
    detail: str

class EvaluatedAt(TypedDict):
    """The test set, and the moment of an evaluation."""

    set: str
    run: int
    iteration: int
    digest: str
    tuned: int

class Group(TypedDict):
    """Samples that belong to somebody, and how many of them were read right."""

    name: str
    samples: int
    right: int

class Evaluation(EvaluatedAt):
    """The report "evaluation"."""

    samples: int
    loss: float
    accuracy: float
    confusion: list[list[int]]
    precision: list[float]
    recall: list[float]
    groups: list[Group]

class ReadDigit(StoredDigit):
    """A digit of a test set, and how it was read."""

    digit: int
    probability: float
    label_probability: float

class DigitPage(TypedDict):
    """What `list_mistakes` and `list_cell` answer."""

    first: int
    total: int
    digits: list[ReadDigit]
    pictures: JsProxy

class Cell(TypedDict):
    """A cell of a set's confusion matrix; label and digit are None for all mistakes."""

    set: str
    label: int | None
    digit: int | None

class CellPage(Cell, DigitPage):
    """A page of the digits in a cell, or of all mistakes."""
