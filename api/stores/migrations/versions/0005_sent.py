"""What was sent, by its digest, in versions that are means; null in all others, and in old ones."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("versions", sa.Column("sent", sa.String(64)))
    op.create_index("ix_versions_sent", "versions", ["sent"])
