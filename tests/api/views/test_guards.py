"""Calls that only the operator may make."""

import hmac
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, run_wsgi_app

from api import create_app
from api.config import Settings
from app.model.data.datasets import Dataset
from app.model.serialization import weights_to_npz
from tests.api.problems import assert_problem
from tests.api.publishing import TOKEN, Params, variant

CALLS: list[dict[str, Any]] = [
    {"method": "DELETE", "path": "/api/weights"},
    {"method": "POST", "path": "/api/weights/versions/1/promote"},
    {"method": "PATCH", "path": "/api/weights/versions/1", "json": {"pinned": True}},
    {"method": "DELETE", "path": "/api/weights/versions/2"},
    {"method": "POST", "path": "/api/weights/versions/clear-authors", "json": {"all": True}},
    {"method": "DELETE", "path": "/api/jobs/0123456789abcdef"},
]
PROMOTE = "/api/weights/versions/1/promote"


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("authorization", "word"),
    [
        (None, "no token came"),
        (f"Bearer {TOKEN[:-1]}", "another token came"),
        (f"Bearer {TOKEN}x", "another token came"),
        ("Bearer", "another token came"),
        ("Bearer \xe4\xf6\xfc", "another token came"),
        ("Basic YWRtaW46YWRtaW4=", "no token came"),
        (TOKEN, "no token came"),
    ],
)
def test_without_the_token_they_are_refused(
    visitor: FlaskClient, call: dict[str, Any], authorization: str | None, word: str
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    response = visitor.open(**call, headers=headers)
    assert_problem(response, 401, "DIGITS_ADMIN_TOKEN", word)
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert TOKEN not in response.text


@pytest.mark.parametrize("call", CALLS)
def test_without_a_setting_they_are_off(client: FlaskClient, call: dict[str, Any]) -> None:
    for headers in ({}, {"Authorization": f"Bearer {TOKEN}"}, {"Authorization": "Bearer "}):
        response = client.open(**call, headers=headers)
        assert_problem(response, 403, "DIGITS_ADMIN_TOKEN")


def test_tokens_are_compared_in_constant_time(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(first: bytes, second: bytes) -> bool:
        compared.append((first, second))
        return first == second

    monkeypatch.setattr(hmac, "compare_digest", compare)
    for token in ("x", "x" * 1000, TOKEN):
        visitor.post(PROMOTE, headers={"Authorization": f"Bearer {token}"})
    assert len(compared) == 3
    assert {len(side) for pair in compared for side in pair} == {32}


@pytest.fixture
def developer(settings: Settings, digits: Dataset, trained: Params) -> FlaskClient:
    return create_app(replace(settings, is_development=True), digits, trained).test_client()


@pytest.mark.parametrize(
    ("options", "is_allowed"),
    [
        ({}, True),
        ({"base_url": "http://127.0.0.1:8000"}, True),
        ({"base_url": "http://[::1]:8000"}, True),
        ({"headers": {"Sec-Fetch-Site": "same-origin"}}, True),
        # A page of another site, in the developer's browser:
        ({"headers": {"Sec-Fetch-Site": "cross-site"}}, False),
        ({"headers": {"Sec-Fetch-Site": "same-site"}}, False),
        # which calls this machine by its own name,
        ({"base_url": "http://mypc.local:8000"}, False),
        # or someone elsewhere, by a proxy here.
        ({"headers": {"X-Forwarded-For": "192.0.2.7"}}, False),
        ({"environ_overrides": {"REMOTE_ADDR": "192.0.2.7"}}, False),
    ],
)
def test_on_this_machine_a_developer_needs_none(
    developer: FlaskClient, options: dict[str, Any], is_allowed: bool
) -> None:
    response = developer.post(PROMOTE, **options)
    if is_allowed:
        assert response.status_code == 200
    else:
        assert_problem(response, 403)


@pytest.mark.parametrize(
    "changes", [{"is_development": False}, {"host": "0.0.0.0"}, {"admin_token": TOKEN}]
)
def test_elsewhere_a_developer_needs_one(
    settings: Settings, digits: Dataset, trained: Params, changes: dict[str, Any]
) -> None:
    changed = replace(settings, **({"is_development": True} | changes))
    client = create_app(changed, digits, trained).test_client()
    assert client.post(PROMOTE).status_code in (401, 403)


@pytest.mark.parametrize(
    ("headers", "is_let_through"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Origin": "https://localhost"}, True),  # behind a proxy that ends HTTPS
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "http://localhost:8001"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, False),
        ({"Origin": "https://localhost:443"}, True),
        ({"Origin": "://"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "http://[localhost"}, False),
    ],
)
def test_pages_of_other_sites_may_not_write(
    visitor: FlaskClient, trained: Params, headers: dict[str, str], is_let_through: bool
) -> None:
    writes = [
        ("POST", "/api/weights", 415),
        ("PATCH", "/api/weights", 415),
        ("DELETE", "/api/weights", 401),
        ("POST", "/api/weights/versions/1/promote", 401),
        ("PATCH", "/api/weights/versions/1", 401),
    ]
    for method, path, status in writes:
        response = visitor.open(path, method=method, headers=headers)
        if is_let_through:
            assert_problem(response, status)
        else:
            assert_problem(response, 403, "Pages of other sites may read here but not write")
    assert visitor.get("/api/weights", headers=headers).status_code == 200
    block = visitor.post("/api/datablock", json={"block": 1}, headers=headers)
    assert block.status_code == 200


PATHS = [
    *("/", "/healthz", "/readyz", "/metrics", "/api/", "/api/weights", "/api/docs", "/nowhere"),
    *("/vendor/manifest.json", "/service-worker.js"),
]


@pytest.mark.parametrize("path", PATHS)
def test_names_of_others_are_refused_whatever_is_asked(client: FlaskClient, path: str) -> None:
    for method in ("GET", "OPTIONS", "POST"):
        response = client.open(path, method=method, headers={"Host": "evil.example:8000"})
        assert_problem(response, 421, "'evil.example:8000'", "header Host", "DIGITS_HOSTS")
    for host in ("localhost:1", "[::1]:1"):
        known = client.get(path, headers={"Host": host}, buffered=True)
        assert known.status_code < 405


def test_who_names_no_host_is_no_browser(client: FlaskClient) -> None:
    environ = EnvironBuilder(path="/healthz").get_environ()
    del environ["HTTP_HOST"]
    _, status, _ = run_wsgi_app(client.application, environ)
    assert status == "200 OK"


@pytest.fixture
def behind_a_proxy(settings: Settings, digits: Dataset, trained: Params) -> FlaskClient:
    changed = replace(settings, proxies=1, hosts=("digits.example", "my_pc"))
    return create_app(changed, digits, trained).test_client()


@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        ({"Host": "backend:8000", "X-Forwarded-Host": "digits.example"}, 201, []),
        ({"Host": "digits.example"}, 201, []),
        ({"Host": "my_pc:8000", "Origin": "http://my_pc:8000"}, 201, []),
        ({"Host": "backend:8000"}, 421, ["'backend:8000'", "header Host", "a proxy before it"]),
        (
            {"Host": "digits.example", "X-Forwarded-Host": "evil.example"},
            421,
            ["'evil.example'", "header X-Forwarded-Host"],
        ),
        # A visitor's own header, to which the proxy appended.
        ({"X-Forwarded-Host": "digits.example, evil.example"}, 421, ["'evil.example'"]),
        (
            {
                "Host": "localhost:8000",
                "X-Forwarded-Host": "digits.example",
                "Origin": "https://digits.example",
            },
            201,
            [],
        ),
        ({"Host": "digits.example:443", "Origin": "https://digits.example"}, 201, []),
        (
            {"Host": "localhost:8000", "Origin": "https://digits.example"},
            403,
            ["Origin is 'https://digits.example'", "Host is 'localhost:8000'", "a proxy before it"],
        ),
        (
            {
                "Host": "digits.example",
                "X-Forwarded-Host": "localhost:8000",
                "Origin": "https://digits.example",
            },
            403,
            ["X-Forwarded-Host is 'localhost:8000'"],
        ),
    ],
)
def test_behind_a_proxy_the_forwarded_host_counts(
    behind_a_proxy: FlaskClient,
    trained: Params,
    headers: dict[str, str],
    status: int,
    words: list[str],
) -> None:
    response = behind_a_proxy.post(
        "/api/weights",
        data=weights_to_npz(variant(trained, 1)),
        content_type="application/x-npz",
        headers=headers,
    )
    if status == 201:
        assert response.status_code == 201, response.text
    else:
        assert_problem(response, status, *words)


def test_without_a_proxy_forwarded_hosts_are_a_strangers_word(client: FlaskClient) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "localhost"}
    assert_problem(client.get("/", headers=headers), 421, "header Host", "'evil.example'")
    headers = {"Host": "localhost", "X-Forwarded-Host": "evil.example"}
    assert client.get("/", headers=headers).status_code == 200
