"""What visitors notice of clients that are silent or read nothing: `python -m bench.strangers`.

A thousand connections from one address, each in one of four ways: nothing sent; one byte; the head
of a large body, and one byte of it; a request for a large answer, of which nothing is read. They
are reopened as the server closes them. Meanwhile a visitor asks for a cached block, and for
/healthz, on a new connection each time and on one that stays open. The comparison is with a quiet
time before and one after, on the same machine in the same minute. It takes about a minute.
"""

from __future__ import annotations

import resource
import select
import socket
import statistics
import threading
import time
from collections.abc import Callable

from bench.load import percentile_99
from bench.report import Figure, report
from bench.serving import BLOCK, NPY, Client, get, nearest_static_file
from e2e.server import Server

STRANGERS = 1_000
QUIET_SECONDS = 8
DISTURBED_SECONDS = 25
"""Longer than the server waits for anyone."""
PAUSE_SECONDS = 0.005
OPENED_AT_A_TIME = 2
LARGE = 2_000_000
"""Bytes of a file that nobody reads: more than a connection's buffers hold."""
SLOWEST_HEALTH = 100
"""Milliseconds."""
AT_MOST = 2.0
"""Times the quiet time's."""


def ways() -> list[bytes]:
    """What strangers send."""
    body = "POST /api/weights HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-npz\r\n"
    return [b"", b"G", f"{body}Content-Length: 900000\r\n\r\nx".encode(), get(large_file())]


def large_file() -> str:
    return nearest_static_file(LARGE)


class Strangers:
    """They open their connections, send one thing, and do nothing until the server closes them."""

    def __init__(self, port: int) -> None:
        self._address = ("127.0.0.1", port)
        self._says = ways()
        self._connections: dict[int, socket.socket] = {}
        self._ends = select.poll()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._bother)
        self.opened = 0

    def __enter__(self) -> Strangers:
        for _ in range(STRANGERS):
            self._open()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()
        for descriptor in list(self._connections):
            self._close(descriptor)

    def _open(self) -> None:
        connection = socket.create_connection(self._address, 10)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        says = self._says[self.opened % len(self._says)]
        if says:
            connection.sendall(says)
        self._connections[connection.fileno()] = connection
        self._ends.register(connection, select.POLLRDHUP)  # nothing else is noticed
        self.opened += 1

    def _bother(self) -> None:
        while not self._is_over.is_set():
            # A few at a time: they were opened together, and so are closed together.
            for descriptor, _ in self._ends.poll(100)[:OPENED_AT_A_TIME]:
                self._close(descriptor)
                self._open()
            time.sleep(PAUSE_SECONDS)

    def _close(self, descriptor: int) -> None:
        self._ends.unregister(descriptor)
        self._connections.pop(descriptor).close()


def measure_strangers(server: Server) -> list[Figure]:
    quiet = measure(server, QUIET_SECONDS)
    with Strangers(server.port) as strangers:
        measure(server, 1)
        disturbed = measure(server, DISTURBED_SECONDS)
    for name, values in measure(server, QUIET_SECONDS).items():
        quiet[name] += values
    print(f"{strangers.opened:,} connections of strangers")
    figures = []
    for name, values in quiet.items():
        for summary, summarize in (("median", statistics.median), ("99 %", percentile_99)):
            before = Figure(f"{name}, quiet, {summary}", values, "ms", summarize)
            among = Figure(f"{name}, among strangers, {summary}", disturbed[name], "ms", summarize)
            is_judged = summary == "99 %" and "block" in name
            figures += [before, among.beside(before, AT_MOST if is_judged else None)]
    slowest = [value for name, values in disturbed.items() if "health" in name for value in values]
    figures.append(
        Figure("healthz among strangers, slowest", slowest, "ms", max, target=SLOWEST_HEALTH)
    )
    return figures


def measure(server: Server, seconds: float) -> dict[str, list[float]]:
    """Milliseconds of each request by kind, in turns."""
    kept = Client(server.port)
    kinds: dict[str, tuple[Callable[[], Client], bytes]] = {
        "cached block": (lambda: kept, get(BLOCK, NPY)),
        "cached block, new connection": (lambda: Client(server.port), get(BLOCK, NPY)),
        "healthz": (lambda: kept, get("/healthz")),
        "healthz, new connection": (lambda: Client(server.port), get("/healthz")),
    }
    found: dict[str, list[float]] = {name: [] for name in kinds}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for name, (client, request) in kinds.items():
            start = time.perf_counter()
            asking = client()
            status, _ = asking.ask(request)
            found[name].append((time.perf_counter() - start) * 1000)
            if status != 200:
                raise RuntimeError(f"status {status} for {name}")
            if asking is not kept:
                asking.close()
            time.sleep(PAUSE_SECONDS)
    kept.close()
    return found


def main() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with Server(DIGITS_PROCESSES="2") as server:
        measure(server, 1)
        report({f"{STRANGERS:,} strangers": measure_strangers(server)})


if __name__ == "__main__":
    main()
