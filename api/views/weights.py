"""/api/weights: the shared weights."""

from flask import Blueprint, Response

from api.extensions import services
from api.services.weights import WEIGHTS_TYPES
from api.views.responses import REVALIDATE, preferred_coding, preferred_type, send

blueprint = Blueprint("weights", __name__)


@blueprint.get("/api/weights")
def get_weights() -> Response:
    """The weights: .npz of w1 (784, 128) and w2 (128, 10) float32, tagged with their digest, or
    the original's JSON, {"weights": [w1, w2]}. 200, 304; 406 for another format."""
    media_type = preferred_type(WEIGHTS_TYPES)
    return send(services().weights.representation(media_type, preferred_coding()), REVALIDATE)
