"""How versions read drawings; null in those that were never measured on any."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("versions", sa.Column("drawings_accuracy", sa.Float))
    op.add_column("versions", sa.Column("drawings_loss", sa.Float))
