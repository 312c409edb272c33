"""The browser's database as the worker uses it, on one that answers when a test lets it."""

import asyncio
import importlib
import sys
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from app.pyscript.worker.storage import OtherTabError, StorageError
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


class JsError(Exception):
    """As Pyodide brings a thrown DOMException."""

    def __init__(self, name: str, words: str) -> None:
        self.message = f"{name}: {words}"
        super().__init__(self.message)


class JsNull:
    """As Pyodide brings null: neither None nor without a name."""

    def __str__(self) -> str:
        return "jsnull"


class Database(Target):
    """One for all tabs: records by key; a transaction completes at once, or after a while."""

    def __init__(self) -> None:
        super().__init__()
        self.records: dict[str, Any] = {}
        self.completes_after = 0.0
        self.is_full = False
        self.opened = self.closed = 0
        self.names: list[str] = []
        """That it was opened under."""
        self.failing: list[str] = []
        """How the next attempts fail: "throws", "refuses" to open, "closes", "aborts"."""
        self.has_store = True
        self.objectStoreNames = SimpleNamespace(contains=lambda name: self.has_store)

    def next_failure(self, *kinds: str) -> str:
        return self.failing.pop(0) if self.failing and self.failing[0] in kinds else ""

    def open(self, name: str, version: int) -> Target:
        self.names.append(name)
        failure = self.next_failure("throws", "refuses")
        if failure == "throws":
            raise JsError("UnknownError", "no")
        request = Target()
        request.result = self
        request.error = SimpleNamespace(name="UnknownError", message="Internal error")
        self.opened += not failure
        asyncio.get_running_loop().call_soon(request.fire, "error" if failure else "success")
        return request

    def deleteDatabase(self, name: str) -> Target:  # noqa: N802
        assert not self.has_store
        self.has_store = True
        request = Target()
        asyncio.get_running_loop().call_soon(request.fire, "success")
        return request

    def close(self) -> None:
        self.closed += 1

    def transaction(self, store: str, mode: str) -> Any:
        if self.next_failure("closes"):
            raise JsError("InvalidStateError", "The database connection is closing.")
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
        if self._database.next_failure("aborts"):
            request.error = self.transaction.error = JsNull()
            request.fire("error")
            self.transaction.fire("abort")
            return
        request.fire("success")
        if self._database.is_full and self._changes:
            self.transaction.error = SimpleNamespace(name="QuotaExceededError", message="")
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
    objects = SimpleNamespace(fromEntries=None)
    vars(js).update(indexedDB=database, Object=objects, navigator=SimpleNamespace())
    vars(ffi).update(JsException=JsError, JsProxy=object, create_proxy=Proxy, to_js=as_object)
    for module in (js, pyodide, ffi):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    name = "app.pyscript.worker.indexed_db"
    yield importlib.import_module(name)
    sys.modules.pop(name, None)


def storage_of(indexed_db: Any, site: str = "http://digits.test") -> Any:
    return indexed_db.IndexedDbStorage("network", lambda: site)


@pytest.mark.parametrize(
    ("site", "name"),
    [
        ("http://digits.test:8000", "digits-autosave"),  # as ever, or what was kept would be lost
        ("https://school.test/digits", "/digits/digits-autosave"),
        ("https://school.test/a/b", "/a/b/digits-autosave"),
    ],
)
def test_under_each_path_there_is_a_database_of_its_own(
    indexed_db: Any, database: Database, site: str, name: str
) -> None:
    run(storage_of(indexed_db, site).read())
    assert database.names == [name]


def test_what_one_tab_wrote_another_reads_and_goes_on_from(indexed_db: Any) -> None:
    async def scenario() -> None:
        first, second = (storage_of(indexed_db) for _ in range(2))
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
        first, second = (storage_of(indexed_db) for _ in range(2))
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
        storage = storage_of(indexed_db)
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
        storage, other = (storage_of(indexed_db) for _ in range(2))
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


@pytest.mark.parametrize("kind", ["throws", "refuses", "closes", "aborts"])
@pytest.mark.parametrize("moment", ["reading", "writing"])
def test_a_connection_that_is_lost_is_made_anew(
    indexed_db: Any, database: Database, kind: str, moment: str
) -> None:
    async def scenario() -> None:
        storage = storage_of(indexed_db)
        await storage_of(indexed_db).write("one", b"1")
        failures = [kind] * len(indexed_db.RETRY_SECONDS)
        if moment == "reading":
            database.failing = failures
        assert await storage.read() == ("one", b"1")
        if moment == "writing":
            storage._disconnect()
            database.failing = failures
        await storage.write("two", b"2")
        assert database.failing == []
        assert await storage.read() == ("two", b"2")

    run(scenario())


@pytest.mark.parametrize("kind", ["throws", "refuses", "closes", "aborts"])
def test_one_that_stays_lost_is_told_in_words_and_works_again_later(
    indexed_db: Any, database: Database, kind: str
) -> None:
    async def scenario() -> None:
        storage = storage_of(indexed_db)
        database.failing = [kind] * 8
        for ask in (storage.read, lambda: storage.write("one", b"")):
            with pytest.raises(StorageError, match=r"(ended|failed)") as caught:
                await ask()
            assert "jsnull" not in str(caught.value)
        assert await storage.read() is None
        await storage.write("two", b"")
        assert await storage.read() == ("two", b"")
        assert database.opened - database.closed == 1

    run(scenario())


@pytest.mark.parametrize(("usage", "words"), [(9_500_000, "is full"), (0, "has ended")])
def test_one_that_is_lost_where_nothing_more_fits_is_full(
    indexed_db: Any, database: Database, usage: int, words: str
) -> None:
    async def estimate() -> SimpleNamespace:
        return SimpleNamespace(quota=10_000_000, usage=usage)

    async def scenario() -> None:
        indexed_db.js.navigator.storage = SimpleNamespace(estimate=estimate)
        database.failing = ["aborts"] * 3
        with pytest.raises(StorageError, match=words):
            await storage_of(indexed_db).write("one", b"")

    run(scenario())


def test_what_was_never_read_is_not_written_over(indexed_db: Any, database: Database) -> None:
    async def scenario() -> None:
        database.records["network"] = as_object(
            {"description": "of a time without revisions", "weights": b""}, dict_converter=None
        )
        storage = storage_of(indexed_db)
        with pytest.raises(OtherTabError):
            await storage.write("one", b"")
        await storage.read()
        await storage.write("one", b"")
        assert await storage.read() == ("one", b"")

    run(scenario())


def test_a_database_without_our_store_is_made_anew(indexed_db: Any, database: Database) -> None:
    async def scenario() -> None:
        database.has_store = False
        storage = storage_of(indexed_db)
        await storage.write("one", b"")
        assert await storage.read() == ("one", b"")

    run(scenario())
