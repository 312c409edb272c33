"""The recipe, made small: a few drawings, a few epochs, the embedded digits in MNIST's place."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from app.model.datasets import Dataset
from app.model.drawings.pen_strokes import PenDrawing, split_by_writer
from app.model.initializers import he_normal
from app.model.network import Network
from app.model.preprocessing import to_inputs
from app.model.recipe import (
    NO_DIGIT,
    TARGETS,
    CheckpointError,
    Recipe,
    RecipeTraining,
    Source,
    gather_sources,
    loss_and_grads,
)
from app.model.training import evaluate
from tests.model.gradient_check import assert_gradient

SMALL = Recipe(
    epochs=4,
    pen_variants=2,
    pens_per_epoch=15,
    synthetic_digits=40,
    synthetic_per_epoch=30,
    not_digits=20,
    not_digits_per_epoch=10,
)


@pytest.fixture
def pen_drawings() -> list[PenDrawing]:
    """A line by each of twelve writers, labelled by the writer: ten train, one validates."""
    line = np.array([[0.2, 0.1], [0.3, 0.9]])
    return [PenDrawing(writer % 10, writer, [line]) for writer in range(12)]


def gathered(
    embedded: Dataset, pen_drawings: list[PenDrawing], *splits: str, recipe: Recipe = SMALL
) -> dict[str, Source]:
    sources = gather_sources(
        recipe, embedded, pen_drawings, splits=splits, seed=5, report=lambda *what: None
    )
    return {source.name: source for source in sources}


@pytest.fixture
def sources(embedded: Dataset, pen_drawings: list[PenDrawing]) -> list[Source]:
    return list(gathered(embedded, pen_drawings, "train").values())


class TestGatherSources:
    def test_takes_what_the_recipe_says(
        self, embedded: Dataset, pen_drawings: list[PenDrawing]
    ) -> None:
        sources = gathered(embedded, pen_drawings, "train")

        assert {name: (len(s.labels), s.per_epoch) for name, s in sources.items()} == {
            "Embedded digits": (1397, 1397),
            "pen strokes": (20, 15),
            "our digits": (40, 30),
            "no digits": (20, 10),
        }
        for source in sources.values():
            assert source.images.shape == (len(source.labels), 784)
            assert source.images.dtype == source.labels.dtype == np.uint8
            assert source.images.any(axis=1).all()
        assert np.bincount(sources["our digits"].labels).tolist() == [4] * 10
        assert set(sources["no digits"].labels) == {NO_DIGIT}

    def test_learns_from_the_writers_of_its_splits_only(
        self, embedded: Dataset, pen_drawings: list[PenDrawing]
    ) -> None:
        parts = split_by_writer(pen_drawings)
        for splits in (("train",), ("train", "validation")):
            sources = gathered(embedded, pen_drawings, *splits)

            expected = [drawing.label for name in splits for drawing in parts[name]]
            assert sorted(sources["pen strokes"].labels) == sorted(2 * expected)
            assert len(sources["Embedded digits"].labels) == sum(
                len(embedded.splits[name]) for name in splits
            )

    def test_does_without_pen_strokes(self, embedded: Dataset) -> None:
        assert list(gathered(embedded, [], "train")) == [
            "Embedded digits",
            "our digits",
            "no digits",
        ]

    def test_the_same_seed_gives_the_same_drawings(
        self, embedded: Dataset, pen_drawings: list[PenDrawing]
    ) -> None:
        first, second = (gathered(embedded, pen_drawings, "train") for _ in range(2))

        for name, source in first.items():
            assert np.array_equal(source.images, second[name].images)

    def test_tells_how_far_it_is(self, embedded: Dataset) -> None:
        told = []

        gather_sources(
            SMALL, embedded, [], splits=["train"], seed=5, report=lambda *what: told.append(what)
        )

        assert told == [("our digits", 40, 40), ("no digits", 20, 20)]


class TestTraining:
    def test_learns_to_read(self, embedded: Dataset, sources: list[Source]) -> None:
        recipe = replace(SMALL, epochs=40, batch_size=32, averaging=0.9)
        training = RecipeTraining(recipe, sources, seed=5)

        losses = list(training.run())

        assert training.epoch == len(losses) == 40
        assert losses[-1] < losses[0] / 2
        test = embedded.splits["test"]
        assert evaluate(training.network, test.images, test.labels).accuracy > 0.85

    def test_gives_the_average_of_the_weights(self, sources: list[Source]) -> None:
        """Without averaging, that is the last weights, which another run's average is near to."""
        last, average = (
            RecipeTraining(replace(SMALL, averaging=averaging), sources, seed=5)
            for averaging in (0, 0.5)
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


class TestLossAndGrads:
    def test_gradients_are_those_of_the_loss(self, rng: np.random.Generator) -> None:
        params = Network.initialize(he_normal, rng, np.float64).params
        inputs = rng.uniform(0, 1, (5, 784))
        targets = rng.dirichlet(np.ones(10), 5)

        _, grads = loss_and_grads(params, inputs, targets)

        for name, values in params.items():
            assert_gradient(
                lambda: loss_and_grads(params, inputs, targets)[0], values, grads[name], rng
            )

    def test_with_digits_for_targets_agree_with_the_kernels(
        self, embedded: Dataset, rng: np.random.Generator
    ) -> None:
        network = Network.initialize(he_normal, rng)
        test = embedded.splits["test"]
        expected = network.loss_and_grads(to_inputs(test.images), test.labels)

        loss, grads = loss_and_grads(network.params, to_inputs(test.images), TARGETS[test.labels])

        assert loss == pytest.approx(expected.loss, rel=1e-5)
        for name, grad in grads.items():
            assert grad.dtype == np.float32
            assert grad == pytest.approx(expected.grads[name], abs=1e-6)
