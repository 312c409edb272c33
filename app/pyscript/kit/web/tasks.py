"""Time: frames, tasks that run side by side, and time limits."""

import asyncio

import js
from pyscript import ffi

from app.pyscript.kit import texts
from app.pyscript.reasons import words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Awaitable, Callable, Coroutine, JsProxy

WAITING_SLICES = 10
ignore = ffi.create_proxy(lambda error: None)


class LateError(OSError):
    """No answer came in time."""


def now() -> float:
    """Milliseconds since the page began to load."""
    return js.performance.now()


def next_frame(callback: "Callable") -> None:
    """Call back before the next repaint; soon, if the page is hidden and does not repaint."""
    proxy = ffi.create_proxy(lambda *arguments: callback())
    if js.document.hidden:
        js.setTimeout(proxy, 50)
    else:
        js.requestAnimationFrame(proxy)


async def sleep(seconds: float) -> None:
    await asyncio.sleep(seconds)


def run(coroutine: "Coroutine") -> None:
    """Run a coroutine in the background; its exceptions go to the handler of on_uncaught."""

    async def guarded() -> None:
        try:
            await coroutine
        except Exception as error:
            js.reportError(f"{type(error).__name__}: {words_of(error)}")

    asyncio.create_task(guarded())  # noqa: RUF006 - MicroPython's scheduler keeps the task


async def gather(coroutines: list) -> None:
    """Run coroutines side by side until all are done; the first exception is raised at once."""
    await asyncio.gather(*coroutines)


async def within(seconds: float, promise: "Awaitable") -> "JsProxy":
    """Await a promise; raises LateError when it takes longer than this many seconds.

    The wait is cut into slices. If the machine sleeps, only one slice is lost, and an answer that
    comes as it wakes up is still in time.
    """
    ended = asyncio.Event()
    outcome: list = []

    async def wait() -> None:
        try:
            outcome.append((await promise, None))
        except Exception as error:
            outcome.append((None, error))
        ended.set()

    run(wait())
    for _ in range(WAITING_SLICES):
        try:
            await asyncio.wait_for(ended.wait(), seconds / WAITING_SLICES)
            break
        except asyncio.TimeoutError:  # MicroPython has no builtin of this name
            pass
    if not outcome:
        raise LateError(texts.REQUEST_TIMED_OUT.format(seconds=seconds))
    value, error = outcome[0]
    if error is not None:
        raise error
    return value
