"""Whether the page works without its server, in the page's foot.

Reads from the store: offline. Emits nothing.
"""

from app.pyscript import texts
from app.pyscript.components.heard import say
from app.pyscript.store import AWAY, INSECURE, KEPT, NOT_KEEPING, UNSUPPORTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser
    from app.pyscript.store import Store

NOTES = {
    KEPT: texts.OFFLINE_KEPT,
    AWAY: texts.OFFLINE_AWAY,
    INSECURE: texts.OFFLINE_INSECURE,
    UNSUPPORTED: texts.OFFLINE_UNSUPPORTED,
    NOT_KEEPING: texts.OFFLINE_NOT_KEEPING,
}


class OfflineNote:
    def __init__(self, store: "Store", browser: "Browser") -> None:
        self._store = store
        self._browser = browser

    def mount(self) -> None:
        self._store.subscribe(("offline",), self.render)
        self.render()

    def render(self) -> None:
        say(self._browser, "offline", NOTES.get(self._store.offline, ""))
