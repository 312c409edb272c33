"""A class on the real server: two processes, streams that end, a stop and a start in the middle."""

import http.client
import json
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from app.model.serialization import HALF_DTYPE, weights_from_npz, weights_to_npz
from tests.api.class_room import STATUS, bearer
from tests.api.server import TIMEOUT_SECONDS, environment, ready_server
from tests.api.servers import PostgreSQL, Redis, free_port

PROCESSES = "2"
STREAMS = 6
"""On connections of their own: each process gets some."""


def ask(port: int, method: str, path: str, secret: str = "", body: Any = None) -> tuple[int, bytes]:
    """On a connection of its own: any process may take it. Bytes are weights."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    headers = (bearer(secret) if secret else {}) | {"Connection": "close"}
    content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    if content is not None:
        kind = "application/x-npz" if content is body else "application/json"
        headers["Content-Type"] = kind
    try:
        connection.request(method, f"/api/classes{path}", content, headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def document(port: int, method: str, path: str, secret: str = "", body: Any = None) -> Any:
    status, content = ask(port, method, path, secret, body)
    assert status in (200, 201), content
    return json.loads(content)


class Stream:
    """Events that come on a connection."""

    def __init__(self, port: int, path: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
        self.connection.request("GET", f"/api/classes{path}")
        self.response = self.connection.getresponse()
        assert self.response.status == 200, self.response.read()
        assert self.response.headers["Content-Type"] == "text/event-stream"

    def events(self) -> Iterator[tuple[str, Any]]:
        name = ""
        for line in self.response:
            kind, _, value = line.decode().rstrip("\n").partition(": ")
            if kind == "event":
                name = value
            elif kind == "data":
                yield name, json.loads(value)

    def status_of(self, pupil: int, steps: int) -> None:
        """Wait until the pupil is seen to have done so many steps."""
        for name, data in self.events():
            shown = data.get("pupils", []) if name == "class" else data
            if name in ("class", "pupils") and any(
                each["id"] == pupil and each["status"] and each["status"]["steps"] == steps
                for each in shown
            ):
                return
        raise EOFError

    def until(self, wanted: str) -> Any:
        return next(data for name, data in self.events() if name == wanted)

    def rounds(self, count: int) -> Any:
        """Wait until the class has learned so many rounds; what is told of them."""
        for name, data in self.events():
            if name == "class" and len(data["learning"]["history"]) == count:
                return data["learning"]
        raise EOFError

    def close(self) -> None:
        self.response.close()
        self.connection.close()


@contextmanager
def streams(port: int, path: str, count: int = STREAMS) -> Iterator[list[Stream]]:
    opened = [Stream(port, path) for _ in range(count)]
    try:
        yield opened
    finally:
        for stream in opened:
            stream.close()


def join(port: int, code: str, name: str) -> tuple[int, str, str]:
    joined = document(port, "POST", f"/{code}/pupils", body={"name": name})
    return joined["pupil"]["id"], joined["secret"], joined["view"]


def say(port: int, code: str, pupil: int, secret: str, steps: int) -> None:
    status, content = ask(
        port, "PUT", f"/{code}/pupils/{pupil}/status", secret, STATUS | {"steps": steps}
    )
    assert status == 204, content


def test_all_processes_see_the_same_and_an_end_is_heard_everywhere(tmp_path: Path) -> None:
    settings = {"DIGITS_PROCESSES": PROCESSES, "DIGITS_LOG_LEVEL": "debug"}
    with ready_server(environment(tmp_path, **settings)) as (server, port):
        begun = document(port, "POST", "", body={"title": "7b"})
        code, secret = begun["class"]["code"], begun["secret"]
        ada, ada_secret, ada_view = join(port, code, "Ada")
        bob, bob_secret, bob_view = join(port, code, "Bob")
        with (
            streams(port, f"/{code}/events?view={begun['view']}") as boards,
            streams(port, f"/{code}/events?view={ada_view}") as of_ada,
            streams(port, f"/{code}/events?view={bob_view}") as of_bob,
        ):
            for steps in (1, 2, 3):
                say(port, code, ada, ada_secret, steps)
                for board in boards:
                    board.status_of(ada, steps)
            _, figures = ask_metrics(port)
            assert re.search(rb"digits_streams(\{.*\})? 18", figures)
            # Whichever process is asked, the pupil is out at once, and every stream of theirs ends.
            assert ask(port, "DELETE", f"/{code}/pupils/{bob}", secret)[0] == 204
            for stream in of_bob:
                assert stream.until("end") == {"reason": "removed"}
                assert list(stream.events()) == []
            assert ask(port, "DELETE", f"/{code}", secret)[0] == 204
            for stream in (*boards, *of_ada):
                assert stream.until("end") == {"reason": "ended"}
        assert ask(port, "PUT", f"/{code}/pupils/{ada}/status", ada_secret, STATUS)[0] == 204
    output = "".join(server.output)
    assert f"GET /api/classes/{code}/events 200" in output
    keys = (secret, ada_secret, ada_view, bob_secret, bob_view, begun["view"])
    assert not [key for key in keys if key in output]
    assert "Traceback" not in output


def ask_metrics(port: int) -> tuple[int, bytes]:
    """When each process has noted what it uses, which it does every second."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    while True:
        connection.request("GET", "/metrics")
        response = connection.getresponse()
        content = response.read()
        if b"digits_streams 18" in content or response.status != 200:
            connection.close()
            return response.status, content


