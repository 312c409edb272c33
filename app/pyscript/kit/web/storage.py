"""What this browser keeps: choices of the visitor's, and the page for visits without its server."""

import js

from app.pyscript.kit import texts
from app.pyscript.kit.web.elements import root
from app.pyscript.kit.web.reader import PATH, SITE
from app.pyscript.kit.web.server import SILENCE_SECONDS
from app.pyscript.kit.web.tasks import within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy


def _own(name: str) -> str:
    """The name of what this site stores, unlike that of another Digits under another path."""
    return f"{PATH}/{name}" if PATH else name


async def recall(key: str) -> str:
    """The text that was remembered under a key, or empty. Raises OSError where that is forbidden.

    For small things; the worker keeps the network (keep/worker/autosave.py).
    """
    return await _in_storage("getItem", _own(key)) or ""


async def remember(key: str, text: str) -> None:
    """Keep a text for later visits. Raises OSError where it is forbidden, or nothing fits in."""
    await _in_storage("setItem", _own(key), text)


async def _in_storage(method: str, *arguments: str) -> "JsProxy":
    # By way of a promise, because even to look at it throws where it is forbidden.
    look_up = js.Reflect.get.bind(js.Reflect, js.window)
    try:
        storage = await js.Promise.resolve("localStorage").then(look_up)
        act = js.Reflect.apply.bind(js.Reflect, getattr(storage, method), storage)
        return await js.Promise.resolve(js.Array.of(*arguments)).then(act)
    except Exception:  # a DOMException, in words for programmers
        raise OSError(texts.BROWSER_KEEPS_NOTHING)


async def is_storage_persistent() -> "bool | None":
    """Does the browser keep all that for good? None where it does not say, as over plain HTTP."""
    return await _of_storage("persisted")


async def persist_storage() -> "bool | None":
    """Ask it to, which may ask the visitor. Whether it does; None where it cannot be asked."""
    return await _of_storage("persist")


async def _of_storage(name: str) -> "bool | None":
    if not hasattr(js.navigator, "storage") or not hasattr(js.navigator.storage, name):
        return None
    try:
        return bool(await getattr(js.navigator.storage, name)())
    except Exception:  # a DOMException, where storage is forbidden
        return None


def is_kept_page() -> bool:
    """Is this the page that the service worker had kept, because the server did not answer?"""
    return bool(root().hasAttribute("data-offline"))


def is_secure() -> bool:
    """Did the page come over HTTPS, or from this machine? Browsers keep no other."""
    return bool(js.isSecureContext)


def has_service_workers() -> bool:
    return hasattr(js.navigator, "serviceWorker")


async def keep_page(service_worker: str, limit_seconds: float) -> None:
    """Have a service worker keep the page; raises what the browser has against it.

    A newer one is kept beside the one in use, and is used when no tab shows the page any more.
    """
    container = js.navigator.serviceWorker
    await within(SILENCE_SECONDS, container.register(SITE + service_worker))
    await within(limit_seconds, container.ready)


async def forget_page() -> None:
    """Take back what keep_page did, and load whatever the network has at this address."""
    container, caches = js.navigator.serviceWorker, js.caches
    registration = await container.getRegistration()
    if registration and registration.scope == f"{SITE}/":  # not that of a site around this one
        await registration.unregister()
    prefix = _own("digits-")  # as app/service-worker.js has it
    names = await caches.keys()
    for index in range(names.length):
        if names[index].startswith(prefix):
            await caches.delete(names[index])
    js.location.reload()
