"""The files that the browser downloads from us, as they were when the program started.

Our own files are served under /app/<build>/, where the build is a digest of them all: they can be
cached forever, and an edit gives them new addresses. The runtimes lie under /vendor/, in folders
that carry their versions; set-up's manifest says which.

Addresses here are relative to the page's, which may lie under a path: the same answers fit every
place that a proxy gives the service.
"""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from api.representations import CODINGS, Representation
from api.services.page_images import (
    BOOT_SCRIPT,
    FIRST_IMAGE,
    SECOND_IMAGE,
    ModuleNotCompiledError,
    page_images,
)

# Served one by one.
WORKER_SCRIPT = "pyscript/worker/main.py"
# PyScript takes this for Pyodide, and it starts Pyodide; the placeholder is replaced by the place.
PYODIDE_STARTER = "start-pyodide.mjs"
PYODIDE_PLACE = b"{{ pyodide }}"
# For people to read: the page shows the NumPy code that does the same.
KERNELS_SOURCE = "model/kernels/kernels.c"
READER_MODULE = "model/reader/reader.wasm"
STYLES = "styles.css"
# Sent as one file with the charts' and STYLES, behind these: later rules win over equal ones.
FEATURE_STYLES = ("pyscript/*/style.css",)
SERVED = (
    STYLES,
    "favicon.svg",
    "digits.webmanifest",
    BOOT_SCRIPT,
    WORKER_SCRIPT,
    PYODIDE_STARTER,
    KERNELS_SOURCE,
    READER_MODULE,
)
# Rendered by the views: the page is put together from its panels' markup.
TEMPLATES = ("index.html", "service-worker.js", "pyscript/*/*.html")
# The worker's modules come as one archive that PyScript unpacks.
WORKER_ARCHIVE = "worker.zip"
IN_WORKER_ARCHIVE = (
    "__init__.py",
    "model/*.py",
    "model/kernels/*.py",
    "model/kernels/*.wasm",
    "pyscript/__init__.py",
    "pyscript/bridge/wire.py",
    "pyscript/features.py",
    "pyscript/kit/formats.py",
    "pyscript/kit/texts.py",
    "pyscript/messages.py",
    "pyscript/settings/checks.py",
    "pyscript/settings/limits.py",
    "pyscript/settings/table.py",
    "pyscript/settings/texts.py",
    "pyscript/reasons.py",
    "pyscript/texts.py",
    "pyscript/worker/*.py",
    "pyscript/*/__init__.py",
    "pyscript/*/worker/*.py",
)
MEDIA_TYPES = {
    ".bin": "application/octet-stream",
    ".c": "text/plain; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".py": "text/x-python; charset=utf-8",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".zip": "application/zip",
}
RUNTIMES = ("pyscript", "micropython", "pyodide", "uplot", "swagger")
# The last is only for the API's documentation.
PAGE_RUNTIMES = RUNTIMES[:-1]
COMPRESSED = (".br", ".gz")
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


class RuntimeMissingError(Exception):
    """app/vendor is not as set-up leaves it; the message says what to do."""


