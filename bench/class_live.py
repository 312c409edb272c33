"""A class on the local network, live: `python -m bench.class_live [seconds]`.

Fifty simulated pupils say once a second what they do and listen to the class's events, on one
server of two processes, as a teacher's board does too. Three more are real browsers that train all
the time. Then the server is killed, all its processes at once, and started again: pupils and board
connect again as EventSource does, after a second. Then the browsers leave, and thirty pupils learn
together, without training, so that only the rounds themselves are timed. All pupils share the
machine with the server.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, suppress
from typing import Any

import numpy as np

from api.threads import IDLE_SECONDS
from app.model.serialization import HALF_DTYPE, weights_from_npz, weights_to_npz
from bench.browser import AS_IF_ALONE, fresh_page, launched
from bench.load import children, percentile_99
from bench.report import Figure, report
from e2e.gestures import Visitor, placed, stored_drawings
from e2e.server import Server

PUPILS = 50
BROWSERS = 3
LEARNERS = 30
SECONDS = 60.0
ROUNDS = 5
RECONNECT_SECONDS = 1.0
"""As the server tells EventSource (api/event_stream.py)."""
PATIENCE_SECONDS = 120
DRAWING = {"pixels": ("00" * 14 + "ff" * 14) * 28, "prediction": 7}
NPZ = "application/x-npz"

Document = dict[str, Any]


class Wire:
    """A connection that is kept open, and opened again when it is lost."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._pair: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> tuple[int, bytes]:
        """Status and body. Raises OSError, EOFError."""
        try:
            return await self._ask(method, path, headers, body)
        except (OSError, EOFError):
            self.close()
            raise

    async def _ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes]:
        if self._pair is None:
            self._pair = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._pair
        writer.write(_request(method, path, headers, body) + body)
        await writer.drain()
        status, received = await _head(reader)
        return status, await reader.readexactly(int(received.get("content-length", "0")))

    def close(self) -> None:
        if self._pair is not None:
            self._pair[1].close()
            self._pair = None


