"""A live region that tells of events, such as the end of some work: of each once.

An event is any object: another one is news, even where it has the same words. While an event stays,
its words may change, as with a setting that they mention.
"""

from app.pyscript.kit.heard import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser


class Announcement:
    def __init__(self, browser: "Browser", identifier: str) -> None:
        self._browser = browser
        self._identifier = identifier
        self._told: object = None

    def tell(self, words: str, event: object) -> None:
        """Say what there is to say of the event, or of none."""
        is_news = event is not None and event is not self._told
        self._told = event
        say(self._browser, self._identifier, words, is_news)
