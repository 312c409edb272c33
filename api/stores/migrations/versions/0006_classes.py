"""Classes on the local network, with their pupils, drawings and rounds of learning together."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

PUPIL = ["class_pupils.class_id", "class_pupils.number"]


def upgrade() -> None:
    op.create_table(
        "classes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String(4), nullable=False, unique=True),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("view", sa.String(64), nullable=False),
        sa.Column("projector_view", sa.String(64), nullable=False),
        sa.Column("is_locked", sa.Boolean, nullable=False),
        sa.Column("wants_attention", sa.Boolean, nullable=False),
        sa.Column("begun", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_order", sa.Text),
        sa.Column("last_lesson", sa.Text),
        sa.Column("last_pupil", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("status_revision", sa.Integer, nullable=False),
        sa.Column("answers_revision", sa.Integer, nullable=False),
        sa.Column("digits_revision", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "class_pupils",
        sa.Column(
            "class_id",
            sa.Integer,
            sa.ForeignKey("classes.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(48), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("view", sa.String(64), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True)),
        sa.Column("status", sa.Text),
        sa.Column("status_revision", sa.Integer, nullable=False),
    )
    op.create_table(
        "class_drawings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("class_id", sa.Integer, nullable=False),
        sa.Column("pupil", sa.Integer, nullable=False),
        sa.Column("label", sa.Integer, nullable=False),
        sa.Column("is_held_out", sa.Boolean, nullable=False),
        sa.Column("pixels", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["class_id", "pupil"], PUPIL, ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_class_drawings_class_id", "class_drawings", ["class_id"])
    op.create_table(
        "class_learnings",
        sa.Column(
            "class_id",
            sa.Integer,
            sa.ForeignKey("classes.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("split", sa.String(16), nullable=False),
        sa.Column("local_steps", sa.Integer, nullable=False),
        sa.Column("rounds", sa.Integer),
        sa.Column("seconds", sa.Integer, nullable=False),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True)),
        sa.Column("participants", sa.Text, nullable=False),
        sa.Column("history", sa.Text, nullable=False),
        sa.Column("central", sa.Text),
        sa.Column("weights", sa.LargeBinary, nullable=False),
        sa.Column("averager", sa.String(32)),
        sa.Column("averager_until", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "class_answers",
        sa.Column("class_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("pupil", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("samples", sa.Integer, nullable=False),
        sa.Column("accuracy", sa.Float),
        sa.Column("refusal", sa.String(300)),
        sa.Column("weights", sa.LargeBinary),
        sa.ForeignKeyConstraint(["class_id", "pupil"], PUPIL, ondelete="CASCADE"),
    )
