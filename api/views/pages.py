"""The page and its files: /, /app/<build>/... and what WhiteNoise does not have of /vendor/..."""

from flask import Blueprint, Response, render_template
from werkzeug.exceptions import NotFound, ServiceUnavailable

from api.extensions import services
from api.representations import Representation
from api.views.responses import IMMUTABLE, REVALIDATE, preferred_coding, send
from app.pyscript import texts

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def get_page() -> Response:
    """The page. 200, 304; 503 before set-up has run."""
    browser_files = services().browser_files
    if browser_files.problem:
        raise ServiceUnavailable(browser_files.problem)
    page = render_template("index.html", texts=texts, **browser_files.page_context())
    html = Representation.encode(page.encode(), "text/html; charset=utf-8", preferred_coding())
    return send(html, REVALIDATE)


@blueprint.get("/app/<build>/<path:path>")
def get_file(build: str, path: str) -> Response:
    """A file of the page's or the worker's. 200, 304; 404 for another build's too."""
    browser_files = services().browser_files
    if build != browser_files.build:
        raise NotFound(
            f"This server runs build {browser_files.build}, not {build[:40]}. Reload the page."
        )
    found = browser_files.file(path, preferred_coding())
    if found is None:
        raise NotFound(f"This build has no file {path[:200]}.")
    return send(found, IMMUTABLE)


@blueprint.get("/vendor/<path:path>")
def get_missing_runtime_file(path: str) -> Response:
    """WhiteNoise answers for the files that are there. 404."""
    raise NotFound(
        f"There is no file {path[:200]} in app/vendor. `make run` installs what belongs there."
    )
