"""/api/jobs: what runs in the background, and how far it is."""

from flask import Blueprint, Response

from api.extensions import services
from api.schemas import job_document
from api.views.responses import NO_STORE, send_json

blueprint = Blueprint("jobs", __name__, url_prefix="/api/jobs")


@blueprint.get("")
def get_jobs() -> Response:
    """The last fifty, newest first; of these one may be unfinished. 200."""
    jobs = [job_document(job) for job in services().retraining.jobs()]
    return send_json({"jobs": jobs}, NO_STORE)


@blueprint.get("/<job>")
def get_job(job: str) -> Response:
    """State, progress (0 to 1) and figures of a job. 200; 404."""
    return send_json(job_document(services().retraining.job(job)), NO_STORE)
