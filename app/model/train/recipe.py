"""The recipe that the shipped weights are made by: what is learned from, for how long, and how.

Stored digits, real pen strokes, drawings of our own and drawings that are not digits are mixed anew
for each epoch and distorted (augmentation.py). The result is an exponential moving average (EMA) of
the weights along the way. All randomness of an epoch comes from the seed and the epoch's number, so
an interrupted run resumes from its last checkpoint and ends with the same weights as without the
interruption.
"""

import hashlib
import io
import math
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from app.model.arrays import ByteArray, FloatArray
from app.model.augmentation import Distortion, distort_images
from app.model.data.datasets import Split
from app.model.drawings.digit_strokes import DIGIT_STROKES
from app.model.drawings.handwriting import draw_somewhere, rewrite, side_by_side, write
from app.model.drawings.letter_strokes import TRAINING_LETTERS
from app.model.drawings.pen_strokes import PenDrawing
from app.model.drawings.rasterizer import Strokes
from app.model.drawings.scribbles import TRAINING_SCRIBBLES
from app.model.initializers import he_normal
from app.model.network import INPUT_SIZE, NO_DIGIT, OUTPUT_SIZE, SHAPES, Network
from app.model.optimizers import Adam, Params
from app.model.preprocessing import normalize_drawing, to_inputs
from app.model.schedules import scheduled_rate

REPORT_EVERY = 500


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the result, except the seed and the data."""

    epochs: int = 240
    batch_size: int = 256
    learning_rate: float = 4e-3
    """Of Adam, at the first step; from there along half a cosine to 0 (see schedules.py)."""
    ema_decay: float = 0.999
    """The share of the averaged weights that each step keeps."""
    distortion: Distortion = field(default_factory=Distortion)
    """Of stored digits."""
    drawing_distortion: Distortion = field(
        default_factory=lambda: Distortion(rotation_degrees=8, shear=0.1)
    )
    """Of drawings, which stand upright."""
    pen_variants: int = 16
    """Times that each pen drawing is drawn, each time by another hand, with another size and pen:
    writers differ more than one writer's drawings do."""
    pens_per_epoch: int = 14_000
    synthetic_digits: int = 60_000
    synthetic_per_epoch: int = 6_000
    non_digits: int = 15_000
    """A third each letters, scribbles and two digits side by side. The network learns to answer
    them evenly: "outlier exposure", Hendrycks, Mazeika and Dietterich, "Deep Anomaly Detection with
    Outlier Exposure", ICLR 2019."""
    non_digits_per_epoch: int = 1_000


RECIPES = {"best": Recipe()}


class Source(NamedTuple):
    """Images (n, 784) uint8 with labels (n,) uint8, of which each epoch takes some at random, each
    time with another distortion."""

    name: str
    images: ByteArray
    labels: ByteArray
    per_epoch: int
    distortion: Distortion


class CheckpointError(Exception):
    """A checkpoint that cannot be resumed from; the message says why and what to do."""


ReportDrawing = Callable[[str, int, int], None]
"""Called with what is being drawn, how many are done and how many there will be."""


def gather_sources(
    recipe: Recipe,
    stored: Split,
    pens: Sequence[PenDrawing],
    *,
    seed: int,
    report: ReportDrawing,
) -> list[Source]:
    """What to learn from: these stored digits and pen drawings, and drawings of our own."""
    sources = [
        Source("stored digits", stored.images, stored.labels, len(stored), recipe.distortion)
    ]
    for number, (name, make, count, per_epoch) in enumerate(
        (
            ("pen strokes", _rewritten, recipe.pen_variants * len(pens), recipe.pens_per_epoch),
            ("our digits", _our_digits, recipe.synthetic_digits, recipe.synthetic_per_epoch),
            ("non-digits", _non_digits, recipe.non_digits, recipe.non_digits_per_epoch),
        )
    ):
        rng = np.random.default_rng([seed, 1 + number])
        images, labels = _drawn(name, make(pens, count, rng), count, rng, report)
        sources.append(
            Source(name, images, labels, min(per_epoch, count), recipe.drawing_distortion)
        )
    return sources


Examples = Iterator[tuple[Strokes, int]]
"""Strokes with their label."""


def _rewritten(pens: Sequence[PenDrawing], count: int, rng: np.random.Generator) -> Examples:
    for number in range(count):
        drawing = pens[number % len(pens)]
        yield rewrite(drawing.strokes, rng), drawing.label


def _our_digits(_pens: Sequence[PenDrawing], count: int, rng: np.random.Generator) -> Examples:
    for number in range(count):
        digit = number % OUTPUT_SIZE
        yield write(DIGIT_STROKES[digit], rng), digit


def _non_digits(pens: Sequence[PenDrawing], count: int, rng: np.random.Generator) -> Examples:
    letters = list(TRAINING_LETTERS.values())
    for number in range(count):
        if number % 3 == 0:
            yield write(letters[rng.integers(len(letters))], rng), NO_DIGIT
        elif number % 3 == 1:
            yield TRAINING_SCRIBBLES[rng.integers(len(TRAINING_SCRIBBLES))](rng), NO_DIGIT
        else:
            left, right = (pens[index].strokes for index in rng.integers(len(pens), size=2))
            yield side_by_side(left, right, rng), NO_DIGIT