def _request(method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if method != "GET":
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    pairs = (line.partition(": ") for line in lines[1:] if line)
    return int(lines[0].split()[1]), {name.lower(): value for name, _, value in pairs}


async def _chunk(reader: asyncio.StreamReader) -> bytes:
    """The next of an answer without a length; empty at its end."""
    size = int(await reader.readline(), 16)
    return (await reader.readexactly(size + 2))[:-2]


async def events(port: int, path: str) -> AsyncIterator[tuple[str, Any]]:
    """As EventSource has them: for ever, over lost connections."""
    while True:
        with suppress(OSError, EOFError, ValueError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(_request("GET", path, {}, b""))
                status, _ = await _head(reader)
                text = b""
                while status == 200 and (piece := await _chunk(reader)):
                    *whole, text = (text + piece).split(b"\n\n")
                    for lines in whole:
                        fields = dict(line.split(b": ", 1) for line in lines.split(b"\n"))
                        yield fields[b"event"].decode(), json.loads(fields[b"data"])
            finally:
                writer.close()
        await asyncio.sleep(RECONNECT_SECONDS)


class Browsers:
    """Pupils with real pages: they share a drawing, and train until they are told to leave."""

    def __init__(self, url: str, code: str) -> None:
        self._url, self._code = url, code
        self._are_there, self._may_leave = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._visit)

    async def come(self) -> None:
        self._thread.start()
        while not await asyncio.to_thread(self._are_there.wait, 1):
            if not self._thread.is_alive():
                raise RuntimeError("the browsers did not come into the class")

    async def leave(self) -> None:
        self._may_leave.set()
        await asyncio.to_thread(self._thread.join)

    def _visit(self) -> None:
        with ExitStack() as stack:
            browser = stack.enter_context(launched(*AS_IF_ALONE))
            drawing = placed(stored_drawings()[3]["strokes"])
            pages = []
            for index in range(BROWSERS):
                page = stack.enter_context(fresh_page(browser))
                pages.append(page)
                visitor = Visitor(page, f"{self._url}/#class={self._code}")
                visitor.open()
                page.fill("#join-name", f"Browser {index}")
                page.press("#join-name", "Enter")
                page.check("#share-drawing")
                visitor.wait_for_the_network()
                visitor.draw(drawing)
                page.click("#start")
            self._are_there.set()
            self._may_leave.wait()
            for page in pages:
                page.click("#leave-class")
                page.click("#leave-confirm")
                page.wait_for_selector("#class-strip", state="hidden")


class Class:
    """The class, its pupils, and what was measured."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.errors: Counter[str] = Counter()
        self.answer_seconds: list[float] = []
        self.behind_seconds: list[float] = []
        self.said_at: dict[tuple[int, int], float] = {}
        """When each pupil sent each status, by pupil and steps."""
        self.shown: dict[int, int] = {}
        """The steps of each pupil as the board shows them."""
        self.round_seconds: list[float] = []
        self.is_interrupted = False
        self.back: set[int] = set()
        """Who has heard of the class since the interruption: pupils, and the board as 0."""
        self.pupils: list[Document] = []

    async def begin(self) -> None:
        wire = Wire(self.port)
        self.teacher = await self._post(wire, "", {"title": "50 pupils"}, "")
        self.path = f"/{self.teacher['class']['code']}"
        for _ in range(PUPILS):
            self.pupils.append(await self._post(wire, f"{self.path}/pupils", {"name": None}, ""))
        wire.close()

    async def order(self, path: str, document: Document) -> Document:
        wire = Wire(self.port)
        answer = await self._post(wire, self.path + path, document, self.teacher["secret"])
        wire.close()
        return answer

    async def leave(self, pupil: Document) -> None:
        wire = Wire(self.port)
        path = f"/api/classes{self.path}/pupils/{pupil['pupil']['id']}"
        await wire.ask("DELETE", path, {"Authorization": f"Bearer {pupil['secret']}"})
        wire.close()

    async def _post(self, wire: Wire, path: str, document: Document, secret: str) -> Document:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {secret}"}
        if not secret:
            del headers["Authorization"]
        body = json.dumps(document).encode()
        status, content = await wire.ask("POST", f"/api/classes{path}", headers, body)
        if status != 201:
            raise RuntimeError(f"{path}: {status} {content[:200]!r}")
        answer: Document = json.loads(content)
        return answer

    # What pupils do

    async def say(self, pupil: Document, delay: float) -> None:
        """Each second, what one does."""
        number = pupil["pupil"]["id"]
        path = f"/api/classes{self.path}/pupils/{number}/status"
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {pupil['secret']}",
        }
        wire, steps = Wire(self.port), 0
        await asyncio.sleep(delay)
        while True:
            begun = time.monotonic()
            steps += 1
            body = json.dumps(_status(steps)).encode()
            self.said_at[number, steps] = begun
            try:
                status, _ = await wire.ask("PUT", path, headers, body)
            except (OSError, EOFError) as error:
                self._fail(f"status: {error!r}")
            else:
                if status != 204:
                    self._fail(f"status: {status}")
                elif not self.is_interrupted:
                    self.answer_seconds.append(time.monotonic() - begun)
            await asyncio.sleep(max(0.0, begun + 1 - time.monotonic()))

    async def listen(self, pupil: Document) -> None:
        """To the class; and answer its rounds."""
        number, wire = pupil["pupil"]["id"], Wire(self.port)
        answered = 0
        path = f"/api/classes{self.path}/events?view={pupil['view']}"
        async for name, data in events(self.port, path):
            if name != "class":
                continue
            self.back.add(number)
            learning = data["learning"]
            if learning is None or learning["state"] != "running" or number > LEARNERS:
                continue
            if learning["round"] > answered:
                answered = learning["round"]
                await self._answer(pupil, wire, answered)

    async def _answer(self, pupil: Document, wire: Wire, round_: int) -> None:
        """With weights that have moved a little: training itself is not what is measured."""
        path = f"/api/classes{self.path}/learning"
        query = f"?view={pupil['view']}&round={round_}"
        headers = {"Content-Type": NPZ, "Authorization": f"Bearer {pupil['secret']}"}
        target = f"{path}/rounds/{round_}/weights?samples=100"
        try:
            status, content = await wire.ask("GET", f"{path}/weights{query}", {})
            if status == 200:
                body = await asyncio.to_thread(_moved, content, pupil["pupil"]["id"])
                status, content = await wire.ask("PUT", target, headers, body)
        except (OSError, EOFError) as error:
            self._fail(f"round: {error!r}")
            return
        if status != 204:
            self._fail(f"round: {status} {content[:100]!r}")

    # What the board shows

    async def watch(self) -> None:
        round_, begun = 0, 0.0
        path = f"/api/classes{self.path}/events?view={self.teacher['view']}"
        async for name, data in events(self.port, path):
            now = time.monotonic()
            if name == "class":
                self.back.add(0)
                learning = data["learning"] or {"round": 0, "state": ""}
                at = learning["round"] + (learning["state"] == "done")
                if at > round_:
                    if round_:
                        self.round_seconds.append(now - begun)
                    round_, begun = at, now
            shown = data["pupils"] if name == "class" else data
            if name in ("class", "pupils"):
                for pupil in shown:
                    self._show(pupil, now)

    def _show(self, pupil: Document, now: float) -> None:
        number, status = pupil["id"], pupil["status"]
        if status is None or self.shown.get(number) == status["steps"]:
            return
        self.shown[number] = status["steps"]
        # Browsers do not say when they sent what.
        if not self.is_interrupted and (number, status["steps"]) in self.said_at:
            self.behind_seconds.append(now - self.said_at[number, status["steps"]])

    def _fail(self, what: str) -> None:
        if not self.is_interrupted:
            self.errors[what] += 1


def _status(steps: int) -> Document:
    return {
        "doing": "training",
        "steps": steps,
        "validation_digits": 0.9,
        "validation_drawings": 0.8,
        "curve": [round(0.9 * (1 - 1 / (2 + i)), 3) for i in range(60)],
        "drawing": DRAWING,
    }


def _moved(content: bytes, seed: int) -> bytes:
    w1, w2 = weights_from_npz(content)
    rng = np.random.default_rng(seed)
    moved = {
        name: values + 0.003 * rng.standard_normal(values.shape, np.float32)
        for name, values in (("w1", w1), ("w2", w2))
    }
    return weights_to_npz(moved, HALF_DTYPE)


async def until(holds: Callable[[], bool]) -> float:
    """Seconds until it holds. Raises TimeoutError."""
    begun = time.monotonic()
    while not holds():
        if time.monotonic() - begun > PATIENCE_SECONDS:
            raise TimeoutError(f"not after {PATIENCE_SECONDS} seconds")
        await asyncio.sleep(0.02)
    return time.monotonic() - begun


async def measure(server: Server, seconds: float) -> list[Figure]:
    room = Class(server.port)
    await room.begin()
    watching = asyncio.ensure_future(room.watch())
    tasks = [
        [asyncio.ensure_future(room.listen(pupil)), asyncio.ensure_future(room.say(pupil, delay))]
        for pupil, delay in zip(room.pupils, np.linspace(0, 1, PUPILS).tolist(), strict=True)
    ]

    def is_all_there() -> bool:
        return len(room.back) == PUPILS + 1 and len(room.shown) == PUPILS + BROWSERS

    real = Browsers(server.url, room.path.strip("/"))
    try:
        await real.come()
        await until(is_all_there)
        room.answer_seconds.clear()
        room.behind_seconds.clear()
        await asyncio.sleep(seconds)
        answers, behind = list(room.answer_seconds), list(room.behind_seconds)
        lost = await lost_updates(room)
        room.is_interrupted = True
        room.back.clear()
        killed = time.monotonic()
        await asyncio.to_thread(kill, server)
        await asyncio.to_thread(server.start)
        started = time.monotonic() - killed
        room.shown.clear()
        await until(is_all_there)
        back = time.monotonic() - killed - started
        _, board = await first_board(room)
        room.is_interrupted = False
        # The others leave, or they would be waited for.
        await real.leave()
        for pupil, (listening, saying) in list(zip(room.pupils, tasks, strict=True))[LEARNERS:]:
            listening.cancel()
            saying.cancel()
            await room.leave(pupil)
        settings = {"split": "shares", "local_steps": 1, "rounds": ROUNDS, "seconds": 60}
        await room.order("/learning", settings)
        await until(lambda: len(room.round_seconds) == ROUNDS)
    finally:
        await real.leave()
        print("errors:", dict(room.errors))
        everything = [watching, *(task for pair in tasks for task in pair)]
        for task in everything:
            task.cancel()
        await asyncio.gather(*everything, return_exceptions=True)
    print(f"The server took {started:.1f} s to start again.")
    return [
        Figure("statuses", [len(answers)], ""),
        Figure("a status is answered, median", [1000 * each for each in answers], "ms"),
        Figure(
            "a status is answered, 99 %",
            [1000 * each for each in answers],
            "ms",
            percentile_99,
            target=200,
        ),
        Figure("the board is behind, median", behind, "s"),
        Figure("the board is behind, 99 %", behind, "s", percentile_99, target=1),
        Figure("the board is behind, most", behind, "s", max),
        Figure("statuses lost, and errors", [lost + sum(room.errors.values())], "", target=0),
        Figure(
            f"a round of {LEARNERS} pupils beside training",
            room.round_seconds,
            "s",
            statistics.median,
            target=3,
        ),
        Figure("all back after a kill, from when the server is there", [back], "s", target=5),
        Figure(
            "pupils kept over it",
            [len(board["pupils"])],
            "",
            target=PUPILS + BROWSERS,
            lower_is_better=False,
        ),
    ]


async def lost_updates(room: Class) -> int:
    """Pupils whose newest status, of a moment ago, does not come to the board."""
    expected: dict[int, int] = {}
    for number, steps in room.said_at:
        expected[number] = max(steps, expected.get(number, 0))

    def missing() -> int:
        return sum(room.shown.get(number, 0) < steps for number, steps in expected.items())

    with suppress(TimeoutError):
        async with asyncio.timeout(IDLE_SECONDS):
            await until(lambda: missing() == 0)
    return missing()


async def first_board(room: Class) -> tuple[str, Any]:
    """What a board that is opened now shows first."""
    path = f"/api/classes{room.path}/events?view={room.teacher['view']}"
    async for event in events(room.port, path):
        return event
    raise EOFError


def kill(server: Server) -> None:
    """All its processes at once, as when the power goes."""
    processes = [server.pid, *children(server.pid)]
    for process in processes:
        os.kill(process, signal.SIGKILL)
    server.stop()


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with Server(DIGITS_PROCESSES="2") as server:
        figures = asyncio.run(measure(server, seconds))
    report({f"A class of {PUPILS} and {BROWSERS} browsers, live": figures})


if __name__ == "__main__":
    main()
