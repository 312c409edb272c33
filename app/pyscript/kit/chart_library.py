"""Loads uPlot, the library that draws the charts, and says when it is there.

Runs on MicroPython and on CPython.
"""

from app.pyscript.kit import texts
from app.pyscript.kit.signals import Signal
from app.pyscript.reasons import reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page


class ChartLibrary:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self.is_there = Signal(page.frame, False)
        self._is_coming = False

    def load(self) -> None:
        """Load it, unless loading has already begun."""
        if not self._is_coming:
            self._is_coming = True
            self._page.browser.run(self._load())

    async def _load(self) -> None:
        browser = self._page.browser
        try:
            await browser.load_script(browser.page_config()["charts"], "uPlot")
        except (OSError, browser.FetchError) as error:
            detail = texts.CHARTS_MISSING_ADVICE.format(error=reason(error))
            self._page.notices.notify("charts", texts.CHARTS_MISSING, detail)
            return
        self.is_there.set(True)