def _drawn(
    name: str,
    examples: Iterable[tuple[Strokes, int]],
    count: int,
    rng: np.random.Generator,
    report: ReportDrawing,
) -> tuple[ByteArray, ByteArray]:
    """Images (count, 784) and labels (count,) of examples, as the network will see them."""
    images = np.empty((count, INPUT_SIZE), np.uint8)
    labels = np.empty(count, np.uint8)
    for number, (strokes, label) in enumerate(examples):
        images[number] = normalize_drawing(draw_somewhere(strokes, rng))
        labels[number] = label
        if (number + 1) % REPORT_EVERY == 0 or number + 1 == count:
            report(name, number + 1, count)
    return images, labels


class RecipeTraining:
    """A run of a recipe, an epoch at a time."""

    def __init__(self, recipe: Recipe, sources: Sequence[Source], seed: int) -> None:
        self.recipe = recipe
        self.epoch = 0
        """Epochs done."""
        self._sources = sources
        self._seed = seed
        # NumPy fills a seed up with zeros, so [seed, 0] is the stream of [seed, 0, 0], from which
        # the first epoch is mixed. That does no harm, and another stream would give other weights
        # than the shipped ones: their model card promises that this recipe makes them again.
        self._network = Network.initialize(he_normal, np.random.default_rng([seed, 0]))
        self._average = self._network.copy().params
        self._optimizer = Adam(recipe.learning_rate)
        self._steps_per_epoch = math.ceil(sum(s.per_epoch for s in sources) / recipe.batch_size)

    @property
    def network(self) -> Network:
        """A network with the averaged weights: what is shipped."""
        return Network(self._average["w1"], self._average["w2"])

    def run(self) -> Iterator[float]:
        """Train to the last epoch; yields after each its mean loss.

        While one epoch is learned, another thread distorts the images of the next.
        """
        with ThreadPoolExecutor(max_workers=1) as executor:
            mixed = self._mix_later(executor)
            while self.epoch < self.recipe.epochs:
                images, labels = mixed.result()
                self.epoch += 1
                if self.epoch < self.recipe.epochs:
                    mixed = self._mix_later(executor)
                yield self._learn(images, labels)

    def _mix_later(self, executor: ThreadPoolExecutor) -> "Future[tuple[ByteArray, ByteArray]]":
        return executor.submit(self._mix, self.epoch)

    def _mix(self, epoch: int) -> tuple[ByteArray, ByteArray]:
        """The images and labels of an epoch, in the order in which they are learned."""
        rng = np.random.default_rng([self._seed, 0, epoch])
        images, labels = [], []
        for source in self._sources:
            chosen = rng.permutation(len(source.labels))[: source.per_epoch]
            images.append(distort_images(source.images[chosen], source.distortion, rng))
            labels.append(source.labels[chosen])
        all_labels = np.concatenate(labels)
        order = rng.permutation(len(all_labels))
        return np.concatenate(images)[order], all_labels[order]

    def _learn(self, images: ByteArray, labels: ByteArray) -> float:
        losses = []
        first_step = (self.epoch - 1) * self._steps_per_epoch
        steps = self.recipe.epochs * self._steps_per_epoch
        params = self._network.params
        size = self.recipe.batch_size
        for number, start in enumerate(range(0, len(labels), size)):
            step = first_step + number
            self._optimizer.learning_rate = scheduled_rate(
                "cosine", self.recipe.learning_rate, step, steps
            )
            batch = slice(start, start + size)
            result = self._network.loss_and_grads(to_inputs(images[batch]), labels[batch])
            self._optimizer.update(params, result.grads)
            losses.append(result.loss)
            # The first steps, with poor weights, are forgotten sooner.
            share = max(1 - self.recipe.ema_decay, 9 / (10 + step))
            for name in SHAPES:
                self._average[name] += np.float32(share) * (params[name] - self._average[name])
        return float(np.mean(losses))

    def checkpoint(self) -> bytes:
        """All that `restore` needs to resume from here, as an .npz."""
        content = io.BytesIO()
        arrays: dict[str, FloatArray] = {
            f"{group}_{name}": values
            for group, params in (
                ("weights", self._network.params),
                ("average", self._average),
                *self._optimizer.memory().items(),
            )
            for name, values in params.items()
        }
        np.savez(
            content,
            epoch=np.array(self.epoch),
            run=np.frombuffer(bytes.fromhex(self._fingerprint()), np.uint8),
            **arrays,  # type: ignore[arg-type]
        )
        return content.getvalue()

    def restore(self, content: bytes) -> None:
        """Resume from a checkpoint. Raises CheckpointError for another run's, or for other
        content."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
            if arrays["run"].tobytes().hex() != self._fingerprint():
                raise CheckpointError(
                    "this checkpoint is of a run with another recipe, seed or data: "
                    "name another file, or delete it to start over"
                )
            groups: dict[str, Params] = {
                group: {name: arrays[f"{group}_{name}"] for name in SHAPES}
                for group in ("weights", "average", "mean", "variance")
            }
            epoch = int(arrays["epoch"])
        except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise CheckpointError(
                f"expected a checkpoint of a training run: {error}; delete it to start over"
            ) from error
        self.epoch = epoch
        self._network.load(groups["weights"]["w1"], groups["weights"]["w2"])
        self._average = groups["average"]
        self._optimizer.remember(epoch * self._steps_per_epoch, groups["mean"], groups["variance"])

    def _fingerprint(self) -> str:
        """SHA-256, hexadecimal, of the recipe, the seed and all that is learned from."""
        sha256 = hashlib.sha256(f"{self.recipe} {self._seed}".encode())
        for source in self._sources:
            sha256.update(f"{source.name} {source.per_epoch}".encode())
            sha256.update(np.ascontiguousarray(source.images).data)
            sha256.update(np.ascontiguousarray(source.labels).data)
        return sha256.hexdigest()
