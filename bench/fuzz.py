"""A hundred thousand bad calls: `python -m bench.fuzz [calls] [seed]`.

Against the Procfile's gunicorn with two processes, on loopback: bytes that are hardly HTTP,
requests with odd headers, damaged and forged bodies (hostile.py), and calls that schemathesis
generates from the OpenAPI document. The same seed makes the same calls. What has to hold: no status
5xx except 503 (and 501 for an unknown transfer coding, RFC 9112, section 6.1); errors in the one
shape, JSON that can be parsed, an answer to each whole request, and no bytes of a body taken for a
request; no traceback in the log, no process that ended, and memory that stays. It rises in steps
for a while: the C library keeps what was in use at one time by the largest requests that came
together (of 99 MB of a process's heap 51 were free at the end of 9,000 calls, and what was in use
had not grown). So the second half of the calls is compared: a leak of a kilobyte at each call would
show in 100,000. What caches hold is left out (`digits_cache_bytes`): they are bounded, and take
longer to fill. It ends after MINUTES at the latest, however many calls were made.
"""

from __future__ import annotations

import itertools
import json
import random
import re
import socket
import struct
import sys
import threading
import time
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import hypothesis
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from app.model.serialization import weights_to_npz
from bench import hostile
from bench.hostile import Call
from bench.load import children, server_memory
from bench.report import Figure, report
from bench.serving import VENDOR
from e2e.server import Server
from tests.api import serializers  # noqa: F401 - registers them
from tests.api.server import NO_LIMITS

CALLS = 100_000
MINUTES = 40
PROCESSES = 2
CLIENTS = 6
DESCRIBED = 0.1
"""Share of the calls that schemathesis makes; they take most of the time."""
SLOW_TO_MAKE = {"post_weights": 4}
"""Examples of calls that take seconds each."""
KINDS = {"bytes": 5, "headers": 3, "bodies": 2}
"""How often each kind comes, in proportion to the others."""
ANSWER_SECONDS = 30
SILENCE_SECONDS = 0.02
"""After this, a client that sent half a request leaves."""
SAMPLES = 100
"""Of the memory."""
WARM_UP = SAMPLES // 2
"""Samples that are left out."""
GROWTH = 1.1
TOKEN = "0123456789abcdef-of-the-fuzzing"
PROBLEM = {"type", "title", "status", "detail"}
FAULT = re.compile(r"^(?:[\w.]+(?:Error|Exception|Exit|Interrupt)\b|Traceback).*", re.MULTILINE)
"""In the log; also written there by a pickle that is loaded."""
LEVEL = re.compile(r"\[(?:ERROR|CRITICAL)\] \[[^]]*\] (.*)")
ALLOWED = {501, 503}
SMUGGLED = hostile.SMUGGLED.encode()
SHOWN = 20


class Memory(NamedTuple):
    """Megabytes of all processes after so many calls, and how many of them are in caches."""

    calls: int
    all: float
    cached: float

    @property
    def beside_caches(self) -> float:
        return self.all - self.cached


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Record:
    """The results of the calls; thread-safe."""

    def __init__(self) -> None:
        self.statuses: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.faults: list[str] = []
        self.made = 0
        self._lock = threading.Lock()

    def add(self, kind: str, name: str, answers: list[Answer], faults: list[str]) -> None:
        with self._lock:
            self.made += 1
            self.statuses[kind].update([str(answer.status) for answer in answers] or ["none"])
            self.faults += [f"{kind} {name}: {fault}" for fault in faults]


# Judging


def judge(answer: Answer) -> Iterator[str]:
    """What is wrong with one answer."""
    status, media_type = answer.status, answer.headers.get("content-type", "")
    if status >= 500 and status not in ALLOWED:
        yield f"status {status}: {answer.body[:300]!r}"
    if not answer.body or "content-encoding" in answer.headers:
        return
    if status >= 400:
        yield from judge_problem(answer, media_type)
    elif media_type == hostile.JSON and status != 206:
        try:
            json.loads(answer.body, parse_constant=_refuse_constant)
        except ValueError as error:
            yield f"no JSON: {error}, {answer.body[:200]!r}"


