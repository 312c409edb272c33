"""Keeps the visitor's network and settings for the next visit, or for the next worker.

Written a few seconds after something has changed, as one record; where it is kept is passed in
(indexed_db.py). A browser that keeps nothing is told of once, and whatever it kept before stays.
There is one record for all tabs: one that another tab has written since is not overwritten before
the visitor says so.
"""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from app.pyscript.keep import texts
from app.pyscript.messages import KEPT_BY_OTHER_TAB, KEPT_UNREAD, NOT_KEPT
from app.pyscript.reasons import reason
from app.pyscript.worker.background import Background
from app.pyscript.worker.reports import ForeseenError, Reports

SAVE_SECONDS = 3.0
"""The most that is lost when a page is closed or a worker killed."""


class StorageError(ForeseenError):
    """The browser keeps nothing, or gives nothing back; `str()` says why."""


def storage_error(error: Exception) -> StorageError:
    """The error itself or, of any other than a StorageError, what went wrong in keeping, in words:
    whatever it is, the network goes on, and the next change is another try."""
    if isinstance(error, StorageError):
        return error
    return StorageError(texts.STORAGE_FAILED.format(error=f"{type(error).__name__}: {error}"))


class OtherTabError(StorageError):
    """The record is not the one that this tab has read or written last."""


class Storage(Protocol):
    """Holds one record: a description, JSON text, and the bytes of an .npz, which may be empty.

    Each method raises StorageError; a record is replaced whole or not at all. Writing and clearing
    raise OtherTabError, and change nothing, where the record is another than this tab has read or
    written last.
    """

    async def read(self) -> tuple[str, bytes] | None: ...

    async def write(self, description: str, weights: bytes) -> None: ...

    async def clear(self) -> None: ...

    def claim(self) -> None:
        """Let the next change be made whatever record is there."""


class Kept(NamedTuple):
    """settings, as in messages.DEFAULT_SETTINGS; origin, as in the report "weights"; weights, an
    .npz, or empty for those that everybody gets."""

    settings: dict[str, Any]
    origin: dict[str, Any]
    weights: bytes


class Autosave:
    """Saves what `take()` returns, or forgets what was kept where it returns None."""

    def __init__(
        self,
        storage: Storage,
        background: Background,
        take: Callable[[], Kept | None],
        reports: Reports,
    ) -> None:
        self._storage = storage
        self._background = background
        self._take = take
        self._reports = reports
        self._is_on = False
        # Saves a moment later, where something has changed since the last time.
        self._timer: asyncio.Task[None] | None = None
        self._failed_with = ""  # the kind of problem that was told, until it is mended
        self._is_unread = False  # whether what was kept could not be read
        self._one_at_a_time = asyncio.Lock()

    def leave(self) -> None:
        """Save from now on, but what is kept, if anything, is another tab's."""
        self._is_on = True

    async def read(self) -> tuple[str, Kept] | None:
        """When (RFC 3339) something was kept last, and what; None for nothing. Saves from now on.

        Where that cannot be read, the storage lets nothing be written over it, and that is told
        when there would be something to keep. Raises ValueError for a record that is damaged.
        """
        self._is_on = True
        try:
            record = await self._storage.read()
        except Exception:
            self._is_unread = True
            return None
        if record is None:
            return None
        description, weights = record
        try:
            document = json.loads(description)
            kept = Kept(dict(document["settings"]), dict(document["origin"]), weights)
            return str(document["saved_at"]), kept
        except (ValueError, LookupError, TypeError) as error:
            raise ValueError(texts.STORAGE_DESCRIPTION_DAMAGED) from error

    def mark(self) -> None:
        """Something has changed that is worth keeping."""
        if self._is_on and self._timer is None:
            self._timer = self._background.start(self._save_later())

    def hurry(self) -> None:
        """Save at once what would wait: a visitor who has just paused may leave now."""
        if self._timer is not None:
            self._background.start(self.save())

    async def _save_later(self) -> None:
        await asyncio.sleep(SAVE_SECONDS)
        await self.save()

    def _stop_timer(self) -> None:
        """Its time has come, or somebody saves before."""
        timer, self._timer = self._timer, None
        if timer is not None and timer is not asyncio.current_task():
            timer.cancel()

    async def save(self, has_claim: bool = False) -> None:
        """Save now; where that fails, say so once, until it succeeds again.

        has_claim: what another tab has kept may be replaced; but where there is nothing to keep in
        its place, it stays.
        """
        async with self._one_at_a_time:
            self._stop_timer()
            is_lost = True
            try:
                kept = self._take()
                is_lost = kept is not None  # with nothing to keep, nothing is lost
                if kept is not None:
                    if has_claim:
                        self._storage.claim()
                    await self._storage.write(_describe(kept), kept.weights)
                    self._is_unread = False
                elif not has_claim:
                    await self._storage.clear()
            except Exception as error:
                if is_lost:
                    self._tell(storage_error(error))
                return
        self._mend()

    def _tell(self, error: StorageError) -> None:
        kind, advice = NOT_KEPT, texts.STORAGE_ADVICE
        if isinstance(error, OtherTabError):
            kind, advice = KEPT_BY_OTHER_TAB, texts.KEEP_OTHER_TAB_ADVICE
            if self._is_unread:
                kind, advice = KEPT_UNREAD, texts.KEEP_UNREAD_ADVICE
        if kind == self._failed_with:
            return
        self._mend()
        self._failed_with = kind
        self._reports.problem(kind, advice.format(error=reason(error)), True)

    def _mend(self) -> None:
        if self._failed_with:
            kind, self._failed_with = self._failed_with, ""
            self._reports.recovered(kind)

    async def forget(self) -> None:
        """Have nothing of this tab's kept. Raises StorageError where something may still be."""
        async with self._one_at_a_time:
            if self._is_unread:
                return
            try:
                await self._storage.clear()
            except OtherTabError:
                pass  # that is not this tab's to discard


def _describe(kept: Kept) -> str:
    saved_at = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"saved_at": saved_at, "settings": kept.settings, "origin": kept.origin})
