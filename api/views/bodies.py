"""Reading request bodies: their type and size are checked before they are read."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import request
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    LengthRequired,
    RequestTimeout,
    ServiceUnavailable,
    TooManyRequests,
    UnprocessableEntity,
    UnsupportedMediaType,
)

from api.extensions import services
from api.representations import JSON
from api.requests import REFUSAL
from api.threads import (
    BODY,
    BODY_CAME,
    BODY_LATER,
    BodyWanted,
    NoRoomError,
    SlowBodyError,
)
from api.views.parameters import shown
from api.visitors import visitor

SMALL = 64 * 1024
"""Bytes; for bodies of a few words."""


@contextmanager
def body(largest: Mapping[str, int]) -> Iterator[tuple[str, bytes]]:
    """The media type and content of the body, during the `with`.

    `largest` has the maximum of bytes for each media type that is accepted. Raises
    UnsupportedMediaType, LengthRequired, RequestEntityTooLarge, RequestTimeout, TooManyRequests,
    ServiceUnavailable; and BodyWanted if the body has not arrived yet (api/threads.py).
    """
    media_type = JSON if request.is_json else request.mimetype
    if media_type not in largest:
        raise UnsupportedMediaType(
            f"The body must come with Content-Type: {' or '.join(filter(None, largest))}, found "
            f"{shown(request.mimetype or 'no content type')}."
        )
    coding = request.headers.get("Content-Encoding", "identity")
    if coding != "identity":
        raise UnsupportedMediaType(
            f"The body must come as it is, without Content-Encoding, found {shown(coding)}."
        )
    if request.content_length is None and "Transfer-Encoding" in request.headers:
        # A chunked body that is too large would be cut, and its beginning be taken for the whole.
        raise LengthRequired("The body must come with its Content-Length.")
    request.max_content_length = largest[media_type]
    _ = request.stream  # raises RequestEntityTooLarge
    budget, state = services().upload_budget, request.environ.get(BODY)
    if state == BODY_LATER:
        raise BodyWanted(budget.share(visitor()))
    with budget.share(visitor()) as share:
        length = request.content_length or 0
        # A body that has arrived has its share already.
        if state != BODY_CAME and not share.take(length):
            raise _no_room()
        yield media_type, _read(length)


def _read(length: int) -> bytes:
    try:
        # Not from Flask's stream, which takes every failure for a disconnected sender.
        content: bytes = request.environ["wsgi.input"].read(length)
    except SlowBodyError as error:
        raise RequestTimeout(
            f"The body did not come in time: {error.missing} of {length} bytes are missing."
        ) from None
    except NoRoomError:
        raise _no_room() from None
    return content


def _no_room() -> HTTPException:
    request.environ[REFUSAL] = "bodies"
    if services().upload_budget.holds_most(visitor()):
        return TooManyRequests(
            "This address is sending too much at this moment. Try again when that is here.",
            retry_after=1,
        )
    return ServiceUnavailable(
        "Too many others are sending at this moment. Try again.", retry_after=1
    )


def json_object() -> dict[str, Any]:
    """The body, a small JSON object. Raises what `body` does, BadRequest, UnprocessableEntity."""
    with body({JSON: SMALL}) as (_, content):
        try:
            document = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise BadRequest(f"The body is not JSON: {error}.") from error
    if not isinstance(document, dict):
        raise UnprocessableEntity(f"The body must be a JSON object, found {shown(document)}.")
    return document
