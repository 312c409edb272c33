"""Starts and stops PyScript's workers, and calls them. For the page, by way of browser.py."""

import asyncio

import js
from pyscript import create_named_worker, ffi

from app.pyscript.bridge.wire import ASK
from app.pyscript.kit import texts
from app.pyscript.kit.web.errors import stopped_workers
from app.pyscript.kit.web.tasks import LateError, ignore, run, within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Awaitable, Callable, JsProxy, Record

WORKER_POLL_SECONDS = 0.02


async def _refused(reason: str) -> "JsProxy":
    raise OSError(reason)


class Worker:
    """A running PyScript named worker: its calls, its reports, its end."""

    def __init__(self, script: "JsProxy", proxy: "JsProxy") -> None:
        self._script = script
        self._proxy = proxy

    def call(self, limit_seconds: float, name: str, text: str, *arrays: "JsProxy") -> "Awaitable":
        """Send a call to the worker at once, as bridge/wire.py says; await its answer.

        The await raises OSError when no answer comes in time: a dead worker never answers. A
        worker whose script has failed exports nothing.
        """
        ask = getattr(self._proxy, ASK, None)
        if ask is None:
            return _refused(texts.WORKER_LACKS)
        promise = ask(name, text, *arrays)
        # It may be rejected before anybody awaits it. That must not count as an uncaught error.
        promise.catch(ignore)
        return within(limit_seconds, promise)

    def terminate(self) -> None:
        self._script.xworker.terminate()
        self._script.remove()


class StartingWorker:
    """A worker on its way."""

    def __init__(self) -> None:
        self._ended = asyncio.Event()
        self._worker: Worker | OSError = OSError()

    async def start(self, source: str, name: str, worker_config: "Record") -> None:
        try:
            proxy = await create_named_worker(source, name, config=worker_config)
            self._worker = Worker(_worker_script(name), proxy)
        except Exception as error:
            self._worker = OSError(texts.PYTHON_NOT_STARTED.format(error=_last_line(error)))
        self._ended.set()

    async def has_ended_within(self, seconds: float) -> bool:
        """Wait no longer than this; return whether the worker is ready, or will never be."""
        try:
            await within(seconds, self._ended.wait())
        except LateError:
            return False
        return True

    async def worker(self) -> Worker:
        """Wait for the worker; by then its script has run. Raises OSError if it cannot start.

        One whose files are missing may never become ready, so set a time limit for the wait.
        """
        await self._ended.wait()
        if isinstance(self._worker, OSError):
            raise self._worker
        return self._worker


def start_worker(
    source: str, name: str, worker_config: "Record", on_report: "Callable", on_made: "Callable"
) -> StartingWorker:
    """Start a PyScript worker on Pyodide at once.

    PyScript never forgets a name, so every start needs a new one. `on_report(text)` gets every
    string that the worker posts, from its first line on. `on_made()` is called once the browser has
    the worker, which then loads and starts by itself.
    """
    starting = StartingWorker()
    run(starting.start(source, name, worker_config))
    run(_connect_reports(name, on_report, on_made))
    return starting


def _last_line(error: Exception) -> str:
    """The message of a JavaScript exception; MicroPython's holds (object, name, message)."""
    lines = str(error.args[-1] if error.args else error).strip().split("\n")
    return lines[-1].strip()


def stop_worker(name: str) -> None:
    """End a worker that never became ready."""
    stopped_workers.append(name)
    script = _worker_script(name)
    if script and hasattr(script, "xworker"):
        script.xworker.terminate()
    if script:
        script.remove()


async def _connect_reports(name: str, on_report: "Callable", on_made: "Callable") -> None:
    """Listen to the worker as soon as PyScript has made it, unless it is stopped before."""
    await asyncio.sleep(0)  # by then the script element exists
    while script := _worker_script(name):
        if hasattr(script, "xworker"):
            script.xworker.onmessage = ffi.create_proxy(lambda event: on_report(event.data))
            on_made()
            return
        await asyncio.sleep(WORKER_POLL_SECONDS)


def _worker_script(name: str) -> "JsProxy | None":
    return js.document.querySelector(f'script[name="{name}"]')
