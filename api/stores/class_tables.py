"""The tables of classes: what lasts of a class on the local network, until it ends.

Deleting a row of `classes` deletes everything in the class.

Three counters in `classes` say what has changed, so that each process reads only that: `revision`
goes up with each lasting change, `status_revision` with what pupils say of themselves, and
`answers_revision` with their weights in a round.
"""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from api.stores.database import metadata

PUPIL = ["class_pupils.class_id", "class_pupils.number"]
"""The key of a pupil."""

classes = Table(
    "classes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(4), nullable=False, unique=True),
    Column("title", String(60), nullable=False),
    # SHA-256 of the teacher's secret, and of the keys that only show the class.
    Column("secret", String(64), nullable=False),
    Column("view", String(64), nullable=False),
    Column("projector_view", String(64), nullable=False),
    Column("is_locked", Boolean, nullable=False),
    Column("wants_attention", Boolean, nullable=False),
    Column("begun", DateTime(timezone=True), nullable=False),
    # The last sign of life.
    Column("seen", DateTime(timezone=True), nullable=False),
    # JSON: the last order, and the last that opened a lesson.
    Column("last_order", Text),
    Column("last_lesson", Text),
    # Of the pupil who came last: numbers of those who left are not given again.
    Column("last_pupil", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("status_revision", Integer, nullable=False),
    Column("answers_revision", Integer, nullable=False),
    Column("digits_revision", Integer, nullable=False),
    sqlite_autoincrement=True,  # nobody may take a new class for an old one
)

pupils = Table(
    "class_pupils",
    metadata,
    Column("class_id", Integer, ForeignKey("classes.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", String(48), nullable=False),
    Column("secret", String(64), nullable=False),
    Column("view", String(64), nullable=False),
    Column("seen", DateTime(timezone=True)),
    # JSON, as the pupil sent it.
    Column("status", Text),
    # The class's status_revision when it was written.
    Column("status_revision", Integer, nullable=False),
)

drawings = Table(
    "class_drawings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("class_id", Integer, nullable=False, index=True),
    Column("pupil", Integer, nullable=False),
    Column("label", Integer, nullable=False),
    Column("is_held_out", Boolean, nullable=False),
    Column("pixels", LargeBinary, nullable=False),
    ForeignKeyConstraint(["class_id", "pupil"], PUPIL, ondelete="CASCADE"),
    sqlite_autoincrement=True,
)

# At most one in a class; the next one replaces it.
learnings = Table(
    "class_learnings",
    metadata,
    Column("class_id", Integer, ForeignKey("classes.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("split", String(16), nullable=False),
    Column("local_steps", Integer, nullable=False),
    Column("rounds", Integer),
    Column("seconds", Integer, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("round", Integer, nullable=False),
    Column("deadline", DateTime(timezone=True)),
    # JSON; of the last, null where there is nothing to compare with.
    Column("participants", Text, nullable=False),
    Column("history", Text, nullable=False),
    Column("central", Text),
    # What the round begins with: an .npz of float16.
    Column("weights", LargeBinary, nullable=False),
    # The process that averages the round, which another takes over after this time.
    Column("averager", String(32)),
    Column("averager_until", DateTime(timezone=True)),
)

answers = Table(
    "class_answers",
    metadata,
    Column("class_id", Integer, primary_key=True, autoincrement=False),
    Column("pupil", Integer, primary_key=True, autoincrement=False),
    Column("round", Integer, nullable=False),
    Column("samples", Integer, nullable=False),
    Column("accuracy", Float),
    # Why it is left out.
    Column("refusal", String(300)),
    Column("weights", LargeBinary),
    ForeignKeyConstraint(["class_id", "pupil"], PUPIL, ondelete="CASCADE"),
)
