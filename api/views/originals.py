"""/api/datablock: what the original's clients ask for and no other resource answers."""

from flask import Blueprint, Response

from api.costly_reads import charge
from api.extensions import services
from api.services.samples import BYTES_PER_ORIGINAL_SAMPLE, MAX_BLOCK_SIZE, units
from api.views.bodies import json_object
from api.views.parameters import whole_number
from api.views.responses import NO_STORE, send_json

blueprint = Blueprint("originals", __name__)


@blueprint.post("/api/datablock")
def post_datablock() -> Response:
    """{"block": n} gets n different random training samples,
    {"data": [{"target": 7, "image": [784 of 0.0-1.0]}]}. 200; 400 for a body that is not JSON;
    413 for a long one; 415 for another content type; 422 for other values; 429."""
    samples = services().samples
    highest = min(MAX_BLOCK_SIZE, len(samples.dataset.splits["train"]))
    count = whole_number("block", json_object().get("block"), 1, highest)
    charge(units(count * BYTES_PER_ORIGINAL_SAMPLE))
    return send_json(samples.training_samples(count), NO_STORE)
