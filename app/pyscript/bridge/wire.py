"""What crosses, as both sides write and read it.

How a value crosses is decided by the value: arrays as they are, everything else as JSON. A call is
the function's name, JSON and the arrays among its arguments: {"arguments": [null for an array],
"arrays": [their places]}. An answer is JSON alone, or an object with the JSON as "text" and each
array under its name: {"ok": true, "value": {...}, "arrays": [names]}, or, where the worker refuses,
{"ok": false, "title", "detail"}. What is returned is an object; arrays stand at its top.
"""

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy, Record

ASK = "ask"
"""The one function that the worker exports."""
PLAIN = (bool, str, int, float, list, tuple, dict)
"""With None, what JSON can say. To MicroPython a bool is no int."""


class RefusedError(Exception):
    """The worker did not do what it was asked: `title`, what failed, and `detail`, why."""

    def __init__(self, title: str, detail: str) -> None:
        super().__init__(title, detail)
        self.title = title
        self.detail = detail


def call(arguments: tuple) -> tuple:
    """A call's arguments as (JSON, arrays)."""
    plain = list(arguments)
    places = [
        place
        for place, argument in enumerate(arguments)
        if argument is not None and not isinstance(argument, PLAIN)
    ]
    for place in places:
        plain[place] = None
    text = json.dumps({"arguments": plain, "arrays": places})
    return text, [arguments[place] for place in places]


def opened(answer: "str | JsProxy") -> "Record":
    """What was returned, its arrays as typed arrays; raises RefusedError."""
    document = json.loads(answer if isinstance(answer, str) else answer.text)
    if not document["ok"]:
        raise RefusedError(document["title"], document["detail"])
    value: Record = document["value"]
    for name in document.get("arrays", ()):
        value[name] = getattr(answer, name)
    return value
