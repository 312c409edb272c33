"""Who the operator is: whoever sends `Authorization: Bearer <DIGITS_ADMIN_TOKEN>`, or, in
development on this machine alone, the person in front of it."""

import hashlib
import hmac

from flask import request

from api.config import LOOPBACK_HOSTS, Settings

SAME_SITE = ("same-origin", "none")
"""Values of Sec-Fetch-Site for requests of our own page, or of the person in front of it."""


def is_operator(settings: Settings) -> bool:
    """Does the current request come from the operator?"""
    if settings.admin_token is None:
        return settings.is_development and settings.is_loopback and _is_developer()
    token = sent_token()
    return token is not None and _is_equal(token, settings.admin_token)


def sent_token() -> str | None:
    authorization = request.authorization
    return authorization.token if authorization and authorization.type == "bearer" else None


def _is_equal(token: str, expected: str) -> bool:
    """Compare in constant time, also for tokens of different lengths."""
    digests = [hashlib.sha256(text.encode()).digest() for text in (token, expected)]
    return hmac.compare_digest(*digests)


def _is_developer() -> bool:
    """Is this the person who runs the service, and not a page of another site in their browser?

    Such a page can send requests here, and call this machine by a name of its own, but it cannot
    forge these headers.
    """
    name = request.host.rpartition(":")[0] if ":" in request.host else request.host
    is_local = request.remote_addr in LOOPBACK_HOSTS and name.strip("[]") in LOOPBACK_HOSTS
    is_forwarded = "X-Forwarded-For" in request.headers
    return (
        is_local
        and not is_forwarded
        and (request.headers.get("Sec-Fetch-Site", "none") in SAME_SITE)
    )
