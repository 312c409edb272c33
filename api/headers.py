"""The headers of every response, files and errors too: security, and who may read it.

A WSGI layer around everything else, so nothing can answer without them.
"""

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

# As strict as PyScript allows: it compiles ('unsafe-eval'), and starts its worker from a blob. The
# service worker comes from here.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval'",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "connect-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)

SECURITY_HEADERS = [
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
]

# By this header the service worker tells our answers from those of a proxy, a network's login page,
# or another program at the same address (app/service-worker.js).
BUILD_HEADER = "Digits-Build"

OPENER_POLICY = ("Cross-Origin-Opener-Policy", "same-origin")
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")

# Reading is open to pages of other sites. These POSTs read too: the first is the original's.
READS_BY_POST = {"/api/datablock", "/api/predict"}
OWN_PATHS = ("/api/classes",)
"""Reading these is for our own page only: a class is nobody else's business."""
DAY_SECONDS = 86400


class ResponseHeaders:
    """Adds the headers to all of the application's answers."""

    def __init__(self, application: WSGIApplication, build: str) -> None:
        self._application = application
        self._headers = [*SECURITY_HEADERS, (BUILD_HEADER, build)]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        added = self._headers + _sharing_headers(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if _is_trustworthy(environ):
            added.append(OPENER_POLICY)

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None, /
        ) -> Callable[[bytes], object]:
            return start_response(status, [*headers, *added], exc_info)

        # Returned as it is: gunicorn sends files by sendfile when it sees its own wrapper.
        return self._application(environ, start)


def _readable_headers(path: str) -> str:
    return "Content-Type, If-None-Match" if path in READS_BY_POST else "If-None-Match"


def _is_trustworthy(environ: WSGIEnvironment) -> bool:
    """Does the browser trust our origin: is it HTTPS, or this machine?

    Elsewhere, as on a class's network over plain HTTP, it ignores the opener policy and logs an
    error about it (W3C Secure Contexts, section 3.1).
    """
    host = environ.get("HTTP_HOST", "").lower()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return environ["wsgi.url_scheme"] == "https" or name in LOOPBACK_HOSTS


def _sharing_headers(method: str, path: str) -> list[tuple[str, str]]:
    """Who else may embed or read the response: Cross-Origin-Resource-Policy and CORS."""
    is_open = path == "/api" or (path.startswith("/api/") and not path.startswith(OWN_PATHS))
    if not is_open:
        return [("Cross-Origin-Resource-Policy", "same-origin")]
    headers = [("Cross-Origin-Resource-Policy", "cross-origin")]
    methods = "GET, HEAD, POST" if path in READS_BY_POST else "GET, HEAD"
    if method == "OPTIONS":
        headers += [
            ("Access-Control-Allow-Methods", methods),
            # Sending a POST needs no permission, only types such as JSON's do: so writes get none.
            ("Access-Control-Allow-Headers", _readable_headers(path)),
            ("Access-Control-Max-Age", str(DAY_SECONDS)),
        ]
    if method == "OPTIONS" or method in methods.split(", "):
        headers += [
            ("Access-Control-Allow-Origin", "*"),
            ("Access-Control-Expose-Headers", "ETag"),
        ]
    return headers
