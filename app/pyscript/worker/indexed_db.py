"""The browser's own database, as far as autosave.py and tray.py need it: a record for each.

Here and not on the page, because MicroPython cannot catch what the database throws where it is
forbidden, and because the weights are here. Imported by main.py alone.
"""

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

import js
from pyodide.ffi import JsException, JsProxy, create_proxy, to_js

from app.pyscript import texts
from app.pyscript.worker.autosave import OtherTabError, StorageError

DATABASE, STORE = "digits-autosave", "autosave"
NETWORK_KEY, TRAY_KEY = "network", "tray"
TIME_LIMIT_SECONDS = 3.0
REASONS = {
    "QuotaExceededError": texts.STORAGE_FULL,
    "SecurityError": texts.STORAGE_FORBIDDEN,
}


class IndexedDbStorage:
    """A Storage (autosave.py)."""

    def __init__(self, key: str) -> None:
        """key, of the record: NETWORK_KEY or TRAY_KEY."""
        self._key = key
        self._database: JsProxy | None = None
        # A record's revision names who wrote it, and which of its writes that was. So this one's
        # own are known even where the database never said that it had written them.
        self._writer = secrets.token_hex(8)
        self._writes = 0
        self._revision = ""  # of the record that was read last
        self._has_claim = False

    async def read(self) -> tuple[str, bytes] | None:
        store = await self._store("readonly")
        record = await _result(store.get(self._key))
        self._revision = _revision_of(record)
        try:
            return None if record is None else (record.description, record.weights.to_bytes())
        except AttributeError as error:
            raise StorageError(texts.STORAGE_DAMAGED) from error

    async def write(self, description: str, weights: bytes) -> None:
        self._writes += 1
        revision = f"{self._writer} {self._writes}"
        record = to_js(
            {"description": description, "weights": weights, "revision": revision},
            dict_converter=js.Object.fromEntries,
        )
        await self._change(lambda store: store.put(record, self._key))

    async def clear(self) -> None:
        await self._change(lambda store: store.delete(self._key))

    def claim(self) -> None:
        self._has_claim = True

    def _is_known(self, revision: str) -> bool:
        return revision in ("", self._revision) or revision.startswith(self._writer)

    async def _change(self, change: Callable[[JsProxy], object]) -> None:
        """Change the record if it is the one that this tab knows; a claim holds for one attempt."""
        has_claim, self._has_claim = self._has_claim, False
        store = await self._store("readwrite")
        finding = store.get(self._key)
        problems: list[StorageError] = []

        def on_found(_: JsProxy) -> None:
            # At once, in one transaction with the look: it ends where nothing more is asked of it.
            if not (has_claim or self._is_known(_revision_of(finding.result))):
                problems.append(OtherTabError(texts.STORAGE_OTHER_TAB))
                return
            try:
                change(store)
            except JsException as error:
                problems.append(StorageError(_reason(error)))

        listener = create_proxy(on_found)
        finding.addEventListener("success", listener)
        try:
            # Not the request's success: the disk may prove full only when all is written.
            await _end(store.transaction, "complete", "abort")
        finally:
            finding.removeEventListener("success", listener)
            listener.destroy()
        if problems:
            raise problems[0]

    async def _store(self, mode: str) -> JsProxy:
        """The object store in a new transaction; the next statement has to use it."""
        try:
            if self._database is None:
                self._database = await self._open()
            return self._database.transaction(STORE, mode).objectStore(STORE)
        except JsException as error:
            self._database = None  # lost, as when the visitor clears the site's data
            raise StorageError(_reason(error)) from error

    async def _open(self) -> JsProxy:
        if not getattr(js, "indexedDB", None):
            raise StorageError(texts.STORAGE_NONE)
        request = js.indexedDB.open(DATABASE, 1)
        on_upgrade = create_proxy(lambda event: request.result.createObjectStore(STORE))
        request.addEventListener("upgradeneeded", on_upgrade)
        database = await _result(request)
        request.removeEventListener("upgradeneeded", on_upgrade)
        on_upgrade.destroy()
        # Else this tab would keep others from ever deleting or changing the database.
        database.onversionchange = database.close
        return database


def _revision_of(record: Any) -> str:
    """Empty where there is no record, or one of a time when they had no revision."""
    return str(getattr(record, "revision", None) or "")


async def _result(request: JsProxy) -> Any:
    await _end(request, "success", "error")
    return request.result


async def _end(target: JsProxy, success: str, failure: str) -> None:
    """Wait for one of two events of a request or transaction; raises StorageError."""
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def on_end(event: JsProxy) -> None:
        if ended.done():
            return
        if event.type == success:
            ended.set_result(None)
        else:
            ended.set_exception(StorageError(_reason(target.error)))

    listener = create_proxy(on_end)
    for event in (success, failure):
        target.addEventListener(event, listener)
    try:
        await asyncio.wait_for(ended, TIME_LIMIT_SECONDS)
    except TimeoutError as error:
        raise StorageError(texts.STORAGE_SILENT) from error
    finally:
        for event in (success, failure):
            target.removeEventListener(event, listener)
        listener.destroy()


def _reason(error: Any) -> str:
    """Why, in words, from a DOMException; a thrown one comes in an Error whose message names it."""
    text = f"{getattr(error, 'name', 'Error')}: {getattr(error, 'message', error)}"
    known = [reason for name, reason in REASONS.items() if name in text]
    return known[0] if known else texts.STORAGE_FAILED.format(error=text)
