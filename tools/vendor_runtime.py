"""Assemble app/vendor: the browser runtimes and libraries, verified and precompressed.

Everything comes from the npm packages that `npm ci` installed (npm checked their hashes), except
NumPy for Pyodide, which no registry has as a package of its own. pyodide-lock.json names its wheel
and the SHA-256; wherever the file comes from, it must have that hash.

CPython's standard library and NumPy are then compiled to bytecode, which cuts the worker's start to
0.6 of the time (tools/bytecode.py).

Runs on the standard library alone and on Node, so that set-up can do it while pip works.

The folder is built beside its place and then renamed, so app/vendor is always whole or absent.
Folder names carry versions: what is served from them never changes and may be cached forever.
app/vendor/manifest.json tells the page where each part lies.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "app" / "vendor"
RUN_PYODIDE = ROOT / "tools" / "run_pyodide.mjs"
BYTECODE = ROOT / "tools" / "bytecode.py"
COMPRESS = ROOT / "tools" / "brotli.mjs"

# What the page needs of each npm package: its folder in the package, and the files by pattern.
PARTS = {
    "pyscript": ("@pyscript/core", "dist", ["*.js", "core.css"]),
    "micropython": (
        "@micropython/micropython-webassembly-pyscript",
        ".",
        ["micropython.mjs", "micropython.wasm"],
    ),
    "pyodide": (
        "pyodide",
        ".",
        [
            "pyodide.mjs",
            "pyodide.asm.js",
            "pyodide.asm.wasm",
            "python_stdlib.zip",
            "pyodide-lock.json",
        ],
    ),
    "uplot": ("uplot", "dist", ["uPlot.iife.min.js", "uPlot.min.css"]),
    "swagger": (
        "swagger-ui-dist",
        ".",
        ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-initializer.js"],
    ),
}
# Swagger UI's one settings file: it shows our API, with its bundle alone, and calls no site that
# would check the document.
SWAGGER_SETTINGS = {
    'url: "https://petstore.swagger.io/v2/swagger.json"': 'url: "openapi.json"',
    "      SwaggerUIBundle.presets.apis,\n      SwaggerUIStandalonePreset\n": (
        "      SwaggerUIBundle.presets.apis\n"
    ),
    'layout: "StandaloneLayout"': 'layout: "BaseLayout",\n    validatorUrl: null',
}
# What a worker does not need: tools for a terminal, a compiler or a socket, and NumPy's
# declarations for other languages. Bytecode is larger than its source; without these, hardly.
NOT_IN_LIBRARY = (
    *("_pyrepl/*", "bdb.py", "doctest.py", "pdb.py", "pydoc.py", "pydoc_data/*"),
    *("ftplib.py", "imaplib.py", "mailbox.py", "poplib.py", "smtplib.py", "socketserver.py"),
    *("http/server.py", "multiprocessing/*", "wsgiref/*", "xmlrpc/*"),
)
NOT_IN_NUMPY = ("*.a", "*.c", "*.f", "*.f90", "*.h", "*.pxd", "*.pyi", "numpy/f2py/*")
# Libraries of PyScript's code editor and terminal, which the page does not use.
NOT_NEEDED = ("codemirror", "xterm")

COMPILE_PROGRAM = """
import base64, json, sys
sys.path.insert(0, "/")
from bytecode import compile_archive
json.dumps([
    base64.b64encode(compile_archive(open(f"/{{number}}.zip", "rb").read(), left_out)).decode()
    for number, left_out in enumerate({left_out})
])
"""
PYODIDE_CDN = "https://cdn.jsdelivr.net/pyodide/v{version}/full/{file_name}"
SILENCE_SECONDS = 10
DOWNLOAD_SECONDS = 120
CHUNK_SIZE = 1 << 16
COMPILE_SECONDS = 900
# Zips are compressed already; of NumPy's wheel, Brotli took nine seconds to save one percent.
COMPRESSED_ALREADY = (".whl", ".zip")
# A compressed form has to be at least this much smaller than its file to be kept.
WORTH_IT = 0.95
MAX_WHEEL_SIZE = 20_000_000
"""Bytes; the wheel has three million."""
# A package on the Python index that carries Pyodide's official wheels inside its own.
CARRIER = "open-webui==0.9.6"
CARRIER_PYTHON = "3.12"


class VendorError(Exception):
    """The runtime could not be assembled; the text says what is missing and what to do."""


def main() -> int:
    staging = Path(tempfile.mkdtemp(prefix="vendor-", dir=VENDOR.parent))
    try:
        assemble(staging)
        shutil.rmtree(VENDOR, ignore_errors=True)
        staging.rename(VENDOR)
        VENDOR.chmod(0o755)
    except VendorError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return 0


def assemble(target: Path) -> None:
    """Fill an empty folder with every part, its compressed forms and the manifest."""
    manifest = {part: copy_part(part, target) for part in PARTS}
    pyodide = target / manifest["pyodide"]
    wheel = provide_numpy(pyodide)
    configure_swagger(target / manifest["swagger"] / "swagger-initializer.js")
    say("Compiling Python's standard library and NumPy for the browser, and compressing the rest")
    lock = pyodide / "pyodide-lock.json"  # is written by compile_python
    rest = [path for path in target.rglob("*") if path.is_file() and path != lock]
    with ThreadPoolExecutor() as executor:
        compressing = executor.submit(precompress, rest)
        compile_python(pyodide, wheel)
        compressing.result()
    precompress([lock])
    manifest["pyodide"] = rename_by_content(pyodide, [pyodide / "python_stdlib.zip", wheel])
    (target / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


def copy_part(part: str, target: Path) -> str:
    """Copy one npm package's files to a folder that names its version; returns that name."""
    package, folder, patterns = PARTS[part]
    source = MODULES / package
    if not (source / "package.json").exists():
        raise VendorError(f"node_modules/{package} is missing; run: npm ci")
    version = json.loads((source / "package.json").read_text())["version"]
    name = f"{part}-{version}"
    (target / name).mkdir()
    for pattern in patterns:
        found = [path for path in (source / folder).glob(pattern) if is_needed(path)]
        if not found:
            raise VendorError(f"node_modules/{package}/{folder} has no {pattern}; run: npm ci")
        for path in found:
            shutil.copyfile(path, target / name / path.name)
    return name


