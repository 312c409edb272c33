"""Who may write: nobody through a page of another site, and some things only the operator.

Without DIGITS_ADMIN_TOKEN the operator's calls are off, except for development on this machine
alone (api/operators.py).
"""

from flask import request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from api.extensions import services
from api.headers import READS_BY_POST
from api.host_guard import host_header
from api.operators import SAME_SITE, is_operator, sent_token
from api.requests import READS, REFUSAL
from api.views.parameters import shown

OTHER_SITE = (
    "Pages of other sites may read here but not write. Write from this service's own page, or with "
    "a program that is not a browser."
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
    # Our page never sends null: sandboxed pages do, and files on the visitor's disk.
    is_own = origin != "null" and (site is None or site in SAME_SITE)
    if not is_own:
        raise Forbidden(OTHER_SITE)
    # Old browsers, and those without HTTPS, send only Origin, with all writes.
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
    """Raises Unauthorized for a missing or wrong token, Forbidden if this service has none."""
    settings = services().settings
    if is_operator(settings):
        return
    if settings.admin_token is None:
        request.environ[REFUSAL] = "token"
        raise Forbidden(
            "Only the operator may do this, and this service has none: it was started without "
            "DIGITS_ADMIN_TOKEN."
        )
    raise Unauthorized(
        "Only the operator may do this. Send Authorization: Bearer and the value of "
        f"DIGITS_ADMIN_TOKEN; {'no' if sent_token() is None else 'another'} token came.",
        www_authenticate=WWWAuthenticate("bearer", {"realm": "Digits"}),
    )