def judge_problem(answer: Answer, media_type: str) -> Iterator[str]:
    if media_type == hostile.JSON and json.loads(answer.body).keys() == {"error"}:
        return  # the Open Inference Protocol's
    if media_type != "application/problem+json":
        yield f"status {answer.status} as {media_type!r}: {answer.body[:200]!r}"
        return
    problem = json.loads(answer.body)
    if not set(problem) >= PROBLEM or problem["status"] != answer.status or not problem["detail"]:
        yield f"status {answer.status} in another shape: {problem}"


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


# Sending


def send(port: int, call: Call) -> tuple[list[Answer], list[str]]:
    """The answers to a call, and what is wrong."""
    try:
        received = exchange(port, call)
    except TimeoutError:
        return [], [f"no end within {ANSWER_SECONDS} seconds"]
    except ConnectionError as error:
        # The server may reset a client that sends what it does not read.
        return [], [repr(error)] if call.is_whole else []
    try:
        answers = read_answers(received)
    except (ValueError, IndexError) as error:
        return [], [f"{error!r} in {received[:300]!r}"]
    faults = [fault for answer in answers for fault in judge(answer)]
    if call.is_whole and not answers:
        faults.append("no answer")
    if call.is_whole and any(SMUGGLED in answer.body for answer in answers):
        faults.append("what is in a body was answered")
    return answers, faults


def exchange(port: int, call: Call) -> bytes:
    """What came back until the end of the call."""
    with socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS) as connection:
        with suppress(BrokenPipeError):  # refused meanwhile: the answer says why
            for piece in call.pieces:
                connection.sendall(piece)
        if call.ending == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if call.ending in ("reset", "leave"):
            return b""
        if call.ending == "half-close":
            with suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
        elif not call.is_whole:
            connection.settimeout(SILENCE_SECONDS)
        received = bytearray()
        try:
            while piece := connection.recv(1 << 16):
                received += piece
        except TimeoutError:
            if call.is_whole:
                raise
        except ConnectionResetError:
            if not received:
                raise
        return bytes(received)


def read_answers(received: bytes) -> list[Answer]:
    """All answers except one that is cut off. Raises ValueError for invalid ones."""
    answers = []
    while received:
        head, ended, rest = received.partition(b"\r\n\r\n")
        if not ended:
            break
        first, *lines = head.decode("latin-1").split("\r\n")
        found = re.fullmatch(r"HTTP/1\.[01] ([1-5]\d\d) [ -~]*", first)
        if found is None:
            raise ValueError(f"no status line: {first[:100]!r}")
        headers = {}
        for line in lines:
            name, colon, value = line.partition(":")
            if not colon or not re.fullmatch(r"[A-Za-z0-9-]+", name):
                raise ValueError(f"no header: {line[:100]!r}")
            headers[name.lower()] = value.strip()
        status = int(found[1])
        body, received = read_body(status, headers, rest)
        if body is None:
            break
        if status >= 200:
            answers.append(Answer(status, headers, body))
    return answers


def read_body(status: int, headers: dict[str, str], rest: bytes) -> tuple[bytes | None, bytes]:
    """The body and what follows it; None if it is cut off. Answers to HEAD have none."""
    if status < 200 or status == 304 or not rest or rest.startswith(b"HTTP/1."):
        return b"", rest
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while True:
            size, ended, rest = rest.partition(b"\r\n")
            if not ended:
                return None, b""
            length = int(size, 16)
            body, rest = body + rest[:length], rest[length + 2 :]
            if length == 0:
                return body, rest
    length = int(headers.get("content-length", "0"))
    return (rest[:length], rest[length:]) if len(rest) >= length else (None, b"")


# Calls


