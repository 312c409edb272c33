"""The SIMD kernels in the worker's own Pyodide, all checks in one process of Node.

Those for relaxed SIMD, which not every Node has, are checked in a browser: e2e/test_kernels.py.
"""

import importlib.util
import json
import platform
import shutil
import subprocess
from pathlib import Path

import pytest

from app.model.kernels.simd import SimdUnavailableError, load_simd
from tests.model.kernels import simd_checks
from tests.model.kernels.pyodide_job import pyodide_job
from tools import build_kernels, vendor_runtime

TIME_LIMIT_SECONDS = 300


@pytest.fixture(scope="module")
def outcome() -> dict[str, str | None]:
    """By the name of each check: None, or how it failed in Pyodide."""
    node = shutil.which("node")
    assert node, "node is missing; it comes with npm, which set-up needs"
    done = subprocess.run(
        [node, str(vendor_runtime.RUN_PYODIDE)],
        input=json.dumps(pyodide_job("kernels.wasm")),
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


@pytest.mark.parametrize("module", [build_kernels.KERNELS, build_kernels.RELAXED_KERNELS])
def test_the_committed_modules_are_what_the_source_compiles_to(
    module: build_kernels.Module, tmp_path: Path
) -> None:
    if importlib.util.find_spec("ziglang") is None:
        pytest.skip("needs ziglang (a development dependency): make test installs it")

    build_kernels.build(module, tmp_path / "kernels.wasm")

    committed = module.target.read_bytes()
    assert (tmp_path / "kernels.wasm").read_bytes() == committed, "run: make kernels"
