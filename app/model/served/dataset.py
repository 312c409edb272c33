"""The data set that the API serves: the stored digits, and splits made from drawings.

Beside "train", "validation" and "test" of the data set in use there are
"mixture", what the page trains on (mixture.py), labels 0-10;
"validation_drawings", pen strokes of the validation writers, drawn in four ways;
"test_drawings", pen strokes of the test writers at natural size;
"test_uci", the 1,797 embedded digits, where they are not the data set in use.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.model.data.datasets import Dataset, Split, cache_folder, find_dataset, load_embedded
from app.model.drawings.pen_strokes import PEN_STROKES_PATH, load_pen_strokes, split_by_writer
from app.model.evaluate.conditions import CONDITIONS, as_drawn
from app.model.served.mixture import make_mixture
from app.model.served.store import kept_samples
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


def served_dataset(
    environ: Mapping[str, str],
    checkout_root: Path,
    *,
    report: ReportDrawing = lambda *_: None,
) -> ServedDataset:
    """The data set to serve, by `find_dataset`. Raises DatasetError.

    What has to be drawn is taken from the user's cache, or made and kept there. The mixture takes
    ten seconds; `report` hears of its progress.
    """
    stored = find_dataset(environ, checkout_root)
    made_from = _made_from(f"{stored.digest} {RECIPE}")
    # They do not depend on the digits to train on, and need not be drawn again for others.
    drawn_from = _made_from("drawings")
    folder = cache_folder(environ).parent

    def drawings(split: str, conditions: int) -> Split:
        pens = split_by_writer(load_pen_strokes())[split]
        return _joined([as_drawn(pens, condition) for condition in CONDITIONS[:conditions]])

    makers = {
        "mixture": lambda: make_mixture(
            stored.splits["train"], split_by_writer(load_pen_strokes())["train"], RECIPE, report
        ),
        "validation_drawings": lambda: drawings("validation", len(CONDITIONS)),
        "test_drawings": lambda: drawings("test", 1),
        "test_uci": lambda: _joined(list(load_embedded().splits.values())),
    }
    if stored.name == "embedded":
        del makers["test_uci"]
    made = {
        name: kept_samples(folder, name, made_from if name == "mixture" else drawn_from, make)
        for name, make in makers.items()
    }
    return ServedDataset(stored.name, stored.title, stored.source, stored.splits | made, made_from)


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
