"""What it takes to run simd_checks.py in the worker's Pyodide, under Node or in a browser."""

import base64
import json
from pathlib import Path
from typing import Any

from api.services.browser_files import in_worker_archive

ROOT = Path(__file__).parents[3]
FILES = (
    *(f"app/{pattern}" for pattern in in_worker_archive(ROOT / "app")),
    *("app/model/data/*.py", "app/model/assets/*.npy"),
)
CHECKS = "tests/model/kernels/simd_checks.py"

PROGRAM = """
import json, sys
sys.path.insert(0, "/")
from tests.model.kernels import simd_checks
json.dumps(simd_checks.results({module!r}))
"""


def pyodide_job(module: str) -> dict[str, Any]:
    """What a program that checks a module needs: Pyodide's folder, files in base64, the program."""
    manifest = ROOT / "app/vendor/manifest.json"
    assert manifest.exists(), "app/vendor is missing; run make test, which sets up"
    paths = [path for pattern in FILES for path in ROOT.glob(pattern)]
    paths.append(ROOT / CHECKS)
    return {
        "pyodide": str(manifest.parent / json.loads(manifest.read_text())["pyodide"]),
        "files": {
            path.relative_to(ROOT).as_posix(): base64.b64encode(path.read_bytes()).decode()
            for path in paths
        },
        "program": PROGRAM.format(module=module),
    }
