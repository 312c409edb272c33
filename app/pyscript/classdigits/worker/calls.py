"""The worker's calls for the class's digits: what to hand in, and what others have."""

import hashlib
from typing import Any

import numpy as np

from app.pyscript import messages
from app.pyscript.bridge.worker.offers import offered
from app.pyscript.classdigits import texts
from app.pyscript.classdigits.worker.collection import Collection, drawings_in
from app.pyscript.evaluate.worker.other_sets import OtherSets
from app.pyscript.hand.worker.tray import Tray
from app.pyscript.hand.worker.tray_file import FORMAT, VERSION
from app.pyscript.worker.api_client import ApiClient
from app.pyscript.worker.crossing import place, rgba

AT_ONCE = 100
"""The most drawings that the server takes in one request."""
KEY_LENGTH = 12


class ClassDigitsCalls:
    def __init__(
        self, tray: Tray, client: ApiClient, collection: Collection, test_sets: OtherSets
    ) -> None:
        self._tray = tray
        self._client = client
        self._collection = collection
        test_sets.add(messages.CLASS_SET, collection.test_set)

    @offered(texts.CLASSDIGITS_NOT_HANDED_IN)
    async def pick_drawings(self, known: list[str]) -> dict[str, Any]:
        """Drawings of the tray for the class, without those whose keys are known.

        Answers {"file": a tray's file, as JSON, of at most AT_ONCE drawings, or None, "keys": of
        these, "left": how many others there are}.
        """
        await self._tray.open()
        found = []
        for drawing in self._tray.drawings.values():
            content = drawing.pixels.tobytes()
            key = hashlib.sha256(content + bytes([drawing.label])).hexdigest()[:KEY_LENGTH]
            if key not in known:
                found.append((key, drawing.label, drawing.is_held_out, content.hex()))
        some = found[:AT_ONCE]
        drawings = [
            {"label": label, "held_out": held_out, "pixels": pixels}
            for _, label, held_out, pixels in some
        ]
        file = {"format": FORMAT, "version": VERSION, "drawings": drawings} if some else None
        return {
            "file": file,
            "keys": [key for key, *_ in some],
            "left": len(found) - len(some),
        }

    @offered(texts.CLASSDIGITS_NOT_LOADED)
    async def load_class_digits(self, path: str) -> dict[str, Any]:
        """Get the class's digits from the API. Answers {"count", "hands": [{"pupil", "name",
        "drawings"}]}."""
        await self._collection.load(await self._client.document(path, drawings_in))
        hands = [hand._asdict() for hand in self._collection.hands()]
        return {"count": len(self._collection.drawings), "hands": hands}

    @offered(texts.CLASSDIGITS_NOT_FORGOTTEN)
    def forget_class_digits(self) -> None:
        """The class is over for this browser: others' drawings do not stay in it."""
        self._collection.forget()

    @offered(texts.CLASSDIGITS_NOT_LISTED)
    def list_class_digits(self, pupil: int | None, digit: int | None, first: int) -> dict[str, Any]:
        """A page of the drawings that were loaded, of a pupil, of a digit, or of all.

        Answers {"first", "total", "drawings": [{"number", "pupil", "name", "label"}], "pictures":
        as list_tray}.
        """
        chosen = self._collection.chosen(pupil, digit)
        shown = chosen[place(first) : first + messages.GALLERY_SIZE]
        drawings = [
            {
                "number": each.number,
                "pupil": each.pupil,
                "name": each.name,
                "label": each.label,
            }
            for each in shown
        ]
        images = [each.pixels for each in shown]
        pictures = rgba(np.concatenate(images)) if images else np.empty(0, np.uint8)
        return {"first": first, "total": len(chosen), "drawings": drawings, "pictures": pictures}

    @offered(texts.CLASSDIGITS_NOT_TAKEN)
    async def take_class_digits(self) -> dict[str, int]:
        """Put as many of them into the tray as fit. Answers {"added", "left"}."""
        before = len(self._collection.drawings)
        added = await self._tray.add_all(self._collection.in_turn())
        return {"added": added, "left": before - added}
