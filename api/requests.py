"""Around every request: its id, a line in the log, and its metrics.

The outermost layer of the application. The id comes with the request (X-Request-ID) if a proxy of
ours (DIGITS_PROXIES) gave it one, and goes back with the answer, so that a visitor's report can be
found in the log.
"""

import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from api.logs import request_id
from api.metrics import Metrics
from api.threads import BodyWanted

logger = logging.getLogger(__name__)

GOOD_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
READS = ("GET", "HEAD", "OPTIONS")
ROUTINE = "digits.routine"
"""In the WSGI environment, where a view sets it: a write that comes all the time, and is logged as
reads are."""
REFUSAL = "digits.refusal"
"""In the WSGI environment: why the request was refused, for metrics.py."""


class RequestLog:
    """Reads are logged as debug, writes as info, our faults as errors."""

    def __init__(
        self, application: WSGIApplication, metrics: Metrics, has_proxy: bool = False
    ) -> None:
        """has_proxy: does an id come from a proxy of ours, and not from a stranger?"""
        self._application = application
        self._has_proxy = has_proxy
        self._metrics = metrics

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start = time.perf_counter()
        sent = environ.get("HTTP_X_REQUEST_ID", "") if self._has_proxy else ""
        name = sent if GOOD_ID.fullmatch(sent) else secrets.token_hex(8)
        token = request_id.set(name)
        status, route = "500", None

        def begin(
            status_line: str, headers: list[tuple[str, str]], exc_info: Any = None, /
        ) -> Callable[[bytes], object]:
            nonlocal status, route
            status, route = status_line[:3], _route(environ)
            return start_response(status_line, [*headers, ("X-Request-ID", name)], exc_info)

        is_answered = True
        try:
            return self._application(environ, begin)
        except BodyWanted:  # called again when the body is here
            is_answered = False
            raise
        finally:
            if is_answered:
                # Answers are complete before they are sent, so this is the time they took.
                seconds = time.perf_counter() - start
                self._metrics.observe(environ["REQUEST_METHOD"], route, status, seconds)
                if status >= "4":
                    self._metrics.refuse(status, environ.get(REFUSAL))
                _log(environ, status, seconds)
            request_id.reset(token)


def _route(environ: WSGIEnvironment) -> str | None:
    """The route that the application answered by; None for files, and where nothing is.

    Flask's request stays in the environment until it has been answered. A hook before each request
    would give the same, but cost 4 % of the time of a cached block.
    """
    rule = getattr(environ.get("werkzeug.request"), "url_rule", None)
    return None if rule is None else str(rule.rule)


def _log(environ: WSGIEnvironment, status: str, seconds: float) -> None:
    method = environ["REQUEST_METHOD"]
    if status.startswith("5"):
        level = logging.ERROR
    else:
        level = logging.DEBUG if method in READS or ROUTINE in environ else logging.INFO
    if not logger.isEnabledFor(level):
        return
    path = environ.get("PATH_INFO", "").encode("latin-1", "replace").decode("utf-8", "replace")
    fields = {
        "method": method,
        "path": repr(path[:200])[1:-1],  # no line breaks from strangers
        "status": int(status),
        "milliseconds": round(seconds * 1000, 1),
        "address": environ.get("REMOTE_ADDR", "-"),
    }
    logger.log(
        level,
        "%(method)s %(path)s %(status)s in %(milliseconds)s ms for %(address)s",
        fields,
        extra=fields,
    )
