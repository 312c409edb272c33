"""Requests per second of the API, beside a static file: `python -m bench.serving`.

A few clients with one connection each send one request after another to the Procfile's gunicorn;
all kinds of request take turns on the same connections, and each round opens new ones, because
chance decides how many each of the server's processes gets. The clients only count bytes, so that
they take little of the machine that they share with the server.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.load import children
from bench.report import Figure, rate_ratio, report, speedup
from e2e.server import ROOT, Server

CLIENTS = 4
ROUNDS = 7
SLICE_SECONDS = 0.3
TIME_LIMIT_SECONDS = 10
REQUESTS = 100
"""Enough to see what each costs: processor time is counted in hundredths of a second."""
JSON, NPY, NPZ = "application/json", "application/x-npy", "application/x-npz"
VENDOR = ROOT / "app" / "vendor"

BLOCK = "/api/samples/blocks/0/0?size=128"
DATABLOCK = (
    b"POST /api/datablock HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip, deflate, br\r\n"
    b'Content-Type: application/json\r\nContent-Length: 14\r\n\r\n{"block": 128}'
)
# No two requests for a block of these are alike: indexes of many sizes near 128.
FRESH_SIZES = range(129, 160)
FRESH_INDEXES = range(300)

Request = Callable[[], bytes]
"""The bytes of the next request of a kind."""


class Client:
    """One connection to the server; of answers it looks only at status and length."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), TIME_LIMIT_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray(1 << 16)

    def ask(self, request: bytes) -> tuple[int, int]:
        """Status and length of the answer's body."""
        self._socket.sendall(request)
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            piece = self._socket.recv(1 << 16)
            if not piece:
                raise ConnectionError("the server closed the connection")
            received += piece
        head = received[:end].lower()
        status = int(head[9:12])
        length = 0
        if status == 200:
            length = int(head.partition(b"content-length:")[2].partition(b"\r")[0])
        missing = length - (len(received) - end - 4)
        while missing > 0:
            missing -= self._socket.recv_into(self._buffer, min(missing, len(self._buffer)))
        return status, length

    def close(self) -> None:
        self._socket.close()


def measure_serving(server: Server) -> list[Figure]:
    weights = urllib.request.Request(f"{server.url}/api/weights", headers={"Accept": NPZ})
    etag = urllib.request.urlopen(weights, timeout=TIME_LIMIT_SECONDS).headers["ETag"]
    with clients(server.port) as (client, *_):
        _, block_size = client.ask(get(BLOCK, NPY))
        file = nearest_static_file(block_size)
        fresh = fresh_blocks()
        kinds: dict[str, tuple[Request, int]] = {
            "static file": (same(get(file)), 200),
            "cached block": (same(get(BLOCK, NPY)), 200),
            "uncached block": (fresh(NPY), 200),
            "uncached JSON block": (fresh(JSON), 200),
            "datablock": (same(DATABLOCK), 200),
            "weights": (same(get("/api/weights", NPZ)), 200),
            "weights not modified": (same(get("/api/weights", NPZ, etag)), 304),
        }
        sizes = {name: check(client, *kind) for name, kind in kinds.items()}
    rates: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(ROUNDS):
        with clients(server.port) as connections:
            for name, (request, _) in kinds.items():
                rates[name].append(requests_per_second(connections, request))
    figures = {
        name: Figure(f"{name}, {sizes[name]:,} bytes", values, "per s")
        for name, values in rates.items()
    }
    static, cached = figures["static file"], figures["cached block"]
    uncached = figures["uncached block"]
    processor = processor_times(server, kinds)
    return [
        *figures.values(),
        *processor.values(),
        # Whatever else uses the machine.
        speedup(
            "uncached block vs cached block, by processor",
            processor["uncached block"],
            processor["cached block"],
            at_least=0.4,
        ),
        rate_ratio("cached block vs static file", cached, static, at_least=0.7),
        rate_ratio("uncached block vs cached block", uncached, cached, at_least=0.4),
    ]


def processor_times(server: Server, kinds: dict[str, tuple[Request, int]]) -> dict[str, Figure]:
    """The server's processor time for a request, whatever else runs (Linux)."""
    figures = {}
    for name, (request, _) in kinds.items():
        values = []
        with clients(server.port) as connections:
            for client in connections:
                client.ask(request())
                before = processor_seconds(server)
                for _ in range(REQUESTS):
                    client.ask(request())
                values.append((processor_seconds(server) - before) * 1000 / REQUESTS)
        figures[name] = Figure(f"{name}, processor", values, "ms")
    return figures


def processor_seconds(server: Server) -> float:
    seconds = 0.0
    for process in [server.pid, *children(server.pid)]:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        seconds += sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
    return seconds


@contextmanager
def clients(port: int) -> Iterator[list[Client]]:
    with ExitStack() as stack:
        connections = [Client(port) for _ in range(CLIENTS)]
        for connection in connections:
            stack.callback(connection.close)
        yield connections


def get(path: str, media_type: str = "*/*", etag: str = "") -> bytes:
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Accept-Encoding: gzip, deflate, br, zstd",
        f"Accept: {media_type}",
        *([f"If-None-Match: {etag}"] if etag else []),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def same(request: bytes) -> Request:
    return lambda: request


def fresh_blocks() -> Callable[[str], Request]:
    """For requests of a media type."""
    addresses = ((size, index) for index in FRESH_INDEXES for size in FRESH_SIZES)
    lock = threading.Lock()

    def fresh(media_type: str) -> Request:
        def request() -> bytes:
            with lock:
                size, index = next(addresses)
            return get(f"/api/samples/blocks/0/{index}?size={size}", media_type)

        return request

    return fresh


def nearest_static_file(size: int) -> str:
    """The path of the vendored file whose compressed form is nearest in size."""
    compressed = min(VENDOR.rglob("*.br"), key=lambda path: abs(path.stat().st_size - size))
    return f"/vendor/{compressed.relative_to(VENDOR).as_posix().removesuffix('.br')}"


def check(client: Client, request: Request, expected_status: int) -> int:
    """The length of the answer, which must have this status."""
    status, length = client.ask(request())
    if status != expected_status:
        raise RuntimeError(f"expected status {expected_status}, found {status}: {request()!r}")
    return length


def requests_per_second(connections: list[Client], request: Request) -> float:
    """For all connections together, each asking again as soon as it is answered."""
    for connection in connections:  # each of the server's processes has a cache of its own
        connection.ask(request())
    answered = [0] * len(connections)
    start = time.perf_counter()
    end = start + SLICE_SECONDS

    def ask_again(index: int) -> None:
        while time.perf_counter() < end:
            connections[index].ask(request())
            answered[index] += 1

    threads = [threading.Thread(target=ask_again, args=(i,)) for i in range(len(connections))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(answered) / (time.perf_counter() - start)


def main() -> None:
    with Server(DIGITS_READ_LIMIT="none") as server:
        report({"Serving": measure_serving(server)})


if __name__ == "__main__":
    main()
