"""/healthz, /readyz and /metrics: for whoever watches the service. Not for search engines."""

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST
from werkzeug.exceptions import ServiceUnavailable

from api.extensions import services
from api.views.responses import NO_STORE, send_json

blueprint = Blueprint("health", __name__)


@blueprint.after_request
def keep_out_of_search(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/healthz")
def get_health() -> Response:
    """The process answers. 200."""
    return send_json({"status": "up"}, NO_STORE)


@blueprint.get("/readyz")
def get_readiness() -> Response:
    """Data, weights and the browser's runtime can be read. 200; 503 says what cannot.

    Without data the program does not start at all; a database may go away later.
    """
    if problem := services().browser_files.problem:
        raise ServiceUnavailable(problem)
    report = {
        "status": "ready",
        "data": services().samples.digest,
        "weights": services().weights.digest(),
        "build": services().browser_files.build,
    }
    return send_json(report, NO_STORE)


@blueprint.get("/metrics")
def get_metrics() -> Response:
    """Metrics for Prometheus, of all processes of this machine. 200."""
    response = Response(services().metrics.exposition(), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = NO_STORE
    return response
