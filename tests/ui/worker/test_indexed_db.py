"""The browser's database as the worker uses it, on one that answers when a test lets it."""

import asyncio
import importlib
import sys
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from app.pyscript.worker.autosave import OtherTabError, StorageError
from tests.ui.worker.virtual_time import run


class Target:
    """What events are sent to."""

    def __init__(self) -> None:
        self.result: Any = None
        self.error: Any = None
        self._listeners: list[tuple[str, Callable[[Any], object]]] = []

    def addEventListener(self, name: str, listener: Callable[[Any], object]) -> None:  # noqa: N802
        self._listeners.append((name, listener))

    def removeEventListener(self, name: str, listener: Callable[[Any], object]) -> None:  # noqa: N802
        self._listeners.remove((name, listener))

    def fire(self, name: str) -> None:
        for wanted, listener in list(self._listeners):
            if wanted == name:
                listener(SimpleNamespace(type=name))


class Database(Target):
    """One for all tabs: records by key; a transaction completes at once, or after a while."""

    def __init__(self) -> None:
        super().__init__()
        self.records: dict[str, Any] = {}
        self.completes_after = 0.0
        self.is_full = False

    def open(self, name: str, version: int) -> Target:
        request = Target()
        request.result = self
        asyncio.get_running_loop().call_soon(request.fire, "success")
        return request

    def close(self) -> None: ...

    def transaction(self, store: str, mode: str) -> Any:
        transaction = Target()
        return SimpleNamespace(objectStore=lambda name: ObjectStore(self, transaction))


class ObjectStore:
    def __init__(self, database: Database, transaction: Target) -> None:
        self.transaction = transaction
        self._database = database
        self._changes: list[Callable[[], object]] = []

    def get(self, key: str) -> Target:
        request = Target()
        request.result = self._database.records.get(key)
        asyncio.get_running_loop().call_soon(self._answer, request)
        return request

    def _answer(self, request: Target) -> None:
        request.fire("success")
        if self._database.is_full and self._changes:
            self.transaction.error = SimpleNamespace(name="QuotaExceededError", message="full")
            self.transaction.fire("abort")
            return
        for change in self._changes:
            change()
        asyncio.get_running_loop().call_later(
            self._database.completes_after, self.transaction.fire, "complete"
        )

    def put(self, record: Any, key: str) -> None:
        self._changes.append(lambda: self._database.records.update({key: record}))

    def delete(self, key: str) -> None:
        self._changes.append(lambda: self._database.records.pop(key, None))


class Proxy:
    def __init__(self, function: Callable[[Any], object]) -> None:
        self._function = function

    def __call__(self, event: Any) -> object:
        return self._function(event)

    def destroy(self) -> None: ...


def as_object(fields: dict[str, Any], dict_converter: object) -> Any:
    class Buffer(bytes):
        def to_bytes(self) -> bytes:
            return bytes(self)

    return SimpleNamespace(**{**fields, "weights": Buffer(fields["weights"])})


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def indexed_db(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    js, pyodide, ffi = (ModuleType(name) for name in ("js", "pyodide", "pyodide.ffi"))
    vars(js).update(indexedDB=database, Object=SimpleNamespace(fromEntries=None))
    vars(ffi).update(JsException=RuntimeError, JsProxy=object, create_proxy=Proxy, to_js=as_object)
    for module in (js, pyodide, ffi):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    name = "app.pyscript.worker.indexed_db"
    yield importlib.import_module(name)
    sys.modules.pop(name, None)


def test_what_one_tab_wrote_another_reads_and_goes_on_from(indexed_db: Any) -> None:
    async def scenario() -> None:
        first, second = (indexed_db.IndexedDbStorage("network") for _ in range(2))
        assert await first.read() is None
        await first.write("one", b"1")
        await first.write("two", b"2")
        assert await second.read() == ("two", b"2")
        await second.write("three", b"3")
        with pytest.raises(OtherTabError):
            await first.write("four", b"4")
        with pytest.raises(OtherTabError):
            await first.clear()
        assert await first.read() == ("three", b"3")
        await first.clear()
        assert await second.read() is None

    run(scenario())


def test_a_later_write_of_a_tab_that_was_read_is_not_known(indexed_db: Any) -> None:
    async def scenario() -> None:
        first, second = (indexed_db.IndexedDbStorage("network") for _ in range(2))
        await first.write("one", b"")
        await second.read()
        await first.write("two", b"")
        with pytest.raises(OtherTabError):
            await second.write("three", b"")

    run(scenario())


def test_what_was_written_after_the_time_limit_is_this_tabs_own(
    indexed_db: Any, database: Database
) -> None:
    async def scenario() -> None:
        storage = indexed_db.IndexedDbStorage("network")
        await storage.write("one", b"")
        database.completes_after = indexed_db.TIME_LIMIT_SECONDS + 1
        with pytest.raises(StorageError, match="does not answer"):
            await storage.write("two", b"")
        assert database.records["network"].description == "two"
        database.completes_after = 0
        await storage.write("three", b"")
        assert await storage.read() == ("three", b"")

    run(scenario())


def test_a_claim_holds_for_one_attempt(indexed_db: Any, database: Database) -> None:
    async def scenario() -> None:
        storage, other = (indexed_db.IndexedDbStorage("network") for _ in range(2))
        await other.write("the other's", b"")
        storage.claim()
        database.is_full = True
        with pytest.raises(StorageError, match="full"):
            await storage.write("one", b"")
        database.is_full = False
        with pytest.raises(OtherTabError):
            await storage.write("two", b"")
        storage.claim()
        await storage.write("three", b"")
        await storage.write("four", b"")
        assert await storage.read() == ("four", b"")

    run(scenario())
