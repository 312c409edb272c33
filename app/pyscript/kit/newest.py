"""Asks one question at a time: of those that come up meanwhile, the newest is asked next.

The newest answer is what is wanted in the end, and there is never a queue.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Callable


class Newest:
    def __init__(self, browser: "Browser", ask: "Callable") -> None:
        """`ask(...)`, a coroutine, asks and takes the answer."""
        self._browser = browser
        self._ask = ask
        self._wanted: tuple | None = None
        self.is_asking = False

    def want(self, *question: object) -> None:
        """Ask this, now or after what is being asked."""
        self._wanted = question
        if not self.is_asking:
            self.is_asking = True
            self._browser.run(self._ask_wanted())

    async def _ask_wanted(self) -> None:
        try:
            while self._wanted is not None:
                question, self._wanted = self._wanted, None
                await self._ask(*question)
        finally:
            self.is_asking = False
