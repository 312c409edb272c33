import ast
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest

from api.services.browser_files import (
    RUNTIMES,
    WORKER_ARCHIVE,
    BrowserFiles,
    worker_bytecode_path,
    worker_sources,
)
from api.services.page_images import compiled_modules, first_modules, page_modules
from api.services.rom_image import rom_image
from app.pyscript.features import PANELS

APP = Path(__file__).parents[3] / "app"


def test_the_build_names_the_content(app_folder: Path) -> None:
    assert BrowserFiles(app_folder).build == BrowserFiles(app_folder).build


@pytest.mark.parametrize(
    "path",
    [
        "index.html",
        "service-worker.js",
        "digits.webmanifest",
        "start-pyodide.mjs",
        "styles.css",
        "favicon.svg",
        "model/network.py",
        "model/kernels/kernels.wasm",
        "pyscript/main.py",
        "pyscript/draw/grid.py",
        "pyscript/draw/grid.html",
        "pyscript/draw/style.css",
        "pyscript/features.py",
        "pyscript/worker/features.py",
        "pyscript/draw/new.py",
    ],
)
def test_an_edit_makes_another_build(app_folder: Path, path: str) -> None:
    before = BrowserFiles(app_folder).build
    (app_folder / path).write_text("# edited")
    assert BrowserFiles(app_folder).build != before


def test_moving_text_between_files_makes_another_build(app_folder: Path) -> None:
    (app_folder / "pyscript/a.py").write_text("x = 1\n")
    (app_folder / "pyscript/b.py").write_text("")
    before = BrowserFiles(app_folder).build
    (app_folder / "pyscript/a.py").write_text("")
    (app_folder / "pyscript/b.py").write_text("x = 1\n")
    assert BrowserFiles(app_folder).build != before


def test_the_styles_are_one_file_the_common_ones_first(app_folder: Path) -> None:
    (app_folder / "pyscript/train").mkdir()
    (app_folder / "pyscript/train/style.css").write_text("i { color: green }")
    styles = BrowserFiles(app_folder).file("styles.css", "identity")
    assert styles is not None
    charts = b".uplot { width: min-content }\n"
    common = (app_folder / "styles.css").read_bytes()
    assert styles.content == charts + common + b"b { color: blue }i { color: green }"


def test_the_workers_archive(app_folder: Path) -> None:
    first, second = (BrowserFiles(app_folder).file("worker.zip", "identity") for _ in range(2))
    assert first is not None
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first.content)) as archive:
        assert archive.namelist() == [
            "app/__init__.py",
            "app/model/kernels/kernels.wasm",
            "app/model/network.py",
            "app/pyscript/__init__.py",
            "app/pyscript/messages.py",
            "app/pyscript/worker/__init__.py",
            "app/pyscript/worker/features.py",
            "app/pyscript/worker/main.py",
        ]
        assert archive.read("app/model/network.py") == b"SIZE = 784\n"


def test_the_bytecode_is_sent_only_for_the_sources_that_it_was_made_from(app_folder: Path) -> None:
    compiled = worker_bytecode_path(app_folder / "vendor", worker_sources(app_folder))
    compiled.write_bytes(b"with bytecode")
    archive = BrowserFiles(app_folder).file(WORKER_ARCHIVE, "identity")
    assert archive is not None
    assert archive.content == b"with bytecode"
    (app_folder / "model/network.py").write_text("SIZE = 785\n")
    archive = BrowserFiles(app_folder).file(WORKER_ARCHIVE, "identity")
    assert archive is not None
    assert archive.content == worker_sources(app_folder)


def test_the_worker_gets_the_modules_that_it_imports_and_no_others() -> None:
    content = BrowserFiles(APP).file(WORKER_ARCHIVE, "identity")
    assert content is not None
    with zipfile.ZipFile(io.BytesIO(content.content)) as archive:
        names = archive.namelist()
        needed = ["app/pyscript/worker/main.py"]
        needed += [f"app/pyscript/{each.folder}/worker/calls.py" for each in PANELS if each.calls]
        for name in needed:  # which grows
            assert name in names
            needed += sorted(imported_by(archive.read(name).decode()) - set(needed))

    assert "app/pyscript/texts.py" in needed
    modules = {name for name in names if name.endswith(".py") and not name.endswith("__init__.py")}
    assert modules <= set(needed)


