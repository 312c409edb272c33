"""Stores records in the browser's database, IndexedDB: the network's, and the tray's.

It is in the worker, because the weights are here, and because on the page MicroPython could not
catch what the database throws where it is forbidden. The page reads the network's record only while
the worker is not ready (kit/web/database.py). Only main.py imports it.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import js
from pyodide.ffi import JsException, JsProxy, create_proxy, to_js

from app.pyscript.messages import DATABASE, STORE
from app.pyscript.worker import texts
from app.pyscript.worker.storage import OtherTabError, StorageError

TIME_LIMIT_SECONDS = 3.0
RETRY_SECONDS = (0.1, 0.4)
"""The pauses before trying again after a lost connection."""
LEAST_ROOM = 1_000_000
"""Bytes; a network and a full tray take 0.8 MB."""
T = TypeVar("T")
REASONS = {
    "QuotaExceededError": texts.STORAGE_FULL,
    "SecurityError": texts.STORAGE_FORBIDDEN,
}


class LostError(StorageError):
    """The connection was lost, or could not be made; a new one may work."""


class IndexedDbStorage:
    """A Storage (storage.py). It connects again when it has lost the connection.

    Browsers end a connection when the visitor clears the site's data, or when the disk fails or is
    full for a moment. Some end it when they put a page to sleep.
    """

    def __init__(self, key: str, site: Callable[[], str]) -> None:
        """key: the record's, NETWORK_KEY or TRAY_KEY (messages.py). site: a function that returns
        the page's site (ApiClient.site), called when the database is first needed."""
        self._key = key
        self._site = site
        self._database: JsProxy | None = None
        # A record's revision names its writer, and counts the writes. So this object recognizes its
        # own records, even if the database never confirmed that it had written them.
        self._writer = secrets.token_hex(8)
        self._writes = 0
        self._revision = ""  # of the record that was last read
        self._has_read = False
        self._has_claim = False

    async def read(self) -> tuple[str, bytes] | None:
        record = await self._lasting(self._read)
        self._has_read = True
        self._revision = _revision_of(record)
        try:
            return None if record is None else (record.description, record.weights.to_bytes())
        except AttributeError as error:
            raise StorageError(texts.STORAGE_DAMAGED) from error

    async def _read(self) -> Any:
        store = await self._store("readonly")
        return await _result(store.get(self._key))

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

    def _is_known(self, record: Any) -> bool:
        """Is there no record, or one that this tab wrote, or the one that it has read?"""
        if record is None:
            return True
        revision = _revision_of(record)
        return revision.startswith(self._writer) or (self._has_read and revision == self._revision)

    async def _change(self, change: Callable[[JsProxy], object]) -> None:
        """Change the record if this tab knows it or has a claim. A claim is for one change only."""
        has_claim, self._has_claim = self._has_claim, False
        await self._lasting(lambda: self._attempt(change, has_claim))

    async def _attempt(self, change: Callable[[JsProxy], object], has_claim: bool) -> None:
        store = await self._store("readwrite")
        finding = store.get(self._key)
        problems: list[StorageError] = []

        def on_found(_: JsProxy) -> None:
            # Change it right here, in the same transaction, which ends if it gets no more requests.
            if not (has_claim or self._is_known(finding.result)):
                problems.append(OtherTabError(texts.STORAGE_OTHER_TAB))
                return
            try:
                change(store)
            except JsException as error:
                problems.append(_problem(error))

        listener = create_proxy(on_found)
        finding.addEventListener("success", listener)
        try:
            # Wait for the transaction, not only the request: the disk may be full only at the end.
            await _end(store.transaction, "complete", "abort")
        finally:
            finding.removeEventListener("success", listener)
            listener.destroy()
        if problems:
            raise problems[0]

    async def _lasting(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """The result of `attempt()`, tried again if the connection is lost. Raises StorageError."""
        for seconds in RETRY_SECONDS:
            try:
                return await self._translated(attempt)
            except LostError:
                await asyncio.sleep(seconds)
        try:
            return await self._translated(attempt)
        except LostError as error:
            if await _is_full():
                raise StorageError(texts.STORAGE_FULL) from error
            raise

    async def _translated(self, attempt: Callable[[], Awaitable[T]]) -> T:
        try:
            return await attempt()
        except OtherTabError:
            raise
        except (JsException, StorageError) as error:
            self._disconnect()
            raise (error if isinstance(error, StorageError) else _problem(error)) from error

    def _disconnect(self) -> None:
        database, self._database = self._database, None
        if database is not None:
            database.close()

    async def _store(self, mode: str) -> JsProxy:
        """The object store in a new transaction. The caller must use it before it awaits."""
        if self._database is None:
            self._database = await self._open()
        return self._database.transaction(STORE, mode).objectStore(STORE)

    async def _open(self) -> JsProxy:
        if not getattr(js, "indexedDB", None):
            raise StorageError(texts.STORAGE_NONE)
        name = _own_name(self._site())
        request = js.indexedDB.open(name, 1)
        on_upgrade = create_proxy(lambda event: request.result.createObjectStore(STORE))
        request.addEventListener("upgradeneeded", on_upgrade)
        database = await _result(request)
        request.removeEventListener("upgradeneeded", on_upgrade)
        on_upgrade.destroy()
        if not database.objectStoreNames.contains(STORE):
            # Other code made it, or a browser that then crashed: it is empty.
            database.close()
            await _result(js.indexedDB.deleteDatabase(name))
            raise LostError(texts.STORAGE_LOST)
        # Otherwise other tabs could not delete or upgrade the database while this one is open.
        database.onversionchange = database.close
        return database


def _own_name(site: str) -> str:
    """The database's name, with the site's path, because the host may have another Digits."""
    path = urlsplit(site).path
    return f"{path}/{DATABASE}" if path else DATABASE


async def _is_full() -> bool:
    """Has the browser no more room for this site? Then some end a connection without a reason."""
    storage = getattr(js.navigator, "storage", None)  # missing over plain HTTP
    if storage is None:
        return False
    room = await storage.estimate()
    return bool(room.quota - room.usage < LEAST_ROOM)


def _revision_of(record: Any) -> str:
    """A record's revision; empty if there is no record, or an old one without a revision."""
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
            ended.set_exception(_problem(target.error))

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


def _problem(error: Any) -> StorageError:
    """The StorageError for a DOMException; if it was thrown, it comes in an Error whose message
    names it. The error is None, or JavaScript's null, if the browser gave no reason."""
    parts = [str(getattr(error, part, None) or "") for part in ("name", "message")]
    text = ": ".join(part for part in parts if part)
    if not text:
        return LostError(texts.STORAGE_LOST)
    for name, reason in REASONS.items():
        if name in text:
            return StorageError(reason)
    return LostError(texts.STORAGE_FAILED.format(error=text))
