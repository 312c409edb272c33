"""Who may write: nobody through a page of another site, and some things only the operator.

The operator sends `Authorization: Bearer <DIGITS_ADMIN_TOKEN>`. Without that setting these calls
are off, but for development on this machine alone (see `_is_developer`).
"""

import hashlib
import hmac

from flask import request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from api.config import LOOPBACK_HOSTS
from api.extensions import services
from api.headers import READS_BY_POST
from api.host_guard import host_header
from api.requests import READS, REFUSAL
from api.views.parameters import shown

SAME_SITE = ("same-origin", "none")
"""What browsers say of requests that our own page, or the person in front of it, makes."""


OTHER_SITE = (
    "Pages of other sites may read here but not write. Write from this service's own page, or with "
    "a program that is no browser."
)
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def refuse_other_sites() -> None:
    """No page of another site may write through the browsers of those who visit it.

    Browsers say where a request comes from, in headers that pages cannot forge; other programs send
    neither, and are let through. Before every request (create_app). Raises Forbidden.
    """
    if request.environ["REQUEST_METHOD"] in READS or request.path in READS_BY_POST:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    # Our page never sends null: pages in a sandbox do, and files on the visitor's disk.
    is_own = origin != "null" and (site is None or site in SAME_SITE)
    if not is_own:
        raise Forbidden(OTHER_SITE)
    # Browsers that are old, or not on HTTPS, send Origin only, with whatever writes.
    if site is None and origin is not None and not _is_asked_host(origin):
        host = request.environ.get("HTTP_HOST", "")
        header = host_header(request.environ, services().settings.proxies)
        raise Forbidden(
            f"{OTHER_SITE} The header Origin is {shown(origin)}, and {header} is "
            f"{shown(host)}. If that is this service's own page, a proxy before it has changed the "
            "Host that it was asked for, and has to pass it on as it came."
        )


def _is_asked_host(origin: str) -> bool:
    """Does this origin name the host, and port, that the request is for? The scheme is not
    compared: a proxy that ends HTTPS may not have said that it was used."""
    scheme, _, named = origin.lower().partition("://")
    port = DEFAULT_PORTS.get(scheme, "")
    asked: str = request.environ.get("HTTP_HOST", "").lower()
    return named.removesuffix(port) == asked.removesuffix(port) != ""


def require_admin() -> None:
    """Raises Unauthorized for a missing or wrong token, Forbidden where there is none to know."""
    settings = services().settings
    if settings.admin_token is None:
        if settings.is_development and settings.is_loopback and _is_developer():
            return
        request.environ[REFUSAL] = "token"
        raise Forbidden(
            "Only the operator may do this, and this service knows none: it was started without "
            "DIGITS_ADMIN_TOKEN."
        )
    token = _token()
    if token is None or not _is_equal(token, settings.admin_token):
        raise Unauthorized(
            "Only the operator may do this. Send Authorization: Bearer and the value of "
            f"DIGITS_ADMIN_TOKEN; {'no' if token is None else 'another'} token came.",
            www_authenticate=WWWAuthenticate("bearer", {"realm": "Digits"}),
        )


def is_operator() -> bool:
    """Does the request bear the operator's token?"""
    token, expected = _token(), services().settings.admin_token
    return token is not None and expected is not None and _is_equal(token, expected)


def _token() -> str | None:
    authorization = request.authorization
    return authorization.token if authorization and authorization.type == "bearer" else None


def _is_equal(token: str, expected: str) -> bool:
    """In the same time whatever they have in common, length included."""
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
