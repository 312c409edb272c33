"""Turns: the order in which versions last became current, as an old one may become current
again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("versions", sa.Column("turn", sa.Integer, nullable=False, server_default="0"))
    op.execute("UPDATE versions SET turn = id WHERE is_accepted")
    op.execute(
        "UPDATE versions SET turn = (SELECT max(id) + 1 FROM versions) "
        "WHERE id IN (SELECT version FROM current)"
    )
