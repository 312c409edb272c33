"""The page's side of the samples API: which data the server has, and one sample at a time.

Changes in the store: dataset, the drawing with its sample, notices.
"""

from app.pyscript import texts
from app.pyscript.reasons import reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Record
    from app.pyscript.store import Store


class SamplesClient:
    def __init__(self, store: "Store", browser: "Browser") -> None:
        self._store = store
        self._browser = browser
        self._is_loading = False

    def load_sample(self) -> None:
        """Put a random sample of the test split on the grid."""
        if not self._is_loading:
            self._is_loading = True
            self._browser.run(self._load_sample())

    async def _load_sample(self) -> None:
        try:
            sample = await self._get("/api/samples/random?split=test", texts.SAMPLE_MISSING)
        finally:
            self._is_loading = False
        if sample is not None:
            self._store.sample_arrived(sample["label"], sample["pixels"])

    async def describe_dataset(self) -> None:
        """Ask which data set is in use."""
        dataset = await self._get("/api/data", texts.DATASET_UNKNOWN)
        if dataset is not None:
            self._store.dataset_arrived(dataset)

    async def _get(self, path: str, title: str) -> "Record | None":
        try:
            answer = await self._browser.fetch_json(path)
        except self._browser.FetchError as error:
            self._store.notify("samples", title, texts.SAMPLE_ADVICE.format(error=reason(error)))
            return None
        self._store.dismiss("samples")
        return answer
