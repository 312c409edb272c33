"""Classes and their pupils: what lasts, and what pupils last said of themselves.

Each lasting change counts the class's `revision` up in its transaction, which also holds up other
changes of that class until it is done. What was true when somebody looked may have ended by the
time they write: then they get LookupError, and nothing is written.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from api.stores.class_tables import classes, drawings, pupils
from api.stores.database import is_conflict, writing
from api.stores.times import aware, utc_now

Document = dict[str, Any]


@dataclass(frozen=True)
class ClassRow:
    """A row of `classes`; keys as digests, orders as documents."""

    id: int
    code: str
    title: str
    secret: str
    view: str
    projector_view: str
    is_locked: bool
    wants_attention: bool
    begun: datetime
    seen: datetime
    last_order: Document | None
    last_lesson: Document | None
    revision: int
    status_revision: int
    answers_revision: int
    digits_revision: int


@dataclass(frozen=True)
class PupilRow:
    """A row of `class_pupils`; status as the JSON that was stored."""

    number: int
    name: str
    secret: str
    view: str
    seen: datetime | None
    status: str | None
    status_revision: int


class Revisions(NamedTuple):
    """A class's counters of changes, and its last sign of life."""

    lasting: int
    status: int
    answers: int
    seen: datetime


class Keys(NamedTuple):
    """SHA-256 digests, hexadecimal."""

    secret: str
    view: str
    projector_view: str = ""


class Said(NamedTuple):
    """What a pupil said of themselves: JSON, when, and whether it is a sign of life."""

    class_id: int
    pupil: int
    status: str
    seen: datetime
    is_news: bool


class CodeTakenError(Exception):
    """Another class has this code."""


class LockedError(Exception):
    """Nobody may join."""


class FullError(Exception):
    """No more pupils may join."""


Choose = Callable[[Sequence[str]], str]
"""Chooses a pupil's name, given those of the others."""


SAY = (
    update(pupils)
    .where(pupils.c.class_id == bindparam("of_class"), pupils.c.number == bindparam("of_pupil"))
    .values(
        status=bindparam("new_status"),
        seen=bindparam("new_seen"),
        status_revision=bindparam("new_revision"),
    )
)
"""For all at once: while it writes, nobody else can."""


