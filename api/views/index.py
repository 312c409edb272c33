"""GET /api/: the addresses of the API. The original greeted its clients here."""

from flask import Blueprint, Response, request

from api.extensions import services
from api.representations import JSON
from api.views.responses import send_fixed, to_json

blueprint = Blueprint("index", __name__)

LINKS = {
    "data": "/api/data",
    "random sample": "/api/samples/random?split=test",
    "block of samples": "/api/samples/blocks/{seed}/{index}?size=128&split=train",
    "samples as the original gave them (POST)": "/api/datablock",
    "read a drawing (POST)": "/api/predict",
    "read drawings as model servers do": "/v2",
    "weights": "/api/weights",
    "versions of the weights": "/api/weights/versions",
    "jobs": "/api/jobs",
    "a class (POST)": "/api/classes",
    "this API, described": "/api/openapi.json",
    "this API, to try": "/api/docs",
    "is it up": "/healthz",
    "can it serve": "/readyz",
}


@blueprint.get("/api/")
def get_index() -> Response:
    """The API's addresses, whether names are taken, and who may begin a class. 200, 304."""
    return send_fixed("index", JSON, _index)


def _index() -> bytes:
    links = {name: request.script_root + path for name, path in LINKS.items()}
    settings = services().settings
    may = {"takes_names": settings.takes_names, "classes": settings.classes}
    return to_json({"name": "Digits", **may, "links": links})
