"""What has to be loaded before a visitor can draw: main.py, and all that it imports at once."""

import ast
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from api.services.browser_files import PAGE_ARCHIVE, BrowserFiles

APP = Path(__file__).parents[2] / "app"
# A little above what there is. More of them make every visitor wait: a panel of the list
# (features.py) comes two frames later, and a feature's texts go into its own texts.py.
MODULE_LIMIT = 26
BYTE_LIMIT = 35_000


def imported_at_once(path: Path) -> Iterator[str]:
    """The modules of ours that a module imports as it is run: not within functions or for types."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("app.pyscript"):
            folder = APP.parent / str(node.module).replace(".", "/")
            for alias in node.names:
                module = folder / f"{alias.name}.py"
                found = module if module.exists() else folder.with_suffix(".py")
                yield found.relative_to(APP.parent).with_suffix(".mpy").as_posix()


@cache
def first_modules() -> dict[str, int]:
    """The modules by path, with the bytes that each takes compiled."""
    archive = BrowserFiles(APP).file(PAGE_ARCHIVE, "identity")
    assert archive is not None
    sizes = dict(json.loads(archive.content.partition(b"\n")[0]))
    found = ["app/pyscript/main.mpy"]
    for path in found:  # which grows
        imported = imported_at_once((APP.parent / path).with_suffix(".py"))
        found += sorted(set(imported) - set(found))
    return {path: sizes[path] for path in found}


def test_few_modules_stand_before_the_grid() -> None:
    assert "app/pyscript/draw/grid.mpy" in first_modules()
    assert "app/pyscript/features.mpy" not in first_modules()
    assert len(first_modules()) <= MODULE_LIMIT


def test_few_bytes_stand_before_the_grid() -> None:
    assert sum(first_modules().values()) <= BYTE_LIMIT
