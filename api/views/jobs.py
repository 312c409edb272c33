"""/api/jobs: what runs in the background, and its progress."""

import re

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from api.extensions import services
from api.limits import limited_write
from api.schemas import JOB_ID, job_document
from api.views.guards import require_admin
from api.views.parameters import shown
from api.views.responses import NO_STORE, send_json

blueprint = Blueprint("jobs", __name__, url_prefix="/api/jobs")


@blueprint.get("")
def get_jobs() -> Response:
    """The last fifty, newest first; at most one is unfinished. 200."""
    jobs = [job_document(job) for job in services().retraining.jobs()]
    return send_json({"jobs": jobs}, NO_STORE)


@blueprint.get("/<job>")
def get_job(job: str) -> Response:
    """State, progress (0 to 1) and figures of a job. 200; 404."""
    return send_json(job_document(services().retraining.job(_job_id(job))), NO_STORE)


@blueprint.delete("/<job>")
@limited_write
def delete_job(job: str) -> Response:
    """Cancel a job: it publishes nothing, and its worker notices within a second. For the operator.
    200; 401, 403; 404; 409 for one that has ended; 429."""
    require_admin()
    canceled = services().retraining.cancel(_job_id(job))
    return send_json({"job": job_document(canceled)}, NO_STORE)


def _job_id(job: str) -> str:
    """Raises NotFound."""
    if not re.fullmatch(JOB_ID["pattern"], job):  # PostgreSQL refuses to look for some, such as NUL
        raise NotFound(f"There is no job {shown(job)}, or not any more.")
    return job
