"""What services raise when they refuse. errors.py has the HTTP status of each."""

from typing import Any


class ServiceError(Exception):
    """The message is for people; `members` are for programs: versions, jobs and numbers by name."""

    def __init__(self, message: str, **members: Any) -> None:
        super().__init__(message)
        self.members = members


class NotFoundError(ServiceError):
    """There is no such thing, or no longer."""


class ConflictError(ServiceError):
    """The request conflicts with what is going on."""


class PreconditionError(ServiceError):
    """The current version is not the one that the caller has seen."""


class RefusedError(ServiceError):
    """Weights that may not become everyone's: clearly worse, near copies, or out of bounds."""


class ForbiddenError(ServiceError):
    """Nobody may do this here, or not at the moment."""


class BusyError(ServiceError):
    """Too much is going on; the same request may succeed in a moment."""
