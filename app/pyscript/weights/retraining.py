"""Shows a training on the server that the operator began: how it is going, and how it ended.

Shows: job.
"""

from app.pyscript.kit.formats import percent, whole
from app.pyscript.kit.live_region import say
from app.pyscript.reasons import reason
from app.pyscript.weights import texts
from app.pyscript.weights.version_history import VersionHistory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page
    from app.pyscript.weights.records import Job


class Retraining:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._versions = page.of(VersionHistory)

    def mount(self) -> None:
        """Start. The markup must be on the page already."""
        self._page.watch((self._versions.job,), self.render)

    def render(self) -> None:
        find, job = self._browser.element, self._versions.job.value
        find("job").hidden = job is None
        is_running = job is not None and job["state"] in ("queued", "running")
        find("retrain").disabled = is_running
        find("end-job").hidden = not is_running
        if job is not None:
            find("job-progress").value = job["progress"]
            find("job-note").textContent = describe_job(job)
            say(self._browser, "job-heard", stage_of(job))


def stage_of(job: "Job") -> str:
    """As describe_job, but without the step, which changes too often to be read out."""
    return texts.RETRAIN_LABEL if job["state"] == "running" else describe_job(job)


def describe_job(job: "Job") -> str:
    if job["state"] == "queued":
        return texts.RETRAIN_QUEUED
    if job["state"] == "running":
        step, steps, accuracy = whole(job["step"]), whole(job["steps"]), job["accuracy"]
        if accuracy is None:
            return texts.RETRAIN_STEP.format(step=step, steps=steps)
        return texts.RETRAIN_STEP_MEASURED.format(step=step, steps=steps, share=percent(accuracy))
    if job["state"] == "done":
        return texts.RETRAIN_DONE.format(version=job["version"])
    if job["state"] == "canceled":
        return texts.RETRAIN_ENDED
    return texts.RETRAIN_FAILED.format(error=reason(job["error"]))
