"""The visitor's own labeled drawings: kept for the next visit, and saved and opened as a file.

The tray holds drawings and knows no network. One drawing in five is held out of training. These
show whether the network has learned the visitor's hand or only memorized the drawings.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.model.arrays import ByteArray
from app.model.network import OUTPUT_SIZE
from app.model.preprocessing import normalize_drawing
from app.pyscript.hand import texts
from app.pyscript.hand.worker.reports import TRAY
from app.pyscript.hand.worker.tray_file import (
    Labeled,
    TrayDrawing,
    TrayError,
    from_file,
    from_record,
    to_record,
)
from app.pyscript.messages import TRAY_LIMIT, TRAY_NOT_KEPT
from app.pyscript.reasons import reason
from app.pyscript.worker.reports import Reports
from app.pyscript.worker.storage import OtherTabError, Storage, storage_error

if TYPE_CHECKING:
    from app.pyscript.hand.records import TrayCounts

HELD_OUT_OF = 5
NORMALIZED_AT_ONCE = 16
"""Drawings between two pauses; they take a few milliseconds."""


class Tray:
    """At most TRAY_LIMIT drawings, by number, in the order of their arrival, no two alike."""

    def __init__(self, storage: Storage, reports: Reports) -> None:
        self._storage = storage
        self.on_change: list[Callable[[], None]] = []
        self._reports = reports
        self._drawings: dict[int, TrayDrawing] = {}
        self._next_number = 0
        self._removed: dict[int, TrayDrawing] = {}
        self._is_open = False
        # Whether the record has drawings that are not here: another tab's, or not yet readable.
        self._must_merge = False
        self._has_failed = False
        self._opening = asyncio.Lock()
        self._saving = asyncio.Lock()

    @property
    def drawings(self) -> dict[int, TrayDrawing]:
        """The drawings by number, oldest first. Callers may only read this."""
        return self._drawings

    def _tell_of_change(self) -> None:
        labels = [drawing.label for drawing in self._drawings.values()]
        counts: TrayCounts = {
            "count": len(labels),
            "held_out": sum(drawing.is_held_out for drawing in self._drawings.values()),
            "of_digit": [labels.count(digit) for digit in range(OUTPUT_SIZE)],
            "removed": len(self._removed),
        }
        self._reports.report(TRAY, counts)
        for tell in self.on_change:
            tell()

    async def open(self) -> None:
        """Load the drawings that the last visit left. Later calls do nothing. If they cannot be
        read, the next change tries again and adds them first, or reports the problem."""
        async with self._opening:
            if self._is_open:
                return
            try:
                record = await self._storage.read()
                if record is not None:
                    found = from_record(*record)
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
                self._tell_of_change()

    async def add(self, pixels: ByteArray, label: int) -> None:
        """Keep a drawing, (784,) uint8. If it is here already, it gets this label.

        Raises TrayError for a blank drawing, a label that is no digit, or a full tray.
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
        """Remove these drawings, or all. `undo` can bring them back until the next change."""
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
        """Bring back the drawings that were last removed, to their old places.

        Raises TrayError if some do not fit, because drawings of another tab have come since. These
        can still be brought back later.
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
        """Add the drawings in a file that are not here yet; returns how many were new.

        If it raises TrayError, the tray stays as it is.
        """
        await self.open()
        before = len(self._drawings)
        await self._merge(from_file(content))
        self._removed = {}
        await self._changed()
        return len(self._drawings) - before

    async def add_all(self, found: Sequence[Labeled]) -> int:
        """Add as many of these as there is room for; returns how many were new. Raises TrayError if
        the tray is full."""
        await self.open()
        before = len(self._drawings)
        here = {drawing.pixels.tobytes() for drawing in self._drawings.values()}
        new = [each for each in found if each[2].tobytes() not in here]
        if new and before >= TRAY_LIMIT:
            raise TrayError(texts.HAND_NO_ROOM.format(limit=TRAY_LIMIT, here=before, new=len(new)))
        await self._merge(new[: TRAY_LIMIT - before])
        self._removed = {}
        await self._changed()
        return len(self._drawings) - before

    async def _merge(self, found: Sequence[Labeled]) -> None:
        self._put(await _normalized(found))

    async def _merge_other_tab(self) -> None:
        """Add what another tab has kept meanwhile. Drawings that were just removed stay removed."""
        record = await self._storage.read()
        ready = [] if record is None else await _normalized(from_record(*record))
        known = [*self._drawings.values(), *self._removed.values()]
        here = {drawing.pixels.tobytes() for drawing in known}
        self._put([drawing for drawing in ready if drawing[2].tobytes() not in here])
        self._tell_of_change()

    def _put(self, drawings: Sequence[tuple[int, bool, ByteArray, ByteArray]]) -> None:
        """Add all drawings, or none and raise TrayError. Those here already get the new label."""
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
        """Whether the next drawing with this label is held out: every fifth of each digit. Of the
        first ten drawings, one of each digit, two are held out."""
        of_label = sum(drawing.label == label for drawing in self._drawings.values())
        return (of_label + label) % HELD_OUT_OF == HELD_OUT_OF - 1

    async def _changed(self) -> None:
        self._tell_of_change()
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
            self._reports.recovered(TRAY_NOT_KEPT)

    def _tell(self, detail: str) -> None:
        """Report that these drawings cannot be saved; once, until it works again."""
        if not self._has_failed:
            self._has_failed = True
            self._reports.problem(TRAY_NOT_KEPT, detail)

    async def _write(self) -> None:
        if self._must_merge:
            await self._merge_other_tab()
            self._must_merge = False
        if self._drawings:
            await self._storage.write(*to_record(self._drawings.values()))
        else:
            await self._storage.clear()


async def _normalized(
    found: Sequence[Labeled],
) -> list[tuple[int, bool, ByteArray, ByteArray]]:
    """The drawings, each also as the network gets it. Raises TrayError for a blank one."""
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