def make_call(kind: str, seed: int, number: int, files: list[str]) -> Call:
    rng = random.Random(f"{seed} {number}")
    if kind == "bytes":
        return hostile.raw(rng)
    if kind == "headers":
        return hostile.headers(rng, TOKEN, files)
    return hostile.bodies(rng, TOKEN)


def fuzz(server: Server, record: Record, calls: int, seed: int, end: float) -> None:
    """Several clients at once."""
    files = served_files(server)
    kinds = random.Random(seed).choices(list(KINDS), list(KINDS.values()), k=calls)
    numbers = itertools.count()

    def work() -> None:
        while (number := next(numbers)) < calls and time.monotonic() < end:
            kind = kinds[number]
            answers, faults = send(server.port, make_call(kind, seed, number, files))
            record.add(kind, f"number {number}", answers, faults)

    threads = [threading.Thread(target=work) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def served_files(server: Server) -> list[str]:
    """Addresses of files: the smallest and the largest vendored ones, and ours."""
    paths = sorted(VENDOR.rglob("*.br"), key=lambda path: path.stat().st_size)
    vendor = [f"/vendor/{path.relative_to(VENDOR).as_posix()[:-3]}" for path in paths[:6]]
    with urllib.request.urlopen(server.url, timeout=ANSWER_SECONDS) as response:
        build = response.headers["Digits-Build"]
    return [*vendor, f"/app/{build}/styles.css", f"/app/{build}/page.bin", f"/app/{build}/nothing"]


def fuzz_described(server: Server, record: Record, calls: int, seed: int, end: float) -> None:
    """Calls that the document allows, and calls that it does not; each operation equally often."""
    schema = schemathesis.openapi.from_url(f"{server.url}/api/openapi.json")
    operations: list[Any] = [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]
    kinds = [(operation, mode) for operation in operations for mode in GenerationMode]
    for operation, mode in kinds:
        name = f"{operation.method} {operation.path} {mode.value}"

        def ask(case: Any, name: str = name) -> None:
            if time.monotonic() > end:
                raise TimeoutError
            answers, faults = call_described(case)
            record.add("described", name, answers, faults)

        operation_id = operation.definition.raw["operationId"]
        examples = SLOW_TO_MAKE.get(operation_id, max(1, calls // len(kinds)))
        try:
            each_of(operation.as_strategy(generation_mode=mode), examples, seed, ask)
        except (Unsatisfiable, TimeoutError):  # some operations allow everything
            pass
        except Exception as error:  # no calls were made
            record.add("described", name, [], [f"not called: {error!r}"])


def each_of(strategy: Any, examples: int, seed: int, use: Callable[[Any], None]) -> None:
    """Call `use` with this many examples of hypothesis."""

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def use_each(made: Any) -> None:
        use(made)

    use_each()


def call_described(case: Any) -> tuple[list[Answer], list[str]]:
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept-Encoding": "identity"}
    try:
        response = case.call(headers=headers, timeout=ANSWER_SECONDS)
    except OSError as error:  # all errors of its client are
        return [], [repr(error)]
    lowered = {name.lower(): values[0] for name, values in response.headers.items()}
    answer = Answer(response.status_code, lowered, response.content)
    return [answer], list(judge(answer))


# The server


def look_at_memory(server: Server, record: Record, calls: int, is_over: threading.Event) -> Any:
    """A list that fills with Memory, and the thread that looks."""
    seen: list[Memory] = []

    def look() -> None:
        while not is_over.wait(0.2):
            if record.made >= calls * len(seen) / SAMPLES:
                memory = Memory(record.made, server_memory(server.pid), cached(server))
                seen.append(memory)
                if len(seen) % 10 == 0:
                    print(
                        f"{memory.calls:,} calls, {len(record.faults)} faults, "
                        f"{memory.all:.0f} MB, {memory.cached:.0f} MB of it cached",
                        flush=True,
                    )

    thread = threading.Thread(target=look)
    thread.start()
    return seen, thread


def cached(server: Server) -> float:
    """Megabytes of content in the caches of all processes."""
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=ANSWER_SECONDS) as response:
        found = re.search(r"^digits_cache_bytes (\S+)$", response.read().decode(), re.MULTILINE)
    assert found is not None
    return float(found[1]) / 1e6


def is_well(server: Server) -> Iterator[str]:
    """What no longer works."""
    for path in ("/healthz", "/readyz", "/api/weights", "/api/samples/blocks/1/0", "/"):
        with urllib.request.urlopen(server.url + path, timeout=ANSWER_SECONDS) as response:
            if response.status != 200:
                yield f"{path} is {response.status}"
    params = hostile.shipped()
    content = weights_to_npz({"w1": params["w1"], "w2": params["w2"] * 1.01})
    publishing = urllib.request.Request(
        f"{server.url}/api/weights", content, {"Content-Type": hostile.NPZ}
    )
    with urllib.request.urlopen(publishing, timeout=ANSWER_SECONDS) as response:
        if response.status not in (200, 201):
            yield f"publishing is {response.status}"


def measure_fuzz(server: Server, calls: int, seed: int) -> tuple[list[Figure], Record]:
    record = Record()
    end = time.monotonic() + 60 * MINUTES
    processes = sorted(children(server.pid))
    is_over = threading.Event()
    memory, looking = look_at_memory(server, record, calls, is_over)
    described = round(calls * DESCRIBED)
    parts: list[Callable[[], None]] = [
        lambda: fuzz(server, record, calls - described, seed, end),
        lambda: fuzz_described(server, record, described, seed, end),
    ]
    hostile.digits()  # not in two threads at once: NumPy parses, and so does hypothesis
    threads = [threading.Thread(target=part) for part in parts]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - start
    is_over.set()
    looking.join()
    record.faults += is_well(server)
    ended = set(processes) - set(children(server.pid))
    log = server.output()
    lines = FAULT.findall(log) + LEVEL.findall(log)
    show(record, lines, memory)
    warm = memory[min(WARM_UP, len(memory) - 1) :]
    tenth = max(1, len(warm) // 5)
    first, last = (
        Figure(f"memory beside caches, {which} tenth", [each.beside_caches for each in part], "MB")
        for which, part in (("sixth", warm[:tenth]), ("last", warm[-tenth:]))
    )
    return [
        Figure("calls", [record.made], ""),
        Figure("time", [seconds], "s"),
        Figure("faults", [len(record.faults)], "", target=0),
        Figure("lines of the log that tell of a fault", [len(lines)], "", target=0),
        Figure("processes that ended", [len(ended)], "", target=0),
        Figure("memory, most", [max(each.all for each in warm)], "MB"),
        Figure("of it in caches", [warm[-1].cached], "MB"),
        first,
        last.beside(first, at_most=GROWTH),
    ], record


def show(record: Record, lines: list[str], memory: list[Memory]) -> None:
    for kind, statuses in sorted(record.statuses.items()):
        counts = ", ".join(f"{status}: {count:,}" for status, count in sorted(statuses.items()))
        print(f"{kind:10} {counts}")
    errors = [f"{error} ({count} times)" for error, count in Counter(lines).most_common()]
    for title, found in (("fault", record.faults), ("log", errors)):
        for text in found[:SHOWN]:
            print(f"{title}: {text[:600]}")
        if len(found) > SHOWN:
            print(f"... and {len(found) - SHOWN} more")
    sizes = " ".join(f"{each.all:.0f}-{each.cached:.0f}" for each in memory[::5])
    print("memory, less what is cached, MB:", sizes)


def main() -> int:
    """The exit status: 1 if anything was wrong."""
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else CALLS
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    with Server(DIGITS_PROCESSES=str(PROCESSES), DIGITS_ADMIN_TOKEN=TOKEN, **NO_LIMITS) as server:
        figures, _ = measure_fuzz(server, calls, seed)
    report({f"{calls:,} calls, seed {seed}": figures})
    return int(any(figure.is_met is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
