"""The fields of a reading, seen by type checkers alone: both sides of the bridge."""

from typing import NotRequired, TypedDict

from app.pyscript.annotations import Awaitable, JsProxy

class Reading(TypedDict):
    """What `predict` answers, or the page's own reader, which measures no time."""

    digit: int
    unreadable: str
    probabilities: JsProxy
    seen: JsProxy
    milliseconds: NotRequired[float]

class Prediction(TypedDict):
    """A reading as the page shows it. version: of the drawing; unreadable: why the digit should not
    be named, or empty; worker_milliseconds: None if the page read it."""

    version: int
    digit: int
    unreadable: str
    probabilities: list[float]
    seen: JsProxy
    worker_milliseconds: float | None
    milliseconds: float

class SentDrawing(TypedDict):
    """A drawing that the worker reads. answer: brings a Reading, or None."""

    version: int
    asked_at: float
    answer: Awaitable[Reading | None]
