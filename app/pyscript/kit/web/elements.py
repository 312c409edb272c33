"""Finds and listens to the page's elements, and follows pointers over them."""

import js
from pyscript import ffi

from app.pyscript.kit.web.tasks import ignore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, Iterable, JsProxy


def element(identifier: str) -> "JsProxy":
    """The element with this id. Components look up only elements of their own markup."""
    return js.document.getElementById(identifier)


def root() -> "JsProxy":
    """The document's root element, which carries data-ui, data-panels and data-worker."""
    return js.document.documentElement


def create_element(tag: str) -> "JsProxy":
    return js.document.createElement(tag)


def listen(target: "JsProxy", event: str, handler: "Callable", active: bool = False) -> None:
    """Call handler(event) at every such event; an active handler may prevent the default."""
    options = js.Object.new()
    options.passive = not active
    target.addEventListener(event, ffi.create_proxy(handler), options)


def early_moves(target: "JsProxy", handler: "Callable") -> "Callable":
    """A function that requests handler(event) for the pointer's next move, without waiting.

    A pointermove waits for the next frame, 8 ms on average. Where the browser has no earlier event,
    as outside secure contexts, only pointermove comes.
    """
    proxy = ffi.create_proxy(handler)
    options = js.Object.new()
    options.once = options.passive = True
    return lambda: target.addEventListener("pointerrawupdate", proxy, options)


def pointer_path(event: "JsProxy") -> "Iterable":
    """All positions that a pointermove stands for: a fast stroke has several in one frame."""
    # Missing outside secure contexts, for example over plain HTTP on a LAN.
    if hasattr(event, "getCoalescedEvents"):
        path = event.getCoalescedEvents()
        if path.length:
            return path
    return (event,)


def has_focus(target: "JsProxy") -> bool:
    return bool(target.matches(":focus"))


def focus_quietly(target: "JsProxy") -> None:
    """Focus without a focus ring, for somebody who uses a pointer."""
    options = js.Object.new()
    options.focusVisible = False
    options.preventScroll = True
    target.focus(options)


def focused() -> "JsProxy | None":
    """The element that has the focus, or None."""
    active = js.document.activeElement
    return active if active and not active.isSameNode(js.document.body) else None


def reveal(target: "JsProxy") -> None:
    """Scroll just far enough to see the target."""
    options = js.Object.new()
    options.block = "nearest"
    target.scrollIntoView(options)


def capture_pointer(target: "JsProxy", pointer_id: int) -> None:
    """Send this pointer's events to the target even outside its box, if the pointer exists."""
    capture = target.setPointerCapture.bind(target)
    # Through a promise, because it throws when the pointer is gone already.
    js.Promise.resolve(pointer_id).then(capture).catch(ignore)


def release_pointer(target: "JsProxy", pointer_id: int) -> None:
    """End what capture_pointer began, if it has not ended by itself."""
    release = target.releasePointerCapture.bind(target)
    # It throws where capture_pointer does.
    js.Promise.resolve(pointer_id).then(release).catch(ignore)


def on_leaving(callback: "Callable") -> None:
    """Call back when the page may no longer get the events of keys and pointers."""

    def on_visibility() -> None:
        if js.document.hidden:
            callback()

    listen(js.document, "visibilitychange", lambda event: on_visibility())
    for event in ("blur", "pagehide"):
        on_window(event, lambda event: callback())


def on_window(event: str, handler: "Callable") -> None:
    listen(js.window, event, handler)


def on_theme_change(callback: "Callable") -> None:
    """Call back when the visitor's system turns dark or light."""
    query = js.window.matchMedia("(prefers-color-scheme: dark)")
    listen(query, "change", lambda event: callback())


def style_value(name: str) -> str:
    """The value of one of the style sheet's custom properties, such as --ink."""
    return js.getComputedStyle(root()).getPropertyValue(name).strip()
