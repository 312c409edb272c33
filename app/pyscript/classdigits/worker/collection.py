"""The drawings of a class as they were loaded last, also as a test set."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from app.model.arrays import ByteArray
from app.model.network import INPUT_SIZE
from app.model.preprocessing import normalize_drawing
from app.pyscript.classdigits import texts
from app.pyscript.evaluate.worker.other_sets import OtherSet
from app.pyscript.hand.worker.tray_file import Labeled
from app.pyscript.worker.api_client import ApiError
from app.pyscript.worker.crossing import pixels_of

AT_ONCE = 32
"""Drawings between two pauses; they take a few milliseconds."""


class ClassDrawing(NamedTuple):
    """number: in the class; pixels, seen: (784,) uint8, as drawn and as the network gets it."""

    number: int
    pupil: int
    name: str
    label: int
    is_held_out: bool
    pixels: ByteArray
    seen: ByteArray


class Hand(NamedTuple):
    """How many drawings a pupil has."""

    pupil: int
    name: str
    drawings: int


class Collection:
    def __init__(self) -> None:
        self.drawings: list[ClassDrawing] = []

    async def load(self, items: Sequence[Any]) -> None:
        """Take what the server sent in place of the former. Raises ValueError."""
        drawings = []
        for index, item in enumerate(items):
            if index % AT_ONCE == 0:
                await asyncio.sleep(0)
            drawings.append(_drawing(item))
        self.drawings = drawings

    def forget(self) -> None:
        self.drawings = []

    def chosen(self, pupil: int | None, digit: int | None) -> list[ClassDrawing]:
        """A pupil's drawings, those of a digit, or both; the newest first."""
        return [
            each
            for each in reversed(self.drawings)
            if pupil in (None, each.pupil) and digit in (None, each.label)
        ]

    def in_turn(self) -> list[Labeled]:
        """For the tray: one of each pupil in turn, so that what fits is of all of them."""
        by_pupil: dict[int, list[ClassDrawing]] = {}
        for each in self.drawings:
            by_pupil.setdefault(each.pupil, []).append(each)
        longest = max((len(each) for each in by_pupil.values()), default=0)
        rounds = [
            drawings[place]
            for place in range(longest)
            for drawings in by_pupil.values()
            if place < len(drawings)
        ]
        return [(each.label, each.is_held_out, each.pixels) for each in rounds]

    def hands(self) -> list[Hand]:
        """Of each pupil, in the order of their first drawing."""
        found: dict[int, Hand] = {}
        for each in self.drawings:
            hand = found.get(each.pupil, Hand(each.pupil, each.name, 0))
            found[each.pupil] = hand._replace(drawings=hand.drawings + 1)
        return list(found.values())

    def test_set(self) -> OtherSet:
        """All of them, as the network gets them, with whose they are."""
        images = [each.seen for each in self.drawings]
        return OtherSet(
            np.stack(images) if images else np.empty((0, INPUT_SIZE), np.uint8),
            np.array([each.label for each in self.drawings], np.uint8),
            [each.name for each in self.drawings],
        )


def drawings_in(content: bytes) -> list[Any]:
    """The drawings in the API's answer, not yet looked at. Raises ApiError."""
    try:
        drawings = json.loads(content)["drawings"]
    except (ValueError, LookupError, TypeError):
        drawings = None
    if not isinstance(drawings, list):
        raise ApiError(texts.CLASSDIGITS_UNREADABLE)
    return drawings


def _drawing(item: Any) -> ClassDrawing:
    try:
        pixels = pixels_of(item["pixels"])
        if pixels.shape != (INPUT_SIZE,):
            raise ValueError(pixels.shape)
        numbers = (int(item["id"]), int(item["pupil"]))
        return ClassDrawing(
            *numbers,
            str(item["name"]),
            int(item["label"]),
            bool(item["held_out"]),
            pixels,
            normalize_drawing(pixels),
        )
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError(texts.CLASSDIGITS_UNREADABLE) from error
