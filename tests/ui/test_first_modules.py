"""What has to be loaded before a visitor can draw: main.py, and all that it imports at once."""

from functools import cache
from pathlib import Path

from api.services.page_images import compiled_modules, first_modules, page_modules

APP = Path(__file__).parents[2] / "app"
# A little above what there is. More of them make every visitor wait: a panel of the list
# (features.py) comes two frames later, and a feature's texts go into its own texts.py.
MODULE_LIMIT = 26
BYTE_LIMIT = 35_000


@cache
def first() -> dict[str, int]:
    """The modules by path, with the bytes that each takes compiled."""
    modules = page_modules(APP)
    names = first_modules(modules)
    compiled = compiled_modules({path: modules[path] for path in names})
    return {path: len(content) for path, content in compiled.items()}


def test_few_modules_stand_before_the_grid() -> None:
    assert "app/pyscript/draw/grid.mpy" in first()
    assert "app/pyscript/features.mpy" not in first()
    assert len(first()) <= MODULE_LIMIT


def test_few_bytes_stand_before_the_grid() -> None:
    assert sum(first().values()) <= BYTE_LIMIT
