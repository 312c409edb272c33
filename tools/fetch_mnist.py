"""Bring MNIST's four files from public mirrors into the user's cache, each checked by its SHA-256.

Usage: python tools/fetch_mnist.py [--best-effort]

What is there and right is kept, so a second run only checks. With --best-effort, for set-up,
nothing is fetched when MNIST is found already, and a failure is one line and not an error: the app
runs on its embedded digits.

A file gets its name only when it is whole and right; what an interrupted run leaves behind is
overwritten by the next.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import time
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # a script sees its own folder only

from app.model.datasets import DatasetError, cache_folder, find_dataset  # noqa: E402

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
SHA256_SUMS = {
    "train-images-idx3-ubyte.gz": (
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
    ),
    "train-labels-idx1-ubyte.gz": (
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
    ),
    "t10k-images-idx3-ubyte.gz": (
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
    ),
    "t10k-labels-idx1-ubyte.gz": (
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
    ),
}
SILENCE_SECONDS = 5.0
"""How long a mirror may say nothing."""
FILE_SECONDS = 60.0
"""How long one file may take in all: a mirror that trickles is given up too."""
CHUNK_SIZE = 1 << 16
MAX_FILE_SIZE = 20_000_000
"""Bytes; the largest file has 9.9 million."""


class FetchError(Exception):
    """No mirror gave the files; the text says why for each."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="tools/fetch_mnist.py", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--best-effort", action="store_true", help="for set-up: never fail")
    options = parser.parse_args(arguments)
    folder = cache_folder(os.environ)
    if options.best_effort and is_mnist_found():
        print("MNIST is here already")
        return 0
    try:
        fetch(MIRRORS, folder, SHA256_SUMS)
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
        return find_dataset(os.environ, ROOT).name == "mnist"
    except DatasetError:
        return False


def fetch(
    mirrors: Sequence[str],
    folder: Path,
    sha256_sums: dict[str, str],
    silence_seconds: float = SILENCE_SECONDS,
    file_seconds: float = FILE_SECONDS,
) -> None:
    """Complete the folder with the files that sha256_sums names, from the first mirror that can.

    A mirror that failed once is not asked again. Raises FetchError when none is left, OSError when
    the folder cannot be written.
    """
    failures: list[str] = []
    remaining_mirrors = list(mirrors)
    for name, sha256 in sha256_sums.items():
        path = folder / name
        while not (path.is_file() and sha256_of(path) == sha256):
            if not remaining_mirrors:
                raise FetchError("; ".join(failures))
            url = remaining_mirrors[0] + name
            try:
                download(url, path, sha256, silence_seconds, file_seconds)
            except FetchError as error:
                failures.append(f"{url}: {error}")
                del remaining_mirrors[0]


def download(
    url: str, path: Path, sha256: str, silence_seconds: float, file_seconds: float
) -> None:
    """Download one file to its path. Raises FetchError, and then leaves the path as it was."""
    deadline = time.monotonic() + file_seconds
    content = bytearray()
    try:
        with urllib.request.urlopen(url, timeout=silence_seconds) as response:
            while chunk := response.read1(CHUNK_SIZE):
                content += chunk
                if len(content) > MAX_FILE_SIZE:
                    raise FetchError(f"more than {MAX_FILE_SIZE:,} bytes")
                if time.monotonic() > deadline:
                    raise FetchError(f"not done after {file_seconds:g} seconds")
    except (OSError, HTTPException) as error:  # URLError and time-outs are OSErrors
        raise FetchError(str(error) or type(error).__name__) from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise FetchError(f"expected SHA-256 {sha256}, found {found} of {len(content):,} bytes")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial_path = path.with_name(path.name + ".part")
    partial_path.write_bytes(content)
    partial_path.replace(path)


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
