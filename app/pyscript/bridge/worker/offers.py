"""What the worker offers to the page: functions under names, and one that calls them all.

Whatever goes wrong in a call, expected or not, becomes a refusal here and nowhere else: the page
takes a call without an answer for the worker's death, and the network would be gone for one odd
exception.
"""

import functools
import inspect
import json
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np

Title = str | Callable[..., str]
"""Of a refusal: what failed, or what makes that of the call's arguments."""
Offered = Callable[..., Any]

_TITLE = "_title_of_refusal"


def offered(title: Title) -> Callable[[Offered], Offered]:
    """Marks a method that the page may call by its name.

    It returns a dict, or None for an empty one, at once or later: of what JSON can say and, at its
    top, of NumPy's arrays.
    """

    def mark(method: Offered) -> Offered:
        setattr(method, _TITLE, title)
        return method

    return mark


class Offers:
    """Calls what is offered, by name."""

    def __init__(
        self,
        *,
        to_page: Callable[[Any], Any],
        from_page: Callable[[Any], Any],
        unexpected: str,
        explain: Callable[[Exception], str],
    ) -> None:
        """to_page makes an object of what is in a dict, arrays among it, from_page bytes of a typed
        array. unexpected: the title where a call has no other; explain: an exception in words."""
        self._to_page = to_page
        self._from_page = from_page
        self._unexpected = unexpected
        self._explain = explain
        self._functions: dict[str, tuple[Offered, Title]] = {}

    @property
    def names(self) -> list[str]:
        return list(self._functions)

    def add(self, owner: object) -> None:
        """Offer the marked methods of an object. Raises ValueError for a second one of a name."""
        for name, method in inspect.getmembers(owner, inspect.ismethod):
            if hasattr(method, _TITLE):
                if name in self._functions:
                    raise ValueError(f"{name} is offered twice")
                self._functions[name] = (method, getattr(method, _TITLE))

    def ask(self, name: str, text: str, *arrays: Any) -> Any:
        """Answer a call, as wire.py says, at once or later. Raises nothing."""
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
        """Of a call, its arrays as bytes. Raises ValueError or LookupError."""
        call = json.loads(text)
        arguments: list[Any] = call["arguments"]
        for place, array in zip(call["arrays"], arrays, strict=True):
            arguments[place] = self._from_page(array)
        return arguments

    def _answer(self, value: dict[str, Any] | None) -> Any:
        """JSON or, where there are arrays, an object of the JSON and of each of them."""
        value = value or {}
        arrays = {name: part for name, part in value.items() if isinstance(part, np.ndarray)}
        plain = {name: part for name, part in value.items() if name not in arrays}
        if not arrays:
            return json.dumps({"ok": True, "value": plain}, allow_nan=False)
        document = {"ok": True, "value": plain, "arrays": list(arrays)}
        text = json.dumps(document, allow_nan=False)  # the page could not read NaN
        return self._to_page({**arrays, "text": text})
