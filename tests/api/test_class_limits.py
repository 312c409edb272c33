"""What members of a class may publish: they count by member, within bounds for the class and for
the address."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api import classmates, create_app, limits
from api.config import Settings
from app.model.data.datasets import Dataset
from tests.api.class_room import ClassRoom, bearer
from tests.api.problems import assert_problem
from tests.api.publishing import Params, publish, variant

ELSEWHERE = "192.0.2.7"


@pytest.fixture
def client(settings: Settings, digits: Dataset, trained: Params) -> FlaskClient:
    """Two publications a minute, and four attempts."""
    changed = replace(settings, write_limit="2/minute", attempt_limit="4/minute")
    return create_app(changed, digits, trained).test_client()


class Publisher:
    """Publishes something new each time."""

    def __init__(self, client: FlaskClient, trained: Params) -> None:
        self._client = client
        self._trained = trained
        self._number = 0

    def publish(self, code: str, secret: str, address: str = "127.0.0.1") -> TestResponse:
        self._number += 1
        return publish(
            self._client,
            variant(self._trained, self._number),
            headers=bearer(secret) | {"Digits-Class": code},
            environ_overrides={"REMOTE_ADDR": address},
        )

    def is_published(self, code: str, secret: str, address: str = "127.0.0.1") -> bool:
        return self.publish(code, secret, address).status_code == 201

    def is_refused(self, reason: str, code: str, secret: str, address: str = "127.0.0.1") -> None:
        response = self.publish(code, secret, address)
        assert_problem(response, 429, reason, members={"retry_after_seconds"})


@pytest.fixture
def publisher(client: FlaskClient, trained: Params) -> Publisher:
    return Publisher(client, trained)


def test_members_behind_one_address_count_each_for_themselves(
    client: FlaskClient, publisher: Publisher, trained: Params
) -> None:
    room = ClassRoom(client)
    for secret in (room.secret, room.join().secret, room.join().secret):
        assert publisher.is_published(room.code, secret)
        assert publisher.is_published(room.code.lower(), secret)
    for _ in range(2):
        publisher.is_refused(
            "One member of a class may publish 2 per 1 minute", room.code, secret, ELSEWHERE
        )
    publisher.is_refused("One member of a class may try to write 4", room.code, secret)
    assert publish(client, variant(trained, 50)).status_code == 201, "who is in no class"


def test_many_members_and_many_classes_are_no_way_around_the_limits(
    client: FlaskClient, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "TOGETHER", 2)
    first, second = ClassRoom(client), ClassRoom(client)
    leaver = first.join()
    for secret in (leaver.secret, leaver.secret, first.secret):
        assert publisher.is_published(first.code, secret)
    first.ask("DELETE", f"/pupils/{leaver.id}", leaver.secret)
    back = first.join().secret
    assert publisher.is_published(first.code, back)
    publisher.is_refused("All members of one class may publish 4", first.code, back, ELSEWHERE)
    words = "All members of classes behind one address may publish 4"
    publisher.is_refused(words, second.code, second.secret)
    assert publisher.is_published(second.code, second.secret, ELSEWHERE)


def test_who_is_no_member_counts_by_address_and_has_guessed(
    client: FlaskClient, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    guesses: list[str] = []
    monkeypatch.setattr(classmates, "count_guess", lambda: guesses.append("guess"))
    room = ClassRoom(client)
    pupil = room.join()
    room.ask("DELETE", f"/pupils/{pupil.id}", pupil.secret)
    assert publisher.is_published(room.code, pupil.secret)
    assert publisher.is_published("BBBB", room.secret)
    publisher.is_refused("One address may publish 2", "\u00e9", room.secret)
    assert publisher.is_published(room.code, room.secret)
    assert guesses == ["guess"] * 3
