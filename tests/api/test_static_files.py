import json

import pytest
from flask.testing import FlaskClient

from tests.api.problems import assert_problem


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("pyodide-1.0/pyodide.mjs", "text/javascript"),
        ("pyodide-1.0/pyodide.asm.wasm", "application/wasm"),
        ("pyodide-1.0/python_stdlib.zip", "application/zip"),
        ("pyodide-1.0/numpy.whl", "application/zip"),
        ("pyodide-1.0/example.py", "text/x-python"),
        ("pyscript-1.0/core.js", "text/javascript"),
        ("uplot-1.0/uPlot.min.css", "text/css"),
    ],
)
def test_media_types_and_caching_for_ever(client: FlaskClient, path: str, media_type: str) -> None:
    response = client.get(f"/vendor/{path}", buffered=True)
    assert response.status_code == 200
    assert response.mimetype == media_type
    assert "immutable" in response.headers["Cache-Control"]


def test_what_carries_no_version_is_not_kept(client: FlaskClient) -> None:
    response = client.get("/vendor/manifest.json", buffered=True)
    assert json.loads(response.data)["pyodide"] == "pyodide-1.0"
    assert response.headers["Cache-Control"] == "max-age=60, public"


@pytest.mark.parametrize(
    ("accepted", "coding", "content"),
    [
        ("gzip, deflate, br, zstd", "br", b"stands for brotli"),
        ("gzip", "gzip", b"stands for gzipped"),
        ("identity", None, b"export {}" * 100),
    ],
)
def test_the_compressed_sibling_is_sent(
    client: FlaskClient, accepted: str, coding: str | None, content: bytes
) -> None:
    response = client.get(
        "/vendor/pyscript-1.0/core.js", headers={"Accept-Encoding": accepted}, buffered=True
    )
    assert response.headers.get("Content-Encoding") == coding
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.data == content


def test_head_and_not_modified(client: FlaskClient) -> None:
    path = "/vendor/pyscript-1.0/core.js"
    head = client.head(path)
    assert head.status_code == 200
    assert head.headers["Content-Length"] == "900"
    assert head.data == b""
    again = client.get(path, headers={"If-None-Match": head.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["nothing.js", "pyscript-1.0/", "../index.html", "pyodide-9.9/pyodide.mjs"]
)
def test_missing_files(client: FlaskClient, path: str) -> None:
    assert_problem(client.get(f"/vendor/{path}"), 404)
