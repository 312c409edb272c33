import ast
import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from app.pyscript import messages
from app.pyscript.evaluate.worker.reports import EVALUATION
from app.pyscript.reasons import MessageError
from app.pyscript.train.worker.reports import PROGRESS
from app.pyscript.worker.report_fields import Report
from app.pyscript.worker.reports import PROBLEM, RECOVERED

FIGURES: dict[str, Any] = {
    "iteration": 7,
    "epoch": 0.5,
    "loss": 1.25,
    "accuracy": 0.75,
    "samples_per_second": 5000.0,
    "learning_rate": 0.05,
    "cached": 3,
    "fetching": 1,
    "is_training": True,
}
RESULT: dict[str, Any] = {
    "set": "test",
    "run": 1,
    "iteration": 7,
    "digest": "ab",
    "tuned": 0,
    "samples": 100,
    "loss": 0.5,
    "accuracy": 0.9,
    "confusion": [[1] * 10] * 10,
    "precision": [0.9] * 10,
    "recall": [0.9] * 10,
    "groups": [{"name": "Otter", "samples": 2, "right": 1}],
}


def test_a_report_carries_its_type_and_fields() -> None:
    assert json.loads(PROGRESS.encode(FIGURES)) == {"type": "progress", **FIGURES}
    assert json.loads(RECOVERED.encode({"kind": "no-samples"})) == {
        "type": "recovered",
        "kind": "no-samples",
    }


def test_before_the_first_step_loss_and_accuracy_are_null() -> None:
    report = json.loads(PROGRESS.encode({**FIGURES, "loss": None, "accuracy": None}))
    assert report["loss"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("iteration", -1),
        ("iteration", 1.5),
        ("epoch", None),
        ("loss", float("nan")),
        ("accuracy", "high"),
        ("samples_per_second", float("inf")),
        ("is_training", 1),
    ],
)
def test_a_report_with_a_wrong_field_is_never_sent(field: str, value: object) -> None:
    words = field.replace("_", " ")
    with pytest.raises(MessageError, match=f"^Train, {words}: expected"):
        PROGRESS.encode({**FIGURES, field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("confusion", [[1] * 10] * 9),
        ("confusion", [[1] * 9] * 10),
        ("confusion", [[0.5] * 10] * 10),
        ("confusion", [7] * 10),
        ("precision", [0.5] * 9),
        ("recall", [float("nan")] * 10),
        ("recall", 0.5),
    ],
)
def test_an_evaluation_has_ten_of_everything(field: str, value: object) -> None:
    assert json.loads(EVALUATION.encode(RESULT))["accuracy"] == 0.9
    with pytest.raises(MessageError, match=f"^Evaluate, {field}: expected ten"):
        EVALUATION.encode({**RESULT, field: value})


def test_groups_are_names_with_counts() -> None:
    for groups in ("Otter", [{"name": "Otter"}], [{"name": "Otter", "samples": 2, "right": -1}]):
        with pytest.raises(MessageError, match=r"^Evaluate, groups: expected a list of names"):
            EVALUATION.encode({**RESULT, "groups": groups})


def test_a_report_has_all_its_fields_and_no_others() -> None:
    with pytest.raises(MessageError, match="expected the fields kind"):
        RECOVERED.encode({})
    with pytest.raises(MessageError, match="expected the fields kind"):
        RECOVERED.encode({"kind": "no-samples", "detail": "y"})


def test_a_problem_is_of_a_kind_that_programs_know() -> None:
    for kind in messages.PROBLEMS:
        assert json.loads(PROBLEM.encode({"kind": kind, "detail": "y"}))["kind"] == kind
    with pytest.raises(MessageError, match="expected one of answers-nothing, "):
        PROBLEM.encode({"kind": "bad luck", "detail": "y"})


def declared_records() -> Iterator[tuple[str, set[str]]]:
    """Of each class in the page's .pyi files that says which report it is: the kind, and its
    fields with those of its bases."""
    folder = Path(messages.__file__).parent
    paths = [folder / "annotations.pyi", *folder.glob("*/records.pyi")]
    nodes = [node for path in paths for node in ast.parse(path.read_text("utf-8")).body]
    classes = {node.name: node for node in nodes if isinstance(node, ast.ClassDef)}

    def fields_of(name: str) -> set[str]:
        if name not in classes:
            return set()
        body, bases = classes[name].body, classes[name].bases
        own = {ast.unparse(part.target) for part in body if isinstance(part, ast.AnnAssign)}
        return own.union(*(fields_of(ast.unparse(base)) for base in bases))

    for name, node in classes.items():
        says = re.match(r'The report "(\w+)"\.', ast.get_docstring(node) or "")
        if says:
            yield says.group(1), fields_of(name)


def reports() -> Iterator[tuple[str, set[str]]]:
    """The kind and the fields of each report of a worker/reports.py."""
    folder = Path(messages.__file__).parent
    for path in [folder / "worker" / "reports.py", *folder.glob("*/worker/reports.py")]:
        module = import_module(".".join(path.relative_to(folder.parents[1]).with_suffix("").parts))
        for value in vars(module).values():
            if isinstance(value, Report):
                yield value.kind, set(value.fields)


def test_type_checkers_know_the_fields_that_cross() -> None:
    assert dict(declared_records()) == dict(reports())
