from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from flask.testing import FlaskClient

from api.extensions import EXTENSION
from api.upload_budget import Share, UploadBudget
from tests.api.problems import assert_problem
from tests.api.publishing import Params, publish, variant

HERE = "127.0.0.1"


@pytest.fixture
def bodies() -> Iterator[ExitStack]:
    with ExitStack() as bodies:
        yield bodies


@pytest.fixture
def budget(visitor: FlaskClient) -> UploadBudget:
    found: UploadBudget = visitor.application.extensions[EXTENSION].upload_budget
    return found


def fill(share: Share, piece: int = 100_000) -> None:
    while share.take(piece):
        pass


def test_one_visitor_has_half_and_others_have_room(bodies: ExitStack) -> None:
    budget = UploadBudget(120)
    held = []
    for name in ("a", "b", "c"):
        shares = [bodies.enter_context(budget.share(name)) for _ in range(2)]
        for share in shares:
            fill(share, 1)
        held.append(sum(share.size for share in shares))
    assert held == [60, 30, 15]
    bodies.close()
    assert budget.held == 0
    with budget.share("a") as share:
        assert share.take(60)


def test_a_body_without_room_takes_nothing() -> None:
    budget = UploadBudget(100)
    with budget.share("a") as first, budget.share("a") as second:
        assert [first.take(40), second.take(11), second.take(10), first.take(1)] == [
            *(True, False, True, False)
        ]
        assert budget.held == 50


def test_large_bodies_of_one_address_do_not_stop_another(
    visitor: FlaskClient, budget: UploadBudget, trained: Params, bodies: ExitStack
) -> None:
    for _ in range(4):
        fill(bodies.enter_context(budget.share("192.0.2.9")))
    assert publish(visitor, variant(trained, 1)).status_code == 201


def test_forty_browsers_behind_one_address_may_publish_at_once(
    visitor: FlaskClient, budget: UploadBudget, trained: Params, bodies: ExitStack
) -> None:
    for _ in range(39):
        assert bodies.enter_context(budget.share(HERE)).take(410_000)
    assert publish(visitor, variant(trained, 1)).status_code == 201


def test_who_sends_too_much_at_once_is_told_so(
    visitor: FlaskClient, budget: UploadBudget, trained: Params, bodies: ExitStack
) -> None:
    fill(bodies.enter_context(budget.share(HERE)))
    response = publish(visitor, variant(trained, 1))
    assert_problem(response, 429, "This address is sending too much")
    assert response.headers["Retry-After"] == "1"
    bodies.close()
    assert publish(visitor, variant(trained, 1)).status_code == 201
    assert budget.held == 0


def test_who_finds_no_room_among_others_is_told_to_come_again(
    visitor: FlaskClient, budget: UploadBudget, trained: Params, bodies: ExitStack
) -> None:
    for number in range(200):
        fill(bodies.enter_context(budget.share(f"192.0.2.{number}")))
    response = publish(visitor, variant(trained, 1))
    assert_problem(response, 503, "Too many others are sending")
    assert response.headers["Retry-After"] == "1"
