"""Has the browser keep the page, so that it works without its server, where browsers do that.

The keeping is the service worker's (app/service-worker.js). It begins once the network reads, so
that it slows no start. Outcomes are in the store's `offline`.

Runs on MicroPython and on CPython.
"""

from app.pyscript.store import AWAY, INSECURE, KEPT, NOT_KEEPING, READY, UNSUPPORTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser
    from app.pyscript.store import Store

SERVICE_WORKER = "/service-worker.js"
# The files come from the browser's own cache; a slow disk may take long over 17 MB.
KEEP_LIMIT_SECONDS = 300


class PageKeeper:
    def __init__(self, store: "Store", browser: "Browser") -> None:
        self._store = store
        self._browser = browser
        self._has_begun = False
        store.subscribe(("worker",), self.on_worker)
        if browser.is_kept_page():
            store.offline_changed(AWAY)

    def on_worker(self) -> None:
        if self._store.worker == READY and not self._has_begun:
            self._has_begun = True
            self._browser.run(self.keep())

    async def keep(self) -> None:
        """Keep this page, or what is newer; say in the store why that cannot be."""
        if self._store.offline == AWAY:
            return
        if not self._browser.is_secure():
            self._store.offline_changed(INSECURE)
        elif not self._browser.has_service_workers():
            self._store.offline_changed(UNSUPPORTED)
        else:
            try:
                await self._browser.keep_page(SERVICE_WORKER, KEEP_LIMIT_SECONDS)
            except Exception:  # a DOMException of many kinds, in words for programmers
                self._store.offline_changed(NOT_KEEPING)
            else:
                self._store.offline_changed(KEPT)
