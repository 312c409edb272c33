"""The server's events about a class, for as long as this page is in it.

After a failure it asks whether the class is still there, and listens again. The pauses between two
tries grow, and are partly random, so that thirty pages do not come back at the same moment. Runs on
MicroPython and on CPython.
"""

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Callable

CLASS, PUPILS, END, ALIVE = "class", "pupils", "end", "alive"
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 4
# The server says every ten seconds that it is there. A connection may die without a word.
SILENCE_SECONDS = 25


class Stream:
    """One stream of events; `close` ends it for good."""

    def __init__(
        self, browser: "Browser", path: str, on_event: "Callable", on_state: "Callable"
    ) -> None:
        """on_event(kind, document) is called for each event, on_state(is_open) when the connection
        comes or goes."""
        self._browser = browser
        self._path = path
        self._on_event = on_event
        self._on_state = on_state
        self._end: Callable = lambda: None
        self._opens = 0  # how often it was opened, so that what belongs to an older one is ignored
        self._is_closed = False
        self._pause = 0.0
        self._heard_at = 0.0
        # A coroutine that returns whether to go on: asked before each further try.
        self.may_go_on: Callable = _always

    def open(self) -> None:
        self._opens += 1
        opened = self._opens
        self._heard_at = self._browser.now()

        def hear(kind: str, text: str) -> None:
            if opened == self._opens and not self._is_closed:
                self._hear(kind, text)

        def fail() -> None:
            if opened == self._opens:
                self._fail()

        kinds = (CLASS, PUPILS, END, ALIVE)
        self._end = self._browser.open_events(self._path, kinds, hear, fail)
        self._browser.run(self._watch(opened))

    def close(self) -> None:
        self._is_closed = True
        self._end()

    def try_now(self) -> None:
        """The network may be back: do not wait for the end of the pause."""
        if self._pause and not self._is_closed:
            self._pause = 0.0
            self._fail()

    def doubt(self) -> None:
        """A request was not answered: the stream may be dead, too."""
        if not self._pause:
            self._fail()

    def _hear(self, kind: str, text: str) -> None:
        self._heard_at = self._browser.now()
        self._pause = 0.0
        if kind != ALIVE:
            if kind == CLASS:
                self._on_state(True)
            self._on_event(kind, json.loads(text))

    def _fail(self) -> None:
        if self._is_closed:
            return
        self._end()
        self._opens += 1
        self._on_state(False)
        self._browser.run(self._try_again(self._opens))

    async def _try_again(self, tries: int) -> None:
        while tries == self._opens and not self._is_closed:
            self._pause = min(2 * self._pause, LONGEST_PAUSE_SECONDS) or FIRST_PAUSE_SECONDS
            await self._browser.sleep(self._pause * (0.5 + self._browser.random() / 2))
            if tries != self._opens or self._is_closed:
                return
            try:
                goes_on = await self.may_go_on()
            except self._browser.FetchError:
                continue  # the server is away
            if goes_on and tries == self._opens and not self._is_closed:
                self.open()
            return

    async def _watch(self, opened: int) -> None:
        """Notice a connection that died without a word."""
        while opened == self._opens and not self._is_closed:
            await self._browser.sleep(SILENCE_SECONDS / 5)
            is_silent = self._browser.now() - self._heard_at > SILENCE_SECONDS * 1000
            if is_silent and opened == self._opens:
                self._fail()


async def _always() -> bool:
    return True
