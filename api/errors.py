"""Every error as a problem detail (RFC 9457): one shape, made here and nowhere else.

    {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "There is nothing at /x"}

`detail` says what was expected, what arrived, and what to do. Some have more members, for programs:
`current`, `candidate`, `same_as`, `job` (schemas.py). Statuses: 400 a body that cannot be read, 401
no or a wrong token, 403 no token would help, a class is locked, or a page of another
site writes, 404 nothing there,
405 not with this method, 406 not in this format, 408 a body that does not arrive, 409 the data
changed, a job runs or has ended, or a version is in use, 411 no length, 412 someone else published
since, 413 too large, 415 not a type we read, 421 a host name that is not ours, 422 a value that is
not allowed (in path, query or body alike) or weights that the gate refuses, 429 too often, 500 our
fault, 503 not set up, not drawn yet, or too busy. event_loop.py refuses in the same shape what is
not a valid HTTP/1.1 request: 400, 414 an address that is too long, 426 a WebSocket, 431 headers
that are too long, 501 a transfer coding.
Below /v2 errors have the form of another protocol (views/inference.py).
"""

import json
from typing import Any

from flask import Flask, Response, current_app, request
from flask_limiter import RateLimitExceeded
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from api import costly_reads
from api.limits import AllowanceUsedError, seconds_to_wait, who_tried
from api.requests import REFUSAL
from api.schemas import member_document
from api.services.inference import InferenceError
from api.services.problems import (
    BusyError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    PreconditionError,
    RefusedError,
)
from api.services.samples import BlockNotFoundError, DatasetChangedError
from api.stores.database import AWAY, reason, trouble
from app.model.predict.pictures import DrawingError
from app.model.serialization import SamplesError, WeightsError
from app.model.served.store import NotDrawnYetError

PROBLEM = "application/problem+json"

STATUSES: dict[type[Exception], int] = {
    BlockNotFoundError: 404,
    DatasetChangedError: 409,
    NotFoundError: 404,
    ConflictError: 409,
    PreconditionError: 412,
    RefusedError: 422,
    ForbiddenError: 403,
    BusyError: 503,
    NotDrawnYetError: 503,
    WeightsError: 422,
    SamplesError: 422,
    DrawingError: 422,
    InferenceError: 400,
}
"""The HTTP status of each error that services raise."""


def register(app: Flask) -> None:
    """Translate all errors: those of views, of services, of Flask, and unexpected ones (500)."""
    app.register_error_handler(HTTPException, _on_http_exception)
    for service_error in STATUSES:
        app.register_error_handler(service_error, _on_service_error)
    app.register_error_handler(RateLimitExceeded, _on_rate_limit)
    app.register_error_handler(AllowanceUsedError, _on_allowance)
    app.register_error_handler(SQLAlchemyError, _on_database_error)


def _on_service_error(error: Exception) -> Response:
    text = str(error)
    if isinstance(error, (WeightsError, SamplesError, DrawingError)):
        text = f"The body is not what it should be: {text}."
    if isinstance(error, RefusedError):
        request.environ[REFUSAL] = "gate"
    if isinstance(error, ForbiddenError):
        request.environ[REFUSAL] = "class"
    response = problem(STATUSES[type(error)], text, **getattr(error, "members", {}))
    if response.status_code == 503:
        response.headers["Retry-After"] = "1"
    return response


def _on_rate_limit(error: RateLimitExceeded) -> Response:
    if error.limit.scope == costly_reads.SCOPE:
        request.environ[REFUSAL] = "reads"
        text = (
            "This address has used up its share of costly reads: samples in an order of its own, "
            "as JSON or from /api/datablock, comparisons, and drawings to read. Samples that were "
            "made a moment ago do not count, nor do .npy blocks of the seed 0 and the size 512"
        )
    else:
        text = f"{who_tried(str(error.limit.scope))} may try to write {error.limit.limit}"
    return _too_often(text, seconds_to_wait())


def _on_allowance(error: AllowanceUsedError) -> Response:
    return _too_often(f"{error.who} may publish {error.allowance}", error.seconds)


def _too_often(reason: str, seconds: int) -> Response:
    hours = seconds // 3600
    wait = f"{seconds} seconds" if hours < 1 else "an hour" if hours == 1 else f"{hours} hours"
    response = problem(429, f"{reason}. Try again in {wait}.", retry_after_seconds=seconds)
    response.headers["Retry-After"] = str(seconds)
    return response


def _on_database_error(error: SQLAlchemyError) -> Response:
    found = trouble(error)
    # Where the cause is known, one line is enough: there are many while a database is away.
    # Escaped, so that a stranger cannot add lines.
    current_app.logger.error(
        "the database failed at %.200r: %.200r. %s.",
        request.path,
        reason(error),
        "This may be a fault of ours" if found is None else found.operator,
        exc_info=error if found is None else None,
    )
    request.environ[REFUSAL] = "database"
    told = found or AWAY
    response = problem(503, told.visitors)
    response.headers["Retry-After"] = str(told.seconds)
    return response


def _on_http_exception(error: HTTPException) -> Response:
    status = error.code or 500
    response = problem(status, _detail(error, status))
    for name, value in error.get_headers():
        if name.lower() != "content-type":
            response.headers[name] = value  # Allow, Retry-After
    return response


def problem(status: int, detail: str, **members: Any) -> Response:
    """The response; also for code that answers outside of the application."""
    document = {
        "type": "about:blank",
        "title": HTTP_STATUS_CODES[status],
        "status": status,
        "detail": detail,
    } | {name: member_document(value) for name, value in members.items()}
    content = json.dumps(document, allow_nan=False)
    response = Response(content, status, mimetype=PROBLEM)
    response.headers["Cache-Control"] = "no-store"
    return response


def _detail(error: HTTPException, status: int) -> str:
    """Our own sentence if a view gave one, else one better than the library's."""
    if error.description and error.description != type(error).description:
        return error.description
    root = request.script_root  # the prefix that a proxy puts before our paths
    if status == 404:
        return f"There is nothing at {root}{request.path}. The API's index is at {root}/api/."
    if status == 405:
        allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or []))
        return f"{request.method} is not possible at {root}{request.path}, only {allowed}."
    if status == 413:
        return f"The body may have at most {request.max_content_length} bytes."
    if status == 500:
        return "Something went wrong in the server. It has been written to its log."
    return error.description or HTTP_STATUS_CODES[status]
