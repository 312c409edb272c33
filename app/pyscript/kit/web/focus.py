"""Where the focus is and may go, and which elements are in view. For kit/focus_keeper.py."""

import js
from pyscript import ffi

from app.pyscript.kit.web.elements import focused, listen
from app.pyscript.kit.web.tasks import next_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, JsProxy

# Controls that may get the focus by themselves. Text fields may not: they bring up a keyboard.
FIELDS = "input:is([type='checkbox'], [type='range'])"
CONTROLS = f":is(button, select, {FIELDS}, summary, a[href], [tabindex]):not([tabindex='-1'])"
CLOSED = "details:not([open]) > :not(summary)"
UNFOCUSABLE = f":disabled, [hidden], [hidden] *, {CLOSED}, {CLOSED} *"


def focus_in_place(target: "JsProxy") -> None:
    """Focus without scrolling, for a control that replaces another one."""
    options = js.Object.new()
    options.preventScroll = True
    target.focus(options)


def on_focus(on_come: "Callable", on_gone: "Callable") -> None:
    """Call on_come(element, former) when an element gets the focus from the former one, or None.
    Call on_gone() shortly after the focus has left without going to another element."""

    def on_focusout(event: "JsProxy") -> None:
        if not event.relatedTarget:
            next_frame(lambda: None if focused() else on_gone())

    listen(js.document, "focusin", lambda event: on_come(event.target, event.relatedTarget))
    listen(js.document, "focusout", on_focusout)


def on_redraw(callback: "Callable") -> None:
    """Call back whenever elements came, went, were hidden, shown, disabled or enabled."""
    options = js.Object.new()
    options.childList = options.subtree = True
    options.attributeFilter = js.Array.of("hidden", "disabled", "open")
    observer = js.MutationObserver.new(ffi.create_proxy(lambda *records: callback()))
    observer.observe(js.document.body, options)


def can_have_focus(target: "JsProxy") -> bool:
    """Is it on the page, enabled, and not inside a hidden or closed element?"""
    return bool(target.isConnected) and not target.matches(UNFOCUSABLE)


def is_rendered(target: "JsProxy") -> bool:
    """Does it take any space under the style sheet? Makes the browser lay out the page."""
    return target.getClientRects().length > 0


def controls_in(container: "JsProxy") -> "JsProxy":
    """An array of the controls in there, in order; some may be disabled or hidden."""
    return getattr(js.Array, "from")(container.querySelectorAll(CONTROLS))


def places_of(target: "JsProxy") -> list:
    """(container, index among its controls) of each element around this one, the nearest first."""
    places = []
    container = target.parentElement
    while container:
        places.append((container, max(0, controls_in(container).indexOf(target))))
        container = container.parentElement
    return places


def is_in_view(target: "JsProxy") -> bool:
    """Can some of it be seen, as far as the page knows?"""
    box = target.getBoundingClientRect()
    is_within = box.height > 0 and box.bottom > 0 and box.top < js.window.innerHeight
    return is_within and not js.document.hidden


def place_after(node: "JsProxy", target: "JsProxy") -> None:
    """Move a node behind another, so that the Tab key goes there next."""
    target.after(node)


def on_view(target: "JsProxy", callback: "Callable") -> None:
    """Call callback(is_seen) when the target, or the whole page, comes into view or leaves it."""
    state = {"is_near": False}

    def tell() -> None:
        callback(state["is_near"] and not js.document.hidden)

    def on_crossing(entries: "JsProxy", *_: "JsProxy") -> None:
        state["is_near"] = bool(entries[entries.length - 1].isIntersecting)
        tell()

    js.IntersectionObserver.new(ffi.create_proxy(on_crossing)).observe(target)
    listen(js.document, "visibilitychange", lambda event: tell())
