"""The service: it gives the page, the digits and the shared weights. It knows no browser.

    request -> views (parse, call, render) -> services -> stores | cache | app.model
    response <- requests.py, headers.py, host_guard.py (every response) <- errors.py (every error)
    worker.py -> services.retraining -> stores

`create_app` binds it all. Running it is gunicorn's work: Procfile, gunicorn_config.py, wsgi.py;
event_loop.py waits for visitors, and threads.py gives each request to a thread.
"""

from collections.abc import Callable
from datetime import datetime
from wsgiref.types import WSGIApplication

from flask import Flask

from api import costly_reads, errors, limits
from api.composition import open_backend
from api.config import Settings
from api.extensions import (
    EXTENSION,
    FIXED_ANSWERS_BYTES,
    OTHER_BLOCKS_BYTES,
    Services,
    cache,
    cache_config,
)
from api.headers import ResponseHeaders
from api.host_guard import HostGuard
from api.hosts import Hosts
from api.local_cache import LocalCache
from api.metrics import Metrics, StoreFigures, metrics_folder
from api.proxies import behind_proxies
from api.requests import RequestLog
from api.services.browser_files import BrowserFiles
from api.services.samples import Samples
from api.static_files import StaticFiles
from api.stores.versions import utc_now
from api.upload_budget import UploadBudget
from api.views import (
    data,
    documentation,
    health,
    index,
    jobs,
    originals,
    pages,
    samples,
    versions,
    weights,
)
from api.views.bodies import SMALL
from api.views.guards import refuse_other_sites
from app.model.arrays import FloatArray
from app.model.datasets import Dataset

BLUEPRINTS = (
    *(index, data, samples, weights, versions, jobs, originals),
    *(health, documentation, pages),
)


def create_app(
    settings: Settings,
    dataset: Dataset,
    params: dict[str, FloatArray],
    now: Callable[[], datetime] = utc_now,
) -> Flask:
    """The WSGI application that serves one data set and the weights of one database, which begins
    with these parameters. `now` says when versions are published. Raises DatabaseError."""
    app = Flask(__name__, static_folder=None, template_folder=settings.app_folder)
    app.config["MAX_CONTENT_LENGTH"] = SMALL
    cache.init_app(app, cache_config(settings.cache_url))
    limits.init_app(app, settings.write_limit, settings.cache_url)
    costly_reads.init_app(app, settings.read_limit)

    browser_files = BrowserFiles(settings.app_folder)
    backend = open_backend(settings, dataset, params, cache, now)
    metrics = Metrics(metrics_folder(), StoreFigures(backend.weights, backend.retraining))
    other_blocks = LocalCache(
        OTHER_BLOCKS_BYTES, lambda is_hit: metrics.read_cache("other_block", is_hit=is_hit)
    )
    app.extensions[EXTENSION] = Services(
        settings=settings,
        samples=Samples(dataset, cache, other_blocks),
        weights=backend.weights,
        operator=backend.operator,
        retraining=backend.retraining,
        browser_files=browser_files,
        metrics=metrics,
        engine=backend.engine,
        upload_budget=UploadBudget(),
        fixed_answers=LocalCache(FIXED_ANSWERS_BYTES),
    )
    for module in BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    errors.register(app)
    app.before_request(refuse_other_sites)
    static_files = StaticFiles(app.wsgi_app, browser_files.vendor_folder)
    hosts = Hosts([*settings.hosts, settings.host.lower()])
    guarded = ResponseHeaders(HostGuard(static_files, hosts, settings.proxies), browser_files.build)
    outermost: WSGIApplication = RequestLog(guarded, metrics, settings.proxies > 0)
    if settings.proxies:
        outermost = behind_proxies(outermost, settings.proxies)
    app.wsgi_app = outermost  # type: ignore[method-assign, assignment]
    return app
