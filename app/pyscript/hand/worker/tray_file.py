"""The tray's drawings as a file, and as a record in the browser's database (storage.Storage).

The file is JSON: {"format": "digits-tray", "version": 1, "drawings": [{"label": 0-9, "held_out":
true or false, "pixels": 784 intensities, row by row, two hexadecimal digits each}]}.
"""

import json
from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np

from app.model.arrays import ByteArray
from app.model.network import INPUT_SIZE, OUTPUT_SIZE
from app.pyscript.hand import texts
from app.pyscript.messages import MAX_TRAY_FILE_SIZE, TRAY_LIMIT
from app.pyscript.settings.table import is_whole

FORMAT, VERSION = "digits-tray", 1
SHOWN = 20

Labeled = tuple[int, bool, ByteArray]
"""A drawing's label, whether it is held out, and its pixels, (784,) uint8."""


class TrayDrawing(NamedTuple):
    """label: 0-9; is_held_out: whether it is kept out of training.

    pixels: (784,) uint8, as drawn; seen: (784,) uint8, as the network gets it.
    """

    label: int
    is_held_out: bool
    pixels: ByteArray
    seen: ByteArray


class TrayError(ValueError):
    """The tray cannot take a drawing or a file; `str()` says what was expected and found."""


def to_record(drawings: Collection[TrayDrawing]) -> tuple[str, bytes]:
    """The record of these drawings: a description as JSON text, and all pixels."""
    description = {
        "version": VERSION,
        "labels": [drawing.label for drawing in drawings],
        "held_out": [drawing.is_held_out for drawing in drawings],
    }
    return json.dumps(description), b"".join(each.pixels.tobytes() for each in drawings)


def to_file(drawings: Collection[TrayDrawing]) -> bytes:
    items = [
        {
            "label": drawing.label,
            "held_out": drawing.is_held_out,
            "pixels": drawing.pixels.tobytes().hex(),
        }
        for drawing in drawings
    ]
    document = {"format": FORMAT, "version": VERSION, "drawings": items}
    return json.dumps(document, indent=0).encode()


def from_record(description: str, pixels: bytes) -> list[Labeled]:
    try:
        document = json.loads(description)
        images = np.frombuffer(pixels, np.uint8).reshape(-1, INPUT_SIZE)
        parts = zip(document["labels"], document["held_out"], images, strict=True)
        return [(_checked_label(label), bool(held_out), image) for label, held_out, image in parts]
    except (ValueError, LookupError, TypeError) as error:
        raise TrayError(str(error)) from error


def from_file(content: bytes) -> list[Labeled]:
    """The drawings in a file. Raises a TrayError that says which drawing is wrong, and why."""
    if len(content) > MAX_TRAY_FILE_SIZE:
        raise TrayError(texts.HAND_FILE_TOO_LARGE)
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise TrayError(texts.HAND_NO_TRAY.format(format=FORMAT))
    if not is_whole(document.get("version")) or document["version"] != VERSION:
        found = json.dumps(document.get("version"))[:20]
        raise TrayError(texts.HAND_OTHER_VERSION.format(version=VERSION, found=found))
    drawings = document.get("drawings")
    if not isinstance(drawings, list) or not drawings:
        raise TrayError(texts.HAND_NO_DRAWINGS)
    if len(drawings) > TRAY_LIMIT:
        raise TrayError(texts.HAND_TOO_MANY.format(limit=TRAY_LIMIT, found=len(drawings)))
    return [_from_item(number, item) for number, item in enumerate(drawings, 1)]


def _from_item(number: int, item: Any) -> Labeled:
    try:
        if not isinstance(item, dict):
            raise TrayError(texts.HAND_NO_OBJECT.format(found=_shown(item)))
        label, held_out = _checked_label(item.get("label")), item.get("held_out", False)
        if not isinstance(held_out, bool):
            raise TrayError(texts.HAND_NO_FLAG.format(found=_shown(held_out)))
        return label, held_out, _checked_pixels(item.get("pixels"))
    except TrayError as error:
        raise TrayError(texts.HAND_WRONG_DRAWING.format(number=number, error=error)) from error


def _checked_label(label: Any) -> int:
    if not is_whole(label) or label not in range(OUTPUT_SIZE):
        raise TrayError(texts.HAND_NO_DIGIT.format(found=_shown(label)))
    return int(label)


def _checked_pixels(text: Any) -> ByteArray:
    try:
        if not isinstance(text, str) or len(text) != 2 * INPUT_SIZE:
            raise ValueError
        # fromhex skips spaces between the digits; then there are too few bytes.
        return np.frombuffer(bytes.fromhex(text), np.uint8).reshape(INPUT_SIZE)
    except ValueError as error:
        wrong = texts.HAND_NO_PIXELS.format(length=2 * INPUT_SIZE, found=_shown(text))
        raise TrayError(wrong) from error


def _shown(value: Any) -> str:
    """A JSON value for a message: its beginning, and the length if it is a text."""
    text = json.dumps(value)
    if len(text) <= SHOWN:
        return text
    return texts.HAND_SHORTENED.format(text=text[:SHOWN], length=len(text))
