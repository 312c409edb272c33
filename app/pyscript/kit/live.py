"""Keeps a view up to date at a measured pace, and only while somebody wants it.

What is shown is outdated by every step of training; asking or drawing anew each time would stop the
page. The newest state is what is shown in the end, and there is never a queue.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Callable, JsProxy


class Live:
    def __init__(
        self, browser: "Browser", milliseconds: float, is_wanted: "Callable", renew: "Callable"
    ) -> None:
        """`renew()`, a coroutine, at most once in so many milliseconds, while `is_wanted()`."""
        self._browser = browser
        self._milliseconds = milliseconds
        self._is_wanted = is_wanted
        self._renew = renew
        self._is_outdated = True
        self._is_following = False
        self._renewed_at = -self._milliseconds
        self.is_seen = False  # for `is_wanted`, where `watch_view` was called

    def watch_view(self, target: "JsProxy") -> None:
        """Know from now on whether an element is seen, and renew what is outdated once it is."""
        self._browser.on_view(target, self._on_view)

    def _on_view(self, is_seen: bool) -> None:
        self.is_seen = is_seen
        self.follow()

    def outdate(self) -> None:
        """What is shown is of a former moment: renew it now, soon, or when it is wanted again."""
        self._is_outdated = True
        self.follow()

    def follow(self) -> None:
        """Renew what is outdated: to be called when it may have come to be wanted."""
        if self._is_due and not self._is_following:
            self._is_following = True
            self._browser.run(self._keep_up())

    @property
    def _is_due(self) -> bool:
        return self._is_outdated and bool(self._is_wanted())

    async def _keep_up(self) -> None:
        try:
            while self._is_due:
                wait = self._renewed_at + self._milliseconds - self._browser.now()
                if wait > 0:
                    await self._browser.sleep(wait / 1000)
                    continue  # it may not be wanted any more
                self._is_outdated = False
                self._renewed_at = self._browser.now()
                await self._renew()
        finally:
            self._is_following = False
