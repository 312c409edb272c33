"""Reads a record of the browser's database, IndexedDB, which the worker writes.

Every call may throw where the database is forbidden, or while the browser closes it, and
MicroPython could not catch that. So each goes through a promise, and a step that needs the one
before runs right after it: a transaction ends as soon as it has nothing to do.
"""

import js
from pyscript import ffi

from app.pyscript.kit.web.storage import own_name
from app.pyscript.kit.web.tasks import within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, JsProxy

LIMIT_SECONDS = 3


async def stored_record(database: str, store: str, key: str) -> "JsProxy | None":
    """The record of this key, or None: there is none, or it cannot be read."""
    opened: list = []
    try:
        return await within(LIMIT_SECONDS, _reading(own_name(database), store, key, opened)) or None
    except Exception:  # a DOMException, or the event of an error
        return None
    finally:
        for each in opened:
            each.close()  # an open database could not be deleted or upgraded


def _reading(name: str, store: str, key: str, opened: list) -> "JsProxy":
    """A promise of the record; `opened` gets the database."""

    def read(resolve: "Callable", reject: "Callable") -> None:
        def after(step: "JsProxy", go_on: "Callable") -> None:
            step.then(ffi.create_proxy(go_on)).catch(reject)

        def on_factory(factory: "JsProxy") -> None:
            after(_calling(factory, "open", name), on_open_request)

        def on_open_request(request: "JsProxy") -> None:
            request.addEventListener("upgradeneeded", ffi.create_proxy(leave_it_unmade))
            request.addEventListener("error", reject)
            request.addEventListener("success", ffi.create_proxy(on_database))

        def leave_it_unmade(event: "JsProxy") -> None:
            event.target.transaction.abort()  # there is none yet, and the worker makes it

        def on_database(event: "JsProxy") -> None:
            opened.append(event.target.result)
            after(_calling(event.target.result, "transaction", store, "readonly"), on_transaction)

        def on_transaction(transaction: "JsProxy") -> None:
            after(_calling(transaction, "objectStore", store), on_store)

        def on_store(records: "JsProxy") -> None:
            after(_calling(records, "get", key), on_request)

        def on_request(request: "JsProxy") -> None:
            request.addEventListener("error", reject)
            request.addEventListener(
                "success", ffi.create_proxy(lambda event: resolve(event.target.result))
            )

        look_up = js.Reflect.get.bind(js.Reflect, js.window)
        after(js.Promise.resolve("indexedDB").then(look_up), on_factory)

    return js.Promise.new(ffi.create_proxy(read))


def _calling(target: "JsProxy", method: str, *arguments: str) -> "JsProxy":
    """A promise of what a method returns; it is rejected if the method throws."""
    act = js.Reflect.apply.bind(js.Reflect, getattr(target, method), target)
    return js.Promise.resolve(js.Array.of(*arguments)).then(act)
