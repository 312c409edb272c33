"""Elements, their events, and pointers."""

import js
from pyscript import ffi

from app.pyscript.kit.web.tasks import ignore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, Iterable, JsProxy


def element(identifier: str) -> "JsProxy":
    """The element with this id; components ask for what their own markup made."""
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
    """What asks for handler(event) at the pointer's next move over the target, once and at once.

    A pointermove waits for the next frame, 8 ms on average. Where browsers have no earlier event,
    as outside secure contexts, it is all that comes.
    """
    proxy = ffi.create_proxy(handler)
    options = js.Object.new()
    options.once = options.passive = True
    return lambda: target.addEventListener("pointerrawupdate", proxy, options)


def pointer_path(event: "JsProxy") -> "Iterable":
    """All positions that a pointermove stands for: a fast stroke has several in one frame."""
    # Missing outside secure contexts, which a page over plain HTTP on a LAN is.
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
    """The element that has the focus, if any in particular has it."""
    active = js.document.activeElement
    return active if active and not active.isSameNode(js.document.body) else None


def reveal(target: "JsProxy") -> None:
    """Scroll just so far that the target is seen."""
    options = js.Object.new()
    options.block = "nearest"
    target.scrollIntoView(options)


def capture_pointer(target: "JsProxy", pointer_id: int) -> None:
    """Let the target keep this pointer's events outside its box, if the pointer is still there."""
    capture = target.setPointerCapture.bind(target)
    # Through a promise, because it throws when the pointer is gone already.
    js.Promise.resolve(pointer_id).then(capture).catch(ignore)


def release_pointer(target: "JsProxy", pointer_id: int) -> None:
    """End what capture_pointer began, if it has not ended by itself."""
    release = target.releasePointerCapture.bind(target)
    # It throws where capture_pointer does.
    js.Promise.resolve(pointer_id).then(release).catch(ignore)


def on_leaving(callback: "Callable") -> None:
    """Call back when the page can no longer count on hearing of keys and pointers."""

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
