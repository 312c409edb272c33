"""/api/weights/versions: the history, and the ways back."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import UnprocessableEntity

from api.extensions import services
from api.limits import limited_write
from api.representations import JSON, NPZ
from api.schemas import VERSION_ID, comparison_document, version_document
from api.views.bodies import json_object
from api.views.guards import require_admin
from api.views.parameters import if_match, number_in_text, shown
from api.views.responses import NO_STORE, REVALIDATE, preferred_type, send, send_json

blueprint = Blueprint("versions", __name__, url_prefix="/api/weights/versions")


@blueprint.get("")
def get_versions() -> Response:
    """All versions that are kept, newest first, refused candidates too; which is current, and the
    margin of the gate. 200, 304."""
    weights = services().weights
    versions = weights.versions()
    current = next((version.id for version in versions if version.is_current), None)
    document = {
        "current": current,
        "margin": weights.margin,
        "samples": weights.held_out_size,
        "drawings": weights.held_out_drawings,
        "versions": [version_document(version) for version in versions],
    }
    return send_json(document, REVALIDATE)


@blueprint.get("/<version>")
def get_version(version: str) -> Response:
    """One version: its figures as JSON, its weights as .npz. 200, 304; 404; 406; 422."""
    weights = services().weights
    found = weights.version(_version_id("version", version))
    if preferred_type((JSON, NPZ)) == NPZ:
        return send(weights.version_content(found), REVALIDATE)
    return send_json(version_document(found), REVALIDATE)


@blueprint.get("/<version>/comparison")
def get_comparison(version: str) -> Response:
    """A version beside another, ?with=<id>, by default the current one: how many held-out digits
    and drawings only one of them reads right, the recall of each digit, how far apart their weights
    are. 200, 304; 404; 422."""
    weights = services().weights
    first = _version_id("version", version)
    other = request.args.get("with")
    second = weights.current().id if other is None else _version_id("with", other)
    return send_json(comparison_document(weights.compare(first, second)), REVALIDATE)


@blueprint.post("/<version>/promote")
@limited_write
def promote_version(version: str) -> Response:
    """Make a version the current one, whatever the gate said of it. For the operator.
    200; 401, 403; 404; 412 unless If-Match holds; 422, also for one that may overflow; 429."""
    require_admin()
    promoted = services().weights.promote(_version_id("version", version), if_match())
    response = send_json({"version": version_document(promoted)}, NO_STORE)
    response.set_etag(promoted.digest)
    return response


@blueprint.patch("/<version>")
@limited_write
def patch_version(version: str) -> Response:
    """{"pinned": true} keeps a version however many follow. For the operator.
    200; 400; 401, 403; 404; 411, 413, 415; 422; 429."""
    require_admin()
    is_pinned = json_object().get("pinned")
    if not isinstance(is_pinned, bool):
        raise UnprocessableEntity(f"pinned must be true or false, found {shown(is_pinned)}.")
    changed = services().weights.set_pinned(_version_id("version", version), is_pinned)
    return send_json({"version": version_document(changed)}, NO_STORE)


def _version_id(name: str, text: str) -> int:
    return number_in_text(name, text, VERSION_ID["minimum"], VERSION_ID["maximum"])
