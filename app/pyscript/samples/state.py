"""Puts a sample of the server's data set on the grid.

Runs on MicroPython and on CPython.
"""

from app.pyscript.draw.state import Draw
from app.pyscript.reasons import reason
from app.pyscript.samples import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page


class Samples:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._draw = page.of(Draw)
        self._is_loading = False
        self._draw.sample_wanted.listen(self.load_sample)

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
