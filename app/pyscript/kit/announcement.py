"""A live region for events, such as the end of some work. It announces each event once.

An event is any object. A new object is news, even with the same words. While the event is the same,
its words may change, for example because they mention a setting.
"""

from app.pyscript.kit.live_region import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser


class Announcement:
    def __init__(self, browser: "Browser", identifier: str) -> None:
        self._browser = browser
        self._identifier = identifier
        self._told: object = None

    def tell(self, words: str, event: object) -> None:
        """Show the words for this event; `event` is None when there is no event."""
        is_news = event is not None and event is not self._told
        self._told = event
        say(self._browser, self._identifier, words, is_news)
