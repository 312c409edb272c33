"""The worker's functions that the page may call, by name, and the one function that calls them.

Here, and nowhere else, every exception in a call becomes a refusal, expected or not. The page takes
a call without an answer as a sign that the worker is dead: without this, one odd exception could
cost the visitor the network.
"""

import functools
import inspect
import json
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np

Title = str | Callable[..., str]
"""The title of a refusal, or a function that makes it from the call's arguments."""
Offered = Callable[..., Any]

_TITLE = "_title_of_refusal"


def offered(title: Title) -> Callable[[Offered], Offered]:
    """Marks a method that the page may call by its name.

    The method returns a dict, or None for an empty one; it may be a coroutine. The dict holds what
    JSON can hold, and NumPy arrays at its top level.
    """

    def mark(method: Offered) -> Offered:
        setattr(method, _TITLE, title)
        return method

    return mark


class Offers:
    """Calls the offered methods by name."""

    def __init__(
        self,
        *,
        to_page: Callable[[Any], Any],
        from_page: Callable[[Any], Any],
        unexpected: str,
        explain: Callable[[Exception], str],
    ) -> None:
        """to_page makes a JavaScript object of a dict with arrays; from_page makes bytes of a typed
        array. unexpected: the title for a call without one; explain: puts an exception in words."""
        self._to_page = to_page
        self._from_page = from_page
        self._unexpected = unexpected
        self._explain = explain
        self._functions: dict[str, tuple[Offered, Title]] = {}

    @property
    def names(self) -> list[str]:
        return list(self._functions)

    def add(self, owner: object) -> None:
        """Offer the marked methods of an object. Raises ValueError if a name is taken already."""
        for name, method in inspect.getmembers(owner, inspect.ismethod):
            if hasattr(method, _TITLE):
                if name in self._functions:
                    raise ValueError(f"{name} is offered twice")
                self._functions[name] = (method, getattr(method, _TITLE))

    def ask(self, name: str, text: str, *arrays: Any) -> Any:
        """Answer a call as wire.py says, or return an awaitable of the answer. Raises nothing."""
        title: Title = self._unexpected
        try:
            if name not in self._functions:
                raise LookupError(name)
            function, title = self._functions[name]
            arguments = self._arguments(text, arrays)
            if not isinstance(title, str):
                title = functools.partial(title, *arguments)
            value = function(*arguments)
            if inspect.isawaitable(value):
                return self._answer_later(value, title)
            return self._answer(value)
        except Exception as error:
            return self._refusal(title, error)

    async def _answer_later(self, value: Awaitable[Any], title: Title) -> Any:
        try:
            return self._answer(await value)
        except Exception as error:
            return self._refusal(title, error)

    def _refusal(self, title: Title, error: Exception) -> str:
        try:
            words = title if isinstance(title, str) else title()
        except Exception:  # the arguments are not those that the function takes
            words = self._unexpected
        return json.dumps({"ok": False, "title": words, "detail": self._explain(error)})

    def _arguments(self, text: str, arrays: tuple[Any, ...]) -> list[Any]:
        """The arguments of a call, arrays as bytes. Raises ValueError or LookupError."""
        call = json.loads(text)
        arguments: list[Any] = call["arguments"]
        for place, array in zip(call["arrays"], arrays, strict=True):
            arguments[place] = self._from_page(array)
        return arguments

    def _answer(self, value: dict[str, Any] | None) -> Any:
        """The JSON or, when there are arrays, an object with the JSON and each array."""
        value = value or {}
        arrays = {name: part for name, part in value.items() if isinstance(part, np.ndarray)}
        plain = {name: part for name, part in value.items() if name not in arrays}
        if not arrays:
            return json.dumps({"ok": True, "value": plain}, allow_nan=False)
        document = {"ok": True, "value": plain, "arrays": list(arrays)}
        text = json.dumps(document, allow_nan=False)  # the page could not read NaN
        return self._to_page({**arrays, "text": text})
