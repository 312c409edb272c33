"""/api/openapi.json and /api/docs: the API described, and a page to try it (Swagger UI)."""

from pathlib import Path

from flask import Blueprint, Response, current_app
from werkzeug.exceptions import ServiceUnavailable

from api.extensions import services
from api.openapi import openapi_document
from api.representations import JSON
from api.views.responses import send_fixed, to_json

blueprint = Blueprint("documentation", __name__, url_prefix="/api")

PAGE = Path(__file__).parents[1] / "assets" / "documentation.html"


@blueprint.get("/openapi.json")
def get_document() -> Response:
    """The OpenAPI 3.1 document of this API. 200, 304."""
    return send_fixed("openapi.json", JSON, lambda: to_json(openapi_document(current_app)))


@blueprint.get("/docs")
def get_documentation() -> Response:
    """The page. 200, 304; 503 before set-up has run."""
    browser_files = services().browser_files
    if browser_files.problem:
        raise ServiceUnavailable(browser_files.problem)
    return send_fixed("docs", "text/html; charset=utf-8", _page)


def _page() -> bytes:
    swagger = services().browser_files.page_context()["vendor"]["swagger"]
    return PAGE.read_text().replace("{swagger}", swagger).encode()
