"""/api/openapi.json and /api/docs: the API described, and a page to try it (Swagger UI)."""

from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app
from werkzeug.exceptions import ServiceUnavailable

from api.extensions import services
from api.openapi import openapi_document
from api.representations import Representation
from api.views.responses import REVALIDATE, preferred_coding, send, send_json

blueprint = Blueprint("documentation", __name__, url_prefix="/api")

PAGE = Path(__file__).parents[1] / "assets" / "documentation.html"


@blueprint.get("/openapi.json")
def get_document() -> Response:
    """The OpenAPI 3.1 document that describes all this. 200, 304."""
    return send_json(openapi_document(current_app), REVALIDATE)


@blueprint.get("/docs")
def get_documentation() -> Response:
    """The page. 200, 304; 503 before set-up has run."""
    browser_files = services().browser_files
    if browser_files.problem:
        raise ServiceUnavailable(browser_files.problem)
    page = _template().replace("{swagger}", browser_files.page_context()["vendor"]["swagger"])
    html = Representation.encode(page.encode(), "text/html; charset=utf-8", preferred_coding())
    return send(html, REVALIDATE)


@cache
def _template() -> str:
    return PAGE.read_text()
