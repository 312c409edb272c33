"""Damaged bodies in the binary formats: refused or read, never a failure, in bounded memory."""

import struct
import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import create_app
from api.config import Settings
from app.model.datasets import Dataset
from app.model.serialization import samples_to_npy, weights_to_npz
from tests.api.problems import assert_problem
from tests.api.publishing import Params, variant

MAX_MEMORY = 60_000_000
"""Bytes that a request may take at its peak."""
BOUNDED = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
RNG = np.random.default_rng(0)
SAMPLES = samples_to_npy(
    RNG.integers(0, 256, (20, 784), np.uint8), RNG.integers(0, 10, 20, np.uint8)
)


@pytest.fixture(scope="module")
def fuzzed(
    tmp_path_factory: pytest.TempPathFactory, digits: Dataset, trained: Params
) -> FlaskClient:
    database = tmp_path_factory.mktemp("fuzzed") / "digits.sqlite"
    settings = Settings(database_url=f"sqlite:///{database}", write_limit=None)
    return create_app(settings, digits, trained).test_client()


@st.composite
def damage(draw: st.DrawFn, size: int) -> tuple[list[tuple[int, int]], int, bytes]:
    """Bytes to change, mostly where headers are, where to cut, and what to append."""
    places = (
        st.integers(0, 200) | st.integers(max(0, size - 300), size - 1) | st.integers(0, size - 1)
    )
    changes = draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=8))
    end = draw(st.just(size) | st.integers(0, size))
    return changes, end, draw(st.binary(max_size=100))


def damaged(content: bytes, how: tuple[list[tuple[int, int]], int, bytes]) -> bytes:
    changes, end, tail = how
    result = bytearray(content)
    for place, value in changes:
        if place < len(result):
            result[place] = value
    return bytes(result[:end]) + tail


def zip64_offset(content: bytes) -> bytes:
    """Its first member begins at 2**64 - 1, says an extra field (APPNOTE 6.3.10, section 4.5.3)."""
    begin, end = content.index(b"PK\x01\x02"), content.rindex(b"PK\x05\x06")
    directory = bytearray(content[begin:end])
    extra = struct.pack("<HHQ", 1, 8, 2**64 - 1)
    struct.pack_into("<H", directory, 30, len(extra))
    struct.pack_into("<I", directory, 42, 2**32 - 1)
    name_end = 46 + int.from_bytes(directory[28:30], "little")
    directory[name_end:name_end] = extra
    tail = bytearray(content[end:])
    struct.pack_into("<I", tail, 12, len(directory))
    return content[:begin] + bytes(directory + tail)


def zip64_directory(content: bytes) -> bytes:
    """Its directory begins at 2**64 - 1, says a zip64 end record (sections 4.3.14 and 4.3.15)."""
    end = content.rindex(b"PK\x05\x06")
    size = int.from_bytes(content[end + 12 : end + 16], "little")
    sizes = (44, 45, 45, 0, 0, 2, 2, size, 2**64 - 1)
    record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", *sizes)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    tail = bytearray(content[end:])
    struct.pack_into("<I", tail, 16, 2**32 - 1)
    return content[:end] + record + locator + bytes(tail)


@pytest.mark.parametrize("forge", [zip64_offset, zip64_directory])
def test_offsets_beyond_what_a_machine_counts(
    fuzzed: FlaskClient, trained: Params, forge: Callable[[bytes], bytes]
) -> None:
    content = forge(weights_to_npz(trained))
    response = fuzzed.post("/api/weights", data=content, content_type="application/x-npz")
    assert_problem(response, 422, "expected an .npz file")


def send(client: FlaskClient, method: str, content: bytes, content_type: str) -> None:
    tracemalloc.start()
    try:
        response = client.open(
            "/api/weights", method=method, data=content, content_type=content_type
        )
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert response.status_code in (200, 201, 413, 422), response.text
    assert peak < MAX_MEMORY


@BOUNDED
@given(how=damage(size=407_000))
def test_damaged_weights(fuzzed: FlaskClient, trained: Params, how: object) -> None:
    content = weights_to_npz(variant(trained, 1))
    send(fuzzed, "POST", damaged(content, how), "application/x-npz")  # type: ignore[arg-type]


@BOUNDED
@given(how=damage(size=len(SAMPLES)))
def test_damaged_samples(fuzzed: FlaskClient, how: object) -> None:
    send(fuzzed, "PATCH", damaged(SAMPLES, how), "application/x-npy")  # type: ignore[arg-type]


@BOUNDED
@given(content=st.binary(max_size=2000), method=st.sampled_from(["POST", "PATCH"]))
def test_any_bytes(fuzzed: FlaskClient, content: bytes, method: str) -> None:
    kind = "application/x-npz" if method == "POST" else "application/x-npy"
    send(fuzzed, method, content, kind)
