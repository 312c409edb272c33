"""Start-up in a real Chromium with a cold cache: `python -m bench.boot [runs]`.

Prints the median, least and most of: time to first paint, to a grid that can be drawn on, and to
the first prediction being possible, in milliseconds after navigation; and the bytes and requests
that crossed the wire, counted between browser and server. The server is the Procfile's, on this
machine; the baseline is a page of the same browser and run that loads Pyodide and NumPy on its
main thread and does nothing else.

Writes the figures to bench/results.json.
"""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from bench.report import Figure, report
from e2e.server import Server
from tools import chromium

RUNS = 5
# Notes the time of each state the page goes through, from before its first script.
WATCH_STATES = """
window.states = {};
new MutationObserver(() => {
  const root = document.documentElement;
  for (const key of ["ui", "worker"])
    if (root.dataset[key] === "ready") window.states[key] ??= performance.now();
}).observe(document, {attributes: true, subtree: true});
"""
# By the browser's own book-keeping: what had arrived by then, headers included.
BYTES_UNTIL_DRAWABLE = """
[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .filter(entry => entry.responseEnd <= window.states.ui)
  .reduce((sum, entry) => sum + entry.transferSize, 0)
"""
# What the page would need without MicroPython: Pyodide and NumPy on the main thread.
BASELINE = """
async folder => {
  const start = performance.now();
  const {loadPyodide} = await import(`${folder}/pyodide.mjs`);
  const pyodide = await loadPyodide();
  await pyodide.loadPackage("numpy", {messageCallback: () => {}});
  pyodide.runPython("import numpy");
  return performance.now() - start;
}
"""


def main(runs: int) -> None:
    with Server() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=chromium.ARGUMENTS
        )
        boots = [measure_boot(browser, server.url) for _ in range(runs)]
        baseline = [measure_baseline(browser, server.url) for _ in range(runs)]
        traffic = measure_traffic(browser, server.port)
        browser.close()
    names = ("first paint", "grid drawable", "network ready")
    columns = dict(zip(names, zip(*boots, strict=True), strict=True))
    alone = Figure("Pyodide and NumPy alone, on the main thread", baseline, "ms")
    figures = [Figure(name, list(values), "ms", alone) for name, values in columns.items()]
    report([*figures, alone, *traffic])


def measure_boot(browser: Browser, url: str) -> tuple[float, float, float]:
    """Milliseconds to first paint, grid drawable and network ready, in a fresh profile."""
    with fresh_page(browser) as page:
        page.add_init_script(WATCH_STATES)
        page.goto(url)
        page.wait_for_selector('html[data-worker="ready"]', timeout=90_000)
        states = page.evaluate("window.states")
        paint = page.evaluate("performance.getEntriesByName('first-paint')[0].startTime")
        return paint, states["ui"], states["worker"]


def measure_baseline(browser: Browser, url: str) -> float:
    """Milliseconds to load Pyodide and NumPy on a page of the same server, in a fresh profile."""
    with fresh_page(browser) as page:
        page.goto(f"{url}/healthz")
        manifest = page.evaluate("fetch('/vendor/manifest.json').then(answer => answer.json())")
        elapsed: float = page.evaluate(BASELINE, f"/vendor/{manifest['pyodide']}")
        return elapsed


def measure_traffic(browser: Browser, port: int) -> list[Figure]:
    """Bytes and requests until the grid is drawable, and until the network is ready."""
    with CountingProxy(port) as proxy, fresh_page(browser) as page:
        page.add_init_script(WATCH_STATES)
        page.goto(proxy.url)
        page.wait_for_selector('html[data-worker="ready"]', timeout=90_000)
        received, requests = proxy.counts()
        drawable = page.evaluate(BYTES_UNTIL_DRAWABLE)
    return [
        Figure("bytes until the grid is drawable", [drawable], "bytes"),
        Figure("bytes until the network is ready", [received], "bytes"),
        Figure("requests until the network is ready", [requests], "requests"),
    ]


@contextmanager
def fresh_page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


class CountingProxy:
    """Passes TCP on to a port of this machine and counts what comes back."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._bytes = 0
        self._requests = 0
        self._lock = threading.Lock()

    def counts(self) -> tuple[int, int]:
        """Bytes of all answers so far, headers included, and the number of requests."""
        with self._lock:
            return self._bytes, self._requests

    def __enter__(self) -> CountingProxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # closed
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            for source, target, count in (
                (client, server, self._count_request),
                (server, client, self._count_answer),
            ):
                threading.Thread(target=_pass_on, args=(source, target, count), daemon=True).start()

    def _count_request(self, data: bytes) -> None:
        with self._lock:
            self._requests += data.count(b" HTTP/1.1\r\n")

    def _count_answer(self, data: bytes) -> None:
        with self._lock:
            self._bytes += len(data)


def _pass_on(source: socket.socket, target: socket.socket, count: Callable[[bytes], None]) -> None:
    try:
        while data := source.recv(1 << 16):
            count(data)
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:  # either side has gone
        target.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