def test_a_stop_ends_streams_and_a_start_goes_on_where_all_was(tmp_path: Path) -> None:
    environ = environment(tmp_path, DIGITS_PROCESSES=PROCESSES, PORT=str(free_port()))
    with ready_server(environ) as (server, port):
        begun = document(port, "POST", "", body={"title": "7b"})
        code, secret = begun["class"]["code"], begun["secret"]
        pupils = [join(port, code, name) for name in ("Ada", "Bob", "Eve")]
        with streams(port, f"/{code}/events?view={begun['view']}") as boards:
            for number, own, _ in pupils:
                say(port, code, number, own, 7)
                boards[0].status_of(number, 7)
            settings = {"split": "shares", "local_steps": 1, "rounds": 2, "seconds": 600}
            document(port, "POST", f"/{code}/learning", secret, settings)
            answer(port, code, pupils[0], 1)
            server.process.send_signal(signal.SIGTERM)
            for board in boards:  # each is told by the end of its answer
                for _ in board.events():
                    pass
        assert server.exit_code() == 0
    with (
        ready_server(environ) as (_, port),
        streams(port, f"/{code}/events?view={begun['view']}") as boards,
    ):
        shown = boards[0].until("class")
        assert [(each["name"], each["status"]["steps"]) for each in shown["pupils"]] == [
            *[("Ada", 7), ("Bob", 7)],
            ("Eve", 7),
        ]
        assert shown["learning"]["answered"] == [1]
        for number, own, _ in pupils:
            say(port, code, number, own, 8)
        for round_ in (1, 2):
            for pupil in pupils[1 if round_ == 1 else 0 :]:
                answer(port, code, pupil, round_)
            shown = [board.rounds(round_) for board in boards]
        for learned in shown:
            assert learned["state"] == "done"
            assert [each["answered"] for each in learned["history"]] == [3, 3]


def test_a_class_on_two_machines_goes_on_when_one_is_lost(
    tmp_path: Path, postgresql: PostgreSQL, redis_server: Redis
) -> None:
    """They share PostgreSQL and Redis. The teacher and Ada are on the machine that stays."""
    shared = {"DATABASE_URL": postgresql.url, "CACHE_URL": redis_server.url}
    (tmp_path / "other").mkdir()
    with ready_server(environment(tmp_path, **shared)) as (_, port):
        with ready_server(environment(tmp_path / "other", **shared)) as (other, other_port):
            begun = document(port, "POST", "", body={"title": "7b"})
            code, secret = begun["class"]["code"], begun["secret"]
            ada = join(port, code, "Ada")
            away = [join(other_port, code, name) for name in ("Bob", "Cem", "Eve")]
            with streams(port, f"/{code}/events?view={begun['view']}", 1) as (board,):
                for number, own, _ in away:
                    say(other_port, code, number, own, 7)
                    board.status_of(number, 7)
                say(port, code, ada[0], ada[1], 7)
                settings = {"split": "shares", "local_steps": 1, "rounds": 2, "seconds": 600}
                document(port, "POST", f"/{code}/learning", secret, settings)
                answer(port, code, ada, 1)
                for pupil in away[:2]:
                    answer(other_port, code, pupil, 1)
            other.process.kill()
        with streams(port, f"/{code}/events?view={begun['view']}", 1) as (board,):
            # Their browsers connect to the one that is left.
            for number, own, _ in away:
                say(port, code, number, own, 8)
                board.status_of(number, 8)
            answer(port, code, away[2], 1)
            board.rounds(1)
            for pupil in (ada, *away):
                answer(port, code, pupil, 2)
            learned = board.rounds(2)
    assert learned["state"] == "done"
    assert [each["answered"] for each in learned["history"]] == [4, 4]


def test_pupils_are_told_addresses_that_the_service_answers_to(tmp_path: Path) -> None:
    """In IPv6 too, where this machine has it."""
    with ready_server(environment(tmp_path, HOST="0.0.0.0")) as (server, port):
        begun = document(port, "POST", "", body={"title": "7b"})
        told = begun["addresses"] if begun["is_reachable"] else []
        line = server.wait_for("On the local network|no address on a network")[0]
        assert ("On the local" in line) == bool(told)
        for address in told:
            host = address.removeprefix("http://").removesuffix("/")
            assert host in "".join(server.output)
            # No name server is asked.
            where = "127.0.0.1" if ".local" in host else urlsplit(address).hostname
            connection = http.client.HTTPConnection(str(where), port, timeout=TIMEOUT_SECONDS)
            connection.request("GET", "/healthz", headers={"Host": host})
            assert connection.getresponse().status == 200
            connection.close()


def answer(port: int, code: str, pupil: tuple[int, str, str], round_: int) -> None:
    number, secret, view = pupil
    status, content = ask(port, "GET", f"/{code}/learning/weights?view={view}&round={round_}")
    assert status == 200, content
    w1, w2 = weights_from_npz(content)
    rng = np.random.default_rng(number)
    moved = {
        name: values + 0.01 * rng.standard_normal(values.shape, np.float32)
        for name, values in (("w1", w1), ("w2", w2))
    }
    path = f"/{code}/learning/rounds/{round_}/weights?samples=100"
    body = weights_to_npz(moved, HALF_DTYPE)
    status, content = ask(port, "PUT", path, secret, body)
    assert status == 204, content