class BrowserFiles:
    """Reads the app folder once, and knows where everything in it is served."""

    def __init__(self, app_folder: Path) -> None:
        self.vendor_folder = app_folder / "vendor"
        self.problem: str | None = None
        """Why the page cannot be served, if so."""
        contents = _read(app_folder, SERVED)
        contents[STYLES] += b"".join(_read(app_folder, FEATURE_STYLES).values())
        contents[WORKER_ARCHIVE] = _worker_archive(app_folder)
        try:
            contents |= page_images(app_folder)
        except ModuleNotCompiledError as error:
            self.problem = str(error)
        self._runtimes: dict[str, str] = {}
        self._described_runtimes: dict[str, dict[str, Any]] = {}
        try:
            self._runtimes = _find_runtimes(self.vendor_folder)
        except RuntimeMissingError as error:
            self.problem = str(error)
        else:
            self._described_runtimes = {
                f"{self._runtimes[runtime]}/{path.name}": _describe(path.read_bytes())
                for runtime in PAGE_RUNTIMES
                for path in self._runtime_files(runtime)
            }
            place = self._runtimes["pyodide"].encode()
            contents[PYODIDE_STARTER] = contents[PYODIDE_STARTER].replace(PYODIDE_PLACE, place)
            # The page's program waits for every file of styles, so there is only one.
            contents[STYLES] = self._charts_styles() + contents[STYLES]
        self.build = _digest(contents | _read(app_folder, TEMPLATES))
        self._described = {
            self._url(path): _describe(content) for path, content in contents.items()
        }
        self._representations = {
            (path, coding): Representation.encode(content, _media_type(path), coding)
            for path, content in contents.items()
            for coding in CODINGS
        }

    def file(self, path: str, coding: str) -> Representation | None:
        """The file at a path under /app/<build>/, in one of CODINGS; None if there is none."""
        return self._representations.get((path, coding))

    def page_context(self) -> dict[str, Any]:
        """What index.html is rendered with; only where there is no problem.

        build; vendor, the address of each of RUNTIMES; pyscript_core, the address of what its
        core.js imports, to be fetched before core.js has arrived; page_config, PyScript's
        configuration for the main thread as JSON, with what the page's program needs to load later
        under "digits".
        """
        return {
            "build": self.build,
            "vendor": self._runtimes,
            "pyscript_core": self._pyscript_core(),
            "page_config": json.dumps(self._page_config()),
        }

    def service_worker_context(self) -> dict[str, Any]:
        """What service-worker.js is rendered with; only where there is no problem.

        build; files and runtimes, all that the page needs of ours and of others: by address, each
        file's {"bytes": its size before compression, "sha256": in hexadecimal}.
        """
        return {
            "build": self.build,
            "files": self._described,
            "runtimes": self._described_runtimes,
        }

    def _charts_styles(self) -> bytes:
        return (self._runtime_folder("uplot") / "uPlot.min.css").read_bytes() + b"\n"

    def _pyscript_core(self) -> str:
        address, folder = self._runtimes["pyscript"], self._runtime_folder("pyscript")
        # Its name carries a digest. A hint that leads nowhere does no harm beyond a warning.
        name = next((path.name for path in folder.glob("core-*.js")), "core.js")
        return f"{address}/{name}"

    def _page_config(self) -> dict[str, Any]:
        modules = self._url(SECOND_IMAGE)
        return {
            "interpreter": f"{self._runtimes['micropython']}/micropython.mjs",
            "files": {self._url(FIRST_IMAGE): f"./{FIRST_IMAGE}"},
            "digits": {
                "modules": {"path": modules, **self._described[modules]},
                "kernels_source": self._url(KERNELS_SOURCE),
                "reader": self._url(READER_MODULE),
                "charts": f"{self._runtimes['uplot']}/uPlot.iife.min.js",
                "worker": {
                    "source": self._url(WORKER_SCRIPT),
                    "config": {
                        "interpreter": self._url(PYODIDE_STARTER),
                        "packages": ["numpy"],
                        "packages_cache": "passthrough",
                        "sync_main_only": True,
                        "files": {self._url(WORKER_ARCHIVE): "./*"},
                    },
                    "files": self._worker_files(),
                },
            },
        }

    def _worker_files(self) -> list[dict[str, Any]]:
        """Everything that the worker loads, with sizes and digests; sizes are for progress too.

        The script goes without a digest: the page notices at once when it does not run.
        """
        folder = f"{self._runtimes['pyodide']}/"
        runtime = [
            {"path": path, **described}
            for path, described in self._described_runtimes.items()
            if path.startswith(folder)
        ]
        own = [
            {"path": self._url(path), **self._described[self._url(path)]}
            for path in (WORKER_ARCHIVE, PYODIDE_STARTER)
        ]
        script = self._url(WORKER_SCRIPT)
        return [*runtime, *own, {"path": script, "bytes": self._described[script]["bytes"]}]

    def _runtime_files(self, runtime: str) -> list[Path]:
        """Its files as the browser asks for them; a compressed sibling may be sent instead."""
        folder = self._runtime_folder(runtime)
        return [path for path in sorted(folder.iterdir()) if path.suffix not in COMPRESSED]

    def _runtime_folder(self, runtime: str) -> Path:
        return self.vendor_folder / self._runtimes[runtime].rsplit("/", 1)[1]

    def _url(self, path: str) -> str:
        return f"app/{self.build}/{path}"


