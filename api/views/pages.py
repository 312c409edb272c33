"""The page and its files: /, /service-worker.js, /app/<build>/...

And those of /vendor/... that WhiteNoise does not have.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template
from werkzeug.exceptions import NotFound, ServiceUnavailable

from api.extensions import services
from api.services.browser_files import BrowserFiles
from api.views.responses import IMMUTABLE, preferred_coding, send, send_fixed
from app.pyscript import texts
from app.pyscript.features import PANELS

blueprint = Blueprint("pages", __name__)


def _page_texts() -> dict[str, Any]:
    """What the page says: the common texts by name, and by folder those of each feature."""
    features = (path.parent.name for path in Path(texts.__file__).parent.glob("*/texts.py"))
    return {
        **{name: text for name, text in vars(texts).items() if name.isupper()},
        **{name: import_module(f"app.pyscript.{name}.texts") for name in features},
    }


def _places() -> dict[str, list[str]]:
    """The panels' markup by the place where it stands: paths in the app folder."""
    places: dict[str, list[str]] = {}
    for panel in PANELS:
        markup = f"pyscript/{panel.folder}/{panel.module}.html"
        places.setdefault(panel.place, []).append(markup)
    return places


PAGE_TEXTS = _page_texts()
PLACES = _places()


@blueprint.get("/")
def get_page() -> Response:
    """The page. 200, 304; 503 before set-up has run."""
    browser_files = _browser_files()
    settings = services().settings
    may = {"names": "any" if settings.takes_names else "none", "classes": settings.classes}
    said = {"texts": PAGE_TEXTS, "places": PLACES, **may}
    return _send_template(
        "index.html", "text/html", lambda: {**said, **browser_files.page_context()}
    )


@blueprint.get("/service-worker.js")
def get_service_worker() -> Response:
    """The script that keeps this build for use without the server. 200, 304; 503 before set-up has
    run.

    At this address because it may only control addresses below its own.
    """
    context = _browser_files().service_worker_context
    return _send_template("service-worker.js", "text/javascript", context)


def _browser_files() -> BrowserFiles:
    browser_files = services().browser_files
    if browser_files.problem:
        raise ServiceUnavailable(browser_files.problem)
    return browser_files


def _send_template(name: str, media_type: str, context: Callable[[], dict[str, Any]]) -> Response:
    def render() -> bytes:
        return render_template(name, **context()).encode()

    return send_fixed(name, f"{media_type}; charset=utf-8", render)


@blueprint.get("/app/<build>/<path:path>")
def get_file(build: str, path: str) -> Response:
    """A file of the page or the worker. 200, 304; 404, also for another build."""
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