def is_needed(path: Path) -> bool:
    return not path.name.startswith(NOT_NEEDED)


def configure_swagger(path: Path) -> None:
    """Have Swagger UI show our API: its own settings show an example."""
    settings = path.read_text()
    for found, ours in SWAGGER_SETTINGS.items():
        if settings.count(found) != 1:
            raise VendorError(f"{path.name} is not as expected: it has no {found!r}")
        settings = settings.replace(found, ours)
    path.write_text(settings)


def provide_numpy(pyodide: Path) -> Path:
    """Put NumPy's wheel beside pyodide.mjs, where Pyodide's own lock file expects it.

    Taken from the user's cache, or else from Pyodide's download site, or else out of a package on
    the Python index; accepted only with the SHA-256 of pyodide-lock.json.
    """
    lock = json.loads((pyodide / "pyodide-lock.json").read_text())
    entry = lock["packages"]["numpy"]
    file_name, sha256 = str(entry["file_name"]), entry["sha256"]
    version = pyodide.name.removeprefix("pyodide-")
    cached = runtime_cache() / file_name
    url = PYODIDE_CDN.format(version=version, file_name=file_name)
    sources: list[tuple[str, Callable[[], bytes]]] = [
        ("the cache", cached.read_bytes),
        ("Pyodide's download site", lambda: download(url)),
        (f"the package {CARRIER}", lambda: extract_from_carrier(file_name)),
    ]
    problems = []
    for source, read in sources:
        try:
            wheel = read()
        except (OSError, HTTPException, VendorError) as error:
            problems.append(f"{source}: {error}")
            continue
        found = sha256_of(wheel)
        if found != sha256:
            problems.append(f"{source}: SHA-256 is {found}, expected {sha256}")
            continue
        (pyodide / file_name).write_bytes(wheel)
        keep(cached, wheel)
        say(f"NumPy for Pyodide: {file_name}, from {source}, SHA-256 verified")
        return pyodide / file_name
    raise VendorError(
        f"{file_name} could not be had:\n  " + "\n  ".join(problems) + "\nRun the same command "
        "again when one of these is reachable."
    )


def compile_python(pyodide: Path, wheel: Path) -> None:
    """Replace the standard library and NumPy's wheel by their bytecode, also in the lock file.

    Only Pyodide's own Python makes bytecode for it, so it is run, from this folder.
    """
    library = pyodide / "python_stdlib.zip"
    compiled = compile_in_pyodide(
        pyodide, [(library.read_bytes(), NOT_IN_LIBRARY), (wheel.read_bytes(), NOT_IN_NUMPY)]
    )
    for path, content in zip((library, wheel), compiled, strict=True):
        path.write_bytes(content)
    lock_path = pyodide / "pyodide-lock.json"
    lock = json.loads(lock_path.read_text())
    numpy = lock["packages"]["numpy"] | {"sha256": sha256_of(wheel.read_bytes())}
    lock_path.write_text(json.dumps(lock | {"packages": {"numpy": numpy}}))


