"""The state of the offline copy: has the browser store the page for visits without its server.

The service worker stores it (app/service-worker.js). It begins once the network can read, so that
it does not slow down the start. Runs on MicroPython and on CPython.
"""

from app.pyscript.kit.signals import Signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page

# See texts.OFFLINE_*.
KEPT, AWAY, INSECURE = "kept", "away", "insecure"
UNSUPPORTED, NOT_KEEPING = "unsupported", "not keeping"
SERVICE_WORKER = "/service-worker.js"
# The files come from the browser's own cache; a slow disk may need minutes for 17 MB.
KEEP_LIMIT_SECONDS = 300


class Offline:
    """offline: KEPT; AWAY if the page is working without its server now; INSECURE, UNSUPPORTED or
    NOT_KEEPING if it is not stored; empty while that is not known."""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._has_begun = False
        self.offline = Signal(page.frame, AWAY if page.browser.is_kept_page() else "")
        page.bridge.state_changed.listen(self.on_worker)

    def on_worker(self) -> None:
        if self._page.bridge.is_ready and not self._has_begun:
            self._has_begun = True
            self._browser.run(self.keep())

    async def keep(self) -> None:
        """Store this page, or a newer one, or say why that is not possible."""
        if self.offline.value == AWAY:
            return
        if not self._browser.is_secure():
            self.offline.set(INSECURE)
        elif not self._browser.has_service_workers():
            self.offline.set(UNSUPPORTED)
        else:
            try:
                await self._browser.keep_page(SERVICE_WORKER, KEEP_LIMIT_SECONDS)
            except Exception:  # many kinds of DOMException, in words for programmers
                self.offline.set(NOT_KEEPING)
            else:
                self.offline.set(KEPT)
