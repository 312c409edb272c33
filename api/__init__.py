"""The service: it gives the page, the digits and the shared weights. It knows no browser.

What is built from what, once, when a process starts; all of it here:

    start.py: settings, data, shipped weights
      -> open_backend: database -> stores -> services       worker.py runs the jobs with these
      -> create_app: views and errors, which find the services by extensions.py
      -> _with_layers: what every response passes           wsgi.py gives it all to gunicorn

And how a request goes through it:

    gunicorn_config.py: event_loop.py waits for visitors, threads.py gives each request a thread
    request -> layers -> views (parse, call, render) -> services -> stores | cache | app.model
    response <- layers <- errors.py (every error)
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from wsgiref.types import WSGIApplication

from flask import Flask
from flask_caching import Cache
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api import costly_reads, errors, limits
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
from api.services.class_drawings import ClassDrawings
from api.services.class_rooms import Rooms
from api.services.classes import Classes
from api.services.first_weights import FirstWeights
from api.services.held_out import HeldOut
from api.services.learning import Learning
from api.services.operator import Operator
from api.services.publishing import Publisher
from api.services.retraining import Retraining
from api.services.samples import Samples
from api.services.turns import Turns
from api.services.weights import SharedWeights, is_whole
from api.static_files import StaticFiles
from api.stores.class_drawings import DrawingStore
from api.stores.classes import ClassStore
from api.stores.database import open_database, unusable, waited
from api.stores.jobs import JobStore
from api.stores.learnings import LearningStore
from api.stores.times import utc_now
from api.stores.versions import VersionStore
from api.upload_budget import UploadBudget
from api.views import (
    class_digits,
    class_learning,
    classes,
    data,
    documentation,
    health,
    index,
    inference,
    jobs,
    originals,
    pages,
    predictions,
    samples,
    versions,
    weights,
)
from api.views.bodies import SMALL
from api.views.guards import refuse_other_sites
from app.model.arrays import FloatArray
from app.model.data.datasets import Dataset

logger = logging.getLogger(__name__)

BLUEPRINTS = (
    *(index, data, samples, predictions, inference, weights, versions, jobs, originals),
    *(classes, class_digits, class_learning),
    *(health, documentation, pages),
)


class Backend(NamedTuple):
    """What web processes and workers have in common."""

    engine: Engine
    weights: SharedWeights
    publisher: Publisher
    operator: Operator
    retraining: Retraining


def open_backend(
    settings: Settings,
    dataset: Dataset,
    params: dict[str, FloatArray],
    cache: Cache,
    now: Callable[[], datetime] = utc_now,
) -> Backend:
    """The database, opened and with weights in it, and the services that use it.

    No connection is left open: the caller may fork. Raises DatabaseError.
    """
    engine = open_database(settings.database_url)
    versions = VersionStore(engine, now, is_whole, shows_names=settings.takes_names)
    held_out = HeldOut(dataset)
    weights = SharedWeights(versions, cache, held_out)
    publisher = Publisher(versions, weights, held_out, settings.accept_margin)
    try:
        FirstWeights(versions, weights, publisher, held_out).begin_with(params)
    except SQLAlchemyError as error:
        raise unusable(settings.database_url, error) from error
    retraining = Retraining(
        JobStore(engine), publisher, dataset, settings.retrain_steps, settings.retrain_rate
    )
    engine.dispose()
    return Backend(engine, weights, publisher, Operator(versions, weights.version), retraining)


def create_app(
    settings: Settings,
    dataset: Dataset,
    params: dict[str, FloatArray],
    now: Callable[[], datetime] = utc_now,
) -> Flask:
    """The WSGI application that serves one data set and the weights of one database; a new database
    gets these parameters. `now` says when versions are published. Raises DatabaseError."""
    app = Flask(__name__, static_folder=None, template_folder=settings.app_folder)
    app.config["MAX_CONTENT_LENGTH"] = SMALL
    cache.init_app(app, cache_config(settings.cache_url))
    limits.init_app(app, settings)
    costly_reads.init_app(app, settings.read_limit)

    browser_files = BrowserFiles(settings.app_folder)
    if browser_files.problem:
        logger.warning("The page cannot be served: %s", browser_files.problem)
    backend = open_backend(settings, dataset, params, cache, now)
    metrics = Metrics(metrics_folder(), StoreFigures(backend.weights, backend.retraining))
    other_blocks = LocalCache(
        OTHER_BLOCKS_BYTES, lambda is_hit: metrics.read_cache("other_block", is_hit=is_hit)
    )
    fixed_answers = LocalCache(FIXED_ANSWERS_BYTES)
    backends = (app.extensions["cache"][cache], other_blocks, fixed_answers)
    app.extensions[EXTENSION] = Services(
        settings=settings,
        samples=Samples(dataset, cache, other_blocks),
        weights=backend.weights,
        operator=backend.operator,
        publisher=backend.publisher,
        retraining=backend.retraining,
        browser_files=browser_files,
        metrics=metrics,
        engine=backend.engine,
        upload_budget=UploadBudget(),
        fixed_answers=fixed_answers,
        turns=Turns(),
        **_class_services(backend.engine, dataset, now),
        local_caches=tuple(each for each in backends if isinstance(each, LocalCache)),  # not Redis
    )
    for module in BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    errors.register(app)
    app.before_request(waited.begin_request)
    app.teardown_request(waited.end_request)
    app.before_request(refuse_other_sites)
    layers = _with_layers(app.wsgi_app, settings, browser_files, metrics)
    app.wsgi_app = layers  # type: ignore[method-assign, assignment]
    return app


def _class_services(
    engine: Engine, dataset: Dataset, now: Callable[[], datetime]
) -> dict[str, Any]:
    """Those of classes, by their names in Services."""
    store = ClassStore(engine, now)
    learnings = LearningStore(engine, store, now)
    rooms = Rooms(store, learnings, now)
    learning = Learning(learnings, rooms, dataset, now)
    rooms.on_tick = learning.tend
    return {
        "classes": Classes(store, rooms, now),
        "class_drawings": ClassDrawings(DrawingStore(engine, store), rooms),
        "learning": learning,
    }


def _with_layers(
    application: WSGIApplication, settings: Settings, browser_files: BrowserFiles, metrics: Metrics
) -> WSGIApplication:
    """The layers that a request passes on its way to the views; the last one here sees it first."""
    hosts = Hosts([*settings.hosts, settings.host.lower()])
    application = StaticFiles(application, browser_files.vendor_folder)
    application = HostGuard(application, hosts, settings.proxies)
    application = ResponseHeaders(application, browser_files.build)
    application = RequestLog(application, metrics, settings.proxies > 0)
    return behind_proxies(application, settings.proxies) if settings.proxies else application
