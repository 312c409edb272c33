"""/v2: the Open Inference Protocol, for clients of model servers. One model, "digits"; its versions
are those of the shared weights.

Errors have the protocol's form, {"error": "..."}, with the same statuses as elsewhere.
"""

from typing import Any

from flask import Blueprint, Response, request

from api.costly_reads import charge
from api.errors import PROBLEM
from api.extensions import services
from api.representations import JSON
from api.schemas import VERSION_ID
from api.services.inference import (
    BINARY_EXTENSION,
    INPUT_METADATA,
    MAX_REQUEST_SIZE,
    MODEL,
    OUTPUT_METADATA,
    PLATFORM,
    read_request,
    write_answer,
)
from api.services.sent_drawings import UNIT_BYTES, reading_units
from api.stores.versions import Version
from api.views.bodies import body
from api.views.parameters import number_in_text
from api.views.responses import NO_STORE, send_json, to_json
from app.model.predict.readings import read_drawings

PREFIX = "/v2"
BINARY = "application/octet-stream"
JSON_SIZE_HEADER = "Inference-Header-Content-Length"

blueprint = Blueprint("inference", __name__, url_prefix=PREFIX)


@blueprint.after_app_request
def speak_the_protocol(response: Response) -> Response:
    """Problem details become the protocol's errors."""
    is_ours = request.path == PREFIX or request.path.startswith(f"{PREFIX}/")
    if is_ours and response.mimetype == PROBLEM:
        response.set_data(to_json({"error": response.get_json()["detail"]}))
        response.mimetype = JSON
    return response


@blueprint.get("")
def get_server() -> Response:
    """The server's name and its extensions of the Open Inference Protocol. 200."""
    document = {"name": "Digits", "version": "1", "extensions": [BINARY_EXTENSION]}
    return send_json(document, NO_STORE)


@blueprint.get("/health/live")
def get_live() -> Response:
    """The server answers. 200."""
    return send_json({"live": True}, NO_STORE)


@blueprint.get("/health/ready")
def get_ready() -> Response:
    """The server can infer: there are weights, and they can be read. 200; 503."""
    services().weights.digest()
    return send_json({"live": True, "ready": True}, NO_STORE)


@blueprint.get(f"/models/{MODEL}")
def get_model() -> Response:
    """The model's inputs, outputs and versions. 200."""
    return _metadata([version.id for version in services().weights.versions()])


@blueprint.get(f"/models/{MODEL}/ready")
def get_model_ready() -> Response:
    """The current version can be read. 200; 503."""
    services().weights.digest()
    return _is_ready()


@blueprint.get(f"/models/{MODEL}/versions/<version>")
def get_model_version(version: str) -> Response:
    """The inputs and outputs of one version. 200; 404; 422."""
    return _metadata([_version(version).id])


@blueprint.get(f"/models/{MODEL}/versions/<version>/ready")
def get_model_version_ready(version: str) -> Response:
    """One version can be read. 200; 404; 422; 503."""
    _version(version)
    return _is_ready()


@blueprint.post(f"/models/{MODEL}/infer")
def post_infer() -> Response:
    """Read drawings with the current version. 200; 400 for a request that does not follow the
    protocol; 408, 411, 413, 415 for bodies that are not read; 429; 503."""
    return _infer(None)


@blueprint.post(f"/models/{MODEL}/versions/<version>/infer")
def post_infer_version(version: str) -> Response:
    """Read drawings with one version. 200; 400; 404; 408, 411, 413, 415; 422; 429; 503."""
    return _infer(_version(version))


def _infer(version: Version | None) -> Response:
    # Clients of model servers name the type of their bodies in various ways, or not at all.
    with body(dict.fromkeys((JSON, BINARY, ""), MAX_REQUEST_SIZE)) as (_, content):
        charge(1 + len(content) // UNIT_BYTES)
        asked = read_request(content, request.headers.get(JSON_SIZE_HEADER))
    charge(reading_units(asked.drawings))
    weights = services().weights
    used = weights.current() if version is None else version
    readings = read_drawings(weights.reader(used.digest), asked.drawings)
    answer = write_answer(asked, used.id, readings)
    if answer.json_size is None:
        return send_json(answer.content, NO_STORE)
    headers = {"Cache-Control": NO_STORE, JSON_SIZE_HEADER: str(answer.json_size)}
    return Response(answer.content, mimetype=BINARY, headers=headers)


def _metadata(versions: list[int]) -> Response:
    document: dict[str, Any] = {
        "name": MODEL,
        "versions": [str(version) for version in versions],
        "platform": PLATFORM,
        "inputs": [INPUT_METADATA],
        "outputs": OUTPUT_METADATA,
    }
    return send_json(document, NO_STORE)


def _is_ready() -> Response:
    return send_json({"name": MODEL, "ready": True}, NO_STORE)


def _version(text: str) -> Version:
    number = number_in_text("version", text, VERSION_ID["minimum"], VERSION_ID["maximum"])
    return services().weights.version(number)
