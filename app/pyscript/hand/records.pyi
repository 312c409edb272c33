"""The fields of what tells of the tray, seen by type checkers alone: both sides of the bridge."""

from typing import TypedDict

from app.pyscript.annotations import JsProxy

class TrayCounts(TypedDict):
    """The report "tray"."""

    count: int
    held_out: int
    of_digit: list[int]
    removed: int

class Measure(TypedDict):
    """The report "hand"."""

    iteration: int
    learned: float | None
    held_out: float | None
    mnist: float
    drawings: float | None

class ListedDrawing(TypedDict):
    """A drawing of the tray, as it is listed."""

    number: int
    label: int
    held_out: bool
    pixels: str

class TrayPage(TypedDict):
    """What `list_tray` answers."""

    first: int
    total: int
    drawings: list[ListedDrawing]
    pictures: JsProxy
