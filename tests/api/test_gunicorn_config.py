"""With the real gunicorn: coming up, refusing a taken port, going down, reloading."""

import fcntl
import http.client
import json
import os
import re
import shutil
import signal
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from api.config import CHECKOUT
from api.start import CANNOT_START
from app.model.arrays import FloatArray
from app.model.serialization import weights_to_npz
from tests.api.publishing import variant
from tests.api.server import (
    READY,
    TIMEOUT_SECONDS,
    Server,
    environment,
    only_gunicorn,
    ready_server,
    run_until_exit,
)

pytestmark = only_gunicorn

PIECE_SIZE = 1 << 16


def get(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_it_says_where_it_is_and_serves_there(tmp_path: Path) -> None:
    """And leaves none of the folders that it made for itself."""
    with ready_server(environment(tmp_path, TMPDIR=str(tmp_path))) as (_, port):
        status, content = get(port, "/api/data")
        assert status == 200
        assert json.loads(content)["pixels"] == 784
        assert get(port, "/healthz") == (200, b'{"status":"up"}')
        assert get(port, "/metrics")[0] == 200
        assert list(tmp_path.glob("digits-metrics-*"))
        refuse_a_body_that_is_too_large_before_it_is_sent(port)
    assert not list(tmp_path.glob("digits-metrics-*"))


def test_a_log_for_programs_has_an_object_on_each_line(tmp_path: Path) -> None:
    with Server(environment(tmp_path, DIGITS_LOG_FORMAT="json"), CHECKOUT) as server:
        server.wait_for("Digits is ready at")
    messages = [json.loads(line)["message"] for line in server.output]
    assert sum("Digits is ready at" in message for message in messages) == 1


def refuse_a_body_that_is_too_large_before_it_is_sent(port: int) -> None:
    head = (
        "POST /api/weights HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-npz\r\n"
        "Content-Length: 10000000000\r\n\r\n"
    )
    with (
        socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS) as connection,
        connection.makefile("rb") as answer,
    ):
        connection.sendall(head.encode())
        assert answer.readline().startswith(b"HTTP/1.1 413 ")


def test_a_taken_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        code, output = run_until_exit(environment(tmp_path, PORT=str(port)))
    assert code != 0
    sentences = [line for line in output.splitlines() if "cannot start" in line]
    assert len(sentences) == 1
    assert f"port {port} of 127.0.0.1 is taken" in sentences[0]
    assert "Traceback" not in output
    assert "Retrying" not in output


def test_an_address_of_another_machine_is_refused(tmp_path: Path) -> None:
    # 192.0.2.0/24 is reserved for documentation: no machine has it.
    code, output = run_until_exit(environment(tmp_path, HOST="192.0.2.1", PORT="8000"))
    assert code != 0
    assert "cannot listen at 192.0.2.1:8000" in output
    assert "Traceback" not in output


@pytest.mark.parametrize("name", ["PORT", "DIGITS_PROCESSES", "DIGITS_LOG_LEVEL"])
def test_a_bad_setting_is_said_in_one_sentence(tmp_path: Path, name: str) -> None:
    code, output = run_until_exit(environment(tmp_path, **{name: "many"}))
    assert code != 0
    (sentence,) = output.splitlines()
    assert sentence.startswith(f"Digits cannot start: {name} must be ")
    assert "found 'many'" in sentence


def test_it_finishes_what_it_began_before_it_stops(tmp_path: Path) -> None:
    body = b'{"block": 3}'
    head = (
        "POST /api/datablock HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        "Expect: 100-continue\r\n\r\n"
    )
    with (
        ready_server(environment(tmp_path)) as (server, port),
        socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS) as connection,
        connection.makefile("rb") as answer,
    ):
        connection.sendall(head.encode())
        # Sent when a thread has taken the request up: from here it is in flight.
        assert answer.readline() == b"HTTP/1.1 100 Continue\r\n"
        assert answer.readline() == b"\r\n"
        server.process.send_signal(signal.SIGTERM)
        server.wait_for("Handling signal: term")
        connection.sendall(body)
        assert answer.readline() == b"HTTP/1.1 200 OK\r\n"
        document = json.loads(answer.read().split(b"\r\n\r\n", 1)[1])
        assert len(document["data"]) == 3
        assert server.exit_code() == 0
    with pytest.raises(ConnectionRefusedError):
        get(port, "/healthz")


def test_a_refused_body_does_not_cost_the_connection(tmp_path: Path) -> None:
    settings = {"DIGITS_ATTEMPT_LIMIT": "1/minute", "DIGITS_PROCESSES": "1"}
    with ready_server(environment(tmp_path, **settings)) as (_, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
        for status in (422, 429, 429):
            headers = {"Content-Type": "application/x-npz"}
            connection.request("POST", "/api/weights", bytes(900_000), headers)
            response = connection.getresponse()
            assert (response.status, bool(response.read())) == (status, True)
        connected = connection.sock
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
        assert connection.sock is connected
        connection.close()


def announce(port: int, method: str, length: int, kind: str = "application/x-npy") -> socket.socket:
    """A request that announces a body, and sends one byte of it."""
    connection = socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS)
    head = (
        f"{method} /api/weights HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {length}\r\n\r\n"
    )
    connection.sendall(head.encode() + b"x")
    return connection


