"""tools/vendor_runtime.py: only what is whole and verified gets into app/vendor."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import urllib.request
from contextlib import nullcontext
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest

from app.model.data.datasets import cache_folder
from tools import vendor_runtime

WHEEL = b"a wheel of NumPy"
COMPILED = [b"the library's bytecode", b"NumPy's bytecode"]
FILE_NAME = "numpy-2.0-wasm32.whl"
LIBRARIES = ("python_stdlib.zip", FILE_NAME)
INFO = {"python": "3.13.2"}


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What npm would have installed, of small files; no other source is reachable."""
    numpy = {"file_name": FILE_NAME, "sha256": sha256(WHEEL)}
    lock = {"info": INFO, "packages": {"another": {}, "numpy": numpy}}
    for package, folder, patterns in vendor_runtime.PARTS.values():
        source = tmp_path / "node_modules" / package
        (source / folder).mkdir(parents=True, exist_ok=True)
        (source / "package.json").write_text(json.dumps({"version": "1.2.3"}))
        for pattern in patterns:
            (source / folder / pattern.replace("*", "core")).write_text("x" * 2000)
    (tmp_path / "node_modules" / "pyodide" / "pyodide-lock.json").write_text(json.dumps(lock))
    swagger = tmp_path / "node_modules" / "swagger-ui-dist" / "swagger-initializer.js"
    swagger.write_text("\n".join(vendor_runtime.SWAGGER_SETTINGS))
    (tmp_path / "app").mkdir()
    monkeypatch.setattr(vendor_runtime, "MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(vendor_runtime, "VENDOR", tmp_path / "app" / "vendor")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(vendor_runtime, "download", unreachable)
    monkeypatch.setattr(vendor_runtime, "extract_from_carrier", unreachable)
    # The real one starts Pyodide; set-up itself and every journey in the browser test it.
    monkeypatch.setattr(vendor_runtime, "compile_in_pyodide", lambda *_: COMPILED)
    return tmp_path


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def unreachable(_: str) -> bytes:
    raise OSError("not reachable")


def test_all_parts_are_assembled_under_their_versions(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vendor_runtime, "download", lambda url: WHEEL)
    assert vendor_runtime.main() == 0
    vendor = checkout / "app" / "vendor"
    manifest = json.loads((vendor / "manifest.json").read_text())
    pyodide = f"pyodide-1.2.3-{sha256(b''.join(COMPILED))[:8]}"
    versions = {part: f"{part}-1.2.3" for part in vendor_runtime.PARTS}
    assert manifest == versions | {"pyodide": pyodide}
    assert [(vendor / pyodide / name).read_bytes() for name in LIBRARIES] == COMPILED
    lock = json.loads((vendor / pyodide / "pyodide-lock.json").read_text())
    entry = {"file_name": FILE_NAME, "sha256": sha256(COMPILED[1])}
    assert lock == {"info": INFO, "packages": {"numpy": entry}}
    assert (vendor / "micropython-1.2.3" / "micropython.wasm.br").exists()
    assert (vendor / "micropython-1.2.3" / "micropython.wasm.gz").exists()
    # The next clone needs no download.
    monkeypatch.setattr(vendor_runtime, "download", unreachable)
    assert vendor_runtime.main() == 0


def test_only_what_is_worth_it_is_compressed(tmp_path: Path) -> None:
    contents = {
        "page.js": b"x" * 2000,
        "noise.wasm": random.Random(0).randbytes(2000),
        "a.zip": b"",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    vendor_runtime.precompress(list(tmp_path.iterdir()))
    forms = {"page.js.br", "page.js.gz"}
    assert {path.name for path in tmp_path.iterdir()} == contents.keys() | forms
    assert brotli.decompress((tmp_path / "page.js.br").read_bytes()) == contents["page.js"]
    assert gzip.decompress((tmp_path / "page.js.gz").read_bytes()) == contents["page.js"]


def test_a_download_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless:
        def read1(self, size: int) -> bytes:
            return b"x" * size

    monkeypatch.setattr(vendor_runtime, "MAX_WHEEL_SIZE", 1_000_000)
    monkeypatch.setattr(urllib.request, "urlopen", lambda *_, **__: nullcontext(Endless()))
    with pytest.raises(OSError, match="more than 1,000,000 bytes"):
        vendor_runtime.download("https://example.org/endless")


def test_the_cache_lies_beside_that_of_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("/cache", "relative", ""):
        monkeypatch.setenv("XDG_CACHE_HOME", folder)
        assert vendor_runtime.runtime_cache() == cache_folder(os.environ).with_name("runtime")


def test_a_wheel_with_another_checksum_is_refused_wherever_it_comes_from(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(vendor_runtime, "download", lambda url: b"something else")
    monkeypatch.setattr(vendor_runtime, "extract_from_carrier", lambda name: b"another thing")
    assert vendor_runtime.main() == 1
    said = capsys.readouterr().err
    assert f"SHA-256 is {sha256(b'something else')}, expected {sha256(WHEEL)}" in said
    assert f"SHA-256 is {sha256(b'another thing')}" in said
    assert list((checkout / "app").iterdir()) == []


def test_a_damaged_cache_is_passed_over(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached = vendor_runtime.runtime_cache() / FILE_NAME
    cached.parent.mkdir(parents=True)
    cached.write_bytes(WHEEL[:-1])
    monkeypatch.setattr(vendor_runtime, "extract_from_carrier", lambda name: WHEEL)
    assert vendor_runtime.main() == 0
    assert cached.read_bytes() == WHEEL


def test_a_failure_leaves_the_former_runtime_in_place(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vendor_runtime, "download", lambda url: WHEEL)
    vendor_runtime.main()
    (checkout / "node_modules" / "uplot" / "dist" / "uPlot.min.css").unlink()
    assert vendor_runtime.main() == 1
    assert (checkout / "app" / "vendor" / "manifest.json").exists()
    assert [path.name for path in (checkout / "app").iterdir()] == ["vendor"]


def test_what_pyodide_says_against_compiling_is_passed_on(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(vendor_runtime, "RUN_PYODIDE", checkout / "run_pyodide.mjs")
    (checkout / "run_pyodide.mjs").write_text('throw new Error("no memory")')

    with pytest.raises(vendor_runtime.VendorError, match="no memory"):
        vendor_runtime.compile_in_pyodide(checkout, [(b"", ())])


def test_a_compiler_that_never_ends_is_given_up(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(vendor_runtime, "RUN_PYODIDE", checkout / "run_pyodide.mjs")
    monkeypatch.setattr(vendor_runtime, "COMPILE_SECONDS", 0.5)
    (checkout / "run_pyodide.mjs").write_text("setInterval(() => {}, 1000)")

    with pytest.raises(vendor_runtime.VendorError, match=r"0\.5 seconds"):
        vendor_runtime.compile_in_pyodide(checkout, [(b"", ())])


def test_a_missing_package_is_named(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / "node_modules" / "pyodide" / "package.json").unlink()
    assert vendor_runtime.main() == 1
    assert "node_modules/pyodide is missing; run: npm ci" in capsys.readouterr().err


def test_swagger_ui_shows_our_api_and_calls_nobody(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vendor_runtime, "download", lambda url: WHEEL)
    assert vendor_runtime.main() == 0
    folder = checkout / "app" / "vendor" / "swagger-1.2.3"
    settings = (folder / "swagger-initializer.js").read_text()
    assert 'url: "openapi.json"' in settings
    assert "validatorUrl: null" in settings
    assert "petstore" not in settings


def test_other_settings_of_swagger_ui_are_refused(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(vendor_runtime, "download", lambda url: WHEEL)
    source = checkout / "node_modules" / "swagger-ui-dist" / "swagger-initializer.js"
    source.write_text("something new")
    assert vendor_runtime.main() == 1
    assert "swagger-initializer.js is not as expected" in capsys.readouterr().err
    assert not (checkout / "app" / "vendor").exists()
