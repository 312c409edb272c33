"""The service: it gives the page, the digits and the shared weights. It knows no browser.

    request -> views (parse, call, render) -> services -> cache | app.model
    response <- headers.py (every response) <- errors.py (every error) <- views

`create_app` binds it all. Running it is gunicorn's work: Procfile, gunicorn_config.py, wsgi.py.
"""

from flask import Flask

from api import errors
from api.config import Settings
from api.extensions import CACHE_CONFIG, EXTENSION, Services, cache
from api.headers import ResponseHeaders
from api.services.browser_files import BrowserFiles
from api.services.samples import Samples
from api.services.weights import SharedWeights
from api.static_files import StaticFiles
from api.views import data, health, index, originals, pages, samples, weights
from app.model.arrays import FloatArray
from app.model.datasets import Dataset

MAX_BODY_SIZE = 64 * 1024
"""Bytes; the largest body that a request has a use for is some twenty bytes long."""

BLUEPRINTS = (index, data, samples, weights, originals, health, pages)


def create_app(settings: Settings, dataset: Dataset, params: dict[str, FloatArray]) -> Flask:
    """The WSGI application that serves one data set and one network's parameters."""
    app = Flask(__name__, static_folder=None, template_folder=settings.app_folder)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_SIZE
    cache.init_app(app, CACHE_CONFIG)

    browser_files = BrowserFiles(settings.app_folder)
    app.extensions[EXTENSION] = Services(
        samples=Samples(dataset, cache),
        weights=SharedWeights(params, cache),
        browser_files=browser_files,
    )
    for module in BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    errors.register(app)
    static_files = StaticFiles(app.wsgi_app, browser_files.vendor_folder)
    app.wsgi_app = ResponseHeaders(static_files)  # type: ignore[method-assign]
    return app
