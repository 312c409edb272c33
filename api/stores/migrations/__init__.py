"""Steps from each form of the tables to the next, for Alembic. A step, once released, is frozen:
it names its columns itself, and database.py says what they are now."""
