"""Alembic's entry: runs migrations on the connection, and in the transaction, of database.py."""

from alembic import context

from api.stores.database import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
