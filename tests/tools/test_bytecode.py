"""tools/bytecode.py: what Python imports from a compiled archive is what its sources say."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path
from py_compile import PyCompileError

import pytest

from tools.bytecode import compile_archive, with_bytecode

FILES = {
    "package/__init__.py": b"from package.numbers import ANSWER\n",
    "package/numbers.py": b'"""A module."""\nANSWER = 42\n\ndef fail():\n    raise ValueError\n',
    "package/data.txt": b"text",
    "package/numbers.pyi": b"ANSWER: int\n",
    "tools/left_out.py": b"",
}


def zipped(files: dict[str, bytes]) -> bytes:
    archive_bytes = io.BytesIO()
    with zipfile.ZipFile(archive_bytes, "w") as archive:
        archive.mkdir("package")
        for path, content in files.items():
            archive.writestr(path, content)
    return archive_bytes.getvalue()


def test_modules_are_compiled_and_the_rest_is_kept() -> None:
    compiled = zipfile.ZipFile(io.BytesIO(compile_archive(zipped(FILES), ["*.pyi", "tools/*"])))

    assert compiled.namelist() == [
        "package/__init__.pyc",
        "package/numbers.pyc",
        "package/data.txt",
    ]
    assert compiled.read("package/data.txt") == b"text"


def test_python_imports_it_without_the_sources(tmp_path: Path) -> None:
    (tmp_path / "library.zip").write_bytes(compile_archive(zipped(FILES)))
    program = "import package; print(package.ANSWER); package.numbers.fail()"

    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(tmp_path / "library.zip")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == "42\n"
    assert 'File "package/numbers.py", line 5, in fail' in done.stderr


def test_python_takes_the_bytecode_beside_its_sources(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(with_bytecode(zipped(FILES)))) as archive:
        archive.extractall(tmp_path)
    source = tmp_path / "package" / "numbers.py"
    # Were it read, Python would find another answer.
    source.write_bytes(source.read_bytes().replace(b"42", b"43"))
    program = "import inspect, package; print(package.ANSWER, inspect.getsource(package.numbers))"

    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.startswith('42 """A module."""')


def test_equal_sources_become_equal_bytes() -> None:
    assert compile_archive(zipped(FILES)) == compile_archive(zipped(FILES))
    assert with_bytecode(zipped(FILES)) == with_bytecode(zipped(FILES))


def test_a_module_that_is_none_is_refused() -> None:
    with pytest.raises(PyCompileError, match=r"package/broken\.py"):
        compile_archive(zipped({"package/broken.py": b"def"}))
