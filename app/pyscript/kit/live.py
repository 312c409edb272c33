"""Keeps a view up to date at a limited rate, and only while somebody looks at it.

Every training step makes views out of date; renewing them at each step would freeze the page. In
the end a view always shows the newest state, and there is never a queue.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Callable, JsProxy

# How long a view gives way to something urgent, and how often it looks whether that is over.
LONGEST_WAIT_MILLISECONDS, WAIT_MILLISECONDS = 1500, 100


class Live:
    def __init__(
        self,
        browser: "Browser",
        milliseconds: float,
        is_wanted: "Callable",
        renew: "Callable",
        gives_way: "Callable" = lambda: False,
    ) -> None:
        """Run the coroutine `renew()` at most once in `milliseconds`, while `is_wanted()`; somewhat
        later while `gives_way()`, when the page has something more urgent to do."""
        self._browser = browser
        self._milliseconds = milliseconds
        self._is_wanted = is_wanted
        self._renew = renew
        self._gives_way = gives_way
        self._is_outdated = True
        self._is_following = False
        self._renewed_at = -self._milliseconds
        self.is_seen = False  # for use in `is_wanted`, after `watch_view`

    def watch_view(self, target: "JsProxy") -> None:
        """Keep is_seen up to date for this element, and renew the view when it comes into sight."""
        self._browser.on_view(target, self._on_view)

    def _on_view(self, is_seen: bool) -> None:
        self.is_seen = is_seen
        self.follow()

    def outdate(self) -> None:
        """The view is out of date: renew it now, soon, or when it is wanted again."""
        self._is_outdated = True
        self.follow()

    def follow(self) -> None:
        """Renew the view if it is out of date. Call this when `is_wanted` may have become true."""
        if self._is_due and not self._is_following:
            self._is_following = True
            self._browser.run(self._keep_up())

    @property
    def _is_due(self) -> bool:
        return self._is_outdated and bool(self._is_wanted())

    async def _keep_up(self) -> None:
        try:
            while self._is_due:
                now = self._browser.now()
                wait = self._renewed_at + self._milliseconds - now
                is_patient = now < self._renewed_at + LONGEST_WAIT_MILLISECONDS
                if wait <= 0 and is_patient and self._gives_way():
                    wait = WAIT_MILLISECONDS
                if wait > 0:
                    await self._browser.sleep(wait / 1000)
                    continue  # check again whether it is wanted
                self._is_outdated = False
                self._renewed_at = self._browser.now()
                await self._renew()
        finally:
            self._is_following = False
