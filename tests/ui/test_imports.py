"""Imports inside app.pyscript point one way, and the page's stay off the worker's half."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.pyscript.kit import formats

PAGE = Path(formats.__file__).parents[1]
STATES = {"kit", "bridge", "settings", "draw", "train", "weights"}
MAY_IMPORT = {
    "kit": set[str](),
    "bridge": {"kit"},
    "settings": {"kit", "bridge"},
    "draw": {"kit"},
    "weights": {"kit", "bridge", "settings"},
    "train": {"kit", "bridge", "settings", "draw", "weights", "samples"},
    "read": STATES | {"keep"},
    "tour": STATES | {"evaluate", "keep", "read", "tune"},
    "explain": STATES | {"read"},
    "samples": {"kit", "bridge", "settings", "draw"},
    "evaluate": STATES | {"samples"},
    "inside": STATES | {"samples", "read"},
    "hand": STATES | {"keep", "samples"},
    "runs": STATES | {"lessons"},
    "timeline": STATES | {"read"},
    "start": STATES | {"keep", "read"},
    "classdigits": STATES | {"classroom", "hand"},
    "together": STATES | {"classroom", "hand", "samples"},
    "board": STATES | {"classroom", "lessons"},
    "pupil": STATES | {"classroom", "lessons", "read"},
}
"""The folders, and those that each may import besides itself: for most, what all know (STATES); for
some, a feature that they stand on. What lies beside the folders makes and knows all features
(main.py, features.py; worker/), or is what they have in common."""
FEATURES = {path.parent.name for path in PAGE.glob("*/__init__.py")} - {"kit", "bridge", "worker"}
MAY_IMPORT_IN_WORKER = {"train"}
"""The same of their halves in the worker, which share the network that is trained."""
SHARED = {"advice", "annotations", "browser", "messages", "page", "reasons", "texts", "worker"}
"""What any feature may import; `browser` for annotations alone."""


def imported_by(module: Path) -> Iterator[list[str]]:
    """The modules of app.pyscript that a module imports, or imports from: their parts."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("app.pyscript"):
            for alias in node.names:
                yield f"{node.module}.{alias.name}".split(".")[2:]


@pytest.mark.parametrize("folder", sorted(FEATURES | MAY_IMPORT.keys()))
def test_a_feature_imports_only_what_it_may(folder: str) -> None:
    allowed = MAY_IMPORT.get(folder, STATES) | {folder}
    if folder not in ("kit", "bridge"):
        allowed |= SHARED
    else:
        allowed |= {"annotations", "texts"}
    if folder == "kit":
        allowed |= {"page", "reasons"}
    for path in (PAGE / folder).rglob("*.py"):
        is_half = path.parent.name == "worker" and folder != "samples"
        shared = MAY_IMPORT_IN_WORKER if is_half else set()
        assert {parts[0] for parts in imported_by(path)} <= allowed | shared, path


def test_packages_have_a_docstring_and_no_code() -> None:
    """The page gets none of them (api/services/browser_files.py)."""
    for path in (PAGE.parent / "__init__.py", *PAGE.rglob("__init__.py")):
        assert len(ast.parse(path.read_text("utf-8")).body) <= 1, path
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))) or not path.read_text(), path


def test_no_other_folder_is_named() -> None:
    assert MAY_IMPORT.keys() <= FEATURES | {"kit", "bridge"}


def test_what_runs_on_micropython_imports_nothing_of_the_workers() -> None:
    for path in PAGE.rglob("*.py"):
        if "worker" not in path.relative_to(PAGE).parts:
            assert not [parts for parts in imported_by(path) if "worker" in parts], path
