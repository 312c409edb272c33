"""Put the bytecode of the page's and the worker's modules into app/vendor.

Compiling takes the worker 0.15 seconds of its start, and the server 0.4 of its own. The files'
names say what they were made from, and the server sends them only for these sources
(api/services/page_images.py, browser_files.py). So they may come and go while a server runs.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from api.services.browser_files import worker_bytecode_path, worker_sources
from api.services.page_images import (
    ModuleNotCompiledError,
    image_paths,
    made_images,
    page_modules,
)
from tools.vendor_runtime import ROOT, VendorError, run_in_pyodide

APP = ROOT / "app"
PROGRAM = """
import base64, sys
sys.path.insert(0, "/")
from bytecode import with_bytecode
base64.b64encode(with_bytecode(open("/worker.zip", "rb").read())).decode()
"""


def main() -> int:
    try:
        compile_page()
        compile_worker()
    except (ModuleNotCompiledError, VendorError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def compile_page() -> None:
    """For MicroPython."""
    vendor, modules = APP / "vendor", page_modules(APP)
    targets = image_paths(vendor, modules)
    if all(path.exists() for path in targets.values()):
        return
    for name, image in made_images(modules).items():
        put(targets[name], image)
    remove_others([*vendor.glob("page-*.bin"), *vendor.glob("panels-*.bin")], targets.values())


def compile_worker() -> None:
    """For Pyodide, beside the sources."""
    vendor = APP / "vendor"
    sources = worker_sources(APP)
    target = worker_bytecode_path(vendor, sources)
    if target.exists():
        return
    pyodide = vendor / json.loads((vendor / "manifest.json").read_bytes())["pyodide"]
    purpose = "compile the worker's modules"
    answer = run_in_pyodide(pyodide, {"worker.zip": sources}, PROGRAM, purpose)
    put(target, base64.b64decode(answer))
    remove_others(vendor.glob("worker-*.zip"), [target])


def remove_others(found: Iterable[Path], kept: Iterable[Path]) -> None:
    for path in set(found) - set(kept):
        path.unlink()


def put(target: Path, content: bytes) -> None:
    """A server that starts meanwhile finds the file whole or not at all."""
    partial = target.with_suffix(f".{os.getpid()}.part")
    partial.write_bytes(content)
    partial.replace(target)


if __name__ == "__main__":
    sys.exit(main())
