"""Whether the page works without its server: has the browser keep it, where browsers do that.

The keeping is the service worker's (app/service-worker.js). It begins once the network reads, so
that it slows no start. Runs on MicroPython and on CPython.
"""

from app.pyscript.kit.signals import Signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page

# See texts.OFFLINE_*.
KEPT, AWAY, INSECURE = "kept", "away", "insecure"
UNSUPPORTED, NOT_KEEPING = "unsupported", "not keeping"
SERVICE_WORKER = "/service-worker.js"
# The files come from the browser's own cache; a slow disk may take long over 17 MB.
KEEP_LIMIT_SECONDS = 300


class Offline:
    """offline: KEPT, AWAY where it works without its server now, or why it could not, INSECURE,
    UNSUPPORTED or NOT_KEEPING; empty while that is not known."""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._has_begun = False
        self.offline = Signal(page.frame, AWAY if page.browser.is_kept_page() else "")
        page.bridge.turned.listen(self.on_worker)

    def on_worker(self) -> None:
        if self._page.bridge.is_ready and not self._has_begun:
            self._has_begun = True
            self._browser.run(self.keep())

    async def keep(self) -> None:
        """Keep this page, or what is newer; say why that cannot be."""
        if self.offline.value == AWAY:
            return
        if not self._browser.is_secure():
            self.offline.set(INSECURE)
        elif not self._browser.has_service_workers():
            self.offline.set(UNSUPPORTED)
        else:
            try:
                await self._browser.keep_page(SERVICE_WORKER, KEEP_LIMIT_SECONDS)
            except Exception:  # a DOMException of many kinds, in words for programmers
                self.offline.set(NOT_KEEPING)
            else:
                self.offline.set(KEPT)
