"""Put the bytecode of the worker's modules beside their sources, in an archive in app/vendor.

Compiling them takes the worker 0.15 seconds of its start. The archive's name says which sources and
which Pyodide it was made from, and the server sends it only for these
(api/services/browser_files.py). So it may come and go while a server runs.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from pathlib import Path

from api.services.browser_files import worker_bytecode_path, worker_sources
from tools.vendor_runtime import ROOT, VendorError, run_in_pyodide

APP = ROOT / "app"
PROGRAM = """
import base64, sys
sys.path.insert(0, "/")
from bytecode import with_bytecode
base64.b64encode(with_bytecode(open("/worker.zip", "rb").read())).decode()
"""


def main() -> int:
    vendor = APP / "vendor"
    sources = worker_sources(APP)
    target = worker_bytecode_path(vendor, sources)
    if target.exists():
        return 0
    pyodide = vendor / json.loads((vendor / "manifest.json").read_bytes())["pyodide"]
    try:
        purpose = "compile the worker's modules"
        answer = run_in_pyodide(pyodide, {"worker.zip": sources}, PROGRAM, purpose)
    except VendorError as error:
        print(error, file=sys.stderr)
        return 1
    put(target, base64.b64decode(answer))
    for path in vendor.glob("worker-*.zip"):
        if path != target:
            path.unlink()
    return 0


def put(target: Path, content: bytes) -> None:
    """A server that starts meanwhile finds the file whole or not at all."""
    partial = target.with_suffix(f".{os.getpid()}.part")
    partial.write_bytes(content)
    partial.replace(target)


if __name__ == "__main__":
    sys.exit(main())