def first_line(connection: socket.socket) -> bytes:
    with connection.makefile("rb") as answer:
        return answer.readline()


def test_neither_who_announces_bodies_and_sends_none_nor_strangers_stop_anybody(
    tmp_path: Path, trained: dict[str, FloatArray]
) -> None:
    with ready_server(environment(tmp_path, DIGITS_PROCESSES="1")) as (_, port):
        who_announces_bodies_and_sends_none_stops_nobody(port, weights_to_npz(variant(trained, 1)))
        strangers_stop_nobody(port)


def who_announces_bodies_and_sends_none_stops_nobody(port: int, content: bytes) -> None:
    with ExitStack() as idle:
        senders = [
            idle.enter_context(announce(port, "PATCH", 16_000_000, "application/json"))
            for _ in range(5)
        ]
        with idle.enter_context(announce(port, "GET", 1000)) as reader:
            assert first_line(reader) == b"HTTP/1.1 200 OK\r\n"  # at once, not when it is late
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while b"digits_body_bytes 5.0" not in (figures := get(port, "/metrics")[1]):
            assert time.monotonic() < deadline, figures
        assert re.search(rb"digits_connections [567]\.0", figures)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
        headers = {"Content-Type": "application/x-npz"}
        connection.request("POST", "/api/weights", content, headers)
        assert connection.getresponse().status == 201
        connection.close()
        assert first_line(senders[0]).startswith(b"HTTP/1.1 408 ")


def strangers_stop_nobody(port: int) -> None:
    """More of each kind than there are threads: silent ones, slow senders, and such as take nothing
    of an answer."""
    body = b"PATCH /api/weights HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-npy\r\n"
    large = b"GET /api/samples/blocks/0/0?size=240 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with ExitStack() as strangers:
        for said in (b"", b"G", body + b"Content-Length: 900000\r\n\r\nx", large * 20) * 70:
            stranger = strangers.enter_context(socket.socket())
            stranger.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stranger.connect(("127.0.0.1", port))
            stranger.sendall(said)
        assert get(port, "/healthz")[0] == 200
        assert get(port, "/api/weights")[0] == 200


def test_who_is_refused_need_not_send_all(tmp_path: Path) -> None:
    environ = environment(tmp_path, DIGITS_PROCESSES="1", DIGITS_ATTEMPT_LIMIT="17/minute")
    with ready_server(environ) as (_, port):
        for kind, status in (("text/plain", b"415"), ("application/x-npy", b"429")):
            with announce(port, "PATCH", 16_000_000, kind) as sender:
                assert trickle_until_answered(sender).startswith(b"HTTP/1.1 " + status)


def trickle_until_answered(connection: socket.socket) -> bytes:
    """What comes back while a byte is sent now and then."""
    connection.settimeout(0.5)
    for _ in range(2 * TIMEOUT_SECONDS):
        connection.sendall(b"x")
        try:
            return connection.recv(PIECE_SIZE)
        except TimeoutError:
            continue
    raise AssertionError("no answer")


def test_several_processes_serve_and_a_folder_of_the_operators_for_their_figures_is_kept(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "figures"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / "counter_1.db").write_bytes(b"of a server that was here before")
    settings = {"PROMETHEUS_MULTIPROC_DIR": str(folder), "DIGITS_PROCESSES": "3"}
    with ready_server(environment(tmp_path, **settings)) as (server, port):
        assert get(port, "/healthz")[0] == 200
        assert not (folder / "counter_1.db").exists()
        assert b"digits_requests_total{" in get(port, "/metrics")[1]
    assert (folder / "notes.txt").read_text() == "mine"
    booted = [line for line in server.output if "Booting worker" in line]
    assert len(booted) == 3


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"DATABASE_URL": "sqlite:////proc/nowhere/digits.sqlite"}, "Set DATABASE_URL"),
        ({"PROMETHEUS_MULTIPROC_DIR": "/proc/nowhere"}, "Set PROMETHEUS_MULTIPROC_DIR"),
        ({"HOST": "nobody.invalid"}, "cannot listen at nobody.invalid"),
        ({"HOST": "no..name"}, "some shells set HOST by themselves"),
    ],
)
def test_a_start_that_fails_says_one_sentence_and_leaves_nothing(
    tmp_path: Path, settings: dict[str, str], words: str
) -> None:
    code, output = run_until_exit(environment(tmp_path, TMPDIR=str(tmp_path), **settings))
    assert code == CANNOT_START
    (sentence,) = [line for line in output.splitlines() if "[INFO]" not in line]
    assert sentence.startswith("Digits cannot start: ")
    assert words in sentence
    assert not list(tmp_path.glob("digits-metrics-*"))


