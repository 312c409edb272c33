"""What is served beside the stored digits: of real pen strokes, and few digits."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.model.data.datasets import find_dataset
from app.model.drawings.pen_strokes import load_pen_strokes, split_by_writer
from app.model.evaluate.conditions import CONDITIONS, as_drawn
from app.model.network import NO_DIGIT
from app.model.served import dataset as module
from app.model.served import mixture
from app.model.served.dataset import ServedDataset, served_dataset
from tests.few_digits import few_digits, write_digits

NOWHERE = Path("/nowhere/checkout")


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """With a copy of the cache, and 240 training digits."""
    settings = few_digits()
    cache = tmp_path_factory.mktemp("served") / "cache"
    shutil.copytree(settings["XDG_CACHE_HOME"], cache)
    return settings | {"XDG_CACHE_HOME": str(cache)}


@pytest.fixture(scope="module")
def served(environ: dict[str, str]) -> ServedDataset:
    return served_dataset(environ, NOWHERE)


def test_the_stored_splits_stay_as_they_are(served: ServedDataset, environ: dict[str, str]) -> None:
    stored = find_dataset(environ, NOWHERE)

    assert (served.name, served.title, served.source) == (stored.name, stored.title, stored.source)
    for name, split in stored.splits.items():
        assert np.array_equal(served.splits[name].images, split.images)
        assert np.array_equal(served.splits[name].labels, split.labels)


def test_there_are_drawings_beside_them(served: ServedDataset) -> None:
    assert {name: len(split) for name, split in served.splits.items()} == {
        "train": 220,
        "validation": 20,
        "test": 40,
        "mixture": 4_400,
        "validation_drawings": 2_000,
        "test_drawings": 497,
        "test_uci": 1_797,
    }
    for name, split in served.splits.items():
        assert split.images.shape == (len(split), 784)
        assert split.images.dtype == split.labels.dtype == np.uint8
        assert split.labels.max() == (NO_DIGIT if name == "mixture" else 9)
        assert not split.images.flags.writeable


@pytest.mark.parametrize("number", range(4))
def test_validation_drawings_are_drawn_in_each_way(served: ServedDataset, number: int) -> None:
    expected = as_drawn(split_by_writer(load_pen_strokes())["validation"], CONDITIONS[number])
    part = slice(500 * number, 500 * (number + 1))

    assert np.array_equal(served.splits["validation_drawings"].images[part], expected.images)
    assert np.array_equal(served.splits["validation_drawings"].labels[part], expected.labels)


def test_test_drawings_are_of_natural_size(served: ServedDataset) -> None:
    expected = as_drawn(split_by_writer(load_pen_strokes())["test"], CONDITIONS[0])

    assert np.array_equal(served.splits["test_drawings"].images, expected.images)


def test_it_is_drawn_once(
    served: ServedDataset, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "make_mixture", None)
    monkeypatch.setattr(module, "as_drawn", None)

    again = served_dataset(environ, NOWHERE)

    assert again.digest == served.digest
    for name, split in served.splits.items():
        assert np.array_equal(again.splits[name].images, split.images)


def test_the_digest_follows_the_recipe_and_the_digits(
    served: ServedDataset,
    environ: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_digits(tmp_path / "data", train_size=239)
    other_digits = environ | {"DIGITS_DATA": str(tmp_path / "data")}
    monkeypatch.setattr(mixture, "MIXTURE_SIZE", 300)  # of those drawn from here on
    digests = {
        served.digest,
        served_dataset(other_digits, NOWHERE).digest,
    }
    monkeypatch.setattr(module, "RECIPE", replace(module.RECIPE, pens_per_epoch=8_000))
    digests.add(served_dataset(environ, NOWHERE).digest)

    assert len(digests) == 3


def test_embedded_digits_are_not_served_twice(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mixture, "MIXTURE_SIZE", 300)
    cache = {"XDG_CACHE_HOME": environ["XDG_CACHE_HOME"]}

    served = served_dataset(cache, NOWHERE)

    assert served.name == "embedded"
    assert "test_uci" not in served.splits
