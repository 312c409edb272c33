"""The page's side of the samples API: which data the server has, and one sample at a time.

Changes in the store: dataset, the drawing with its sample, notices.
"""

from app.pyscript.reasons import reason
from app.pyscript.samples import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Record
    from app.pyscript.store import Store

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1, 30


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
            sample = await self._browser.fetch_json("/api/samples/random?split=test")
        except self._browser.FetchError as error:
            advice = texts.SAMPLE_ADVICE.format(error=reason(error))
            self._store.notify("samples", texts.SAMPLE_MISSING, advice)
            return
        finally:
            self._is_loading = False
        self._store.dismiss("samples")
        self._store.sample_arrived(sample["label"], sample["pixels"])

    async def describe_dataset(self) -> None:
        """Ask which data set is in use, ever less often, until that is known."""
        dataset: Record | None = None
        pause = 0
        while dataset is None:
            try:
                dataset = await self._browser.fetch_json("/api/data")
            except self._browser.FetchError as error:
                if not pause:  # told once: who has dismissed it knows
                    advice = texts.DATASET_ADVICE.format(error=reason(error))
                    self._store.notify("dataset", texts.DATASET_UNKNOWN, advice)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS) or FIRST_PAUSE_SECONDS
                await self._browser.sleep(pause)
        self._store.dismiss("dataset")
        self._store.dataset_arrived(dataset)
