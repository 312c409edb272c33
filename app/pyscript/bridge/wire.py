"""The form in which calls and answers cross between page and worker. Both sides use it.

Arrays cross as they are, everything else as JSON. A call is the function's name, JSON, and the
arrays among its arguments. Its JSON is {"arguments": [null for an array], "arrays": [their
places]}. An answer is JSON alone, or an object with the JSON as "text" and each array under its
name. Its JSON is {"ok": true, "value": {...}, "arrays": [names]}, or {"ok": false, "title",
"detail"} when the worker refuses. A function returns an object; its arrays stand at the top level.
"""

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy, Record

ASK = "ask"
"""The one function that the worker exports."""
PLAIN = (bool, str, int, float, list, tuple, dict)
"""What JSON can hold, with None. In MicroPython a bool is not an int."""


class RefusedError(Exception):
    """The worker did not do what it was asked: `title`, what failed, and `detail`, why."""

    def __init__(self, title: str, detail: str) -> None:
        super().__init__(title, detail)
        self.title = title
        self.detail = detail


def encode_call(arguments: tuple) -> tuple:
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


def decode_answer(answer: "str | JsProxy") -> "Record":
    """The value that the worker returned, with typed arrays. Raises RefusedError if it refused."""
    document = json.loads(answer if isinstance(answer, str) else answer.text)
    if not document["ok"]:
        raise RefusedError(document["title"], document["detail"])
    value: Record = document["value"]
    for name in document.get("arrays", ()):
        value[name] = getattr(answer, name)
    return value
