"""Classes on the local network: a teacher, up to sixty pupils, and what they say of themselves.

A class and everything in it is deleted when its teacher ends it, or LIFE_HOURS after its last sign
of life. class_rooms.py has what is read and who watches; here is what is written.
"""

import json
import logging
import random
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from api.services.animals import animal_name
from api.services.class_keys import keys_of, new_secret
from api.services.class_rooms import Room, Rooms
from api.services.problems import BusyError, ConflictError, ForbiddenError, NotFoundError
from api.stores.classes import (
    ClassStore,
    CodeTakenError,
    FullError,
    LockedError,
    PupilRow,
    Said,
)
from api.stores.database import reason
from api.stores.times import utc_now

logger = logging.getLogger(__name__)

LETTERS = "BCDFGHJKMNPQRSTVWXZ"
"""No vowels, so that no code is a word, and nothing that looks like something else."""
CODE_LENGTH = 4
LIFE_HOURS = 12
MOST_CLASSES = 200
MOST_PUPILS = 60
MAX_NAME_LENGTH = 40
ATTEMPTS = 100
"""To find a code that is free."""


class Begun(NamedTuple):
    """A new class, and its teacher's secret."""

    room: Room
    secret: str


class Joined(NamedTuple):
    """A new pupil, and their secret."""

    pupil: PupilRow
    secret: str


class Classes:
    def __init__(
        self, store: ClassStore, rooms: Rooms, now: Callable[[], datetime] = utc_now
    ) -> None:
        self.rooms = rooms
        self._store = store
        self._now = now

    def begin(self, title: str) -> Begun:
        """Raises BusyError if there are too many classes."""
        self.end_silent()
        if self._store.count() >= MOST_CLASSES:
            raise BusyError(
                f"There are {MOST_CLASSES} classes here, and no room for more. Try again when some "
                "have ended."
            )
        secret = new_secret()
        for _ in range(ATTEMPTS):
            code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
            try:
                self._store.add(code, title, keys_of(secret))
            except CodeTakenError:
                continue
            return Begun(self.room(code), secret)
        raise BusyError("No free code was found for the class. Try again.")

    def room(self, code: str) -> Room:
        """The living class with this code, in any case. Raises NotFoundError."""
        room = self.rooms.find(code.upper()) if is_code(code) else None
        if room is None or room.has_ended or self._is_over(room):
            raise _no_class(code)
        return room

    def end(self, room: Room) -> None:
        """Delete it, with everything in it."""
        self._store.end(room.snapshot.row.id)
        self.rooms.changed(room)

    def end_silent(self) -> int:
        """Delete the classes without a sign of life; returns how many."""
        count = self._store.end_silent(self._now() - timedelta(hours=LIFE_HOURS))
        if count:
            logger.info("%s silent classes were deleted with everything in them", count)
        return count

    def sweep(self) -> None:
        """End the silent ones, if the database lets us."""
        try:
            self.end_silent()
        except SQLAlchemyError as error:
            logger.warning("the database does not say which classes are over: %s", reason(error))

    def change(self, room: Room, **values: Any) -> None:
        """Change the title, the lock, or the wish for attention. Raises NotFoundError."""
        self._write(room, lambda number: self._store.change(number, **values))

    def order(self, room: Room, order: str, lesson: str | None, *, starts: bool) -> None:
        """Tell all pupils to do something. Raises NotFoundError."""
        document = {
            "order": order,
            "lesson": lesson,
            "starts": starts,
            "given_at": self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        self._write(
            room,
            lambda number: self._store.order(number, document, is_lesson=order == "lesson"),
        )

    # Pupils

    def join(self, room: Room, name: str | None) -> Joined:
        """A new pupil, with an animal's name if they give none. Raises NotFoundError,
        ForbiddenError if the class is locked, ConflictError if it is full."""
        secret = new_secret()
        code = room.snapshot.row.code

        def choose(taken: Sequence[str]) -> str:
            return free_name(name or animal_name(taken, random.SystemRandom()), taken)

        def join(number: int) -> PupilRow:
            return self._store.join(number, choose, keys_of(secret), MOST_PUPILS)

        try:
            return Joined(self._write(room, join), secret)
        except LockedError as error:
            raise ForbiddenError(
                f"The door of class {code} is locked. Ask your teacher to open it."
            ) from error
        except FullError as error:
            raise ConflictError(
                f"Class {code} is full: it has {MOST_PUPILS} pupils. Your teacher can remove some."
            ) from error

    def rename(self, room: Room, pupil: int, name: str) -> str:
        """The new name, with a number behind it if another has it. Raises NotFoundError."""

        def choose(taken: Sequence[str]) -> str:
            return free_name(name, taken)

        self._require_pupil(room, pupil)
        given: str = self._write(room, lambda number: self._store.rename(number, pupil, choose))
        return given

    def remove(self, room: Room, pupil: int) -> None:
        """Raises NotFoundError."""
        self._require_pupil(room, pupil)
        self._write(room, lambda number: self._store.remove(number, pupil))

    def say(self, room: Room, pupil: int, status: dict[str, Any]) -> None:
        """What a pupil says of themselves. Saying the same again is no sign of life: a page that
        was left open would keep its class for ever."""
        text = json.dumps(status, separators=(",", ":"))
        known = room.snapshot.pupils.get(pupil)
        is_news = known is None or known.status != text
        self.rooms.say(Said(room.snapshot.row.id, pupil, text, self._now(), is_news))

    # Helpers

    def _write(self, room: Room, write: Callable[[int], Any]) -> Any:
        """Have a store write to this class, and show it here. Raises NotFoundError."""
        try:
            written = write(room.snapshot.row.id)
        except LookupError as error:
            raise _no_class(room.snapshot.row.code) from error
        self.rooms.changed(room)
        return written

    def _require_pupil(self, room: Room, pupil: int) -> None:
        if pupil not in room.snapshot.pupils:
            raise NotFoundError(f"There is no pupil {pupil} in class {room.snapshot.row.code}.")

    def _is_over(self, room: Room) -> bool:
        """Is it still there only because nobody has deleted it yet?"""
        return room.snapshot.row.seen < self._now() - timedelta(hours=LIFE_HOURS)


def is_code(text: str) -> bool:
    return len(text) == CODE_LENGTH and set(text.upper()) <= set(LETTERS)


def free_name(name: str, taken: Sequence[str]) -> str:
    """The name, or with the first number behind it that makes it different from these."""
    known = {each.casefold() for each in taken}
    free, number = name, 1
    while free.casefold() in known:
        number += 1
        suffix = f" {number}"
        free = name[: MAX_NAME_LENGTH - len(suffix)] + suffix
    return free


def _no_class(code: str) -> NotFoundError:
    shown = code.upper() if code.isascii() and code.isalnum() else code
    return NotFoundError(
        f"There is no class {shown[:20]!r}, or not any more. A code has four letters, and is on "
        "the teacher's screen."
    )
