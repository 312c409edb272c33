"""What hatchling is told at `make wheel`: the wheel carries app/ and api/ inside of `digits`, and
all that set-up and the first start of a checkout make.

The same tree gives the same bytes: hatchling sorts and dates the files, and what is made here
depends on nothing else. Beside the sources there are

    app/vendor                      the browser's runtimes, compressed forms too
    app/vendor/page-DIGEST.bin, panels-DIGEST.bin, worker-DIGEST.zip
                                    the browser's modules, compiled (compile_modules.py)
    app/model/assets/drawn          drawings to measure with
    licenses                        those of the runtimes, where their packages have one
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = "digits/bundle"
PARTS = ("app", "api", "deploy")
LEFT_OUT = ("__pycache__", ".pyc", ".part", ".pyi")
LICENSES = ("LICENSE*", "NOTICE*", "COPYING*")
NPM_PACKAGES = ("@pyscript/core", "pyodide", "uplot", "swagger-ui-dist")


class WheelHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Say which files go where. Raises RuntimeError where set-up has not made them."""
        if version == "editable":
            return
        sys.path.insert(0, str(ROOT))
        require_set_up(ROOT)
        self._folder = tempfile.TemporaryDirectory()
        made = make_files(Path(self._folder.name))
        sources = {
            path: f"{BUNDLE}/{path.relative_to(ROOT).as_posix()}"
            for part in PARTS
            for path in files_of(ROOT / part)
        }
        included = build_data["force_include"]
        for path, place in {**sources, **made, **licenses()}.items():
            included[str(path)] = place

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        del version, build_data, artifact_path
        self._folder.cleanup()


def require_set_up(root: Path) -> None:
    vendor = root / "app" / "vendor"
    made = ("manifest.json", "page-*.bin", "panels-*.bin", "worker-*.zip")
    if not all(list(vendor.glob(name)) for name in made):
        raise RuntimeError("app/vendor is not complete. Build with `make wheel`, which sets it up.")


def files_of(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(part in str(path) for part in LEFT_OUT)
    )


def make_files(folder: Path) -> dict[Path, str]:
    """Make what a checkout makes at its start, in a folder; and where it goes in the wheel."""
    from app.model.served.dataset import held_out_drawings  # noqa: PLC0415 - found since `initialize`
    from app.model.served.store import write_samples  # noqa: PLC0415

    drawn = folder / "drawn"
    for name, split in held_out_drawings(os.environ).items():
        write_samples(drawn / name, split)
    return {path: f"{BUNDLE}/app/model/assets/drawn/{path.name}" for path in files_of(drawn)}


def licenses() -> dict[Path, str]:
    return {
        path: f"{BUNDLE}/licenses/{package.replace('/', '-').lstrip('@')}-{path.name}"
        for package in NPM_PACKAGES
        for pattern in LICENSES
        for path in sorted((ROOT / "node_modules" / package).glob(pattern))
    }
