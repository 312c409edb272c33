"""The one shape of errors, checked in one place."""

from collections.abc import Iterable

from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.test import TestResponse


def assert_problem(
    response: TestResponse, status: int, *words: str, members: Iterable[str] = ()
) -> None:
    """The response is a problem detail with this status, whose detail has these words in it, and
    which has exactly these members beside the usual ones."""
    assert response.status_code == status, response.text[:300]
    assert response.content_type == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    problem = response.get_json()
    assert set(problem) == {"type", "title", "status", "detail", *members}
    assert problem["type"] == "about:blank"
    assert problem["status"] == status
    assert problem["title"] == HTTP_STATUS_CODES[status]
    assert problem["detail"].endswith("."), problem["detail"]
    for word in words:
        assert word in problem["detail"]
