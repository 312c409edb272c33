"""What reverse proxies say of a request, put where all code looks for it."""

import re
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.middleware.proxy_fix import ProxyFix

WITH_PORT = re.compile(r"([0-9.]+):[0-9]+|\[([^\]]+)\](?::[0-9]+)?")
"""As 192.0.2.7:50000, [2001:db8::1]:50000 or [2001:db8::1]; 2001:db8::1 has no port."""
PATH = re.compile(r"(/[A-Za-z0-9._~%-]+)+")


def behind_proxies(application: WSGIApplication, count: int) -> WSGIApplication:
    """Have the application trust this many proxies, one behind the other.

    Each appends to X-Forwarded-For. Scheme, host and the path that the service is under come from
    the nearest one: proxies replace those headers.
    """

    def with_plain_words(
        environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        environ["REMOTE_ADDR"] = without_port(environ.get("REMOTE_ADDR", ""))
        environ["SCRIPT_NAME"] = path_before(environ.get("SCRIPT_NAME", ""))
        return application(environ, start_response)

    return ProxyFix(with_plain_words, x_for=count, x_proto=1, x_host=1, x_prefix=1)


def without_port(address: str) -> str:
    """Some proxies forward the port, too, which differs between connections of one visitor."""
    found = WITH_PORT.fullmatch(address.strip())
    return address if found is None else found[1] or found[2]


def path_before(prefix: str) -> str:
    """Such as /digits, without a slash at the end; empty for what is not a path: addresses begin
    with it, and //evil.example would be another host."""
    path = prefix.rstrip("/")
    return path if PATH.fullmatch(path) else ""
