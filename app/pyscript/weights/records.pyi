"""The fields of what tells of weights, seen by type checkers alone: both sides of the bridge."""

from typing import TypedDict

class Origin(TypedDict):
    """The report "weights"."""

    source: str
    name: str
    digest: str
    changed_by_training: bool
    tuned: int

class Version(TypedDict):
    """A version of the shared weights, as /api/weights/versions lists it (api/schemas.py)."""

    id: int
    author: str | None
    source: str
    status: str
    current: bool
    accuracy: float
    drawings_accuracy: float | None
    created: str

class Versions(TypedDict):
    """The answer of /api/weights/versions."""

    versions: list[Version]
    samples: int
    drawings: int | None
    margin: float

class Publication(TypedDict):
    """state: SENDING, or an outcome of messages.py."""

    state: str
    version: Version | None
    detail: str

class PublishedAnswer(TypedDict):
    """What `publish_weights` answers."""

    outcome: str
    version: Version | None
    detail: str

class Job(TypedDict):
    """A training on the server, as /api/jobs answers."""

    id: str
    state: str
    step: int
    steps: int
    progress: float
    accuracy: float | None
    version: int | None
    error: str | None
