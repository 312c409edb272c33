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
    "read": STATES | {"keep"},
    "tune": STATES,
    "tour": STATES | {"evaluate", "keep", "read", "tune"},
    "offline": STATES,
    "explain": STATES | {"read"},
    "weights": {"kit", "bridge", "settings"},
    "samples": {"kit", "bridge", "settings", "draw"},
    "evaluate": STATES | {"samples"},
    "inside": STATES | {"samples", "read"},
    "train": {"kit", "bridge", "settings", "weights", "samples"},
    "lessons": STATES,
    "keep": STATES,
    "hand": STATES | {"keep", "samples"},
    "runs": STATES | {"lessons"},
    "timeline": STATES | {"read", "runs"},
    "start": STATES | {"keep", "read"},
}
"""The folders, and those that each may import besides itself: for most, what all know (STATES); for
some, a feature that they stand on. What lies beside the folders makes and knows all features
(main.py, features.py; worker/), or is what they have in common."""
MAY_IMPORT_IN_WORKER = {"train"}
"""The same of their halves in the worker, which share the network that is trained."""
SHARED = {"advice", "annotations", "browser", "messages", "page", "reasons", "texts", "worker"}
"""What any feature may import; `browser` for annotations alone."""


def modules() -> list[Path]:
    return [path for path in PAGE.rglob("*.py") if path.parent != PAGE]


def imported_by(module: Path) -> Iterator[list[str]]:
    """The modules of app.pyscript that a module imports, or imports from: their parts."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("app.pyscript"):
            for alias in node.names:
                yield f"{node.module}.{alias.name}".split(".")[2:]


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_a_feature_imports_only_what_it_may(folder: str) -> None:
    allowed = MAY_IMPORT[folder] | {folder}
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


def test_every_folder_is_here() -> None:
    folders = {path.relative_to(PAGE).parts[0] for path in modules()}
    assert folders == {*MAY_IMPORT, "worker"}


def test_what_runs_on_micropython_imports_nothing_of_the_workers() -> None:
    for path in PAGE.rglob("*.py"):
        if "worker" not in path.relative_to(PAGE).parts:
            assert not [parts for parts in imported_by(path) if "worker" in parts], path
