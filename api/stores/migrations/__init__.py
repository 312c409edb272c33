"""Steps from each form of the tables to the next, for Alembic. A released step is frozen: it names
its columns itself; database.py has the current ones."""
