"""Class digits: labeled drawings that pupils hand in, for everybody to train and measure with.

They come and go in the format of the page's tray (app/pyscript/hand/worker/tray_file.py).
"""

import json
from collections.abc import Callable
from typing import Any

from api.services.class_rooms import Room, Rooms
from api.services.problems import ConflictError, NotFoundError
from api.stores.class_drawings import DrawingStore, Labeled, TooManyError
from app.model.network import INPUT_SIZE, OUTPUT_SIZE
from app.model.serialization import SamplesError

FORMAT, VERSION = "digits-tray", 1
MOST_AT_ONCE = 100
MOST_OF_PUPIL = 500
MOST_IN_CLASS = 6_000
MAX_FILE_SIZE = 400_000
"""Bytes; of a hundred drawings, 160,000."""
SHOWN = 20


class ClassDrawings:
    def __init__(self, store: DrawingStore, rooms: Rooms) -> None:
        self._store = store
        self._rooms = rooms

    def add(self, room: Room, pupil: int, content: bytes) -> int:
        """Take a file of drawings; returns how many the pupil has handed in then. Raises
        SamplesError, NotFoundError, and ConflictError if there would be too many."""
        labeled = read_tray(content)
        try:
            count = self._write(
                room,
                lambda number: self._store.add(
                    number, pupil, labeled, MOST_OF_PUPIL, MOST_IN_CLASS
                ),
                "You are no longer in this class, or it has ended.",
            )
        except TooManyError as error:
            whose = (
                f"You have handed in {room.snapshot.drawings.get(pupil, 0)} drawings, and each may "
                f"hand in {MOST_OF_PUPIL}."
                if str(error) == "pupil"
                else f"The class may have {MOST_IN_CLASS:,} drawings together, and these would be "
                "more."
            )
            raise ConflictError(f"{whose} Hand in fewer, or delete some.") from error
        return int(count)

    def file(self, room: Room) -> bytes:
        """All drawings of the class."""
        snapshot = room.snapshot
        names = {number: pupil.name for number, pupil in snapshot.pupils.items()}
        items = [
            {
                "label": drawing.label,
                "held_out": drawing.is_held_out,
                "pixels": drawing.pixels.hex(),
                "id": drawing.id,
                "pupil": drawing.pupil,
                "name": names.get(drawing.pupil, ""),
            }
            for drawing in self._store.all(snapshot.row.id)
        ]
        document = {"format": FORMAT, "version": VERSION, "drawings": items}
        return json.dumps(document, separators=(",", ":")).encode()

    def change(self, room: Room, drawing: int, label: int, pupil: int | None) -> None:
        """Correct a label; pupil: who may only do so with their own. Raises NotFoundError."""
        self._write(
            room,
            lambda number: self._store.change(number, drawing, label, pupil),
            _no_drawing(drawing, pupil),
        )

    def delete(self, room: Room, drawing: int, pupil: int | None) -> None:
        """Raises NotFoundError."""
        self._write(
            room,
            lambda number: self._store.delete(number, drawing, pupil),
            _no_drawing(drawing, pupil),
        )

    def _write(self, room: Room, write: Callable[[int], Any], missing: str) -> Any:
        try:
            written = write(room.snapshot.row.id)
        except LookupError as error:
            raise NotFoundError(missing) from error
        self._rooms.changed(room)
        return written


def read_tray(content: bytes) -> list[Labeled]:
    """Raises SamplesError, which says which drawing is wrong, and why."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SamplesError("expected JSON") from error
    has_form = isinstance(document, dict) and document.get("format") == FORMAT
    if not has_form or document.get("version") != VERSION:
        raise SamplesError(
            f'expected {{"format": "{FORMAT}", "version": {VERSION}, "drawings": [...]}}'
        )
    drawings = document.get("drawings")
    if not isinstance(drawings, list) or not 1 <= len(drawings) <= MOST_AT_ONCE:
        found = len(drawings) if isinstance(drawings, list) else "no list"
        raise SamplesError(f"expected 1 to {MOST_AT_ONCE} drawings, found {found}")
    return [_read_drawing(number, item) for number, item in enumerate(drawings, 1)]


def _read_drawing(number: int, item: Any) -> Labeled:
    if not isinstance(item, dict):
        raise SamplesError(f"drawing {number}: expected an object, found {_shown(item)}")
    label, is_held_out = item.get("label"), item.get("held_out", False)
    if type(label) is not int or not 0 <= label < OUTPUT_SIZE:
        raise SamplesError(f"drawing {number}: label must be 0 to 9, found {_shown(label)}")
    if not isinstance(is_held_out, bool):
        raise SamplesError(
            f"drawing {number}: held_out must be true or false, found {_shown(is_held_out)}"
        )
    pixels = pixels_from_hex(item.get("pixels"))
    if pixels is None:
        raise SamplesError(
            f"drawing {number}: pixels must be {2 * INPUT_SIZE} hexadecimal digits, found "
            f"{_shown(item.get('pixels'))}"
        )
    if not any(pixels):
        raise SamplesError(f"drawing {number}: it is blank")
    return Labeled(label, is_held_out, pixels)


def pixels_from_hex(text: Any) -> bytes | None:
    """784 bytes; None if it is anything else."""
    try:
        pixels = bytes.fromhex(text) if isinstance(text, str) else b""
    except ValueError:
        return None
    # fromhex skips spaces.
    return pixels if len(pixels) == INPUT_SIZE and len(text) == 2 * INPUT_SIZE else None


def _no_drawing(drawing: int, pupil: int | None) -> str:
    whose = "" if pupil is None else " of yours"
    return f"There is no drawing {drawing}{whose} in this class."


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"
