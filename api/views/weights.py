"""/api/weights: the shared weights, to read, to replace, to train, to train from scratch."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, request, url_for

from api.extensions import services
from api.limits import count_accepted, limited_write, require_allowance
from api.representations import JSON, NPY, NPZ
from api.schemas import job_document, version_document
from api.services.publishing import Published
from api.services.weights import WEIGHTS_TYPES
from api.views.bodies import body
from api.views.guards import require_admin
from api.views.parameters import author_name, digest_of_base, if_match, name_notice
from api.views.responses import (
    NO_STORE,
    preferred_coding,
    send_json,
    send_weights,
    weights_type,
)
from api.visitors import visitor
from app.model.serialization import (
    MAX_JSON_SIZE,
    MAX_NPZ_SIZE,
    MAX_SAMPLES,
    MAX_SAMPLES_JSON_SIZE,
    MAX_SAMPLES_NPY_SIZE,
    SamplesError,
    samples_from_json,
    samples_from_npy,
    weights_from_json,
    weights_from_npz,
)

blueprint = Blueprint("weights", __name__, url_prefix="/api/weights")
logger = logging.getLogger(__name__)


@blueprint.get("")
def get_weights() -> Response:
    """The weights: .npz of w1 (784, 128) and w2 (128, 10) float32, tagged with their digest, the
    original's JSON, {"weights": [w1, w2]}, safetensors, or an ONNX model, by Accept or ?format=.
    200, 304; 406 for another format; 422."""
    media_type = weights_type(WEIGHTS_TYPES)
    made = services().weights.representation(media_type, preferred_coding())
    return send_weights(made, made.etag)


@blueprint.post("")
@limited_write
def post_weights() -> Response:
    """Publish weights, in the formats that GET has, and your name if you like. With ?base=, the
    digest of the version that they were trained from, they are averaged with what others published
    since, and the answer's version is the mean. 201, or 200 if they are there already; 403 for a
    page of another site; 408, 411, 413, 415 for bodies that are not read; 412 unless If-Match
    holds; 422 for other content, and for weights that the gate refuses: clearly worse ones, near
    copies, and those that may overflow; 429; 503 if too many others publish."""
    author, base, matches = author_name(), digest_of_base(), if_match()
    require_allowance()
    with body({JSON: MAX_JSON_SIZE, NPZ: MAX_NPZ_SIZE}) as (media_type, content):
        read = weights_from_json if media_type == JSON else weights_from_npz
        w1, w2 = read(content)
    with _turn():
        published = services().publisher.publish({"w1": w1, "w2": w2}, author, matches, base)
        _count(published)
    return _created(published, merged=published.is_merged)


@blueprint.patch("")
@limited_write
def patch_weights() -> Response:
    """Train the current weights by one step on 1 to 1,024 samples, as the original's JSON or as
    .npy of (n, 785) uint8, label first, and publish the result; the answer has the samples' loss
    before the step. 201, 200 if nothing changed; else as POST."""
    author, matches = author_name(), if_match()
    require_allowance()
    largest = {JSON: MAX_SAMPLES_JSON_SIZE, NPY: MAX_SAMPLES_NPY_SIZE}
    with body(largest) as (media_type, content):
        read = samples_from_json if media_type == JSON else samples_from_npy
        images, labels = read(content)
    if not 1 <= len(labels) <= MAX_SAMPLES:
        raise SamplesError(f"expected 1 to {MAX_SAMPLES} samples, found {len(labels)}")
    with _turn():
        loss, published = services().publisher.train(images, labels, author, matches)
        _count(published)
    return _created(published, loss=loss)


@blueprint.delete("")
@limited_write
def delete_weights() -> Response:
    """Have a new network trained from scratch in the background, and published. For the operator.
    202 with the job to follow; 401, 403; 409 while one is being trained; 429."""
    require_admin()
    job = services().retraining.begin()
    response = send_json({"job": job_document(job)}, NO_STORE)
    response.status_code = 202
    response.location = url_for("jobs.get_job", job=job.id)
    return response


@contextmanager
def _turn() -> Iterator[None]:
    """Publish when it is this visitor's turn, if they still may by then. Raises BusyError,
    AllowanceUsedError."""
    with services().turns.turn(visitor()):
        require_allowance()
        yield


def _count(published: Published) -> None:
    if published.is_change:
        count_accepted()


def _created(published: Published, **figures: float) -> Response:
    version = published.version
    drawings = version.measurement.drawings_accuracy
    document = figures | name_notice() | {"version": version_document(version)}
    response = send_json(document, NO_STORE)
    response.status_code = 201 if published.is_new else 200
    response.location = url_for("versions.get_version", version=version.id)
    response.set_etag(version.digest)
    logger.info(
        "version %s %s by %s, accuracy %.4f, of drawings %s",
        version.id,
        "published" if request.method == "POST" else "patched",
        request.remote_addr,
        version.measurement.accuracy,
        "unknown" if drawings is None else f"{drawings:.4f}",
    )
    return response
