"""Content negotiation and caching headers: how views send what services made."""

import json
from typing import Any

from flask import Response, request
from werkzeug.exceptions import NotAcceptable

from api.representations import CODINGS, JSON, Representation

IMMUTABLE = "public, max-age=31536000, immutable"
"""What the address names never changes."""
REVALIDATE = "no-cache"
"""Keep it, but ask each time whether it still holds."""
NO_STORE = "no-store"


def preferred_type(offered: tuple[str, ...]) -> str:
    """The media type that suits Accept best; the first offered if it does not care.

    Raises NotAcceptable.
    """
    if not request.accept_mimetypes:
        return offered[0]
    chosen = request.accept_mimetypes.best_match(offered)
    if chosen is None:
        raise NotAcceptable(
            f"Accept must allow {' or '.join(offered)}, found {request.headers['Accept'][:100]!r}."
        )
    return chosen


def preferred_coding() -> str:
    """The content coding that suits Accept-Encoding best; of equals, what we like best."""
    accepted = request.accept_encodings
    if not accepted:
        return "identity"
    best = max(CODINGS, key=accepted.quality)
    return best if accepted.quality(best) > 0 else "identity"


def send(representation: Representation, cache_control: str) -> Response:
    """The representation, or 304 to who has it already."""
    response = Response(representation.content, content_type=representation.media_type)
    if representation.coding != "identity":
        response.content_encoding = representation.coding
    response.headers["Vary"] = "Accept, Accept-Encoding"
    response.headers["Cache-Control"] = cache_control
    if cache_control != NO_STORE:
        response.set_etag(representation.etag)
        response.make_conditional(request)
    return response


def send_json(content: bytes | dict[str, Any], cache_control: str) -> Response:
    """JSON, given as text or as what to write."""
    if isinstance(content, dict):
        content = json.dumps(content, separators=(",", ":")).encode()
    return send(Representation.encode(content, JSON, preferred_coding()), cache_control)