def imported_by(source: str) -> set[str]:
    """The files of the modules of ours that a source imports, or imports from."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("app."):
            path = str(node.module).replace(".", "/")
            if (APP.parent / f"{path}.pyi").exists():  # for type checkers alone
                continue
            for alias in node.names:
                choices = (f"{path}/{alias.name}.py", f"{path}/__init__.py", f"{path}.py")
                found.add(next(each for each in choices if (APP.parent / each).exists()))
    return found


def test_the_pages_modules(app_folder: Path) -> None:
    """What is in the compiled modules is for MicroPython to say: tests/ui/test_micropython.py."""
    modules = page_modules(app_folder)
    assert list(modules) == ["pyscript/draw/grid.py", "pyscript/main.py", "pyscript/messages.py"]
    assert first_modules(modules) == {"pyscript/main.py", "pyscript/messages.py"}
    for name, first in (("page.bin", True), ("panels.bin", False)):
        found, again = (BrowserFiles(app_folder).file(name, "identity") for _ in range(2))
        assert found is not None
        assert found == again
        inside = {
            path: modules[path] for path in modules if (path != "pyscript/draw/grid.py") == first
        }
        assert found.content == rom_image(compiled_modules(inside))
        for path in inside:
            assert found.content.count(f"app/{path}".encode()) == 1  # tracebacks name the source


def test_a_module_that_does_not_compile_is_said(app_folder: Path) -> None:
    (app_folder / "pyscript/messages.py").write_text("x = 1\ny = = 2\n")
    problem = BrowserFiles(app_folder).problem
    assert problem is not None
    assert "cannot compile app/pyscript/messages.py" in problem
    assert "line 2" in problem


def test_the_page_is_told_what_to_load(app_folder: Path) -> None:
    browser_files = BrowserFiles(app_folder)
    context = browser_files.page_context()
    base = f"app/{browser_files.build}"
    assert context["build"] == browser_files.build
    assert context["vendor"]["uplot"] == "vendor/uplot-1.0"
    assert context["pyscript_core"] == "vendor/pyscript-1.0/core-Ab1.js"
    config = json.loads(context["page_config"])
    assert config["interpreter"] == "vendor/micropython-1.0/micropython.mjs"
    assert config["files"] == {f"{base}/page.bin": "./page.bin"}
    assert config["digits"]["modules"]["path"] == f"{base}/panels.bin"
    assert config["digits"]["charts"] == "vendor/uplot-1.0/uPlot.iife.min.js"
    worker = config["digits"]["worker"]
    assert worker["source"] == f"{base}/pyscript/worker/main.py"
    assert worker["config"]["files"] == {f"{base}/worker.zip": "./*"}
    assert worker["config"]["interpreter"] == f"{base}/start-pyodide.mjs"


def test_what_starts_pyodide_is_told_where_it_lies(app_folder: Path) -> None:
    starter = BrowserFiles(app_folder).file("start-pyodide.mjs", "identity")
    assert starter is not None
    assert starter.content == b'import("../../vendor/pyodide-1.0/pyodide.mjs")'


def test_the_workers_files_come_with_their_size_and_digest(app_folder: Path) -> None:
    browser_files = BrowserFiles(app_folder)
    config = json.loads(browser_files.page_context()["page_config"])
    files = {file["path"]: file for file in config["digits"]["worker"]["files"]}
    archive, starter = (
        browser_files.file(name, "identity") for name in ("worker.zip", "start-pyodide.mjs")
    )
    assert archive is not None
    assert starter is not None
    wheel = files["vendor/pyodide-1.0/numpy.whl"]
    assert wheel["sha256"] == hashlib.sha256(b"wheel").hexdigest()
    assert files[f"app/{browser_files.build}/worker.zip"]["sha256"] == (
        hashlib.sha256(archive.content).hexdigest()
    )
    assert {path: file["bytes"] for path, file in files.items()} == {
        "vendor/pyodide-1.0/example.py": 0,
        "vendor/pyodide-1.0/numpy.whl": 5,
        "vendor/pyodide-1.0/pyodide.asm.wasm": 4,
        "vendor/pyodide-1.0/pyodide.mjs": 90,
        "vendor/pyodide-1.0/python_stdlib.zip": 3,
        f"app/{browser_files.build}/worker.zip": len(archive.content),
        f"app/{browser_files.build}/start-pyodide.mjs": len(starter.content),
        f"app/{browser_files.build}/pyscript/worker/main.py": 41,
    }


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        (None, "app/vendor is missing"),
        ("{", "app/vendor is damaged"),
        ("[]", "app/vendor is damaged"),
        ('{"pyodide": "pyodide-1.0"}', "app/vendor is damaged"),
        (
            json.dumps(dict.fromkeys(RUNTIMES, "x") | {"pyscript": "pyscript-2.0"}),
            "app/vendor/pyscript-2.0 is missing",
        ),
    ],
)
def test_a_missing_runtime_is_said(app_folder: Path, manifest: str | None, words: str) -> None:
    path = app_folder / "vendor/manifest.json"
    if manifest is None:
        path.unlink()
    else:
        path.write_text(manifest)
    problem = BrowserFiles(app_folder).problem
    assert problem is not None
    assert words in problem
    assert "`make run`" in problem
