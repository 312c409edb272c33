"""An event loop whose time passes only when everybody waits: no test sleeps, none is random."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
TICK_SECONDS = 0.016
"""What a step takes on a phone: minutes of training cost few steps."""
FAST_TICK_SECONDS = 0.004
"""The same on a desk: several steps fit into a slice."""


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Where a usual loop would sleep until the next timer, this one sets its clock forward."""

    def __init__(self, tick_seconds: float) -> None:
        self.tick_seconds = tick_seconds
        self._now = 0.0
        super().__init__(_ForwardingSelector(self))

    def time(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += seconds


class _ForwardingSelector(selectors.DefaultSelector):
    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[Any]:
        events = super().select(0)
        if not events:
            if timeout is None:
                raise RuntimeError("everybody waits for something that will never come")
            self._loop.advance(timeout)
        return events


def run(coroutine: Coroutine[Any, Any, T], tick_seconds: float = TICK_SECONDS) -> T:
    """asyncio.run on virtual time."""
    with asyncio.Runner(loop_factory=lambda: VirtualTimeLoop(tick_seconds)) as runner:
        return runner.run(coroutine)


def now() -> float:
    """The running loop's virtual time in seconds."""
    return asyncio.get_running_loop().time()


def ticking_clock() -> float:
    """The same, after a tick: for code that works until so much time has passed."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualTimeLoop)
    loop.advance(loop.tick_seconds)
    return loop.time()
