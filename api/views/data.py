"""GET /api/data: which data set is in use."""

from flask import Blueprint, Response

from api.extensions import services
from api.views.responses import NO_STORE, send_json

blueprint = Blueprint("data", __name__)


@blueprint.get("/api/data")
def get_data() -> Response:
    """Name, source, digest, sizes; and under "data" one random training sample, which is what the
    original's clients expect of this address. 200."""
    return send_json(services().samples.description_with_sample(), NO_STORE)
