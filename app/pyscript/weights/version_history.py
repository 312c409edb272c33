"""The state of the history of the shared weights, and what only the operator may do with it.

The weights themselves go to and from the worker (state.py). Runs on MicroPython and on CPython.
"""

from app.pyscript.kit.signals import Signal
from app.pyscript.reasons import reason
from app.pyscript.weights import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Any, Record
    from app.pyscript.page import Page
    from app.pyscript.weights.records import Job, Versions

VERSIONS_PATH = "/api/weights/versions"
JOB_POLL_SECONDS = 1
LONGEST_PAUSE_SECONDS = 60
UNFINISHED = ("queued", "running")
NOT_FOUND = 404


class VersionHistory:
    """versions: the answer of /api/weights/versions, or None; problem: what went wrong, in words,
    or empty; job: the server's retraining that is shown, as /api/jobs answers, or None."""

    def __init__(self, page: "Page") -> None:
        self._browser = page.browser
        self.versions: Signal[Versions | None] = Signal(page.frame)
        self.problem = Signal(page.frame, "")
        self.job: Signal[Job | None] = Signal(page.frame)
        self._is_following = False
        # Whether the last problem is that the job cannot be followed.
        self._has_told_loss = False

    def load_history(self) -> None:
        self._say("")
        self._browser.run(self._load_history())

    async def _load_history(self) -> None:
        versions = await self._ask(texts.HISTORY_MISSING, VERSIONS_PATH)
        if versions is not None:
            self.versions.set(versions)

    def promote(self, version: int, token: str) -> None:
        """Make a version the current one; token is the operator's."""
        title = texts.OPERATOR_NOT_PROMOTED.format(version=version)
        self._browser.run(self._change(title, f"{VERSIONS_PATH}/{version}/promote", "POST", token))

    async def _change(
        self, title: str, path: str, method: str, token: str, body: "Record | None" = None
    ) -> None:
        """Change the history on the server and load it again; `title` is for a failure."""
        if await self._ask(title, path, method, token, body) is not None:
            await self._load_history()

    def delete(self, version: int, token: str) -> None:
        """Have the server forget a version; token is the operator's."""
        title = texts.OPERATOR_NOT_DELETED.format(version=version)
        self._browser.run(self._change(title, f"{VERSIONS_PATH}/{version}", "DELETE", token))

    def clear_author(self, version: int, token: str) -> None:
        """Remove the author's name from a version; token is the operator's."""
        path = f"{VERSIONS_PATH}/{version}"
        body = {"author": None}
        self._browser.run(self._change(texts.OPERATOR_NOT_CLEARED, path, "PATCH", token, body))

    def clear_author_everywhere(self, name: str, token: str) -> None:
        """Remove a name from all versions; token is the operator's."""
        path = f"{VERSIONS_PATH}/clear-authors"
        body = {"author": name}
        self._browser.run(self._change(texts.OPERATOR_NOT_CLEARED, path, "POST", token, body))

    def cancel(self, job: str, token: str) -> None:
        """End a job; `_follow` then sees that it has ended. token is the operator's."""
        self._browser.run(self._ask(texts.RETRAIN_NOT_ENDED, f"/api/jobs/{job}", "DELETE", token))

    def retrain(self, token: str) -> None:
        """Have the server train a network from scratch and publish it, and show the progress."""
        self._browser.run(self._retrain(token))

    async def _retrain(self, token: str) -> None:
        accepted = await self._ask(texts.RETRAIN_NOT_STARTED, "/api/weights", "DELETE", token)
        if accepted is not None:
            await self._follow(accepted["job"])
        else:
            await self._follow_unfinished()  # perhaps another job was running already

    def follow_unfinished(self) -> None:
        """Follow the job that is under way, even if somebody else began it."""
        self._browser.run(self._follow_unfinished())

    async def _follow_unfinished(self) -> None:
        if self._is_following:
            return
        try:
            jobs = await self._browser.fetch_json("/api/jobs")
        except self._browser.FetchError:
            return  # the request for the history reports that the server is away
        for job in jobs["jobs"]:
            if job["state"] in UNFINISHED:
                await self._follow(job)
                return

    async def _follow(self, job: "Job") -> None:
        """Show the job's progress until it has ended, and then its result.

        If the server does not answer, asks again with ever longer pauses; stops if the server no
        longer knows the job.
        """
        gone: Exception | None = None
        self._is_following = True
        self.job.set(job)
        pause = JOB_POLL_SECONDS
        while job["state"] in UNFINISHED:
            await self._browser.sleep(pause)
            try:
                job = await self._browser.fetch_json(f"/api/jobs/{job['id']}")
            except self._browser.FetchError as error:
                if error.status == NOT_FOUND:
                    gone = error
                    self.job.set(None)
                    break
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
                self._failed(texts.RETRAIN_LOST, error)
                self._has_told_loss = True
                continue
            pause = JOB_POLL_SECONDS
            if self._has_told_loss:
                self._has_told_loss = False
                self._say("")
            self.job.set(job)
        await self._load_history()
        if gone is not None:
            self._failed(texts.RETRAIN_LOST, gone)
        self._is_following = False

    async def _ask(
        self,
        title: str,
        path: str,
        method: str = "GET",
        token: str = "",
        body: "Record | None" = None,
    ) -> "Any":
        try:
            answer = await self._browser.fetch_json(path, method, token, body)
        except self._browser.FetchError as error:
            self._failed(title, error)
            return None
        self._say("")
        return answer

    def _failed(self, title: str, error: Exception) -> None:
        self._has_told_loss = False
        self._say(texts.HISTORY_PROBLEM.format(title=title, error=reason(error)))

    def _say(self, problem: str) -> None:
        """Set what went wrong; empty if nothing did."""
        if problem != self.problem.value:
            self.problem.set(problem)
