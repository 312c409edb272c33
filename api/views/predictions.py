"""/api/predict: the network's reading of drawings that programs send."""

from typing import Any

from flask import Blueprint, Response

from api.costly_reads import charge
from api.extensions import services
from api.representations import JSON, PNG
from api.schemas import reading_document
from api.services.sent_drawings import MAX_SENT_JSON_SIZE, read_json, read_png
from api.views.bodies import body
from api.views.responses import NO_STORE, send_json
from app.model.predict.pictures import MAX_PNG_SIZE
from app.model.predict.readings import read_drawings

blueprint = Blueprint("predictions", __name__)


@blueprint.post("/api/predict")
def post_prediction() -> Response:
    """Read a drawing with the shared weights: pixels, strokes of the page's pen, or a PNG of any
    colors; or a batch of drawings as JSON. They are normalized first, as on the page. The answer
    names a digit, or the reason why none should be named, and the version of the weights. 200; 408,
    411, 413, 415 for bodies that are not read; 422 for other content; 429; 503."""
    with body({JSON: MAX_SENT_JSON_SIZE, PNG: MAX_PNG_SIZE}) as (media_type, content):
        sent = (read_png if media_type == PNG else read_json)(content, charge)
    weights = services().weights
    version = weights.current()
    readings = read_drawings(weights.reader(version.digest), sent.drawings)
    documents = [reading_document(reading) for reading in readings]
    document: dict[str, Any] = {"predictions": documents} if sent.is_batch else documents[0]
    named = {"weights": {"version": version.id, "digest": version.digest}}
    return send_json(document | named, NO_STORE)
