"""The visitor's own labeled drawings: kept for the next visit, saved and opened as a file.

Holds drawings and knows no network; hand.py makes variants of them and measures how well they are
read. One in five is held out: never trained on, so that it tells whether a hand was learned or
drawings were memorized.

The file is JSON: {"format": "digits-tray", "version": 1, "drawings": [{"label": 0-9, "held_out":
true or false, "pixels": 784 intensities, row by row, two hexadecimal digits each}]}. In the
browser's database the same lies as a record (autosave.Storage).
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from app.model.arrays import ByteArray
from app.model.network import INPUT_SIZE, OUTPUT_SIZE
from app.model.preprocessing import normalize_drawing
from app.pyscript import texts
from app.pyscript.keep.worker.autosave import OtherTabError, Storage, storage_error
from app.pyscript.messages import MAX_TRAY_FILE_SIZE, TRAY_LIMIT, TRAY_NOT_KEPT, is_whole
from app.pyscript.reasons import reason

FORMAT, VERSION = "digits-tray", 1
HELD_OUT_OF = 5
SHOWN = 20
NORMALIZED_AT_ONCE = 16
"""Drawings between two yields: a few milliseconds."""


class TrayDrawing(NamedTuple):
    """label, 0-9; is_held_out, whether it is never trained on.

    pixels, (784,) uint8, as drawn; seen, alike, as the network gets it.
    """

    label: int
    is_held_out: bool
    pixels: ByteArray
    seen: ByteArray


class TrayError(ValueError):
    """A drawing or a file that the tray cannot take; `str()` says what was expected and found."""


class Tray:
    """At most TRAY_LIMIT drawings, by number, in the order of their arrival, no two alike."""

    def __init__(
        self,
        storage: Storage,
        *,
        on_change: Callable[[], None],
        on_problem: Callable[[str, str, bool], None],
        on_recovered: Callable[[str], None],
    ) -> None:
        """on_problem takes a kind of messages.PROBLEMS, detail and whether it may mend itself;
        on_recovered the kind."""
        self._storage = storage
        self._on_change = on_change
        self._on_problem = on_problem
        self._on_recovered = on_recovered
        self._drawings: dict[int, TrayDrawing] = {}
        self._next_number = 0
        self._removed: dict[int, TrayDrawing] = {}
        self._is_open = False
        # Whether the record's drawings are not here yet: another tab's, or what was not to be read.
        self._must_merge = False
        self._has_failed = False
        self._opening = asyncio.Lock()
        self._saving = asyncio.Lock()

    @property
    def drawings(self) -> dict[int, TrayDrawing]:
        """By number, oldest first; to be read only."""
        return self._drawings

    @property
    def removed_count(self) -> int:
        """How many drawings `undo` would bring back."""
        return len(self._removed)

    async def open(self) -> None:
        """Take over what the last visit left; once. Where it cannot be read, that is told when
        there is something to keep, and what is there then is added first."""
        async with self._opening:
            if self._is_open:
                return
            try:
                record = await self._storage.read()
                if record is not None:
                    found = _from_record(*record)
                    await self._merge(found[-TRAY_LIMIT:])
                    if len(found) > TRAY_LIMIT:
                        many = texts.HAND_TOO_MANY_KEPT.format(limit=TRAY_LIMIT, found=len(found))
                        self._tell(many)
            except TrayError as error:
                self._tell(texts.HAND_DAMAGED.format(error=reason(error)))
            except Exception:
                self._must_merge = True
            self._is_open = True
            if self._drawings:
                self._on_change()

    async def add(self, pixels: ByteArray, label: int) -> None:
        """Keep a drawing, (784,) uint8; one that is kept already gets this label.

        Raises TrayError for a blank one, no such label or a full tray.
        """
        await self.open()
        seen = normalize_drawing(pixels)
        if not seen.any():
            raise TrayError(texts.HAND_BLANK)
        if label not in range(OUTPUT_SIZE):
            raise TrayError(texts.HAND_NO_LABEL.format(label=label))
        self._put([(label, self._is_next_held_out(label), pixels, seen)])
        self._removed = {}
        await self._changed()

    async def remove(self, numbers: Sequence[int] | None = None) -> None:
        """Remove drawings, or all; `undo` brings them back until something else is changed."""
        await self.open()
        gone = list(self._drawings) if numbers is None else numbers
        removed = {number: self._drawings[number] for number in gone if number in self._drawings}
        if removed:
            self._removed = removed
            self._drawings = {
                number: drawing
                for number, drawing in self._drawings.items()
                if number not in removed
            }
            await self._changed()

    async def undo(self) -> None:
        """Bring back what was removed last, where it was.

        Raises TrayError for what finds no room, because drawings of another tab have come since;
        those that did not come back can later, as after any removal.
        """
        await self.open()
        removed = list(self._removed.items())
        room = max(TRAY_LIMIT - len(self._drawings), 0)
        self._drawings = dict(sorted([*self._drawings.items(), *removed[:room]]))
        self._removed = dict(removed[room:])
        if removed[:room]:
            await self._changed()
        if self._removed:
            count = len(self._removed)
            raise TrayError(texts.HAND_NO_ROOM_BACK.format(limit=TRAY_LIMIT, count=count))

    async def open_file(self, content: bytes) -> int:
        """Add the drawings of a file but for those that are here; returns how many were new.

        Raises TrayError, and then the tray stays as it is.
        """
        await self.open()
        before = len(self._drawings)
        await self._merge(_from_file(content))
        self._removed = {}
        await self._changed()
        return len(self._drawings) - before

    def file(self) -> tuple[str, bytes]:
        """A file's name and content, all drawings."""
        drawings = [
            {
                "label": drawing.label,
                "held_out": drawing.is_held_out,
                "pixels": drawing.pixels.tobytes().hex(),
            }
            for drawing in self._drawings.values()
        ]
        document = {"format": FORMAT, "version": VERSION, "drawings": drawings}
        return "digits-tray.json", json.dumps(document, indent=0).encode()

    async def _merge(self, found: Sequence[tuple[int, bool, ByteArray]]) -> None:
        self._put(await _normalized(found))

    async def _merge_other_tab(self) -> None:
        """Add what another tab has kept since; what is here, or was just removed, stays so."""
        record = await self._storage.read()
        ready = [] if record is None else await _normalized(_from_record(*record))
        known = [*self._drawings.values(), *self._removed.values()]
        here = {drawing.pixels.tobytes() for drawing in known}
        self._put([drawing for drawing in ready if drawing[2].tobytes() not in here])
        self._on_change()

    def _put(self, drawings: Sequence[tuple[int, bool, ByteArray, ByteArray]]) -> None:
        """All of them, or none and TrayError. What is here already gets the label that comes."""
        numbers = {drawing.pixels.tobytes(): number for number, drawing in self._drawings.items()}
        kept, next_number = dict(self._drawings), self._next_number
        for label, is_held_out, pixels, seen in drawings:
            number = numbers.get(pixels.tobytes())
            if number is None:
                number, next_number = next_number, next_number + 1
                numbers[pixels.tobytes()] = number
                kept[number] = TrayDrawing(label, is_held_out, pixels, seen)
            else:
                kept[number] = kept[number]._replace(label=label)
        if len(kept) > TRAY_LIMIT:
            here, new = len(self._drawings), len(kept) - len(self._drawings)
            raise TrayError(texts.HAND_NO_ROOM.format(limit=TRAY_LIMIT, here=here, new=new))
        self._drawings, self._next_number = kept, next_number

    def _is_next_held_out(self, label: int) -> bool:
        """Of each digit every fifth, and of the first ten drawings, one of each, two."""
        of_label = sum(drawing.label == label for drawing in self._drawings.values())
        return (of_label + label) % HELD_OUT_OF == HELD_OUT_OF - 1

    async def _changed(self) -> None:
        self._on_change()
        async with self._saving:
            try:
                try:
                    await self._write()
                except OtherTabError:
                    self._must_merge = True
                    await self._write()
            except Exception as error:
                words = error if isinstance(error, TrayError) else storage_error(error)
                self._tell(texts.HAND_NOT_KEPT_ADVICE.format(error=reason(words)))
                return
        if self._has_failed:
            self._has_failed = False
            self._on_recovered(TRAY_NOT_KEPT)

    def _tell(self, detail: str) -> None:
        """Say, once until it is mended, that the drawings are not kept as they are here."""
        if not self._has_failed:
            self._has_failed = True
            self._on_problem(TRAY_NOT_KEPT, detail, True)

    async def _write(self) -> None:
        if self._must_merge:
            await self._merge_other_tab()
            self._must_merge = False
        if self._drawings:
            await self._storage.write(*self._record())
        else:
            await self._storage.clear()

    def _record(self) -> tuple[str, bytes]:
        drawings = self._drawings.values()
        description = {
            "version": VERSION,
            "labels": [drawing.label for drawing in drawings],
            "held_out": [drawing.is_held_out for drawing in drawings],
        }
        return json.dumps(description), b"".join(each.pixels.tobytes() for each in drawings)


