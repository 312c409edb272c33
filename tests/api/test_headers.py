import pytest
from flask.testing import FlaskClient

from api.headers import CONTENT_SECURITY_POLICY

PATHS = [
    "/",
    "/nowhere",
    "/api",
    "/api/",
    "/api/data",
    "/api/nowhere",
    "/api/samples/blocks/1/x",
    "/healthz",
    "/readyz",
    "/vendor/manifest.json",
    "/vendor/pyscript-1.0/core.js",
    "/vendor/nothing.js",
]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
@pytest.mark.parametrize("path", PATHS)
def test_every_response_is_guarded(client: FlaskClient, method: str, path: str) -> None:
    build = client.get("/readyz").get_json()["build"]
    headers = client.open(path, method=method, buffered=True).headers
    expected = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
    }
    for name, value in expected.items():
        assert headers.getlist(name) == [value]
    assert "camera=()" in headers["Permissions-Policy"]
    # By which the service worker knows them from a proxy's.
    assert headers.getlist("Digits-Build") == [build]
    policy = "cross-origin" if (path + "/").startswith("/api/") else "same-origin"
    assert headers.getlist("Cross-Origin-Resource-Policy") == [policy]


def test_not_modified_is_guarded_too(client: FlaskClient) -> None:
    tag = client.get("/api/weights").headers["ETag"]
    response = client.get("/api/weights", headers={"If-None-Match": tag})
    assert response.status_code == 304
    assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


def test_the_policy_allows_what_pyscript_needs_and_no_more() -> None:
    directives = dict(directive.split(" ", 1) for directive in CONTENT_SECURITY_POLICY.split("; "))
    assert directives == {
        "default-src": "'none'",
        "script-src": "'self' 'unsafe-eval' 'wasm-unsafe-eval'",
        "worker-src": "'self' blob:",
        "manifest-src": "'self'",
        "connect-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/api/data", "/api/weights", "/api/nowhere", "/api/"])
def test_other_sites_may_read_the_api(client: FlaskClient, method: str, path: str) -> None:
    headers = client.open(path, method=method).headers
    assert headers.getlist("Access-Control-Allow-Origin") == ["*"]
    assert headers["Access-Control-Expose-Headers"] == "ETag"


def test_other_sites_may_ask_for_the_originals_blocks(client: FlaskClient) -> None:
    preflight = client.options("/api/datablock", headers={"Origin": "https://example.org"})
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in preflight.headers["Access-Control-Allow-Headers"]
    for body in ({"block": 1}, {"block": 0}):
        headers = client.post("/api/datablock", json=body).headers
        assert headers["Access-Control-Allow-Origin"] == "*"


def test_other_sites_may_not_write(client: FlaskClient) -> None:
    preflight = client.options("/api/weights")
    assert preflight.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert preflight.headers["Access-Control-Allow-Headers"] == "If-None-Match"
    assert "Access-Control-Allow-Origin" not in client.post("/api/weights").headers


@pytest.mark.parametrize("path", ["/", "/vendor/pyscript-1.0/core.js", "/healthz", "/nowhere"])
def test_other_sites_may_not_read_the_page(client: FlaskClient, path: str) -> None:
    assert "Access-Control-Allow-Origin" not in client.get(path, buffered=True).headers


@pytest.mark.parametrize(
    ("url", "is_trusted"),
    [
        ("http://localhost", True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", True),
        ("http://[::1]", True),
        ("http://[::1]:8000", True),
        ("https://digits.example", True),
        ("http://digits.example", False),
        ("http://localhost.example:8000", False),
        ("http://10.1.2.3:8000", False),
    ],
)
def test_the_opener_policy_goes_only_where_browsers_heed_it(
    client: FlaskClient, url: str, is_trusted: bool
) -> None:
    headers = client.get("/healthz", base_url=url).headers
    assert headers.getlist("Cross-Origin-Opener-Policy") == (["same-origin"] if is_trusted else [])
