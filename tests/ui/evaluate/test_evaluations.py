from typing import Any

import pytest

from app.pyscript.evaluate.evaluations import Evaluations, offered
from app.pyscript.messages import EVALUATION_FAILED, READING


def shown(evaluations: Evaluations) -> tuple[Any, Any, Any]:
    """Of the chosen set, looked up anew: type checkers would remember what it was."""
    return evaluations.evaluating, evaluations.evaluation, evaluations.gallery


def test_what_is_looked_at_is_of_the_chosen_set() -> None:
    evaluations = Evaluations()
    evaluations.arrived({"set": "test", "accuracy": 0.99})
    evaluations.listed({"set": "test", "total": 98})
    evaluations.progressed({"set": "test_drawings", "stage": READING})
    of_digits = (None, {"set": "test", "accuracy": 0.99}, {"set": "test", "total": 98})
    assert shown(evaluations) == of_digits
    evaluations.chosen = "test_drawings"
    assert shown(evaluations) == ({"set": "test_drawings", "stage": READING}, None, None)


def test_a_new_result_replaces_its_own_set_alone() -> None:
    evaluations = Evaluations()
    for name in ("test", "test_uci"):
        evaluations.arrived({"set": name, "accuracy": 0.9})
        evaluations.listed({"set": name, "total": 1})
    evaluations.arrived({"set": "test_uci", "accuracy": 0.8})
    assert shown(evaluations)[2] == {"set": "test", "total": 1}
    evaluations.chosen = "test_uci"
    assert shown(evaluations) == (None, {"set": "test_uci", "accuracy": 0.8}, None)
    evaluations.clear()
    assert shown(evaluations) == (None, None, None)


@pytest.mark.parametrize(("stage", "expected"), [(READING, True), (EVALUATION_FAILED, False)])
def test_any_set_may_be_under_way(stage: str, expected: bool) -> None:
    evaluations = Evaluations()
    assert not evaluations.are_under_way
    evaluations.progressed({"set": "test_uci", "stage": stage})
    assert evaluations.are_under_way == expected


def test_who_is_gone_reads_nothing_and_what_was_found_out_stays() -> None:
    evaluations = Evaluations()
    evaluations.arrived({"set": "test", "accuracy": 0.9})
    evaluations.progressed({"set": "test", "stage": READING})
    evaluations.progressed({"set": "test_uci", "stage": EVALUATION_FAILED})
    evaluations.interrupt()

    assert not evaluations.are_under_way
    assert shown(evaluations) == (None, {"set": "test", "accuracy": 0.9}, None)
    evaluations.chosen = "test_uci"
    assert shown(evaluations) == ({"set": "test_uci", "stage": EVALUATION_FAILED}, None, None)


def test_sets_that_the_server_lacks_are_not_offered() -> None:
    assert offered(None) == [("test", None)]
    assert offered({"splits": {"train": 1000, "test": 200}}) == [("test", 200)]
    sizes = {"test": 10_000, "test_uci": 1797, "test_drawings": 500, "mixture": 80_000}
    assert offered({"splits": sizes}) == [
        ("test", 10_000),
        ("test_drawings", 500),
        ("test_uci", 1797),
    ]