def compile_in_pyodide(
    pyodide: Path, archives: Sequence[tuple[bytes, tuple[str, ...]]]
) -> list[bytes]:
    """The results of bytecode.compile_archive for zips and the patterns to leave out. Raises
    VendorError."""
    files = {f"{number}.zip": archive for number, (archive, _) in enumerate(archives)}
    program = COMPILE_PROGRAM.format(left_out=[left_out for _, left_out in archives])
    answer = run_in_pyodide(pyodide, files, program, "compile Python's library")
    return [base64.b64decode(archive) for archive in json.loads(answer)]


def run_in_pyodide(pyodide: Path, files: dict[str, bytes], program: str, purpose: str) -> str:
    """The text that a program evaluates to in this Pyodide, under Node. It can import bytecode.py
    and finds the files under "/". Raises VendorError."""
    files = files | {"bytecode.py": BYTECODE.read_bytes()}
    job = {
        "pyodide": str(pyodide),
        "files": {path: base64.b64encode(content).decode() for path, content in files.items()},
        "program": program,
    }
    *_, answer = run_node(RUN_PYODIDE, json.dumps(job), purpose, COMPILE_SECONDS).splitlines()
    return answer


def precompress(paths: Sequence[Path]) -> None:
    """Put path.br and path.gz beside each file that is worth it. Raises VendorError."""
    chosen = [path for path in paths if path.suffix not in COMPRESSED_ALREADY]
    names = "\n".join(map(str, chosen))
    run_node(COMPRESS, names, "compress what the browser loads")
    for path in chosen:
        content, brotli = path.read_bytes(), path.with_name(f"{path.name}.br")
        if brotli.stat().st_size > WORTH_IT * len(content):
            brotli.unlink()
            continue
        gzipped = gzip.compress(content, mtime=0)
        if len(gzipped) <= WORTH_IT * len(content):
            path.with_name(f"{path.name}.gz").write_bytes(gzipped)


def run_node(script: Path, given: str, purpose: str, seconds: float | None = None) -> str:
    """What a script prints, given a text. Raises VendorError."""
    node = shutil.which("node")
    if node is None:
        raise VendorError("node is missing; it comes with npm: install Node.js 18 or newer")
    try:
        done = subprocess.run(
            [node, str(script)],
            input=given,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise VendorError(
            f"Node could not {purpose} within {seconds} seconds. Run the same command again "
            "when the machine is less busy."
        ) from error
    if done.returncode != 0:
        raise VendorError(f"Node could not {purpose}:\n{done.stderr[-2000:]}")
    return done.stdout


def rename_by_content(folder: Path, contents: Sequence[Path]) -> str:
    """Add a digest of what was made here to a folder's name: the version alone does not identify
    it."""
    digest = sha256_of(b"".join(path.read_bytes() for path in contents))[:8]
    name = f"{folder.name}-{digest}"
    folder.rename(folder.with_name(name))
    return name


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def runtime_cache() -> Path:
    """A neighbor of app.model.data.datasets.cache_folder, which needs NumPy to be asked."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not base.is_absolute():
        base = Path(os.environ.get("HOME") or tempfile.gettempdir()) / ".cache"
    return base / "digits" / "runtime"


def keep(path: Path, content: bytes) -> None:
    """Cache a verified file for the next clone; an unwritable cache is not an error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.part")
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        say(f"(not cached: {error})")


def download(url: str) -> bytes:
    """The file behind an address; given up when it stalls, takes too long or is too large."""
    deadline = time.monotonic() + DOWNLOAD_SECONDS
    content = bytearray()
    with urllib.request.urlopen(url, timeout=SILENCE_SECONDS) as response:
        while chunk := response.read1(CHUNK_SIZE):
            content += chunk
            if len(content) > MAX_WHEEL_SIZE:
                raise OSError(f"more than {MAX_WHEEL_SIZE:,} bytes")
            if time.monotonic() > deadline:
                raise OSError(f"not whole after {DOWNLOAD_SECONDS} seconds")
    return bytes(content)


def extract_from_carrier(file_name: str) -> bytes:
    """Download the carrier's wheel from the Python index and read one file out of it."""
    say(f"Fetching NumPy for Pyodide out of {CARRIER} (152 MB)")
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
        wanted = ["--no-deps", "--only-binary=:all:", "--python-version", CARRIER_PYTHON]
        command = [*pip, *wanted, "--dest", folder, CARRIER]
        if subprocess.run(command, check=False).returncode != 0:
            raise VendorError("pip could not download it")
        for member, archive in members(Path(folder)):
            if member.endswith("/" + file_name):
                if archive.getinfo(member).file_size > MAX_WHEEL_SIZE:
                    raise VendorError(f"has a {file_name} of more than {MAX_WHEEL_SIZE:,} bytes")
                return archive.read(member)
    raise VendorError(f"has no {file_name} inside")


def members(folder: Path) -> Iterator[tuple[str, zipfile.ZipFile]]:
    for path in folder.glob("*.whl"):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield name, archive


def say(text: str) -> None:
    print(f"• {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
