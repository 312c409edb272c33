"""The recipe, made small: a few drawings, a few epochs, the embedded digits in MNIST's place."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from app.model.data.datasets import Dataset
from app.model.drawings.pen_strokes import PenDrawing
from app.model.evaluate.evaluation import evaluate
from app.model.network import NO_DIGIT
from app.model.train.recipe import (
    CheckpointError,
    Recipe,
    RecipeTraining,
    Source,
    gather_sources,
)

SMALL = Recipe(
    epochs=4,
    pen_variants=2,
    pens_per_epoch=15,
    synthetic_digits=40,
    synthetic_per_epoch=30,
    non_digits=21,
    non_digits_per_epoch=10,
)


@pytest.fixture
def pens() -> list[PenDrawing]:
    """A line by each of ten writers, labeled by the writer."""
    line = np.array([[0.2, 0.1], [0.3, 0.9]])
    return [PenDrawing(writer, writer, [line]) for writer in range(10)]


def gathered(embedded: Dataset, pens: list[PenDrawing]) -> dict[str, Source]:
    sources = gather_sources(
        SMALL, embedded.splits["train"], pens, seed=5, report=lambda *what: None
    )
    return {source.name: source for source in sources}


@pytest.fixture
def sources(embedded: Dataset, pens: list[PenDrawing]) -> list[Source]:
    return list(gathered(embedded, pens).values())


class TestGatherSources:
    def test_takes_what_the_recipe_says(self, embedded: Dataset, pens: list[PenDrawing]) -> None:
        sources = gathered(embedded, pens)

        assert {name: (len(s.labels), s.per_epoch) for name, s in sources.items()} == {
            "stored digits": (1397, 1397),
            "pen strokes": (20, 15),
            "our digits": (40, 30),
            "non-digits": (21, 10),
        }
        for source in sources.values():
            assert source.images.shape == (len(source.labels), 784)
            assert source.images.dtype == source.labels.dtype == np.uint8
            assert source.images.any(axis=1).all()
        assert sorted(sources["pen strokes"].labels) == sorted(2 * list(range(10)))
        assert np.bincount(sources["our digits"].labels).tolist() == [4] * 10
        assert set(sources["non-digits"].labels) == {NO_DIGIT}

    def test_the_same_seed_gives_the_same_drawings(
        self, embedded: Dataset, pens: list[PenDrawing]
    ) -> None:
        first, second = (gathered(embedded, pens) for _ in range(2))

        for name, source in first.items():
            assert np.array_equal(source.images, second[name].images)

    def test_tells_how_far_it_is(self, embedded: Dataset, pens: list[PenDrawing]) -> None:
        told = []

        gather_sources(
            SMALL, embedded.splits["train"], pens, seed=5, report=lambda *what: told.append(what)
        )

        assert told == [("pen strokes", 20, 20), ("our digits", 40, 40), ("non-digits", 21, 21)]


class TestTraining:
    def test_learns_to_read(self, embedded: Dataset, sources: list[Source]) -> None:
        recipe = replace(SMALL, epochs=40, batch_size=32, ema_decay=0.9)
        training = RecipeTraining(recipe, sources, seed=5)

        losses = list(training.run())

        assert training.epoch == len(losses) == 40
        assert losses[-1] < losses[0] / 2
        test = embedded.splits["test"]
        assert evaluate(training.network, test.images, test.labels).accuracy > 0.85

    def test_gives_the_average_of_the_weights(self, sources: list[Source]) -> None:
        """Without averaging, that is the last weights, which another run's average is near to."""
        last, average = (
            RecipeTraining(replace(SMALL, ema_decay=ema_decay), sources, seed=5)
            for ema_decay in (0, 0.5)
        )
        for training in (last, average):
            list(training.run())

        difference = np.abs(last.network.params["w2"] - average.network.params["w2"])
        assert 0 < difference.mean() < 0.001

    def test_another_seed_gives_other_weights(self, sources: list[Source]) -> None:
        first, second = (RecipeTraining(SMALL, sources, seed) for seed in (1, 2))

        for training in (first, second):
            list(training.run())

        assert not np.array_equal(first.network.params["w2"], second.network.params["w2"])


class TestCheckpoint:
    @pytest.fixture
    def interrupted(self, sources: list[Source]) -> RecipeTraining:
        training = RecipeTraining(SMALL, sources, seed=5)
        steps: Iterator[float] = training.run()
        next(steps)
        next(steps)
        return training

    def test_a_run_that_went_on_ends_where_an_uninterrupted_one_does(
        self, sources: list[Source], interrupted: RecipeTraining
    ) -> None:
        uninterrupted, resumed = (RecipeTraining(SMALL, sources, seed=5) for _ in range(2))
        losses = list(uninterrupted.run())

        resumed.restore(interrupted.checkpoint())
        assert resumed.epoch == 2
        assert list(resumed.run()) == losses[2:]

        for name, values in uninterrupted.network.params.items():
            assert np.array_equal(values, resumed.network.params[name])
        assert uninterrupted.checkpoint() == resumed.checkpoint()

    def test_of_the_last_epoch_leaves_nothing_to_do(self, sources: list[Source]) -> None:
        done, resumed = (RecipeTraining(SMALL, sources, seed=5) for _ in range(2))
        list(done.run())

        resumed.restore(done.checkpoint())

        assert list(resumed.run()) == []
        assert np.array_equal(resumed.network.params["w1"], done.network.params["w1"])

    def test_of_another_run_is_refused(
        self, sources: list[Source], interrupted: RecipeTraining
    ) -> None:
        for other in (
            RecipeTraining(replace(SMALL, epochs=5), sources, seed=5),
            RecipeTraining(SMALL, sources, seed=6),
            RecipeTraining(SMALL, sources[1:], seed=5),
        ):
            with pytest.raises(CheckpointError, match="another recipe, seed or data"):
                other.restore(interrupted.checkpoint())
            assert other.epoch == 0

    @pytest.mark.parametrize("content", [b"", b"something else", b"PK\x03\x04"])
    def test_other_files_are_refused(self, sources: list[Source], content: bytes) -> None:
        with pytest.raises(CheckpointError, match="expected a checkpoint of a training run"):
            RecipeTraining(SMALL, sources, seed=5).restore(content)
