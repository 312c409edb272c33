"""Start-up in a real Chromium with a cold cache: `python -m bench.boot [rounds]`.

Milliseconds after navigation until first paint, until the grid can be drawn on, until a stroke that
is drawn at that moment is read, and until the worker's network is ready; and the bytes and requests
that cross the wire, counted between browser and server. In turns with the minimum for the same
runtimes: a page on which MicroPython says hello, and a page whose worker imports NumPy, once in the
distributed Pyodide and once in Pyodide as set-up compiles it.
"""

from __future__ import annotations

import functools
import http.server
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page

from bench.browser import (
    FOLDER,
    HTML,
    JAVASCRIPT,
    READY_LIMIT_MILLISECONDS,
    fresh_page,
    launched,
    provide,
    vendor_folders,
)
from bench.first_reading import DRAW_AT_ONCE
from bench.report import Figure, report
from e2e.server import Server
from tools import vendor_runtime

ROUNDS = 5
NETWORK_READY = 'html[data-worker="ready"]'

# Notes the time of each state the page goes through, from before its first script.
WATCH_STATES = """
window.states = {};
new MutationObserver(() => {
  const root = document.documentElement;
  for (const key of ["ui", "worker"])
    if (root.dataset[key] === "ready") window.states[key] ??= performance.now();
}).observe(document, {attributes: true, subtree: true});
"""
# From the browser's resource timing: what had arrived by then, headers included.
BYTES_UNTIL_DRAWABLE = """
[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .filter(entry => entry.responseEnd <= window.states.ui)
  .reduce((sum, entry) => sum + entry.transferSize, 0)
"""
# Both bare pages signal that they are done as the app's page does.
HELLO_PAGE = """<!doctype html>
<meta charset="utf-8">
<title>hello</title>
<link rel="icon" href="data:,">
<script type="module" src="{pyscript}/core.js"></script>
<script type="mpy" config='{{"interpreter": "{micropython}/micropython.mjs"}}'>
from pyscript import document
document.body.append("Hello")
document.documentElement.setAttribute("data-ui", "ready")
</script>
"""
NUMPY_PAGE = """<!doctype html>
<meta charset="utf-8">
<title>NumPy</title>
<link rel="icon" href="data:,">
<script>
new Worker("numpy.js", {type: "module"}).onmessage = () =>
  document.documentElement.setAttribute("data-worker", "ready");
</script>
"""
NUMPY_WORKER = """
import {{loadPyodide}} from "{pyodide}/pyodide.mjs";
const pyodide = await loadPyodide();
await pyodide.loadPackage("numpy", {{messageCallback: () => {{}}}});
pyodide.runPython("import numpy");
postMessage("ready");
"""


class Boot(NamedTuple):
    """Milliseconds after navigation."""

    first_paint: float
    drawable: float
    ready: float


def measure_boot(browser: Browser, url: str, rounds: int = ROUNDS) -> list[Figure]:
    files = bare_pages(browser, url)
    boots: list[Boot] = []
    readings: list[float] = []
    hello: list[float] = []
    numpy: list[float] = []
    compiled: list[float] = []
    with pyodide_as_distributed() as distributed_url:
        for _ in range(rounds):
            boots.append(boot_app(browser, url))
            readings.append(first_readings(browser, url)["reading"])
            hello.append(boot_bare(browser, url, files, "hello", "ui"))
            compiled.append(boot_bare(browser, url, files, "numpy", "worker"))
            numpy.append(boot_bare(browser, distributed_url, {}, "numpy.html", "worker"))
    bare_hello = Figure("a bare page where MicroPython says hello", hello, "ms")
    bare_numpy = Figure("a bare page whose worker imports NumPy", numpy, "ms")
    bare_compiled = Figure("the same with our compiled Pyodide", compiled, "ms")
    ready = Figure("network ready", [boot.ready for boot in boots], "ms")
    own = Figure("network ready, our Pyodide", ready.values, "ms").beside(bare_compiled, 1.4)
    return [
        Figure("first paint", [boot.first_paint for boot in boots], "ms"),
        Figure("grid drawable", [boot.drawable for boot in boots], "ms").beside(bare_hello, 1.15),
        Figure("first reading", readings, "ms").beside(bare_hello, 2.5),
        ready.beside(bare_numpy, 1.3),
        own,
        bare_hello,
        bare_numpy,
        bare_compiled.beside(bare_numpy),
    ]


