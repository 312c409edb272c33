"""Learning together: the round that a class is at, its answers, and what came of earlier rounds.

A round ends by compare-and-set: of two processes that have averaged it, one writes. Everything is a
row, so a server that starts again goes on in the middle of a round.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, delete, insert, or_, select, update

from api.stores.class_tables import answers, classes, learnings
from api.stores.classes import ClassStore
from api.stores.database import writing
from api.stores.times import aware, utc_now

Document = dict[str, Any]
RUNNING = "running"
DOCUMENTS = ("participants", "history", "central")
ANSWERED: dict[str, Any] = {
    "revision": classes.c.revision,
    "answers_revision": classes.c.answers_revision + 1,
}
"""What an answer changes in its class: only boards hear of it."""


@dataclass(frozen=True)
class LearningRow:
    """A row of `class_learnings` without its weights, with who has answered in this round."""

    class_id: int
    number: int
    split: str
    local_steps: int
    rounds: int | None
    seconds: int
    seed: int
    state: str
    round: int
    deadline: datetime | None
    participants: list[Document]
    history: list[Document]
    central: list[float] | None
    answered: tuple[int, ...]


class Answer(NamedTuple):
    """What a pupil sent in a round. accuracy: of their network, 0 to 1; refusal: why it is left
    out, in which case there are no weights."""

    pupil: int
    samples: int
    accuracy: float | None
    refusal: str | None
    weights: bytes | None


class RunningError(Exception):
    """The class learns together already."""


class RoundOverError(Exception):
    """This round is over, or the learning is."""


class LearningStore:
    def __init__(
        self, engine: Engine, store: ClassStore, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._engine = engine
        self._classes = store
        self._claiming = writing(engine, is_passing=True)
        self._now = now

    def begin(self, class_id: int, weights: bytes, **values: Any) -> None:
        """The first round; earlier learning is forgotten. Raises LookupError, RunningError."""
        with self._classes.changing(class_id) as connection:
            this = learnings.c.class_id == class_id
            former = connection.execute(
                select(learnings.c.number, learnings.c.state).where(this)
            ).one_or_none()
            if former is not None and former.state == RUNNING:
                raise RunningError
            connection.execute(delete(answers).where(answers.c.class_id == class_id))
            connection.execute(delete(learnings).where(this))
            number = 1 if former is None else former.number + 1
            beginning: Document = {"state": RUNNING, "round": 1, "number": number, "history": []}
            row = _row(beginning | values)
            connection.execute(insert(learnings).values(class_id=class_id, weights=weights, **row))

    def get(self, class_id: int) -> LearningRow | None:
        names = LearningRow.__dataclass_fields__.keys() - {"answered"}
        asked = select(*(learnings.c[name] for name in names))
        with self._engine.connect() as connection:
            row = connection.execute(asked.where(learnings.c.class_id == class_id)).one_or_none()
            if row is None:
                return None
            is_of_round = (answers.c.class_id == class_id) & (answers.c.round == row.round)
            answered = select(answers.c.pupil).where(is_of_round).order_by(answers.c.pupil)
            pupils = tuple(connection.scalars(answered))
        values = dict(row._mapping)
        for name in DOCUMENTS:
            values[name] = values[name] and json.loads(values[name])
        values["deadline"] = values["deadline"] and aware(values["deadline"])
        return LearningRow(**values, answered=pupils)

    def weights(self, class_id: int, number: int, round_: int) -> bytes | None:
        """What this round of this learning begins with; None if it is over."""
        asked = select(learnings.c.weights).where(_is_at(class_id, number, round_))
        with self._engine.connect() as connection:
            found: bytes | None = connection.scalar(asked)
        return found

    def answers(self, class_id: int, round_: int) -> list[Answer]:
        """Of this round, in the order of pupils."""
        asked = select(*(answers.c[name] for name in Answer._fields))
        is_asked = (answers.c.class_id == class_id) & (answers.c.round == round_)
        with self._engine.connect() as connection:
            rows = connection.execute(asked.where(is_asked).order_by(answers.c.pupil))
            return [Answer(*row) for row in rows]

    def answer(self, class_id: int, number: int, round_: int, answer: Answer) -> None:
        """The newest of a pupil counts. Raises LookupError, RoundOverError."""
        with self._classes.changing(class_id, is_passing=True, **ANSWERED) as connection:
            self._require_running(connection, class_id, number, round_)
            is_own = (answers.c.class_id == class_id) & (answers.c.pupil == answer.pupil)
            connection.execute(delete(answers).where(is_own))
            values = answer._asdict() | {"round": round_, "class_id": class_id}
            connection.execute(insert(answers).values(**values))

    def claim(self, class_id: int, number: int, round_: int, who: str, seconds: float) -> bool:
        """Be the one who averages this round, for this time. False if somebody else is."""
        now = self._now()
        is_free = or_(learnings.c.averager.is_(None), learnings.c.averager_until < now)
        claimed = update(learnings).where(
            _is_at(class_id, number, round_), learnings.c.state == RUNNING, is_free
        )
        until = now + timedelta(seconds=seconds)
        with self._claiming.begin() as connection:
            done = connection.execute(claimed.values(averager=who, averager_until=until))
            return done.rowcount == 1

    def finish_round(
        self, class_id: int, number: int, round_: int, weights: bytes, **values: Any
    ) -> None:
        """Go on to the next round, or to another state, with these weights and other values.
        Raises LookupError, RoundOverError."""
        with self._classes.changing(class_id) as connection:
            self._require_running(connection, class_id, number, round_)
            connection.execute(delete(answers).where(answers.c.class_id == class_id))
            self._update(connection, class_id, weights=weights, **_row(values))

    def change(self, class_id: int, number: int, round_: int, **values: Any) -> None:
        """Change values in the middle of a round. Raises LookupError, RoundOverError."""
        with self._classes.changing(class_id) as connection:
            self._require_running(connection, class_id, number, round_)
            if values.get("state", RUNNING) != RUNNING:  # nobody averages them any more
                connection.execute(delete(answers).where(answers.c.class_id == class_id))
            self._update(connection, class_id, **_row(values))

    def compare(self, class_id: int, number: int, central: list[float]) -> None:
        """Note how all data in one place would do, unless somebody has noted more. Raises
        LookupError."""
        with self._classes.changing(class_id, is_passing=True, **ANSWERED) as connection:
            this = (learnings.c.class_id == class_id) & (learnings.c.number == number)
            former = connection.scalar(select(learnings.c.central).where(this))
            if former is not None and len(json.loads(former)) < len(central):
                changed = update(learnings).where(this)
                connection.execute(changed.values(central=json.dumps(central)))

    def _update(self, connection: Connection, class_id: int, **values: Any) -> None:
        free = {"averager": None, "averager_until": None}
        this = update(learnings).where(learnings.c.class_id == class_id)
        connection.execute(this.values(**free, **values))

    def _require_running(
        self, connection: Connection, class_id: int, number: int, round_: int
    ) -> None:
        asked = select(learnings.c.state).where(_is_at(class_id, number, round_))
        if connection.scalar(asked) != RUNNING:
            raise RoundOverError


def _is_at(class_id: int, number: int, round_: int) -> Any:
    is_round = (learnings.c.number == number) & (learnings.c.round == round_)
    return (learnings.c.class_id == class_id) & is_round


def _row(values: Document) -> Document:
    """Documents as JSON."""
    documents = {
        name: json.dumps(values[name])
        for name in DOCUMENTS
        if name in values and values[name] is not None
    }
    return values | documents