class ClassStore:
    def __init__(self, engine: Engine, now: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._writing = writing(engine)
        self._saying = writing(engine, is_passing=True)
        self._now = now

    # Classes

    def add(self, code: str, title: str, keys: Keys) -> None:
        """Raises CodeTakenError."""
        now = self._now()
        values = {"code": code, "title": title, "begun": now, "seen": now} | keys._asdict()
        flags = {"is_locked": False, "wants_attention": False, "last_pupil": 0}
        counters = dict.fromkeys(
            ("revision", "status_revision", "answers_revision", "digits_revision"), 0
        )
        try:
            with self._writing.begin() as connection:
                connection.execute(insert(classes).values(**values, **flags, **counters))
        except IntegrityError as error:
            if is_conflict(error):
                raise CodeTakenError from error
            raise

    def count(self) -> int:
        """How many classes there are."""
        with self._engine.connect() as connection:
            return int(connection.scalar(select(func.count()).select_from(classes)) or 0)

    def find(self, code: str) -> ClassRow | None:
        return self._get(classes.c.code == code)

    def get(self, class_id: int) -> ClassRow | None:
        return self._get(classes.c.id == class_id)

    def revisions(self, ids: Iterable[int]) -> dict[int, Revisions]:
        """Of these classes, those that there still are."""
        counters = (classes.c.revision, classes.c.status_revision, classes.c.answers_revision)
        asked = select(classes.c.id, *counters, classes.c.seen)
        with self._engine.connect() as connection:
            rows = connection.execute(asked.where(classes.c.id.in_(list(ids))))
            return {row[0]: Revisions(*row[1:4], seen=aware(row[4])) for row in rows}

    def change(self, class_id: int, **values: Any) -> None:
        """Change columns of a class. Raises LookupError if it has ended."""
        with self.changing(class_id, **values):
            pass

    def order(self, class_id: int, order: Document, *, is_lesson: bool) -> None:
        """Note an order, and number it. Raises LookupError."""
        with self.changing(class_id) as connection:
            this = classes.c.id == class_id
            former = connection.scalar(select(classes.c.last_order).where(this))
            number = 1 + (json.loads(former)["number"] if former else 0)
            text = json.dumps({"number": number, **order})
            values = {"last_order": text} | ({"last_lesson": text} if is_lesson else {})
            connection.execute(update(classes).where(this).values(**values))

    def end(self, class_id: int) -> None:
        """Delete it, with everything in it. If it has ended before, so be it."""
        with self._writing.begin() as connection:
            connection.execute(delete(classes).where(classes.c.id == class_id))

    def end_silent(self, since: datetime) -> int:
        """End those without a sign of life since then; returns how many."""
        silent = classes.c.seen < since
        with self._engine.connect() as connection:
            found = connection.scalar(select(func.count()).select_from(classes).where(silent))
        if not found:  # the usual case, which should hold up nobody
            return 0
        with self._writing.begin() as connection:
            return connection.execute(delete(classes).where(silent)).rowcount

    # Pupils

    def pupils(self, class_id: int, since: int = -1) -> list[PupilRow]:
        """All pupils, in the order in which they came; with `since`, a status_revision, those whose
        status was written later."""
        asked = select(*(pupils.c[name] for name in PupilRow.__dataclass_fields__))
        is_asked = (pupils.c.class_id == class_id) & (pupils.c.status_revision > since)
        with self._engine.connect() as connection:
            rows = connection.execute(asked.where(is_asked).order_by(pupils.c.number))
            return [_pupil(row) for row in rows]

    def join(self, class_id: int, choose: Choose, keys: Keys, most: int) -> PupilRow:
        """A new pupil. Raises LookupError, LockedError, and FullError if there are `most`."""
        with self.changing(class_id, last_pupil=classes.c.last_pupil + 1) as connection:
            asked = select(classes.c.is_locked, classes.c.last_pupil)
            row = connection.execute(asked.where(classes.c.id == class_id)).one()
            if row.is_locked:
                raise LockedError
            others = select(pupils.c.name).where(pupils.c.class_id == class_id)
            names = connection.scalars(others).all()
            if len(names) >= most:
                raise FullError
            values = {
                "number": row.last_pupil,
                "name": choose(names),
                "secret": keys.secret,
                "view": keys.view,
                "status_revision": 0,
            }
            connection.execute(insert(pupils).values(class_id=class_id, **values))
        return PupilRow(seen=None, status=None, **values)

    def rename(self, class_id: int, pupil: int, choose: Choose) -> str:
        """The pupil's new name. Raises LookupError."""
        with self.changing(class_id) as connection:
            others = (pupils.c.class_id == class_id) & (pupils.c.number != pupil)
            name = choose(connection.scalars(select(pupils.c.name).where(others)).all())
            changed = update(pupils).where(_is(class_id, pupil)).values(name=name)
            if connection.execute(changed).rowcount != 1:
                raise LookupError
            # The names of those who drew them are shown with the drawings.
            seen = update(classes).where(classes.c.id == class_id)
            connection.execute(seen.values(digits_revision=classes.c.digits_revision + 1))
        return name

    def remove(self, class_id: int, pupil: int) -> None:
        """With everything that they gave the class. Raises LookupError."""
        with self.changing(class_id, digits_revision=classes.c.digits_revision + 1) as connection:
            if connection.execute(delete(pupils).where(_is(class_id, pupil))).rowcount != 1:
                raise LookupError

    def say(self, said: Sequence[Said]) -> None:
        """Write what pupils said, all at once; what is of a pupil who is gone is dropped."""
        in_order = sorted(said, key=lambda each: (each.class_id, each.pupil))
        with self._saying.begin() as connection:
            for class_id, group in groupby(in_order, key=lambda each: each.class_id):
                self._say(connection, class_id, list(group))

    def _say(self, connection: Connection, class_id: int, said: list[Said]) -> None:
        this = classes.c.id == class_id
        values: dict[str, Any] = {"status_revision": classes.c.status_revision + 1}
        if any(each.is_news for each in said):
            values["seen"] = max(each.seen for each in said)
        if connection.execute(update(classes).where(this).values(**values)).rowcount != 1:
            return
        revision = connection.scalar(select(classes.c.status_revision).where(this))
        connection.execute(
            SAY,
            [
                {"of_class": class_id, "of_pupil": each.pupil, "new_revision": revision}
                | {"new_status": each.status, "new_seen": each.seen}
                for each in said
            ],
        )

    # For all that changes in a class

    @contextmanager
    def changing(
        self, class_id: int, *, is_passing: bool = False, **values: Any
    ) -> Iterator[Connection]:
        """A transaction that changes a class in a lasting way, and also these columns of it. Others
        that do wait. Raises LookupError if it has ended, or has no longer what is referred to.

        is_passing: see `writing`.
        """
        values = {"revision": classes.c.revision + 1, "seen": self._now()} | values
        try:
            with (self._saying if is_passing else self._writing).begin() as connection:
                changed = update(classes).where(classes.c.id == class_id).values(**values)
                if connection.execute(changed).rowcount != 1:
                    raise LookupError
                yield connection
        except IntegrityError as error:
            if is_conflict(error):
                raise LookupError from error
            raise

    def _get(self, condition: Any) -> ClassRow | None:
        asked = select(*(classes.c[name] for name in ClassRow.__dataclass_fields__))
        with self._engine.connect() as connection:
            row = connection.execute(asked.where(condition)).one_or_none()
        if row is None:
            return None
        values = dict(row._mapping)
        for name in ("last_order", "last_lesson"):
            values[name] = values[name] and json.loads(values[name])
        for name in ("begun", "seen"):
            values[name] = aware(values[name])
        return ClassRow(**values)

    def drawings_of_pupils(self, class_id: int) -> dict[int, int]:
        """How many drawings each pupil has handed in."""
        counted = select(drawings.c.pupil, func.count()).group_by(drawings.c.pupil)
        with self._engine.connect() as connection:
            rows = connection.execute(counted.where(drawings.c.class_id == class_id))
            return {row[0]: row[1] for row in rows}


def _is(class_id: int, pupil: int) -> Any:
    return (pupils.c.class_id == class_id) & (pupils.c.number == pupil)


def _pupil(row: Any) -> PupilRow:
    values = dict(row._mapping)
    return PupilRow(**values | {"seen": values["seen"] and aware(values["seen"])})
