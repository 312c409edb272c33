"""Does memory stay flat? `python -m bench.endurance [minutes]`, by default 30.

One visitor trains on all digits all that time, has drawings read meanwhile, and evaluates now and
then. Every few seconds, after a garbage collection, it notes the JavaScript heap of the page and
of the worker, the memory of the WebAssembly programs (MicroPython on the page, Pyodide in the
worker), and the resident memory of the renderer process (Linux only). The medians of the first and
the last third of the time are compared; the first minute, in which samples are still fetched, is
left out.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from bench.browser import fresh_page, launched
from bench.report import Figure, report
from e2e.gestures import Visitor, placed, stored_drawings
from e2e.server import Server

MINUTES = 30.0
WARM_UP_SECONDS = 60
SAMPLE_SECONDS = 5.0
EVALUATION_EVERY = 12  # samples
MEGABYTE = 1_000_000
ANSWER_LIMIT_SECONDS = 60
# So much more in the last third than in the first would be growth, and not garbage or caching.
TOLERATED_RATIO = 1.05

# WebAssembly memories cannot be seen from outside, so the page and the worker expose theirs when
# they start.
KEEP_PAGE_MEMORY = """
for (const name of ["instantiate", "instantiateStreaming"]) {
  const original = WebAssembly[name];
  WebAssembly[name] = async (...parts) => {
    const made = await original.apply(WebAssembly, parts);
    const exported = Object.values((made.instance ?? made).exports);
    window.wasmMemory ??= exported.find(each => each instanceof WebAssembly.Memory);
    return made;
  };
}
"""
KEEP_WORKER_MODULE = """
import js, pyodide_js
js.pyodideModule = pyodide_js._module
"""


class Thread:
    """The JavaScript thread of the page, or of its worker, measured from outside."""

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        raise NotImplementedError

    def heap(self) -> float:
        """Bytes of JavaScript objects that are still in use."""
        self.send("HeapProfiler.collectGarbage")
        return float(self.send("Runtime.getHeapUsage")["usedSize"])


class PageThread(Thread):
    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self._session.send(method, params)
        return answer


class WorkerThread(Thread):
    """Playwright gives no session for a worker, so messages to it go through the page's."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._numbers = itertools.count(1)
        self._answers: dict[int, dict[str, Any]] = {}
        self._target = ""
        self._session.on("Target.attachedToTarget", self._on_attached)
        self._session.on("Target.receivedMessageFromTarget", self._on_message)
        self._session.send(
            "Target.setAutoAttach",
            {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False},
        )

    def _on_attached(self, event: dict[str, Any]) -> None:
        if event["targetInfo"]["type"] == "worker":
            self._target = event["sessionId"]

    def _on_message(self, event: dict[str, Any]) -> None:
        message = json.loads(event["message"])
        if "id" in message:
            self._answers[message["id"]] = message

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        message = json.dumps({"id": number, "method": method, "params": params})
        self._session.send(
            "Target.sendMessageToTarget", {"sessionId": self._target, "message": message}
        )
        deadline = time.monotonic() + ANSWER_LIMIT_SECONDS
        while number not in self._answers:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the worker did not answer {method}")
            self._page.wait_for_timeout(10)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result


class Renderer:
    """The process of the page and its workers: the largest of the browser's."""

    def __init__(self, browser: Browser) -> None:
        processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
        renderers = [each["id"] for each in processes["processInfo"] if each["type"] == "renderer"]
        self._pid = max(renderers, key=_resident_bytes)

    def resident_bytes(self) -> float:
        return _resident_bytes(self._pid)


def _resident_bytes(pid: int) -> float:
    """The resident memory of a process; NaN where the system does not say."""
    statistics = Path(f"/proc/{pid}/statm")
    if not statistics.exists():
        return float("nan")
    return float(statistics.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def measure_endurance(browser: Browser, url: str, minutes: float) -> list[Figure]:
    rows: list[dict[str, float]] = []
    with fresh_page(browser) as page:
        page.add_init_script(KEEP_PAGE_MEMORY)
        page.route(
            "**/worker/main.py",
            lambda route: route.fulfill(body=route.fetch().text() + KEEP_WORKER_MODULE),
        )
        visitor = Visitor(page, url)
        visitor.open()
        visitor.wait_for_the_network()
        threads = {"page": PageThread(page), "worker": WorkerThread(page)}
        renderer = Renderer(browser)
        drawings = itertools.cycle(stored_drawings())
        page.evaluate("document.getElementById('evaluation').open = true")
        # A rate low enough to go on learning for half an hour.
        page.fill("#learning-rate", "0.01")
        page.press("#learning-rate", "Enter")
        page.click("#start")
        page.wait_for_timeout(1000 * min(WARM_UP_SECONDS, 20 * minutes))
        end = time.monotonic() + 60 * minutes
        while time.monotonic() < end:
            page.click("#clear", force=True)
            visitor.draw(placed(next(drawings)["strokes"]))
            if len(rows) % EVALUATION_EVERY == 0 and page.locator("#evaluate").is_enabled():
                page.click("#evaluate")
            page.wait_for_timeout(1000 * SAMPLE_SECONDS)
            row = {f"heap of the {name}": thread.heap() for name, thread in threads.items()}
            row["MicroPython's memory"] = page.evaluate("wasmMemory.buffer.byteLength")
            row["Pyodide's memory"] = page.workers[0].evaluate("pyodideModule.HEAPU8.length")
            row["the renderer's resident memory"] = renderer.resident_bytes()
            rows.append({name: value / MEGABYTE for name, value in row.items()})
            if len(rows) % EVALUATION_EVERY == 0:
                print(_progress(end, visitor, rows[-1]), flush=True)
        steps = visitor.figure("iteration")
    third = max(1, len(rows) // 3)
    figures = [Figure("steps trained", [steps], "steps")]
    for name in rows[0]:
        figures += compare(name, [row[name] for row in rows], third)
    return figures


def compare(name: str, values: Sequence[float], third: int) -> list[Figure]:
    first = Figure(f"{name}, first third", values[:third], "MB")
    last = Figure(f"{name}, last third", values[-third:], "MB")
    return [first, last.beside(first, at_most=TOLERATED_RATIO)]


def _progress(end: float, visitor: Visitor, row: dict[str, float]) -> str:
    left = max(0.0, end - time.monotonic()) / 60
    figures = ", ".join(f"{name} {value:.1f}" for name, value in row.items())
    return f"{left:4.1f} minutes left, {visitor.figure('iteration'):,.0f} steps: {figures}"


def main(minutes: float) -> None:
    with Server() as server, launched() as browser:
        figures = measure_endurance(browser, server.url, minutes)
        report({f"{minutes:g} minutes of training": figures}, {"Chromium": browser.version})


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES)
