"""`digits data`: which digits are used, and how to get MNIST."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from digits import HOME
from digits.cli import CommandError, parser, say

EXAMPLES = """\
  digits data                  say which digits are used; fetch MNIST (11 MB) if it is not here
  digits data ~/Downloads      take MNIST's four files over from a folder
  digits data --check          only say which digits are used"""


def main(arguments: Sequence[str]) -> int:
    options = parser(
        "data",
        "Bring MNIST into your cache, where every installation and checkout finds it. Each file is "
        "checked by its SHA-256. Without MNIST, 1,797 embedded digits are used.",
        EXAMPLES,
    )
    options.add_argument(
        "folder", nargs="?", type=Path, help="take the files from here, not from the internet"
    )
    options.add_argument("--check", action="store_true", help="fetch nothing")
    chosen = options.parse_args(arguments)
    from app.model.data.datasets import (
        DatasetError,
        cache_folder,
        find_dataset,
    )

    folder = cache_folder(os.environ)
    if chosen.folder is not None:
        take_over(chosen.folder, folder)
    try:
        dataset = find_dataset(os.environ, HOME)
        if dataset.name == "embedded" and not chosen.check:
            fetch(folder)
            dataset = find_dataset(os.environ, HOME)
    except DatasetError as error:
        raise CommandError(str(error)) from error
    sizes = ", ".join(f"{name} {len(split):,}" for name, split in dataset.splits.items())
    say(f"{dataset.title} ({dataset.source}): {sizes}")
    if dataset.name == "mnist" and chosen.folder is not None:
        say(f"It is in {folder}")
    draw()
    return 0


def take_over(source: Path, folder: Path) -> None:
    """Copy MNIST's files. Raises CommandError for files that are missing or others."""
    from app.model.data.datasets import GZIP_MAGIC
    from app.model.data.mnist_files import find_files
    from digits.mnist import (
        SHA256_SUMS,
        FetchError,
        check_sum,
        unpacked,
        write_whole,
    )

    try:
        found = find_files(source)
        contents = {}
        for name, path in found.items():
            content = path.read_bytes()
            contents[name] = unpacked(content) if content.startswith(GZIP_MAGIC) else content
            check_sum(contents[name], SHA256_SUMS[name])
    except FetchError as error:
        raise CommandError(
            f"{path} is not the file of MNIST: {error}. To use digits of your own, name their "
            "folder instead: digits serve --data FOLDER"
        ) from error
    except OSError as error:
        raise CommandError(str(error)) from error
    for name, content in contents.items():
        write_whole(folder / name, content)


def fetch(folder: Path) -> None:
    from digits.mnist import SHA256_SUMS, FetchError, sources
    from digits.mnist import fetch as fetch_files

    say("Fetching MNIST, 11 MB")
    try:
        fetch_files(sources(), folder, SHA256_SUMS)
    except FetchError as error:
        raise CommandError(
            f"MNIST could not be fetched: {error}. With its four files in a folder: digits data "
            "FOLDER. Without them the embedded digits are used."
        ) from error


def draw() -> None:
    """Draw what the page trains on, if it is not there: then no start has to."""
    from app.model.served.dataset import served_dataset

    dataset = served_dataset(os.environ, HOME, report=report)
    say(f"{len(dataset.splits['mixture']):,} drawings to train on are ready")


def report(name: str, done: int, total: int) -> None:
    """Redraw a progress bar, if the output is a terminal."""
    if sys.stderr.isatty():
        bar = "#" * (30 * done // total)
        sys.stderr.write(f"\r[{bar:.<30}] drawing {name:<40}{'' if done < total else chr(10)}")
        sys.stderr.flush()
