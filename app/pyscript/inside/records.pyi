"""The fields of what looks inside, seen by type checkers alone: both sides of the bridge."""

from typing import TypedDict

from app.pyscript.annotations import JsProxy
from app.pyscript.draw.records import StoredDigit

class Unit(TypedDict):
    """A hidden unit; weights and adds: one for each digit."""

    unit: int
    activation: float
    weights: list[float]
    adds: list[float]

class InspectionFields(TypedDict):
    """Of what `inspect` answers all but the pictures. others: what all units but the telling ones
    add; votes_for and votes_against: sums of the pixels' votes."""

    active: int
    logits: list[float]
    probabilities: list[float]
    telling: list[Unit]
    others: list[float]
    chosen: Unit
    first: int
    second: int
    votes_for: float
    votes_against: float

class InspectionAnswer(InspectionFields):
    """What `inspect` answers: three pictures in RGBA besides (worker/pictures.py)."""

    sheets: JsProxy
    unit: JsProxy
    votes: JsProxy

class Inspection(InspectionAnswer):
    """is_blank: whether nothing was drawn."""

    is_blank: bool

class Searching(TypedDict):
    """The report "searching"."""

    done: int
    total: int

class NearDigit(StoredDigit):
    """A training digit; distance: from 0, alike, to 1."""

    distance: float

class Nearest(TypedDict):
    """What `list_nearest` answers. pictures: the drawing, what the network sees, the digits."""

    among: int
    digits: list[NearDigit]
    pictures: JsProxy
