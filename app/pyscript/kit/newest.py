"""Asks one question at a time. Of the questions that come meanwhile, only the newest is asked next.

Only the newest answer matters in the end, so there is never a queue.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Callable


class Newest:
    def __init__(self, browser: "Browser", ask: "Callable") -> None:
        """`ask(...)` is a coroutine that asks the question and handles the answer."""
        self._browser = browser
        self._ask = ask
        self._wanted: tuple | None = None
        self.is_asking = False

    def want(self, *question: object) -> None:
        """Ask this now, or after the question under way."""
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
