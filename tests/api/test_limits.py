from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from api import create_app
from api.config import Settings
from app.model.data.datasets import Dataset, load_embedded
from app.model.serialization import samples_to_npy
from tests.api.problems import assert_problem
from tests.api.publishing import (
    OPERATOR,
    TOKEN,
    Params,
    current_tag,
    publish,
    scaled,
    variant,
)


@pytest.fixture
def limited(settings: Settings, digits: Dataset, trained: Params) -> FlaskClient:
    changed = replace(settings, attempt_limit="3/minute", admin_token=TOKEN)
    return create_app(changed, digits, trained).test_client()


def test_attempts_of_one_address_share_an_allowance(limited: FlaskClient, trained: Params) -> None:
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


def test_a_large_body_counts_for_more(limited: FlaskClient) -> None:
    """Reading it costs the server more. A megabyte goes with the first attempt."""
    kind = "application/json"
    for size, status in ((1_500_000, 422), (900_000, 422), (900_000, 429)):
        response = limited.patch("/api/weights", data=b"{" * size, content_type=kind)
        assert response.status_code == status


def test_a_body_that_is_far_too_large_is_said_to_be_that(
    settings: Settings, digits: Dataset, trained: Params
) -> None:
    """It is not read, and counts for no more than the largest that is."""
    client = create_app(replace(settings, attempt_limit="17/minute"), digits, trained).test_client()
    response = client.post(
        "/api/weights",
        content_type="application/x-npz",
        environ_overrides={"CONTENT_LENGTH": "10000000000"},
    )
    assert_problem(response, 413, "1000000 bytes")


def test_others_and_readers_are_not_held_up(limited: FlaskClient, trained: Params) -> None:
    for _ in range(4):
        limited.delete("/api/weights")
    assert limited.delete("/api/weights").status_code == 429
    assert limited.get("/api/weights").status_code == 200
    assert limited.post("/api/datablock", json={"block": 1}).status_code == 200
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    response = publish(limited, variant(trained, 1), environ_overrides=elsewhere)
    assert response.status_code == 201


@pytest.fixture
def sparing(settings: Settings, digits: Dataset, trained: Params) -> FlaskClient:
    changed = replace(settings, write_limit="2/minute", admin_token=TOKEN)
    return create_app(changed, digits, trained).test_client()


def test_only_what_is_accepted_is_counted(
    sparing: FlaskClient, trained: Params, params: Params
) -> None:
    tag = current_tag(sparing)
    assert publish(sparing, variant(trained, 1)).status_code == 201
    for _ in range(2):
        assert publish(sparing, variant(trained, 2), if_match=tag).status_code == 412
        assert publish(sparing, params).status_code == 422  # noise
        assert publish(sparing, scaled(trained, 1, 1e25)).status_code == 422  # may overflow
        assert publish(sparing, variant(trained, 1)).status_code == 200  # is there already
        assert publish(sparing, trained, base="0" * 64).status_code == 200  # was there before
        assert sparing.delete("/api/weights").status_code == 401
    assert publish(sparing, variant(trained, 2)).status_code == 201
    response = publish(sparing, variant(trained, 3))
    assert_problem(response, 429, "may publish 2 per 1 minute", members={"retry_after_seconds"})
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    split = load_embedded().splits["train"]
    samples = samples_to_npy(split.images[:9], split.labels[:9])
    kind = "application/x-npy"
    assert sparing.patch("/api/weights", data=samples, content_type=kind).status_code == 429


def test_going_to_and_fro_between_versions_is_counted(
    sparing: FlaskClient, trained: Params
) -> None:
    statuses = [
        publish(sparing, params).status_code
        for params in (variant(trained, 1), trained, variant(trained, 1))
    ]
    assert statuses == [201, 200, 429]


def test_many_at_once_pass_no_more_than_one_after_the_other(
    sparing: FlaskClient, trained: Params
) -> None:
    def press(number: int) -> int:
        client = sparing.application.test_client()
        return publish(client, variant(trained, number)).status_code

    with ThreadPoolExecutor(6) as presses:
        assert sorted(presses.map(press, range(6))) == [201, 201, 429, 429, 429, 429]


def test_a_day_has_a_share_of_its_own(settings: Settings, digits: Dataset, trained: Params) -> None:
    client = create_app(replace(settings, daily_limit="1/day"), digits, trained).test_client()
    assert publish(client, variant(trained, 1)).status_code == 201
    response = publish(client, variant(trained, 2))
    assert_problem(response, 429, "1 per 1 day", "in 2", "hours", members={"retry_after_seconds"})
    assert 80_000 < int(response.headers["Retry-After"]) <= 86_400


def test_the_operator_has_no_limits(settings: Settings, digits: Dataset, trained: Params) -> None:
    changed = replace(
        settings,
        write_limit="1/minute",
        daily_limit="1/day",
        attempt_limit="2/minute",
        admin_token=TOKEN,
    )
    client = create_app(changed, digits, trained).test_client()
    for number in range(1, 4):
        assert publish(client, variant(trained, number), headers=OPERATOR).status_code == 201
        url = f"/api/weights/versions/{number}"
        assert client.post(f"{url}/promote", headers=OPERATOR).status_code == 200
        response = client.patch(url, json={"pinned": True}, headers=OPERATOR)
        assert response.status_code == 200
    # That has cost the visitors of this address nothing, and who guesses the token is one of them.
    assert publish(client, variant(trained, 4)).status_code == 201
    guess = {"Authorization": "Bearer a guess of 20 signs"}
    assert client.delete("/api/weights", headers=guess).status_code == 401
    assert client.delete("/api/weights", headers=guess).status_code == 429
    assert client.delete("/api/weights", headers=OPERATOR).status_code == 202


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
    changed = replace(settings, attempt_limit="3/minute", admin_token="x" * 16, proxies=1)
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
