from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from api import create_app
from api.config import Settings
from app.model.datasets import Dataset
from tests.api.problems import assert_problem
from tests.api.publishing import Params, publish, variant


@pytest.fixture
def limited(settings: Settings, digits: Dataset, trained: Params) -> FlaskClient:
    changed = replace(settings, write_limit="3/minute", admin_token="x" * 16)
    return create_app(changed, digits, trained).test_client()


def test_writes_of_one_address_share_an_allowance(limited: FlaskClient, trained: Params) -> None:
    assert publish(limited, variant(trained, 1)).status_code == 201
    assert limited.patch("/api/weights", data=b"").status_code == 415
    assert limited.delete("/api/weights").status_code == 401
    for response in (
        publish(limited, variant(trained, 2)),
        limited.post("/api/weights/versions/1/promote"),
    ):
        assert_problem(response, 429, "3 per 1 minute", members={"retry_after_seconds"})
        assert 1 <= int(response.headers["Retry-After"]) <= 60
        assert response.get_json()["retry_after_seconds"] == int(response.headers["Retry-After"])


def test_others_and_readers_are_not_held_up(limited: FlaskClient, trained: Params) -> None:
    for _ in range(4):
        limited.delete("/api/weights")
    assert limited.delete("/api/weights").status_code == 429
    assert limited.get("/api/weights").status_code == 200
    assert limited.post("/api/datablock", json={"block": 1}).status_code == 200
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    response = publish(limited, variant(trained, 1), environ_overrides=elsewhere)
    assert response.status_code == 201


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.7", "::ffff:192.0.2.7", True),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        # A network's clients of IPv4, each by itself: through NAT64, and by 6to4.
        ("192.0.2.7", "64:ff9b::c000:207", True),
        ("64:ff9b::192.0.2.7", "64:ff9b::192.0.2.8", False),
        ("64:ff9b::1:c000:207", "192.0.2.7", False),
        ("2002:c000:207:1::1", "2002:c000:207:2::1", True),
        ("2002:c000:207::1", "2002:c000:208::1", False),
        ("", "", True),
    ],
)
def test_an_allowance_is_for_a_network(
    limited: FlaskClient, first: str, second: str, is_same: bool
) -> None:
    for _ in range(3):
        limited.delete("/api/weights", environ_overrides={"REMOTE_ADDR": first})
    response = limited.delete("/api/weights", environ_overrides={"REMOTE_ADDR": second})
    assert response.status_code == (429 if is_same else 401)


@pytest.fixture
def behind_a_proxy(settings: Settings, digits: Dataset, trained: Params) -> FlaskClient:
    changed = replace(settings, write_limit="3/minute", admin_token="x" * 16, proxies=1)
    return create_app(changed, digits, trained).test_client()


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("192.0.2.7:5678", "192.0.2.7:5679", True),
        ("192.0.2.7:5678", "192.0.2.8:5678", False),
        ("192.0.2.7", "192.0.2.7:80", True),
        ("[2001:db8::1]:5678", "[2001:db8::1]:5679", True),
        ("[2001:db8::1]", "2001:db8::1", True),
        ("[2001:db8::1]:5678", "[2001:db8:0:1::1]:5678", False),
        ("[::ffff:192.0.2.7]:1", "192.0.2.7", True),
        ("_hidden", "unknown", False),
    ],
)
def test_a_port_that_a_proxy_forwards_does_not_count(
    behind_a_proxy: FlaskClient, first: str, second: str, is_same: bool
) -> None:
    for number, forwarded in enumerate([first] * 3 + [second]):
        # What a visitor adds in front is not believed.
        headers = {"X-Forwarded-For": f"203.0.113.{number}, {forwarded}"}
        response = behind_a_proxy.delete("/api/weights", headers=headers)
    assert response.status_code == (429 if is_same else 401)
