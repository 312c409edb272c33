"""Imports inside app.pyscript point one way, and the page's stay off the worker's half."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.pyscript.kit import formats

PAGE = Path(formats.__file__).parents[1]
GROUND = {"kit", "bridge", "settings", "draw", "train", "weights"}
"""What every feature may import: the kit, the bridge, the settings, and what the page is about: a
drawing, weights, and their training."""
MAY_IMPORT = {
    "kit": set[str](),
    "bridge": {"kit"},
    "settings": {"kit", "bridge"},
    "draw": {"kit"},
    "weights": {"kit", "bridge", "settings"},
    "train": {"kit", "bridge", "settings", "draw", "weights"},
    # The page reads with the weights that the next worker will restore, and only keep/ knows which.
    "read": GROUND | {"keep"},
    # It brings everything up in turn: reading first, and what the last visit kept before READY.
    "start": GROUND | {"keep", "read"},
    # It stands on top: it looks whether a visitor has done what it asked for.
    "tour": GROUND | {"evaluate", "keep", "read", "tune"},
    # Two faces of the class that classroom/ holds: the teacher's, which sends lessons, and a
    # pupil's, which takes them up and tells what was read.
    "board": GROUND | {"classroom", "lessons"},
    "pupil": GROUND | {"classroom", "lessons", "read"},
    # What a class does with the drawings of its pupils, which hand/ has; they are one of the sets
    # that evaluate/ reads.
    "classdigits": GROUND | {"classroom", "evaluate", "hand"},
    "together": GROUND | {"classroom", "hand"},
}
"""Folders that may import less than GROUND besides themselves, as they are the ground; and the
features that build on a sibling, each with its reason. What lies beside the folders makes and knows
all features (main.py, mounting.py; worker/), or is what they have in common."""
FEATURES = {path.parent.name for path in PAGE.glob("*/__init__.py")} - {"kit", "bridge", "worker"}
SHOWN = {
    "draw": {"brush", "digit_bars", "label_field", "state"},
    "train": {"data", "history", "scales", "state"},
    "weights": {"state"},
}
"""What the others see of these on the page: their states, and gadgets for digits and runs."""
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
    allowed = MAY_IMPORT.get(folder, GROUND) | {folder}
    if folder not in ("kit", "bridge"):
        allowed |= SHARED
    else:
        allowed |= {"annotations", "texts"}
    if folder == "kit":
        allowed |= {"page", "reasons"}
    for path in (PAGE / folder).rglob("*.py"):
        is_half = path.parent.name == "worker"
        shared = MAY_IMPORT_IN_WORKER if is_half else set()
        assert {parts[0] for parts in imported_by(path)} <= allowed | shared, path


@pytest.mark.parametrize("folder", SHOWN)
def test_others_see_only_what_a_feature_shows(folder: str) -> None:
    for path in PAGE.glob("*/*.py"):
        if path.parent.name not in (folder, "worker"):
            seen = {parts[1] for parts in imported_by(path) if parts[0] == folder}
            assert seen <= SHOWN[folder] | {"records"}, path  # for type checkers alone


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
