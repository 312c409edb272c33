"""The state of the samples: the server's data set, the worker's pool, and a sample on the grid.

Runs on MicroPython and on CPython.
"""

from app.pyscript.draw.state import Draw
from app.pyscript.kit.signals import Signal
from app.pyscript.reasons import reason
from app.pyscript.samples import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Record
    from app.pyscript.page import Page

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1, 30
NOTHING_POOLED = {"cached": 0, "fetching": 0, "total": 0, "state": "ok", "detail": ""}


class Samples:
    """dataset: the answer of /api/data, or None; pool: "cached", "fetching", "total", "state" and
    "detail" of the report "pool" (worker/report_fields.py)."""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._draw = page.of(Draw)
        self._is_loading = False
        self._draw.sample_wanted.listen(self.load_sample)
        self.dataset = Signal(page.frame)
        self.pool = Signal(page.frame, dict(NOTHING_POOLED))
        page.bridge.on("pool", self.note)
        page.bridge.on("progress", self.note)
        page.bridge.lost.listen(lambda: self.pool.set(dict(NOTHING_POOLED)))

    def note(self, report: "Record") -> None:
        """Store what a report says of the sample pool; some fields may be missing."""
        pool = self.pool.value
        pool.update({key: report[key] for key in pool if key in report})
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
        dataset: Record | None = None
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
