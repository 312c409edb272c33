"""Damaged bodies in the binary formats: refused or read, never a failure, in bounded memory."""

import tracemalloc

import numpy as np
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import create_app
from api.config import Settings
from app.model.datasets import Dataset
from app.model.serialization import samples_to_npy, weights_to_npz
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
