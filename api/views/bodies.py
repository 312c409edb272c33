"""Reading bodies of requests: what they may be and how large is checked before they are read."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import request
from werkzeug.exceptions import (
    BadRequest,
    LengthRequired,
    RequestTimeout,
    ServiceUnavailable,
    UnprocessableEntity,
    UnsupportedMediaType,
)

from api.extensions import services
from api.limits import Share
from api.representations import JSON
from api.slow_senders import SlowBodyError, body_deadline
from api.views.parameters import shown

PIECE_SIZE = 64 * 1024
SMALL = 64 * 1024
"""Bytes; bodies that are a few words."""


@contextmanager
def body(largest: Mapping[str, int]) -> Iterator[tuple[str, bytes]]:
    """The media type and content of the body, for the time of the `with`.

    `largest` has the most bytes of each media type that is understood. Raises
    UnsupportedMediaType, LengthRequired, RequestEntityTooLarge, RequestTimeout,
    ServiceUnavailable.
    """
    media_type = JSON if request.is_json else request.mimetype
    if media_type not in largest:
        raise UnsupportedMediaType(
            f"The body must come with Content-Type: {' or '.join(largest)}, found "
            f"{shown(request.mimetype or 'no content type')}."
        )
    if request.content_length is None and "Transfer-Encoding" in request.headers:
        # In chunks, a body that is too large would be cut, and its beginning be read as the whole.
        raise LengthRequired("The body must come with its Content-Length.")
    request.max_content_length = largest[media_type]
    with services().upload_budget.share() as share:
        yield media_type, _read(share)


def _read(share: Share) -> bytes:
    """What was sent, taken from the share before it is read, a piece at a time."""
    _ = request.stream  # raises RequestEntityTooLarge
    # Read below it: it takes a time limit for a sender who is gone.
    stream = request.environ["wsgi.input"]
    length = request.content_length or 0
    pieces: list[bytes] = []
    missing = length
    try:
        with body_deadline(request.environ, length):
            while missing:
                piece_size = min(missing, PIECE_SIZE)
                if not share.take(piece_size):
                    raise ServiceUnavailable(
                        "Too many others are sending at this moment. Try again.", retry_after=1
                    )
                piece = stream.read(piece_size)
                if not piece:
                    break
                pieces.append(piece)
                missing -= len(piece)
    except SlowBodyError:
        raise RequestTimeout(
            f"The body did not come in time: {missing} of {length} bytes are missing."
        ) from None
    return b"".join(pieces)


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
