"""The page, on MicroPython: it can be drawn on at once, and outlives its worker."""

import asyncio

import js
from pyscript import create_named_worker, ffi

POINTS = 256
START_LIMIT_SECONDS = 60  # Pyodide takes seconds to start, on a slow phone many
CALL_LIMIT_SECONDS = 5
# Not a file: without one, PyScript would look for Pyodide on a CDN.
WORKER_CONFIG = {
    "interpreter": "./vendor/pyodide/pyodide.mjs",
    "packages": ["numpy"],
    "packages_cache": "passthrough",
    "sync_main_only": True,
}

element = js.document.getElementById


async def within(seconds: float, awaitable: "js.Promise") -> "js.Object":
    """What an awaitable brings. Raises OSError when that takes longer than this."""

    async def wait() -> "js.Object":  # MicroPython's wait_for takes coroutines, but no promises
        return await awaitable

    try:
        return await asyncio.wait_for(wait(), seconds)
    except asyncio.TimeoutError:
        raise OSError(f"no answer within {seconds} seconds")


class Worker:
    """Pyodide with NumPy in another thread; after `stop`, `start` brings another one."""

    def __init__(self) -> None:
        self._starts = 0
        self._exports: js.Object = None

    async def start(self) -> str:
        """Bring a worker up; returns its first answer. Raises whatever went wrong."""
        self._starts += 1  # PyScript never forgets a worker's name
        name = f"worker-{self._starts}"
        making = create_named_worker("./worker.py", name, WORKER_CONFIG)
        self._exports = await within(START_LIMIT_SECONDS, making)
        self._script().xworker.onmessage = ffi.create_proxy(lambda event: on_report(event.data))
        # A worker whose script failed comes up as well, but then it has no `connect`.
        return str(await self.call("connect"))

    async def call(self, name: str, *arguments: "object") -> "js.Object":
        """Ask the worker. A dead one never answers, hence the time limit."""
        return await within(CALL_LIMIT_SECONDS, getattr(self._exports, name)(*arguments))

    def stop(self) -> None:
        script = self._script()
        if script:
            if hasattr(script, "xworker"):
                script.xworker.terminate()
            script.remove()

    def _script(self) -> "js.Element":
        """The element that PyScript made for the worker, or None."""
        return js.document.querySelector(f"script[name='worker-{self._starts}']")


class Wave:
    """What the visitor draws: heights from -1 to 1 in a typed array, which crosses threads."""

    def __init__(self) -> None:
        self.heights = js.Float32Array.new(POINTS)
        for x in range(POINTS):  # two periods of a square wave
            self.heights[x] = 0.7 if x % (POINTS // 2) < POINTS // 4 else -0.7
        self._last = (0, 0.0)

    def draw(self, event: "js.PointerEvent") -> None:
        """Draw to the pointer: in a straight line, for it may have come far since its last move."""
        if not event.buttons:
            return
        box = element("paper").getBoundingClientRect()
        x = min(max(int((event.clientX - box.left) / box.width * POINTS), 0), POINTS - 1)
        y = (event.clientY - box.top) / box.height * 2 - 1
        last_x, last_y = self._last if event.type == "pointermove" else (x, y)
        distance = abs(x - last_x)
        for step in range(distance + 1):
            share = step / max(distance, 1)
            self.heights[round(last_x + share * (x - last_x))] = last_y + share * (y - last_y)
        self._last = (x, y)
        show("wave", self.heights)
        element("rebuilt").removeAttribute("points")


wave, worker = Wave(), Worker()


def show(line: str, heights: "js.Float32Array") -> None:
    points = " ".join([f"{x},{heights[x]:.3f}" for x in range(POINTS)])
    element(line).setAttribute("points", points)


def show_state(text: str, is_working: bool = False, is_failed: bool = False) -> None:
    element("status").textContent = text
    element("progress").hidden = not is_working
    element("progress").removeAttribute("value")
    element("rebuild").disabled = element("kill").disabled = is_working or is_failed
    element("start").hidden = not is_failed


def on_report(report: "js.Object") -> None:
    """Show what the worker posts while it works."""
    element("progress").max, element("progress").value = report.of, report.sines
    show("rebuilt", report.wave)


async def start() -> None:
    show_state("NumPy is on its way. Draw meanwhile.", is_working=True)
    version = await worker.start()
    show_state(f"Ready, with {version}.")


async def rebuild() -> None:
    element("answer").textContent = ""
    show_state("The worker is looking for sines.", is_working=True)
    found = await worker.call("rebuild", wave.heights)
    sines = [f"{found.periods[i]} ({found.shares[i]:.0%})" for i in range(3)]
    element("answer").textContent = f"Strongest sines, in periods across: {', '.join(sines)}."
    show_state("Done. Draw another wave.")


def kill() -> None:
    """What a crash does: nobody tells the page."""
    worker.stop()
    element("status").textContent = "Killed. The page learns of it when an answer does not come."


def run(action: "js.Function") -> None:
    """Do something with the worker. If that fails, whatever the reason, offer another worker."""

    async def attempt() -> None:
        try:
            await action()
        except Exception as error:
            worker.stop()
            show_state(f"The worker failed: {last_words(error)}.", is_failed=True)

    asyncio.create_task(attempt())  # outside of tasks, wait_for does not work


def last_words(error: Exception) -> str:
    """JavaScript's errors come as (object, name, message), the worker's with a traceback."""
    return str(error.args[-1]).strip().split("\n")[-1]


def listen(identifier: str, event: str, handler: "js.Function") -> None:
    element(identifier).addEventListener(event, ffi.create_proxy(handler))


listen("paper", "pointerdown", wave.draw)
listen("paper", "pointermove", wave.draw)
listen("rebuild", "click", lambda event: run(rebuild))
listen("kill", "click", lambda event: kill())
listen("start", "click", lambda event: run(start))
show("wave", wave.heights)
run(start)
