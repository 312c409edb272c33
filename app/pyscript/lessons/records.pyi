"""The fields of a lesson, seen by type checkers alone."""

from typing import TypedDict

from app.pyscript.annotations import Record

class Lesson(TypedDict):
    """preset: its name, or empty; settings: all of lesson.NAMES; weights: RANDOM, SHARED or a
    version's number; hide: names of link.HIDEABLE; problems: sentences."""

    preset: str
    title: str
    watch: str
    settings: Record
    weights: str | int
    hide: list[str]
    problems: list[str]
    is_started: bool
