"""The state of the samples: the server's data set, the worker's pool, and a sample on the grid.

Runs on MicroPython and on CPython.
"""

from app.pyscript.draw.state import Draw
from app.pyscript.kit.signals import Signal
from app.pyscript.reasons import reason
from app.pyscript.samples import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page
    from app.pyscript.samples.records import BlockCounts, Dataset, Pool

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1, 30
NOTHING_POOLED: "Pool" = {"cached": 0, "fetching": 0, "total": 0, "state": "ok", "detail": ""}


class Samples:
    """dataset: the answer of /api/data, or None; pool: the last report "pool"."""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._draw = page.of(Draw)
        self._is_loading = False
        self._draw.sample_wanted.listen(self.load_sample)
        self.dataset: Signal[Dataset | None] = Signal(page.frame)
        self.pool: Signal[Pool] = Signal(page.frame, NOTHING_POOLED.copy())
        page.bridge.on("pool", self.pool.set)
        page.bridge.on("progress", self.note_progress)
        page.bridge.lost.listen(lambda: self.pool.set(NOTHING_POOLED.copy()))

    def note_progress(self, report: "BlockCounts") -> None:
        """Store what a progress report says of the pool; it comes more often."""
        pool = self.pool.value
        pool["cached"], pool["fetching"] = report["cached"], report["fetching"]
        self.pool.mark()

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
            self._page.notices.notify("samples", texts.SAMPLE_MISSING, advice)
            return
        finally:
            self._is_loading = False
        self._page.notices.dismiss("samples")
        self._draw.show_sample(sample["label"], sample["pixels"])

    async def describe_dataset(self) -> None:
        """Ask which data set is in use until the server answers, with ever longer pauses: partly
        random, so that a class does not come back at once."""
        dataset: Dataset | None = None
        pause = 0
        while dataset is None:
            try:
                dataset = await self._browser.fetch_json("/api/data")
            except self._browser.FetchError as error:
                if not pause:  # tell the visitor only once
                    advice = texts.DATASET_ADVICE.format(error=reason(error))
                    self._page.notices.notify("dataset", texts.DATASET_UNKNOWN, advice)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS) or FIRST_PAUSE_SECONDS
                await self._browser.sleep(pause * (0.5 + self._browser.random() / 2))
        self._page.notices.dismiss("dataset")
        self.dataset.set(dataset)
