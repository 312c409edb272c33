"""Imports inside app.model point one way."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "app" / "model"
SENT = "kernels and the modules beside it"
"""What is sent to browsers."""
MAY_IMPORT = {
    SENT: set[str](),
    "data": {SENT},
    "drawings": {SENT, "data"},
    "evaluate": {SENT, "data", "drawings"},
    "train": {SENT, "data", "drawings", "evaluate"},
    "crossvalidate": {SENT, "data", "drawings", "evaluate", "train"},
    "predict": {SENT, "data", "drawings"},
    "served": {SENT, "data", "drawings", "evaluate", "train"},
}
"""The folders in app/model, and those that each may import besides itself."""


def folder_of(path: Path) -> str:
    """The folder of a module in app/model."""
    folder, *_ = path.relative_to(MODEL).parts
    return SENT if folder == "kernels" or path.parent == MODEL else folder


def imported_by(module: Path) -> Iterator[Path]:
    """The modules of app.model that a module imports, or imports from."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("app.model"):
            path = ROOT / str(node.module).replace(".", "/")
            for alias in node.names:
                choices = (path / f"{alias.name}.py", path / "__init__.py", path.with_suffix(".py"))
                yield next(each for each in choices if each.exists())


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_a_folder_imports_only_those_below_it(folder: str) -> None:
    for module in MODEL.rglob("*.py"):
        if folder_of(module) == folder:
            imported = {folder_of(path) for path in imported_by(module)}
            assert imported <= MAY_IMPORT[folder] | {folder}, module


def test_every_folder_is_here() -> None:
    assert {folder_of(module) for module in MODEL.rglob("*.py")} == set(MAY_IMPORT)


def test_nothing_here_knows_the_page_or_the_api() -> None:
    for module in MODEL.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.startswith(("api", "app.pyscript"))], module
            assert not isinstance(node, ast.Import) or "app" not in str(names), module