async def _normalized(
    found: Sequence[tuple[int, bool, ByteArray]],
) -> list[tuple[int, bool, ByteArray, ByteArray]]:
    """The same with each drawing as the network gets it; raises TrayError for a blank one."""
    ready = []
    for index, (label, is_held_out, pixels) in enumerate(found):
        if index % NORMALIZED_AT_ONCE == 0:
            await asyncio.sleep(0)
        seen = normalize_drawing(pixels)
        if not seen.any():
            error = texts.HAND_BLANK_DRAWING
            raise TrayError(texts.HAND_WRONG_DRAWING.format(number=index + 1, error=error))
        ready.append((label, is_held_out, pixels, seen))
    return ready


def _from_record(description: str, pixels: bytes) -> list[tuple[int, bool, ByteArray]]:
    try:
        document = json.loads(description)
        images = np.frombuffer(pixels, np.uint8).reshape(-1, INPUT_SIZE)
        parts = zip(document["labels"], document["held_out"], images, strict=True)
        return [(_checked_label(label), bool(held_out), image) for label, held_out, image in parts]
    except (ValueError, LookupError, TypeError) as error:
        raise TrayError(str(error)) from error


def _from_file(content: bytes) -> list[tuple[int, bool, ByteArray]]:
    """The drawings in a file; raises TrayError that says which of them is wrong, and how."""
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


def _from_item(number: int, item: Any) -> tuple[int, bool, ByteArray]:
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
        # Spaces between the digits are skipped, and then there are too few.
        return np.frombuffer(bytes.fromhex(text), np.uint8).reshape(INPUT_SIZE)
    except ValueError as error:
        wrong = texts.HAND_NO_PIXELS.format(length=2 * INPUT_SIZE, found=_shown(text))
        raise TrayError(wrong) from error


def _shown(value: Any) -> str:
    """The beginning of a JSON value, and how long a text is."""
    text = json.dumps(value)
    if len(text) <= SHOWN:
        return text
    return texts.HAND_SHORTENED.format(text=text[:SHOWN], length=len(text))
