"""The labeled drawings that pupils hand in to their class."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Engine, delete, func, insert, select, update

from api.stores.class_tables import classes, drawings
from api.stores.classes import ClassStore


class Labeled(NamedTuple):
    """pixels: 784 bytes, as drawn."""

    label: int
    is_held_out: bool
    pixels: bytes


class DrawingRow(NamedTuple):
    id: int
    pupil: int
    label: int
    is_held_out: bool
    pixels: bytes


class TooManyError(Exception):
    """So many more would be too many; the message says for whom."""


MORE: dict[str, Any] = {"digits_revision": classes.c.digits_revision + 1}


class DrawingStore:
    def __init__(self, engine: Engine, store: ClassStore) -> None:
        self._engine = engine
        self._classes = store

    def add(
        self, class_id: int, pupil: int, labeled: Sequence[Labeled], most: int, most_in_class: int
    ) -> int:
        """How many the pupil has handed in then. Raises LookupError, TooManyError."""
        with self._classes.changing(class_id, **MORE) as connection:
            in_class = select(func.count()).where(drawings.c.class_id == class_id)
            own = in_class.where(drawings.c.pupil == pupil)
            count = int(connection.scalar(own) or 0) + len(labeled)
            if count > most:
                raise TooManyError("pupil")
            if int(connection.scalar(in_class) or 0) + len(labeled) > most_in_class:
                raise TooManyError("class")
            whose = {"class_id": class_id, "pupil": pupil}
            connection.execute(insert(drawings), [whose | each._asdict() for each in labeled])
        return count

    def all(self, class_id: int) -> list[DrawingRow]:
        """In the order in which they came."""
        asked = select(*(drawings.c[name] for name in DrawingRow._fields))
        with self._engine.connect() as connection:
            rows = connection.execute(
                asked.where(drawings.c.class_id == class_id).order_by(drawings.c.id)
            )
            return [DrawingRow(*row) for row in rows]

    def change(self, class_id: int, drawing: int, label: int, pupil: int | None) -> None:
        """Correct a label. pupil: whose it has to be, if that matters. Raises LookupError."""
        self._write(class_id, update(drawings).values(label=label), drawing, pupil)

    def delete(self, class_id: int, drawing: int, pupil: int | None) -> None:
        """Raises LookupError."""
        self._write(class_id, delete(drawings), drawing, pupil)

    def _write(self, class_id: int, statement: Any, drawing: int, pupil: int | None) -> None:
        is_asked = (drawings.c.class_id == class_id) & (drawings.c.id == drawing)
        if pupil is not None:
            is_asked &= drawings.c.pupil == pupil
        with self._classes.changing(class_id, **MORE) as connection:
            if connection.execute(statement.where(is_asked)).rowcount != 1:
                raise LookupError
