"""What keeps records for the next visit: the network's (keep/) and the visitor's drawings' (hand/).

indexed_db.py has the one in the browser.
"""

from typing import Protocol

from app.pyscript.worker import texts
from app.pyscript.worker.reports import ForeseenError


class StorageError(ForeseenError):
    """The browser cannot store or read the record; `str()` says why."""


def storage_error(error: Exception) -> StorageError:
    """A StorageError as it is; any other error as a StorageError that says what went wrong. Saving
    never stops the network, and the next change tries again."""
    if isinstance(error, StorageError):
        return error
    return StorageError(texts.STORAGE_FAILED.format(error=f"{type(error).__name__}: {error}"))


class OtherTabError(StorageError):
    """The record is not the one that this tab last read or wrote."""


class Storage(Protocol):
    """Holds one record: a description, JSON text, and the bytes of an .npz, which may be empty.

    Each method raises StorageError. A record is replaced whole or not at all. Writing and clearing
    raise OtherTabError, and change nothing, if the record is not the one that this tab last read or
    wrote.
    """

    async def read(self) -> tuple[str, bytes] | None: ...

    async def write(self, description: str, weights: bytes) -> None: ...

    async def clear(self) -> None: ...

    def claim(self) -> None:
        """Allow the next change even if another tab wrote the record."""
