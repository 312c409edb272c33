"""Archives of Python modules as bytecode, so that importing them compiles nothing.

CPython in WebAssembly takes longer to compile the standard library and NumPy than for the rest of
its start. Bytecode is for one Python version only: tools/vendor_runtime.py has Pyodide itself run
this, under Node.
"""

from __future__ import annotations

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


def _add(archive: zipfile.ZipFile, path: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(path, ZIP_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
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
            # There will be no source to compare with.
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
        return target.read_bytes()
