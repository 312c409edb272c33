"""Saves the visitor's network and settings for the next visit, or for the next worker.

It writes one record, a few seconds after a change. The storage is passed in (worker/storage.py). If
saving fails, the visitor is told once, and the old record stays. All tabs share one record. If
another tab has written it since, it is overwritten only when the visitor says so.
"""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from app.pyscript.keep import texts
from app.pyscript.messages import KEPT_BY_OTHER_TAB, KEPT_UNREAD, NOT_KEPT
from app.pyscript.reasons import reason
from app.pyscript.worker.background import Background
from app.pyscript.worker.reports import Reports
from app.pyscript.worker.storage import OtherTabError, Storage, StorageError, storage_error

if TYPE_CHECKING:
    from app.pyscript.weights.records import Origin

SAVE_SECONDS = 3.0
"""At most this much training is lost when the page is closed or the worker is killed."""


class Kept(NamedTuple):
    """settings: as in settings.limits.DEFAULT_SETTINGS; origin: as in the report "weights";
    weights: an .npz, or empty for the weights that everybody gets."""

    settings: dict[str, Any]
    origin: "Origin"
    weights: bytes


class Autosave:
    """Saves what `take()` returns; if that is None, deletes the record."""

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
        # Saves a few seconds after the first change since the last time.
        self._timer: asyncio.Task[None] | None = None
        self._failed_with = ""  # the kind of problem that was reported and is not over
        self._is_unread = False  # whether the record could not be read
        self._one_at_a_time = asyncio.Lock()

    def leave(self) -> None:
        """Save from now on, without reading the record: if there is one, it is another tab's."""
        self._is_on = True

    async def read(self) -> tuple[str, Kept] | None:
        """The record, as (time of saving in RFC 3339, content), or None. Saves from now on.

        If the record cannot be read, this returns None, and the storage does not let it be
        overwritten. The visitor hears of that at the next try to save. Raises ValueError if the
        record is damaged.
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
            origin: Any = dict(document["origin"])
            kept = Kept(dict(document["settings"]), origin, weights)
            return str(document["saved_at"]), kept
        except (ValueError, LookupError, TypeError) as error:
            raise ValueError(texts.STORAGE_DESCRIPTION_DAMAGED) from error

    def mark(self) -> None:
        """Something worth saving has changed: save soon."""
        if self._is_on and self._timer is None:
            self._timer = self._background.start(self._save_later())

    def hurry(self) -> None:
        """Save now instead of soon: a visitor who has just paused may leave."""
        if self._timer is not None:
            self._background.start(self.save())

    async def _save_later(self) -> None:
        await asyncio.sleep(SAVE_SECONDS)
        await self.save()

    def _stop_timer(self) -> None:
        """Cancel the timer, unless this call comes from the timer itself."""
        timer, self._timer = self._timer, None
        if timer is not None and timer is not asyncio.current_task():
            timer.cancel()

    async def save(self, has_claim: bool = False) -> None:
        """Save now. If that fails, report it once until it succeeds again.

        has_claim: another tab's record may be replaced. But if there is nothing to save, it stays.
        """
        async with self._one_at_a_time:
            self._stop_timer()
            is_lost = True
            try:
                kept = self._take()
                is_lost = kept is not None  # with nothing to save, nothing is lost
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
        self._reports.problem(kind, advice.format(error=reason(error)))

    def _mend(self) -> None:
        if self._failed_with:
            kind, self._failed_with = self._failed_with, ""
            self._reports.recovered(kind)

    async def forget(self) -> None:
        """Delete the record if it is this tab's. Raises StorageError if it may still be there."""
        async with self._one_at_a_time:
            if self._is_unread:
                return
            try:
                await self._storage.clear()
            except OtherTabError:
                pass  # another tab's record is not ours to delete


def _describe(kept: Kept) -> str:
    saved_at = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"saved_at": saved_at, "settings": kept.settings, "origin": kept.origin})
