"""Reading values out of a request. What is not allowed is 422, with a sentence."""

import json
from collections.abc import Iterable
from typing import Any

from flask import request
from werkzeug.exceptions import (
    BadRequest,
    LengthRequired,
    UnprocessableEntity,
    UnsupportedMediaType,
)


def number_in_text(name: str, text: str, lowest: int, highest: int) -> int:
    """A whole number in a path or query. Raises UnprocessableEntity."""
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(highest))
    return whole_number(name, int(text) if is_number else text, lowest, highest)


def whole_number(name: str, value: Any, lowest: int, highest: int) -> int:
    """A whole number in a body. Raises UnprocessableEntity."""
    # Exactly int: JSON's true is an int to Python too.
    if type(value) is int and lowest <= value <= highest:
        return value
    raise UnprocessableEntity(
        f"{name} must be a whole number from {lowest} to {highest}, found {_shown(value)}."
    )


def one_of(name: str, value: str, choices: Iterable[str]) -> str:
    """A word in a query. Raises UnprocessableEntity."""
    choices = list(choices)
    if value not in choices:
        raise UnprocessableEntity(
            f"{name} must be one of {', '.join(choices)}, found {_shown(value)}."
        )
    return value


def json_object() -> dict[str, Any]:
    """The body. Raises BadRequest, LengthRequired, RequestEntityTooLarge, UnsupportedMediaType,
    UnprocessableEntity."""
    if not request.is_json:
        raise UnsupportedMediaType(
            "The body must be JSON, sent with Content-Type: application/json, "
            f"found {_shown(request.mimetype or 'no content type')}."
        )
    if request.content_length is None and "Transfer-Encoding" in request.headers:
        # In chunks, a body that is too large would be cut, and its beginning be read as the whole.
        raise LengthRequired("The body must come with its Content-Length.")
    try:
        document = json.loads(request.get_data())
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"The body is not JSON: {error}.") from error
    if not isinstance(document, dict):
        raise UnprocessableEntity(f"The body must be a JSON object, found {_shown(document)}.")
    return document


def _shown(value: Any) -> str:
    """A value of a stranger's, short enough for a sentence."""
    text = value if isinstance(value, str) else json.dumps(value)
    shortened = text if len(text) <= 40 else text[:40] + "…"
    return repr(shortened) if isinstance(value, str) else shortened
