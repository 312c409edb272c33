"""Every error as a problem detail (RFC 9457): one shape, made here and nowhere else.

    {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "There is nothing at /x"}

`detail` says what was expected, what arrived, and what to do. Statuses: 400 a body that cannot be
read, 404 nothing there, 405 not with this method, 406 not in this format, 409 the data changed,
413 too large, 415 not JSON, 422 a value that is not allowed (in path, query or body alike), 500 our
fault, 503 not set up.
"""

import json

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from api.services.samples import BlockNotFoundError, DatasetChangedError

STATUSES: dict[type[Exception], int] = {
    BlockNotFoundError: 404,
    DatasetChangedError: 409,
}
"""What the errors that services raise are in HTTP."""


def register(app: Flask) -> None:
    """Translate all errors: those of views, of services, of Flask, and unexpected ones (500)."""
    app.register_error_handler(HTTPException, _on_http_exception)
    for service_error in STATUSES:
        app.register_error_handler(service_error, _on_service_error)


def _on_service_error(error: Exception) -> Response:
    return _problem(STATUSES[type(error)], str(error))


def _on_http_exception(error: HTTPException) -> Response:
    status = error.code or 500
    response = _problem(status, _detail(error, status))
    for name, value in error.get_headers():
        if name.lower() != "content-type":
            response.headers[name] = value  # Allow, Retry-After
    return response


def _problem(status: int, detail: str) -> Response:
    document = {
        "type": "about:blank",
        "title": HTTP_STATUS_CODES[status],
        "status": status,
        "detail": detail,
    }
    response = Response(json.dumps(document), status, mimetype="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _detail(error: HTTPException, status: int) -> str:
    """Our own sentence where a view gave one, else a better one than the library's."""
    if error.description and error.description != type(error).description:
        return error.description
    if status == 404:
        return f"There is nothing at {request.path}. The API's index is at /api/."
    if status == 405:
        allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or []))
        return f"{request.method} is not possible at {request.path}, only {allowed}."
    if status == 413:
        return f"The body may have at most {current_app.config['MAX_CONTENT_LENGTH']} bytes."
    if status == 500:
        return "Something went wrong in the server. It has been written to its log."
    return error.description or HTTP_STATUS_CODES[status]
