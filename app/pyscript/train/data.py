"""The state of what is trained on: the server's data set, and the samples that the worker has.

Runs on MicroPython and on CPython.
"""

from app.pyscript.kit.signals import Signal
from app.pyscript.reasons import reason
from app.pyscript.train import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page
    from app.pyscript.train.records import BlockCounts, Dataset, Pool

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1, 30
NOTHING_POOLED: "Pool" = {"cached": 0, "fetching": 0, "total": 0, "state": "ok", "detail": ""}


class TrainingData:
    """dataset: the answer of /api/data, or None; pool: the last report "pool"."""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
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

    async def describe(self) -> None:
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
