"""Finds MNIST's four files, under any of the names that people have them by.

Their original site has `train-images-idx3-ubyte.gz`, others have `train-images.idx3-ubyte`; archive
programs put them into folders, browsers unpack them without renaming them and number a second
download. Their content is not read here, except to tell whether two candidates are the same
(app/model/data/datasets.py reads them).
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
DEPTH = 3
"""Levels of folders that are searched, such as data/archive/MNIST/raw."""
MOST_ENTRIES = 20_000
"""Looks at no more: somebody who names a home folder by mistake still gets an answer."""
LISTED = 6
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".7z", ".rar")

_NAME = re.compile(
    r"(?P<name>(?:train|t10k)[-._ ](?:images[-._ ]idx3|labels[-._ ]idx1)[-._ ]ubyte)(?P<rest>.*)",
    re.IGNORECASE,
)
# "x (1).gz", "x.gz(2)", "x - Copy.gz", "x copy 2", "x-1.gz": as file managers and browsers number
# copies.
_MARKS = re.compile(r"(?:\.gz|[ _]?\(\d+\)|[ -]+copy(?: \d+)?|-\d{1,2})*", re.IGNORECASE)


def find_files(folder: Path) -> dict[str, Path]:
    """The four files, by NAMES, in a folder or in folders within; `~` is the user's home.

    The folder may also be one of the four files: then its folder is searched. Four files in one
    folder are preferred to files from several, a nearer folder to a deeper one, and a plain name to
    that of a copy. Raises OSError if a file is missing or if equally good candidates differ; its
    text says what was expected, what was found and what to do.
    """
    try:
        folder = folder.expanduser().absolute()
    except RuntimeError as error:  # ~somebody, an unknown user
        raise FileNotFoundError(f"{folder}: not found: this machine has no such user") from error
    if folder.is_file():
        if _name_of(folder) is None:
            raise OSError(f"{folder}: {_advice_for_file(folder)}")
        folder = folder.parent
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: not found: there is no such folder")
    entries = list(islice(_entries(folder), MOST_ENTRIES))
    candidates = [path for path in entries if _name_of(path) is not None and path.is_file()]
    by_folder: dict[Path, set[str | None]] = {}
    for path in candidates:
        by_folder.setdefault(path.parent, set()).add(_name_of(path))
    whole = [parent for parent, names in by_folder.items() if names.issuperset(NAMES)]
    if whole:
        depth = min(len(parent.parts) for parent in whole)
        nearest = {parent for parent in whole if len(parent.parts) == depth}
        candidates = [path for path in candidates if path.parent in nearest]
    return {name: _best_of(name, candidates, folder, entries) for name in NAMES}


def _best_of(name: str, candidates: Iterable[Path], folder: Path, entries: list[Path]) -> Path:
    named = [path for path in candidates if _name_of(path) == name]
    if not named:
        raise FileNotFoundError(f"{folder / name}: not found, {_advice(folder, entries)}")
    lowest = min(map(_rank, named))
    best = [path for path in named if _rank(path) == lowest]
    if len(best) > 1 and len({path.read_bytes() for path in best}) > 1:
        shown = " and ".join(str(path.relative_to(folder)) for path in best[:LISTED])
        raise OSError(
            f"{folder}: expected one {name}, found several that differ: {shown}. "
            "Keep one of them, or name the folder of the one you mean"
        )
    return best[0]


def _rank(path: Path) -> tuple[int, bool, bool, bool]:
    """Lower is better: near, not a copy, unpacked, with hyphens as MNIST's authors wrote it."""
    lower = path.name.lower()
    match = _NAME.fullmatch(lower)
    rest = match["rest"] if match else ""
    return len(path.parts), rest not in ("", ".gz"), rest == ".gz", not lower.startswith(NAMES)


def _name_of(path: Path) -> str | None:
    """Which of NAMES this file has, if any."""
    match = _NAME.fullmatch(path.name)
    if match is None or _MARKS.fullmatch(match["rest"]) is None:
        return None
    return re.sub(r"[._ ]", "-", match["name"].lower())


def _entries(folder: Path) -> Iterator[Path]:
    """The contents of a folder and of those within, the nearest first, without hidden files such as
    those that macOS adds to archives. Raises OSError where the folder itself cannot be read."""
    level = [folder]
    for _ in range(DEPTH + 1):
        deeper: list[Path] = []
        for parent in level:
            try:
                inside = sorted(parent.iterdir())
            except OSError:
                if parent == folder:
                    raise
                continue
            shown = [path for path in inside if not path.name.startswith((".", "__MACOSX"))]
            yield from shown
            deeper += [path for path in shown if path.is_dir()]
        level = deeper


def _advice(folder: Path, entries: list[Path]) -> str:
    """What was found instead of a file, and what to do."""
    files = [str(path.relative_to(folder)) for path in entries if not path.is_dir()]
    expected = "neither as it is nor with a dot, .gz, or in a folder within"
    if not files:
        return f"{expected}: the folder is empty"
    more = f" and {len(files) - LISTED} more" if len(files) > LISTED else ""
    advice = f"{expected}. Found {', '.join(files[:LISTED])}{more}"
    packed = [name for name in files if name.lower().endswith(ARCHIVES)]
    return f"{advice}. Unpack {packed[0]} first" if packed else advice


def _advice_for_file(path: Path) -> str:
    if path.name.lower().endswith(ARCHIVES):
        return "an archive, not a folder: unpack it, and name the folder that comes out"
    return "a file, not a folder: name the folder that holds MNIST's four files"
