"""The worker's calls for the tray of the visitor's own drawings."""

from typing import TYPE_CHECKING

import numpy as np

from app.pyscript import messages
from app.pyscript.bridge.worker.offers import offered
from app.pyscript.hand import texts
from app.pyscript.hand.worker.measuring import Measuring
from app.pyscript.hand.worker.mixed_batches import MixedBatches
from app.pyscript.hand.worker.tray import Tray
from app.pyscript.hand.worker.tray_file import to_file
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.train.worker.trainer import Trainer
from app.pyscript.worker.crossing import file_of, pixels_of, place, rgba

if TYPE_CHECKING:
    from app.pyscript.annotations import File
    from app.pyscript.hand.records import ListedDrawing, TrayPage


class HandCalls:
    def __init__(
        self,
        tray: Tray,
        measuring: Measuring,
        batches: MixedBatches,
        network: LiveNetwork,
        trainer: Trainer,
    ) -> None:
        self._tray = tray
        self._measuring = measuring
        network.on_restore.append(tray.open)
        trainer.next_batch = batches.take

    @offered(texts.HAND_NOT_ADDED)
    async def add_drawing(self, pixels: str, label: int) -> None:
        """Keep a drawing. pixels: as for `predict`; label: the digit it shows, 0-9."""
        await self._tray.add(pixels_of(pixels), label)

    @offered(texts.HAND_NOT_REMOVED)
    async def remove_drawing(self, number: int) -> None:
        """Remove the drawing that `list_tray` gives this number."""
        await self._tray.remove([number])

    @offered(texts.HAND_NOT_CLEARED)
    async def clear_tray(self) -> None:
        await self._tray.remove()

    @offered(texts.HAND_NOT_UNDONE)
    async def undo_tray(self) -> None:
        """Bring back the drawings that were last removed."""
        await self._tray.undo()

    @offered(lambda content, name: texts.HAND_FILE_PROBLEM.format(name=name))
    async def open_tray(self, content: bytes, name: str) -> dict[str, int]:  # noqa: ARG002
        """Add the drawings in a file (tray_file.py); answers {"added": how many}."""
        return {"added": await self._tray.open_file(content)}

    @offered(texts.HAND_NOT_SAVED)
    def save_tray(self) -> "File":
        """All drawings as a file: {"name", "content": uint8}, JSON."""
        return file_of("digits-tray.json", to_file(self._tray.drawings.values()))

    @offered(texts.HAND_NOT_LISTED)
    def list_tray(self, first: int) -> "TrayPage":
        """A page of the tray's drawings, the newest first, from place `first` on.

        pictures: (3136 n,) uint8, the drawings as drawn, one after another, each in the form of
        `seen` of `predict`.
        """
        newest = list(reversed(self._tray.drawings.items()))
        shown = newest[place(first) : first + messages.GALLERY_SIZE]
        drawings: list[ListedDrawing] = [
            {
                "number": number,
                "label": drawing.label,
                "held_out": drawing.is_held_out,
                "pixels": drawing.pixels.tobytes().hex(),
            }
            for number, drawing in shown
        ]
        images = [drawing.pixels for _, drawing in shown]
        pictures = rgba(np.concatenate(images)) if images else np.empty(0, np.uint8)
        return {"first": first, "total": len(newest), "drawings": drawings, "pictures": pictures}

    @offered(texts.HAND_NOT_MEASURED)
    def watch_hand(self, is_watched: bool) -> None:
        """Start or stop the report "hand", which comes a few times a second during training."""
        self._measuring.watch(is_watched)
