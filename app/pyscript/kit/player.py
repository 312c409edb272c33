"""Plays step by step, like a slide show, until it is stopped or reaches its end."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Callable


class Player:
    def __init__(
        self, browser: "Browser", seconds: float, advance: "Callable", render: "Callable"
    ) -> None:
        """Every `seconds`, `advance()` takes a step and returns whether another follows. Then
        `render()` shows the step.
        """
        self._browser = browser
        self._seconds = seconds
        self._advance = advance
        self._render = render
        self._starts = 0  # counts starts, so that an older run notices it and ends
        self.is_playing = False

    def start(self) -> None:
        self.is_playing = True
        self._starts += 1
        self._browser.run(self._play(self._starts))

    def stop(self) -> None:
        self.is_playing = False

    async def _play(self, start: int) -> None:
        while True:
            await self._browser.sleep(self._seconds)
            if not self.is_playing or start != self._starts:
                return
            self.is_playing = bool(self._advance())
            self._render()
