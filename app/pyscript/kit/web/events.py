"""Server-sent events: the server tells the page what has changed, over one lasting request."""

import js
from pyscript import ffi

from app.pyscript.kit.web.visitor import SITE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable


def open_events(
    path: str, kinds: tuple, on_event: "Callable", on_failure: "Callable"
) -> "Callable":
    """Listen to the events of these kinds: on_event(kind, text). Returns a function that ends it.

    on_failure() says that the connection could not be made, or broke; nothing comes after it. A
    browser would try again by itself, at once and at the same pace for everybody, but never after
    an error of the server. So the caller decides.
    """
    # Never throws: the path is made of our own words and of checked ones.
    source = js.EventSource.new(SITE + path)

    def hear(kind: str) -> None:
        proxy = ffi.create_proxy(lambda event: on_event(kind, str(event.data)))
        source.addEventListener(kind, proxy)

    def fail() -> None:
        source.close()
        on_failure()

    for kind in kinds:
        hear(kind)
    source.addEventListener("error", ffi.create_proxy(lambda event: fail()))

    def close() -> None:
        source.close()

    return close
