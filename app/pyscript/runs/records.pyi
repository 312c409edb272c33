"""The fields of a run's beginning, seen by type checkers alone."""

from typing import TypedDict

class Beginning(TypedDict):
    """source and name: as in the report "weights"; is_trained: whether these weights had been
    trained before; run, iteration: the run and the iteration that it continues, or None."""

    source: str
    name: str
    is_trained: bool
    run: int | None
    iteration: int | None
