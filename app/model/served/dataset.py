"""The data set that the API serves: the stored digits, and splits made from drawings.

Beside "train", "validation" and "test" of the data set in use there are
"mixture", what the page trains on (mixture.py), labels 0-10;
"validation_drawings", pen strokes of the validation writers, drawn in four ways;
"test_drawings", pen strokes of the test writers at natural size;
"test_uci", the 1,797 embedded digits, where they are not the data set in use.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from app.model.data.datasets import Dataset, Split, cache_folder, find_dataset, load_embedded
from app.model.drawings.pen_strokes import PEN_STROKES_PATH, load_pen_strokes, split_by_writer
from app.model.evaluate.conditions import CONDITIONS, as_drawn
from app.model.served.mixture import make_mixture, mixture_size
from app.model.served.store import KeptLater, can_keep, kept_samples, path_of
from app.model.train.recipe import RECIPES, ReportDrawing

RECIPE = RECIPES["best"]
MODEL_FOLDER = Path(__file__).parents[1]
MADE_BY = (
    *("augmentation.py", "ink.py", "preprocessing.py"),
    *("data/datasets.py", "evaluate/conditions.py", "train/recipe.py"),
    *("drawings/*.py", "served/*.py"),
)
"""The modules that decide what the drawings look like."""


@dataclass(frozen=True)
class ServedDataset(Dataset):
    """The digest names what the splits were made from, not the result: other machines sometimes
    round differently, and still serve the same data set."""

    made_from: str

    @property
    def digest(self) -> str:
        return self.made_from

    @property
    def is_drawn(self) -> bool:
        """Are all samples here? Otherwise some are drawn when they are needed, or from
        `begin_drawing` on."""
        return all(each.is_drawn for each in self._later())

    def begin_drawing(self) -> None:
        """In a thread, if there is anything to draw; so not before a process forks."""
        for each in self._later():
            if not each.is_drawn:
                each.begin()

    def _later(self) -> list[KeptLater]:
        return [split for split in self.splits.values() if isinstance(split, KeptLater)]


def served_dataset(
    environ: Mapping[str, str],
    checkout_root: Path,
    *,
    report: ReportDrawing = lambda *_: None,
    can_wait: bool = False,
) -> ServedDataset:
    """The data set to serve, by `find_dataset`. Raises DatasetError.

    What has to be drawn is taken from the user's cache, or made and kept there. The mixture takes
    ten seconds; `report` hears of its progress. can_wait: where it can be kept, it is left to be
    drawn later (KeptLater), so that this returns soon.
    """
    stored = find_dataset(environ, checkout_root)
    made_from = _made_from(f"{stored.digest} {RECIPE}")
    drawn_from = _made_from("drawings")
    folder = cache_folder(environ).parent

    makers: dict[str, Callable[[], Split]] = {
        "mixture": lambda: make_mixture(
            stored.splits["train"], split_by_writer(load_pen_strokes())["train"], RECIPE, report
        ),
        **HELD_OUT,
    }
    if stored.name == "embedded":
        del makers["test_uci"]
    made: dict[str, Split] = {}
    for name, make in makers.items():
        digest = made_from if name == "mixture" else drawn_from
        draw = partial(kept_samples, folder, name, digest, make)
        path = path_of(folder, name, digest)
        if name == "mixture" and can_wait and not path.exists() and can_keep(path):
            made[name] = KeptLater(path, mixture_size(stored.splits["train"]), draw)
        else:
            made[name] = draw()
    return ServedDataset(stored.name, stored.title, stored.source, stored.splits | made, made_from)


def held_out_drawings(environ: Mapping[str, str]) -> dict[str, Split]:
    """All but the mixture, which depends on the stored digits, by the names of the files that a
    wheel has them in (store.SHIPPED_FOLDER)."""
    folder, digest = cache_folder(environ).parent, _made_from("drawings")
    return {
        path_of(folder, name, digest).name: kept_samples(folder, name, digest, make)
        for name, make in HELD_OUT.items()
    }


def _drawings(split: str, conditions: int) -> Split:
    pens = split_by_writer(load_pen_strokes())[split]
    return _joined([as_drawn(pens, condition) for condition in CONDITIONS[:conditions]])


HELD_OUT: dict[str, Callable[[], Split]] = {
    "validation_drawings": lambda: _drawings("validation", len(CONDITIONS)),
    "test_drawings": lambda: _drawings("test", 1),
    "test_uci": lambda: _joined(list(load_embedded().splits.values())),
}
"""They do not depend on the digits to train on, and need not be drawn again for others."""


def _joined(splits: list[Split]) -> Split:
    return Split(
        np.concatenate([split.images for split in splits]),
        np.concatenate([split.labels for split in splits]),
    )


def _made_from(facts: str) -> str:
    """SHA-256, hexadecimal, of these facts, the pen strokes and the code."""
    sha256 = hashlib.sha256(f"{facts} {np.__version__}\n".encode())
    modules = sorted(path for pattern in MADE_BY for path in MODEL_FOLDER.glob(pattern))
    for path in [PEN_STROKES_PATH, *modules]:
        content = path.read_bytes()
        sha256.update(f"{path.name} {len(content)}\n".encode())
        sha256.update(content)
    return sha256.hexdigest()
