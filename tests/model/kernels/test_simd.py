"""The SIMD kernels in the worker's own Pyodide, all checks in one process of Node."""

import base64
import importlib.util
import json
import platform
import shutil
import subprocess
from pathlib import Path

import pytest

from api.services.browser_files import IN_WORKER_ARCHIVE
from app.model.kernels.simd import MODULE_PATH, SimdUnavailableError, load_simd
from tests.model.kernels import simd_checks
from tools import build_kernels

ROOT = Path(__file__).parents[3]
FILES = (*(f"app/{pattern}" for pattern in IN_WORKER_ARCHIVE), "app/model/assets/*.npy")
CHECKS = "tests/model/kernels/simd_checks.py"
TIME_LIMIT_SECONDS = 300

PROGRAM = """
import json, sys
sys.path.insert(0, "/")
from tests.model.kernels import simd_checks
json.dumps(simd_checks.results())
"""


@pytest.fixture(scope="module")
def outcome() -> dict[str, str | None]:
    """By the name of each check: None, or how it failed in Pyodide."""
    node = shutil.which("node")
    assert node, "node is missing; it comes with npm, which set-up needs"
    manifest = ROOT / "app/vendor/manifest.json"
    assert manifest.exists(), "app/vendor is missing; run make test, which sets up"
    paths = [path for pattern in FILES for path in ROOT.glob(pattern)]
    paths.append(ROOT / CHECKS)
    job = {
        "pyodide": str(manifest.parent / json.loads(manifest.read_text())["pyodide"]),
        "files": {
            path.relative_to(ROOT).as_posix(): base64.b64encode(path.read_bytes()).decode()
            for path in paths
        },
        "program": PROGRAM,
    }
    done = subprocess.run(
        [node, str(Path(__file__).with_name("run_pyodide.mjs"))],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *_, result = done.stdout.splitlines()
    answer: dict[str, str | None] = json.loads(result)
    return answer


@pytest.mark.parametrize("name", simd_checks.checks())
def test_in_pyodide(outcome: dict[str, str | None], name: str) -> None:
    failure = outcome[name]
    assert failure is None, failure


def test_outside_webassembly_they_say_why_not() -> None:
    with pytest.raises(SimdUnavailableError, match=f"this is {platform.system()}"):
        load_simd()


def test_the_committed_module_is_what_the_source_compiles_to(tmp_path: Path) -> None:
    if importlib.util.find_spec("ziglang") is None:
        pytest.skip("needs ziglang (a development dependency): make test installs it")

    build_kernels.build(tmp_path / "kernels.wasm")

    assert (tmp_path / "kernels.wasm").read_bytes() == MODULE_PATH.read_bytes(), "run: make kernels"
