"""Many visitors at once, for a minute, on loopback: `python -m bench.load [seconds]`.

200 visitors fetch the weights, if they have changed, and blocks of 512 in an order of their own,
pausing a second between requests on average, as training pages do; 5 more publish weights, building
on what they fetched. All have one address here, so the write limit is raised to that of as many
addresses, and costly reads have no limit. It measures what a visitor waits for, including the
client's own work, since it shares the machine with the server. Anything but normal answers (200,
201, 304; 412 and 429 for publishers) is shown as a failure.
"""

from __future__ import annotations

import http.client
import random
import statistics
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from app.model.serialization import weights_from_npz, weights_to_npz
from bench.report import Figure, report
from e2e.server import Server

VISITORS = 200
PUBLISHERS = 5
SECONDS = 60
PAUSE_SECONDS = 1.0
TIME_LIMIT_SECONDS = 30
BLOCK_SIZE = 512
BLOCKS = 100
"""Of an epoch; the 55,000 training digits of MNIST are 108."""
BLOCKS_BETWEEN_LOOKS = 5
"""At the weights."""
MAX_SEED = 2**32
WRITE_LIMIT = f"{60 * PUBLISHERS}/minute"
NPY, NPZ = "application/x-npy", "application/x-npz"
EXPECTED = {"block": {200}, "weights": {200, 304}, "publish": {200, 201, 412, 429}}


class Record:
    """The results of all visitors: seconds and statuses of requests by kind."""

    def __init__(self) -> None:
        self.seconds: defaultdict[tuple[str, int], list[float]] = defaultdict(list)
        self.failures: list[str] = []
        self._lock = threading.Lock()

    def add(self, kind: str, status: int, seconds: float) -> None:
        with self._lock:
            self.seconds[kind, status].append(seconds)
            if status not in EXPECTED[kind]:
                self.failures.append(f"{kind}: {status}")

    def fail(self, kind: str, error: Exception) -> None:
        with self._lock:
            self.failures.append(f"{kind}: {error!r}")


class Visitor:
    """A visitor with one connection, kept open."""

    def __init__(self, port: int, record: Record, seed: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, TIME_LIMIT_SECONDS)
        self._record = record
        self._rng = random.Random(seed)
        self._seed = self._rng.randrange(MAX_SEED)
        self._tag = ""
        self._weights = b""

    def browse(self, end: float) -> None:
        index = self._rng.randrange(BLOCKS)
        while time.monotonic() < end:
            self._fetch_weights()
            for _ in range(BLOCKS_BETWEEN_LOOKS):
                self._pause()
                index = (index + 1) % BLOCKS
                path = f"/api/samples/blocks/{self._seed}/{index}?size={BLOCK_SIZE}"
                self._ask("block", "GET", path, {"Accept": NPY, "Accept-Encoding": "br"})
        self._connection.close()

    def publish(self, end: float) -> None:
        while time.monotonic() < end:
            self._fetch_weights()
            if not self._weights:  # the failure is recorded
                self._pause()
                continue
            w1, w2 = weights_from_npz(self._weights)
            # Reads as well as before, and is not a near copy, which the gate would refuse.
            rng = np.random.default_rng(self._rng.getrandbits(32))
            noise = rng.standard_normal(w2.shape, dtype=w2.dtype)
            content = weights_to_npz({"w1": w1, "w2": w2 * (1 + noise / 300)})
            headers = {"Content-Type": NPZ, "If-Match": self._tag}
            self._ask("publish", "POST", "/api/weights", headers, content)
            self._pause()
        self._connection.close()

    def _fetch_weights(self) -> None:
        headers = {"Accept": NPZ} | ({"If-None-Match": self._tag} if self._tag else {})
        answer = self._ask("weights", "GET", "/api/weights", headers)
        if answer is not None and answer[0] == 200:
            _, self._tag, self._weights = answer

    def _ask(
        self, kind: str, method: str, path: str, headers: dict[str, str], content: bytes = b""
    ) -> tuple[int, str, bytes] | None:
        start = time.monotonic()
        try:
            self._connection.request(method, path, content or None, headers)
            response = self._connection.getresponse()
            received = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._record.fail(kind, error)
            self._connection.close()
            return None
        self._record.add(kind, response.status, time.monotonic() - start)
        return response.status, response.headers.get("ETag", ""), received

    def _pause(self) -> None:
        time.sleep(self._rng.uniform(0, 2 * PAUSE_SECONDS))


def measure_load(server: Server, seconds: float) -> list[Figure]:
    record = Record()
    end = time.monotonic() + seconds
    people = [Visitor(server.port, record, seed) for seed in range(VISITORS + PUBLISHERS)]
    habits: list[Callable[[float], None]] = [
        *(person.browse for person in people[:VISITORS]),
        *(person.publish for person in people[VISITORS:]),
    ]
    threads = [threading.Thread(target=habit, args=(end,)) for habit in habits]
    for thread in threads:
        thread.start()
    memory = []
    while time.monotonic() < end:
        time.sleep(min(seconds / 12, 5))
        memory.append(server_memory(server.pid))
    for thread in threads:
        thread.join()
    show(record, memory)
    answered = sum(map(len, record.seconds.values()))
    # By then the caches are full.
    at_half = Figure("memory at half time", memory[len(memory) // 2 :][:1], "MB")
    return [
        Figure("answers", [answered / seconds], "per s"),
        *(
            Figure(f"{kind} {status}, {name}", values, "ms", summarize)
            for (kind, status), durations in sorted(record.seconds.items())
            for values in [[1000 * duration for duration in durations]]
            for name, summarize in (("median", statistics.median), ("99 %", percentile_99))
        ),
        Figure("failures", [len(record.failures)], "", target=0),
        at_half,
        Figure("memory at the end", memory[-1:], "MB").beside(at_half, at_most=1.1),
    ]


def show(record: Record, memory: list[float]) -> None:
    for (kind, status), durations in sorted(record.seconds.items()):
        print(f"{kind:8} {status}: {len(durations):,}")
    for failure, count in Counter(record.failures).most_common(5):
        print(f"failed: {failure} ({count} times)")
    print("memory of the server, MB:", " ".join(f"{value:.0f}" for value in memory))


def percentile_99(values: Sequence[float]) -> float:
    if len(values) == 1:  # for a status that came once
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[-1]


def server_memory(process: int) -> float:
    """Megabytes of a process and its children, shared pages counted once (Linux)."""
    processes = [process, *children(process)]
    total = 0
    for each in processes:
        rollup = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
        total += sum(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
    return total / 1000


def children(process: int) -> list[int]:
    direct = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [child for each in map(int, direct) for child in (each, *children(each))]


def main() -> int:
    """The exit status: 1 if anything failed."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with Server(
        DIGITS_PROCESSES="2",
        DIGITS_WRITE_LIMIT=WRITE_LIMIT,
        DIGITS_ATTEMPT_LIMIT="none",
        DIGITS_READ_LIMIT="none",
    ) as server:
        figures = measure_load(server, seconds)
    report({f"{VISITORS} visitors, {PUBLISHERS} publishing": figures})
    failures = next(figure for figure in figures if figure.name == "failures")
    return int(failures.value > 0)


if __name__ == "__main__":
    sys.exit(main())
