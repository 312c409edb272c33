"""A note at the bottom of the page: whether it works without its server. A button forgets the copy.

Shows: offline. Emits the intent to forget the browser's copy of the page.
"""

from app.pyscript.kit.live_region import say
from app.pyscript.offline import texts
from app.pyscript.offline.state import AWAY, INSECURE, KEPT, NOT_KEEPING, UNSUPPORTED, Offline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page

NOTES = {
    KEPT: texts.OFFLINE_KEPT,
    AWAY: texts.OFFLINE_AWAY,
    INSECURE: texts.OFFLINE_INSECURE,
    UNSUPPORTED: texts.OFFLINE_UNSUPPORTED,
    NOT_KEEPING: texts.OFFLINE_NOT_KEEPING,
}


class OfflineNote:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._offline = page.of(Offline)

    def mount(self) -> None:
        button = self._browser.element("stop-keeping")
        self._browser.listen(button, "click", lambda event: self._stop_keeping())
        self._page.watch((self._offline.offline,), self.render)
        self.render()

    def _stop_keeping(self) -> None:
        self._browser.run(self._browser.forget_page())

    def render(self) -> None:
        say(self._browser, "offline", NOTES.get(self._offline.offline.value, ""))
        self._browser.element("stop-keeping").hidden = self._offline.offline.value != AWAY
