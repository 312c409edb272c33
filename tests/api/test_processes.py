"""Four processes that share nothing but the database, asked by many while someone publishes."""

import http.client
import json
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path

from app.model.arrays import FloatArray
from app.model.serialization import (
    weights_digest,
    weights_from_json,
    weights_from_npz,
    weights_to_npz,
)
from tests.api.content_codings import decode
from tests.api.publishing import Params, variant
from tests.api.server import NO_LIMITS, TIMEOUT_SECONDS, environment, ready_server

READERS = 6
PUBLISHED = 12
PROCESSES = "4"
NPZ = "application/x-npz"

Answer = tuple[int, dict[str, str], bytes]


def ask(
    port: int, path: str, method: str = "GET", content: bytes | None = None, **headers: str
) -> Answer:
    """On a connection of its own: any of the processes may take it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, content, names | {"Connection": "close"})
        response = connection.getresponse()
        # waitress writes Etag; names of headers have no case.
        found = {
            "ETag" if name == "Etag" else name: value for name, value in response.headers.items()
        }
        return response.status, found, response.read()
    finally:
        connection.close()


def test_no_process_serves_an_old_or_a_mixed_version(tmp_path: Path, trained: Params) -> None:
    settings = {"DIGITS_PROCESSES": PROCESSES, **NO_LIMITS}
    published = [weights_digest(trained)]
    failures: list[str] = []
    served = [0]

    def read(ask_once: Callable[[], str]) -> None:
        while len(published) <= PUBLISHED and not failures:
            answered = len(published)
            digest = ask_once()
            # The next one may be current before its publisher has heard of it.
            expected = [*published[answered - 1 :], following[len(published) - 1]]
            if digest not in expected:
                failures.append(f"asked after {answered} were published, got {digest}")
            served[0] += 1

    following = [weights_digest(variant(trained, n)) for n in range(1, PUBLISHED + 2)]
    with ready_server(environment(tmp_path, **settings)) as (_, port):
        kinds = [lambda: read_npz(port), lambda: read_json(port), lambda: read_conditionally(port)]
        readers = [
            threading.Thread(target=read, args=(kinds[index % len(kinds)],))
            for index in range(READERS)
        ]
        for reader in readers:
            reader.start()
        for number in range(1, PUBLISHED + 1):
            params = variant(trained, number)
            tag = f'"{published[-1]}"'
            content = weights_to_npz(params)
            status, _, _ = ask(
                port, "/api/weights", "POST", content, Content_Type=NPZ, If_Match=tag
            )
            assert status == 201
            published.append(weights_digest(params))
            time.sleep(0.1)
        for reader in readers:
            reader.join(TIMEOUT_SECONDS)
        assert failures == []
        assert served[0] > PUBLISHED
        assert_figures_are_added_up(port)


def read_npz(port: int) -> str:
    """The digest of what was served, which its tag has to name."""
    status, headers, content = ask(port, "/api/weights", Accept=NPZ)
    assert status == 200
    w1, w2 = weights_from_npz(content)
    return checked({"w1": w1, "w2": w2}, headers, "")


def read_json(port: int) -> str:
    status, headers, content = ask(port, "/api/weights", Accept_Encoding="br")
    assert status == 200
    w1, w2 = weights_from_json(decode(content, headers["Content-Encoding"]))
    return checked({"w1": w1, "w2": w2}, headers, "-json-br")


def checked(params: dict[str, FloatArray], headers: dict[str, str], suffix: str) -> str:
    digest = weights_digest(params)
    assert headers["ETag"] == f'"{digest}{suffix}"'
    return digest


def read_conditionally(port: int) -> str:
    """With the tag of the version that the list calls current."""
    _, _, content = ask(port, "/api/weights/versions")
    document = json.loads(content)
    (current,) = [version for version in document["versions"] if version["current"]]
    assert current["id"] == document["current"]
    digest = str(current["digest"])
    status, headers, _ = ask(port, "/api/weights", Accept=NPZ, If_None_Match=f'"{digest}"')
    if status == 304:
        assert headers["ETag"] == f'"{digest}"'
        return digest
    assert status == 200
    return headers["ETag"].strip('"')


def assert_figures_are_added_up(port: int) -> None:
    """Whichever process answers, the count is of all of them."""

    def publishes() -> float:
        _, _, content = ask(port, "/metrics")
        labels = 'method="POST",route="/api/weights",status="201"'
        found = re.search(rf"digits_requests_total{{{labels}}} ([0-9.]+)", content.decode())
        assert found is not None
        return float(found[1])

    assert {publishes() for _ in range(10)} == {PUBLISHED}