def in_worker_archive(app_folder: Path) -> tuple[str, ...]:
    """IN_WORKER_ARCHIVE, and the texts of each feature that has a half in the worker."""
    features = [path.parent.name for path in app_folder.glob("pyscript/*/worker")]
    return (*IN_WORKER_ARCHIVE, *(f"pyscript/{feature}/texts.py" for feature in features))


def worker_sources(app_folder: Path) -> bytes:
    """The worker's archive without bytecode."""
    return _zip(_read(app_folder, in_worker_archive(app_folder)))


def worker_bytecode_path(vendor_folder: Path, sources: bytes) -> Path:
    """Where set-up puts the archive with the bytecode of these sources (tools/compile_modules.py).

    Another Pyodide, whose Python may be another one, has another name.
    """
    manifest = (vendor_folder / "manifest.json").read_bytes()
    return vendor_folder / f"worker-{hashlib.sha256(manifest + sources).hexdigest()[:16]}.zip"


def _worker_archive(app_folder: Path) -> bytes:
    """With bytecode, unless a module was edited since set-up: then without, and Python compiles."""
    sources = worker_sources(app_folder)
    try:
        return worker_bytecode_path(app_folder / "vendor", sources).read_bytes()
    except OSError:
        return sources


def _read(folder: Path, patterns: tuple[str, ...]) -> dict[str, bytes]:
    """Contents by path within the folder, in the order of the paths."""
    paths = {path for pattern in patterns for path in folder.glob(pattern)}
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(paths)}


def _zip(contents: dict[str, bytes]) -> bytes:
    """A zip with the files under app/: equal contents give equal bytes.

    Stored, not deflated: the whole archive is compressed when sent, which is smaller than file by
    file.
    """
    archive_bytes = io.BytesIO()
    with zipfile.ZipFile(archive_bytes, "w", zipfile.ZIP_STORED) as archive:
        for path, content in contents.items():
            archive.writestr(zipfile.ZipInfo(f"app/{path}", ZIP_TIME), content)
    return archive_bytes.getvalue()


def _describe(content: bytes) -> dict[str, Any]:
    """The size and digest of a file."""
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _digest(contents: dict[str, bytes]) -> str:
    sha256 = hashlib.sha256()
    for path, content in contents.items():
        sha256.update(f"{path} {len(content)}\n".encode())
        sha256.update(content)
    return sha256.hexdigest()[:16]


def _media_type(path: str) -> str:
    return MEDIA_TYPES[Path(path).suffix]


def _find_runtimes(vendor_folder: Path) -> dict[str, str]:
    """The address of each of RUNTIMES, from set-up's manifest. Raises RuntimeMissingError."""
    what_to_do = "Stop the server and run `make run`, which installs what the browser needs."
    try:
        manifest = json.loads((vendor_folder / "manifest.json").read_bytes())
        folders = {runtime: str(manifest[runtime]) for runtime in RUNTIMES}
    except FileNotFoundError as error:
        raise RuntimeMissingError(f"app/vendor is missing. {what_to_do}") from error
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise RuntimeMissingError(f"app/vendor is damaged: {error!r}. {what_to_do}") from error
    for folder in folders.values():
        if not (vendor_folder / folder).is_dir():
            raise RuntimeMissingError(f"app/vendor/{folder} is missing. {what_to_do}")
    return {runtime: f"vendor/{folder}" for runtime, folder in folders.items()}
