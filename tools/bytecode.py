"""Archives of Python modules with bytecode, so that importing them compiles nothing.

CPython in WebAssembly takes longer to compile the standard library and NumPy than for the rest of
its start. Bytecode is for one Python version only: tools/vendor_runtime.py and
tools/compile_modules.py have Pyodide itself run this, under Node.
"""

from __future__ import annotations

import importlib.util
import io
import py_compile
import tempfile
import zipfile
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

# The earliest date that a zip can hold: equal contents get equal dates.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def compile_archive(archive: bytes, left_out: Sequence[str] = ()) -> bytes:
    """A zip's contents with each name.py as name.pyc, where Python finds it without its source.

    left_out: patterns of paths, for fnmatch, to leave out of the result. Raises
    py_compile.PyCompileError, zipfile.BadZipFile.
    """
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as sources,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target,
    ):
        for path in sources.namelist():
            if path.endswith("/") or any(fnmatch(path, pattern) for pattern in left_out):
                continue
            content = sources.read(path)
            if path.endswith(".py"):
                _add(target, f"{path}c", _bytecode(path, content))
            else:
                _add(target, path, content)
    return result.getvalue()


def with_bytecode(archive: bytes) -> bytes:
    """A zip's contents and, where Python looks for it, the bytecode of each name.py.

    The sources stay: some are shown to people. Nothing is deflated: such an archive is compressed
    when it is sent. Raises as compile_archive does.
    """
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as sources,
        zipfile.ZipFile(result, "w") as target,
    ):
        for path in sources.namelist():
            content = sources.read(path)
            _add(target, path, content, zipfile.ZIP_STORED)
            if path.endswith(".py"):
                cached = importlib.util.cache_from_source(path)
                _add(target, cached, _bytecode(path, content), zipfile.ZIP_STORED)
    return result.getvalue()


def _add(
    archive: zipfile.ZipFile, path: str, content: bytes, compression: int = zipfile.ZIP_DEFLATED
) -> None:
    entry = zipfile.ZipInfo(path, ZIP_TIME)
    entry.compress_type = compression
    archive.writestr(entry, content)


def _bytecode(path: str, source: bytes) -> bytes:
    """What a .pyc file of a module holds; tracebacks will name its path."""
    with tempfile.TemporaryDirectory() as folder:
        source_path, target = Path(folder, "module.py"), Path(folder, "module.pyc")
        source_path.write_bytes(source)
        py_compile.compile(
            str(source_path),
            cfile=str(target),
            dfile=path,
            doraise=True,
            # There is no source to compare with, or it came with the bytecode.
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
        return target.read_bytes()
