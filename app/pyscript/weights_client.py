"""The page's side of the weights API: the history of versions, and what only the operator may do.

Changes in the store: versions, versions_problem, job. The weights themselves go to and from the
worker (worker_client.py).
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Record
    from app.pyscript.store import Store

VERSIONS_PATH = "/api/weights/versions"
JOB_POLL_SECONDS = 1


class WeightsClient:
    def __init__(self, store: "Store", browser: "Browser") -> None:
        self._store = store
        self._browser = browser

    def load_history(self) -> None:
        self._browser.run(self._load_history())

    async def _load_history(self) -> None:
        versions = await self._ask("The history could not be loaded", VERSIONS_PATH)
        if versions is not None:
            self._store.versions_arrived(versions)

    def promote(self, version: int, token: str) -> None:
        """Make a version the current one; token is the operator's."""
        self._browser.run(self._promote(version, token))

    async def _promote(self, version: int, token: str) -> None:
        path = f"{VERSIONS_PATH}/{version}/promote"
        title = f"Version {version} could not be made the current one"
        if await self._ask(title, path, "POST", token) is not None:
            await self._load_history()

    def retrain(self, token: str) -> None:
        """Have the server train a network from scratch and publish it, and follow how it goes."""
        self._browser.run(self._retrain(token))

    async def _retrain(self, token: str) -> None:
        accepted = await self._ask("Retraining did not start", "/api/weights", "DELETE", token)
        if accepted is not None:
            await self._follow(accepted["job"])

    async def _follow(self, job: "Record") -> None:
        """Show the job's progress until it has ended, and then what became of it."""
        self._store.job_changed(job)
        while job["state"] in ("queued", "running"):
            await self._browser.sleep(JOB_POLL_SECONDS)
            answer = await self._ask("The retraining cannot be followed", f"/api/jobs/{job['id']}")
            if answer is None:
                self._store.job_changed(None)
                return
            job = answer
            self._store.job_changed(job)
        await self._load_history()

    async def _ask(
        self, title: str, path: str, method: str = "GET", token: str = ""
    ) -> "Record | None":
        try:
            answer = await self._browser.fetch_json(path, method, token)
        except self._browser.FetchError as error:
            self._store.versions_failed(f"{title}: {error}")
            return None
        self._store.versions_failed("")
        return answer
