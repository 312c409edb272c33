"""The fields of what was kept, seen by type checkers alone: both sides of the bridge."""

from typing import TypedDict

from app.pyscript.annotations import Record

class Restored(TypedDict):
    """What the visit began with. saved_at: RFC 3339, or empty if nothing was left; digest: of the
    weights that were left, or empty."""

    saved_at: str
    digest: str

class RestoreAnswer(Restored):
    """What `restore` answers."""

    settings: Record | None
