"""Content negotiation and caching headers: how views send what services made."""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Response, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import NotAcceptable
from werkzeug.http import parse_accept_header, quote_etag

from api.extensions import services
from api.representations import CODINGS, JSON, NPZ, ONNX, SAFETENSORS, Representation
from api.views.parameters import one_of

IMMUTABLE = "public, max-age=31536000, immutable"
"""What the address names never changes."""
REVALIDATE = "no-cache"
"""Keep it, but ask each time whether it is still valid."""
NO_STORE = "no-store"

FORMATS = {"json": JSON, "npz": NPZ, "safetensors": SAFETENSORS, "onnx": ONNX}
"""How weights can be asked for in an address, where a header is out of reach."""

HEADERS_REMEMBERED = 128
"""Different Accept and Accept-Encoding headers whose parsed form is kept."""


def preferred_type(offered: tuple[str, ...]) -> str:
    """The media type that suits Accept best; the first offered if all suit equally.

    Raises NotAcceptable.
    """
    accept = request.headers.get("Accept", "")
    chosen = _best_type(accept, offered)
    if chosen is None:
        raise NotAcceptable(f"Accept must allow {' or '.join(offered)}, found {accept[:100]!r}.")
    return chosen


def weights_type(offered: tuple[str, ...]) -> str:
    """The media type that ?format= names, or else `preferred_type`. Raises UnprocessableEntity,
    NotAcceptable."""
    name = request.args.get("format")
    return preferred_type(offered) if name is None else FORMATS[one_of("format", name, FORMATS)]


def send_weights(representation: Representation, digest: str) -> Response:
    """As `send`; with ?format=, a browser saves them under a name that says what they are."""
    response = send(representation, REVALIDATE)
    name = request.args.get("format")
    if name is not None and representation.media_type != JSON:
        response.headers["Content-Disposition"] = (
            f'attachment; filename="digits-{digest[:8]}.{name}"'
        )
    return response


def preferred_coding(offered: tuple[str, ...] = CODINGS) -> str:
    """The content coding that suits Accept-Encoding best; of equals, the first offered."""
    return _best_coding(request.headers.get("Accept-Encoding", ""), offered)


# Browsers send the same few headers with every request, and parsing them took a fifth of the time
# of a cached block.
@lru_cache(HEADERS_REMEMBERED)
def _best_type(accept: str, offered: tuple[str, ...]) -> str | None:
    accepted = parse_accept_header(accept, MIMEAccept)
    return accepted.best_match(offered) if accepted else offered[0]


@lru_cache(HEADERS_REMEMBERED)
def _best_coding(accept_encoding: str, offered: tuple[str, ...]) -> str:
    accepted = parse_accept_header(accept_encoding)
    if not accepted:
        return "identity"
    best = max(offered, key=accepted.quality)
    return best if accepted.quality(best) > 0 else "identity"


def send(representation: Representation, cache_control: str) -> Response:
    """The representation, or 304 if the client has it already."""
    headers = [("Vary", "Accept, Accept-Encoding"), ("Cache-Control", cache_control)]
    if cache_control != NO_STORE:
        headers.append(("ETag", quote_etag(representation.etag)))
        # Checked here, not by Response.make_conditional, which takes 50 us even without conditions.
        if "If-None-Match" in request.headers and request.if_none_match.contains_weak(
            representation.etag
        ):
            return Response(status=304, headers=headers)
    headers.append(("Content-Type", representation.media_type))
    if representation.coding != "identity":
        headers.append(("Content-Encoding", representation.coding))
    return Response(representation.content, headers=headers)


def send_fixed(name: str, media_type: str, make: Callable[[], bytes]) -> Response:
    """Send what stays the same as long as the process runs: made once in each coding. `name` has to
    be unique, and the content may depend on nothing of the request except the prefix of its
    address."""
    coding = preferred_coding()
    kept = services().fixed_answers
    key = f"{request.script_root} {name} {coding}"
    found = kept.get(key)
    if found is None:
        found = Representation.encode(make(), media_type, coding)
        kept.set(key, found)
    return send(found, REVALIDATE)


def send_json(content: bytes | dict[str, Any], cache_control: str) -> Response:
    """JSON, given as text or as a document."""
    if isinstance(content, dict):
        content = to_json(content)
    made = Representation.encode(content, JSON, preferred_coding(), is_quick=True)
    return send(made, cache_control)


def to_json(document: dict[str, Any]) -> bytes:
    # NaN and Infinity are not JSON, and browsers refuse a whole document that has one.
    return json.dumps(document, separators=(",", ":"), allow_nan=False).encode()
