"""Catches errors that nothing else caught."""

import js

from app.pyscript.kit.web.elements import listen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, JsProxy

stopped_workers: list = []  # their names


def on_uncaught(handler: "Callable") -> None:
    """Call handler(text) for every error that nothing else caught, in Python or JavaScript."""

    def on_error(event: "JsProxy") -> None:
        # PyScript runs a worker's script from a blob. A stopped worker may still fail, for example
        # on the page's answer to it. That is not worth telling: the visitor knows why it stopped.
        if not (stopped_workers and str(event.filename).startswith("blob:")):
            handler(str(event.message))

    listen(js.window, "error", on_error)
    listen(js.window, "unhandledrejection", lambda event: handler(_words_of(event.reason)))


def _words_of(reason: "JsProxy") -> str:
    """The words of a rejected promise: an Error's message, or any other value as text."""
    return str(getattr(reason, "message", reason))