@contextmanager
def pyodide_as_distributed() -> Iterator[str]:
    """The address of a folder with Pyodide and NumPy as they are downloaded, and the bare page.

    Uncompressed: between two programs on one machine that is no slower.
    """
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder, FOLDER.strip("/"))
        pages.mkdir()
        pyodide = Path(folder, vendor_runtime.copy_part("pyodide", Path(folder)))
        vendor_runtime.provide_numpy(pyodide)
        (pages / "numpy.html").write_text(NUMPY_PAGE)
        (pages / "numpy.js").write_text(NUMPY_WORKER.format(pyodide=f"/{pyodide.name}"))
        handler = functools.partial(QuietFileHandler, directory=folder)
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}"
            server.shutdown()


class QuietFileHandler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {  # noqa: RUF012 - as its base class has it
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": JAVASCRIPT,
        ".mjs": JAVASCRIPT,
        ".wasm": "application/wasm",
    }

    def log_message(self, format: str, *args: object) -> None:
        pass


def bare_pages(browser: Browser, url: str) -> dict[str, tuple[str, str]]:
    with fresh_page(browser) as page:
        page.goto(f"{url}/healthz")
        runtimes = vendor_folders(page)
    return {
        "hello": (HTML, HELLO_PAGE.format(**runtimes)),
        "numpy": (HTML, NUMPY_PAGE),
        "numpy.js": (JAVASCRIPT, NUMPY_WORKER.format(**runtimes)),
    }


def boot_app(browser: Browser, url: str) -> Boot:
    with fresh_page(browser) as page:
        open_until_ready(page, url)
        states = page.evaluate("window.states")
        paint = page.evaluate("performance.getEntriesByName('first-paint')[0].startTime")
        return Boot(paint, states["ui"], states["worker"])


def as_it_is(page: Page) -> None:
    """Changes nothing about the page before it is opened."""


def first_readings(
    browser: Browser, url: str, prepare: Callable[[Page], None] = as_it_is
) -> dict[str, float]:
    """Milliseconds until the grid was "drawable", and until the bars of what was drawn in that
    moment, the "reading". The page goes on to start its worker meanwhile, as for a visitor."""
    with fresh_page(browser) as page:
        prepare(page)
        page.add_init_script(DRAW_AT_ONCE)
        page.goto(url)
        page.wait_for_function("firsts.reading", timeout=READY_LIMIT_MILLISECONDS)
        elapsed: dict[str, float] = page.evaluate("firsts")
        page.wait_for_selector(NETWORK_READY, timeout=READY_LIMIT_MILLISECONDS)
        return elapsed


def open_until_ready(page: Page, url: str) -> None:
    page.add_init_script(WATCH_STATES)
    page.goto(url)
    page.wait_for_selector(NETWORK_READY, timeout=READY_LIMIT_MILLISECONDS)


def boot_bare(
    browser: Browser,
    url: str,
    files: dict[str, tuple[str, str]],
    name: str,
    state: str,
    *,
    prepare: Callable[[Page], None] = as_it_is,
) -> float:
    """Milliseconds until a bare page is ready; files as for browser.provide."""
    with fresh_page(browser) as page:
        prepare(page)
        if files:
            provide(page, url, files)
        page.add_init_script(WATCH_STATES)
        page.goto(f"{url}{FOLDER}{name}")
        page.wait_for_selector(f'html[data-{state}="ready"]', timeout=READY_LIMIT_MILLISECONDS)
        elapsed: float = page.evaluate(f"window.states.{state}")
        return elapsed


def measure_traffic(browser: Browser, port: int) -> list[Figure]:
    """Bytes and requests until the grid is drawable, until the network is ready, and again."""
    with CountingProxy(port) as proxy, fresh_page(browser) as page:
        open_until_ready(page, proxy.url)
        drawable = page.evaluate(BYTES_UNTIL_DRAWABLE)
        first_bytes, first_requests = proxy.counts()
        page.goto("about:blank")
        page.goto(proxy.url)
        page.wait_for_selector(NETWORK_READY, timeout=READY_LIMIT_MILLISECONDS)
        all_bytes, all_requests = proxy.counts()
    return [
        Figure("bytes until the grid is drawable", [drawable], "bytes"),
        Figure("bytes until the network is ready", [first_bytes], "bytes"),
        Figure("requests until the network is ready", [first_requests], "requests"),
        Figure("bytes of a second visit", [all_bytes - first_bytes], "bytes"),
        Figure("requests of a second visit", [all_requests - first_requests], "requests"),
    ]


class CountingProxy:
    """Forwards TCP to a port of this machine and counts what comes back."""

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


def main(rounds: int) -> None:
    with Server() as server, launched() as browser:
        figures = measure_boot(browser, server.url, rounds)
        traffic = measure_traffic(browser, server.port)
        report({"Start-up": figures, "Traffic": traffic}, {"Chromium": browser.version})


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
