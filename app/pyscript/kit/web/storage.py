"""What this browser stores: the visitor's choices, and the page for visits without its server."""

import js

from app.pyscript.kit import texts
from app.pyscript.kit.web.elements import root
from app.pyscript.kit.web.server import SILENCE_SECONDS
from app.pyscript.kit.web.tasks import within
from app.pyscript.kit.web.visitor import PATH, SITE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy


def own_name(name: str) -> str:
    """A stored item's name, with this site's path, because the host may have another Digits."""
    return f"{PATH}/{name}" if PATH else name


async def recall(key: str) -> str:
    """The text stored under a key, or empty. Raises OSError where storage is forbidden.

    For small things; the worker keeps the network (keep/worker/autosave.py).
    """
    return await _in_storage("getItem", own_name(key)) or ""


async def remember(key: str, text: str) -> None:
    """Store a text for later visits. Raises OSError if storage is forbidden or full."""
    await _in_storage("setItem", own_name(key), text)


async def _in_storage(method: str, *arguments: str) -> "JsProxy":
    # Through a promise: where storage is forbidden, even looking at it throws.
    look_up = js.Reflect.get.bind(js.Reflect, js.window)
    try:
        storage = await js.Promise.resolve("localStorage").then(look_up)
        act = js.Reflect.apply.bind(js.Reflect, getattr(storage, method), storage)
        return await js.Promise.resolve(js.Array.of(*arguments)).then(act)
    except Exception:  # a DOMException, in words for programmers
        raise OSError(texts.BROWSER_KEEPS_NOTHING)


def forget_fragment() -> None:
    """Take what stands behind the # out of the address, so that no history keeps it."""
    js.history.replaceState(None, "", js.location.pathname + js.location.search)


async def is_storage_persistent() -> "bool | None":
    """Does the browser keep what is stored for good? None if it does not say (plain HTTP)."""
    return await _of_storage("persisted")


async def persist_storage() -> "bool | None":
    """Ask the browser to keep it for good; it may ask the visitor. Returns whether it will, or
    None if it cannot be asked."""
    return await _of_storage("persist")


async def _of_storage(name: str) -> "bool | None":
    if not hasattr(js.navigator, "storage") or not hasattr(js.navigator.storage, name):
        return None
    try:
        return bool(await getattr(js.navigator.storage, name)())
    except Exception:  # a DOMException, where storage is forbidden
        return None


def is_kept_page() -> bool:
    """Is this the service worker's copy of the page, shown because the server did not answer?"""
    return bool(root().hasAttribute("data-offline"))


def is_secure() -> bool:
    """Did the page come over HTTPS, or from this machine? Browsers store no other pages."""
    return bool(js.isSecureContext)


def has_service_workers() -> bool:
    return hasattr(js.navigator, "serviceWorker")


async def keep_page(service_worker: str, limit_seconds: float) -> None:
    """Have a service worker store the page; raises the browser's error if it refuses.

    A newer page is stored beside the one in use, and takes over when no tab shows the page.
    """
    container = js.navigator.serviceWorker
    await within(SILENCE_SECONDS, container.register(SITE + service_worker))
    await within(limit_seconds, container.ready)


async def forget_page() -> None:
    """Undo keep_page, and load the page from the network again."""
    container, caches = js.navigator.serviceWorker, js.caches
    registration = await container.getRegistration()
    if registration and registration.scope == f"{SITE}/":  # not of a site that contains this one
        await registration.unregister()
    prefix = own_name("digits-")  # as app/service-worker.js has it
    names = await caches.keys()
    for index in range(names.length):
        if names[index].startswith(prefix):
            await caches.delete(names[index])
    js.location.reload()
