"""/api/weights/versions: the history, the ways back, and what the operator removes from it."""

import re
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import UnprocessableEntity

from api.costly_reads import charge
from api.extensions import services
from api.limits import limited_write
from api.representations import JSON
from api.schemas import VERSION_ID, comparison_document, version_document
from api.services.weights import WEIGHTS_TYPES
from api.views.author_names import usual_form
from api.views.bodies import json_object
from api.views.guards import require_admin
from api.views.parameters import if_match, number_in_text, shown
from api.views.responses import NO_STORE, REVALIDATE, send_json, send_weights, weights_type

COMPARISON_UNITS = 10
"""Units of costly reads; it takes a hundred if a version has to be measured, which is rare."""

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
        "margin": services().publisher.margin,
        "samples": weights.held_out_size,
        "drawings": weights.held_out_drawings,
        "versions": [version_document(version) for version in versions],
    }
    return send_json(document, REVALIDATE)


@blueprint.get("/<version>")
def get_version(version: str) -> Response:
    """One version: its figures as JSON, or its weights as .npz, safetensors or an ONNX model, by
    Accept or ?format=. 200, 304; 404; 406; 422."""
    weights = services().weights
    found = weights.version(_version_id("version", version))
    media_type = weights_type(WEIGHTS_TYPES)
    if media_type != JSON:
        return send_weights(weights.version_content(found, media_type), found.digest)
    return send_json(version_document(found), REVALIDATE)


@blueprint.get("/<version>/comparison")
def get_comparison(version: str) -> Response:
    """A version beside another, ?with=<id>, by default the current one: how many held-out digits
    and drawings only one of them reads right, the recall of each digit, how far apart their weights
    are. 200, 304; 404; 422; 429."""
    charge(COMPARISON_UNITS)
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
    promoted = services().publisher.promote(_version_id("version", version), if_match())
    response = send_json({"version": version_document(promoted)}, NO_STORE)
    response.set_etag(promoted.digest)
    return response


@blueprint.patch("/<version>")
@limited_write
def patch_version(version: str) -> Response:
    """{"pinned": true} keeps a version however many follow, {"author": null} clears its author's
    name. For the operator. 200; 400; 401, 403; 404; 411, 413, 415; 422; 429."""
    require_admin()
    changes = json_object()
    if not changes.keys() & {"pinned", "author"}:
        raise UnprocessableEntity('The body must have "pinned", or "author", or both.')
    is_pinned = changes.get("pinned", False)
    if not isinstance(is_pinned, bool):
        raise UnprocessableEntity(f"pinned must be true or false, found {shown(is_pinned)}.")
    if changes.get("author") is not None:
        raise UnprocessableEntity(
            "author must be null, which clears the name: nobody can give a version another one."
        )
    number = _version_id("version", version)
    if "pinned" in changes:
        changed = services().publisher.set_pinned(number, is_pinned)
    if "author" in changes:
        changed = services().operator.clear_author(number)
    return send_json({"version": version_document(changed)}, NO_STORE)


@blueprint.delete("/<version>")
@limited_write
def delete_version(version: str) -> Response:
    """Delete a version with its weights, for good; the answer says what it was. For the operator.
    200; 401, 403; 404; 409 for the current version and the baseline; 422; 429."""
    require_admin()
    deleted = services().operator.delete(_version_id("version", version))
    return send_json({"version": version_document(deleted)}, NO_STORE)


@blueprint.post("/clear-authors")
@limited_write
def clear_authors() -> Response:
    """{"author": "Ada"} clears this name from all versions, {"all": true} every name; the answer
    says how many versions had one. For the operator.
    200; 400; 401, 403; 411, 413, 415; 422; 429."""
    require_admin()
    wanted = json_object()
    if wanted.keys() == {"all"} and wanted["all"] is True:
        names = None
    elif wanted.keys() == {"author"} and _can_be_stored(wanted["author"]):
        names = {wanted["author"], usual_form(wanted["author"])}
    else:
        raise UnprocessableEntity(
            'The body must be {"author": "the name as the history shows it"} or {"all": true}.'
        )
    return send_json({"cleared": services().operator.clear_authors(names)}, NO_STORE)


def _can_be_stored(name: Any) -> bool:
    """Is it text without NUL and surrogates, which databases cannot look for?"""
    return isinstance(name, str) and re.search("[\0\ud800-\udfff]", name) is None


def _version_id(name: str, text: str) -> int:
    return number_in_text(name, text, VERSION_ID["minimum"], VERSION_ID["maximum"])