def test_what_a_killed_server_left_goes_at_the_next_start(tmp_path: Path) -> None:
    left, held, new = (tmp_path / f"digits-metrics-{name}" for name in ("left", "held", "new"))
    for folder in (left, held, new):
        folder.mkdir()
    (left / "counter_1.db").touch()
    for folder in (left, held):
        os.utime(folder, (0, 0))
    holder = os.open(held, os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_SH)  # as a server does, with all its processes
    run_until_exit(environment(tmp_path, TMPDIR=str(tmp_path), HOST="nobody.invalid"))
    os.close(holder)
    assert {*tmp_path.glob("digits-metrics-*")} == {held, new}


def test_a_start_that_is_ended_leaves_nothing(tmp_path: Path) -> None:
    with Server(environment(tmp_path, TMPDIR=str(tmp_path)), CHECKOUT) as server:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not list(tmp_path.glob("digits-metrics-*")):
            assert time.monotonic() < deadline, server.output
            time.sleep(0.05)
        server.process.terminate()
        assert server.exit_code() == 0
    assert not list(tmp_path.glob("digits-metrics-*"))


def test_a_publish_in_flight_is_finished_before_it_stops(
    tmp_path: Path, trained: dict[str, FloatArray]
) -> None:
    content = weights_to_npz(variant(trained, 1))
    head = (
        "POST /api/weights HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-npz\r\n"
        f"Content-Length: {len(content)}\r\nExpect: 100-continue\r\n\r\n"
    )
    with (
        ready_server(environment(tmp_path)) as (server, port),
        socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS) as connection,
        connection.makefile("rb") as answer,
    ):
        connection.sendall(head.encode())
        assert answer.readline() == b"HTTP/1.1 100 Continue\r\n"
        connection.sendall(content[:1000])
        server.process.send_signal(signal.SIGTERM)
        server.wait_for("Handling signal: term")
        connection.sendall(content[1000:])
        assert answer.readline() == b"\r\n"
        assert answer.readline().startswith(b"HTTP/1.1 201 ")
        assert server.exit_code() == 0


def test_logging_follows_its_level(tmp_path: Path) -> None:
    with ready_server(environment(tmp_path, DIGITS_LOG_LEVEL="debug")) as (server, port):
        get(port, "/healthz")
        server.wait_for(r"\[DEBUG\] \[[0-9a-f]{16}\] GET /healthz 200 in .* ms for 127.0.0.1")
    settings = {"PYTHONIOENCODING": "ascii", "DIGITS_LOG_LEVEL": "error"}
    with Server(environment(tmp_path, **settings), CHECKOUT) as server:
        # It also serves where output is not UTF-8.
        port = int(server.wait_for(READY.pattern.replace("\u2014", ".+"))[3])
        assert get(port, "/healthz")[0] == 200
    assert [line for line in server.output if "ready" not in line] == []


@pytest.fixture
def checkout_copy(tmp_path: Path, app_folder: Path) -> Path:
    """A checkout with our service and model, and the small app folder of the fixture."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(CHECKOUT / "api", tmp_path / "api", ignore=ignored)
    shutil.copytree(
        CHECKOUT / "app/model", app_folder / "model", ignore=ignored, dirs_exist_ok=True
    )
    for module in ("features.py", "texts.py"):
        shutil.copy(CHECKOUT / "app/pyscript" / module, app_folder / "pyscript" / module)
    return tmp_path


def test_in_development_each_edit_makes_a_new_build(tmp_path: Path, checkout_copy: Path) -> None:
    environ = environment(tmp_path, DIGITS_DEVELOPMENT="1", DIGITS_PROCESSES="1")
    edits = {"styles.css": "\n", "index.html": "\n", "pyscript/main.py": "messages\n"}
    with ready_server(environ, checkout_copy) as (server, port):
        builds = [json.loads(get(port, "/readyz")[1])["build"]]
        for edited, addition in edits.items():
            path = checkout_copy / "app" / edited
            path.write_text(path.read_text() + addition)
            reload_by_touching(server, path)
            server.wait_for("Booting worker")
            builds.append(json.loads(get(port, "/readyz")[1])["build"])
    assert len(set(builds)) == len(builds), builds


def reload_by_touching(server: Server, path: Path) -> None:
    """Make the file newer until gunicorn sees it: only what it looked at before can be newer."""
    modified = path.stat().st_mtime
    for attempt in range(1, TIMEOUT_SECONDS):
        os.utime(path, (modified, modified + attempt))
        try:
            server.wait_for(f"Worker reloading: .*{re.escape(path.name)} modified", 1)
        except AssertionError:
            continue
        return
    raise AssertionError("".join(server.output))
