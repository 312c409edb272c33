"""The recipe that the shipped weights are made by: what is learned from, for how long, and how.

Stored digits, real pen strokes, drawings of our own and drawings of no digit are mixed anew for
each epoch and distorted (augmentation.py). The weights that are kept are a running average of those
along the way. All randomness of an epoch comes from the seed and the epoch's number, so a run that
was interrupted goes on from its last checkpoint to the very weights it would have come to.
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

from app.model.activations import log_softmax, relu, relu_grad
from app.model.arrays import ByteArray, FloatArray
from app.model.augmentation import Distortion, distort_images
from app.model.datasets import Dataset
from app.model.drawings.digit_strokes import DIGIT_STROKES
from app.model.drawings.handwriting import draw_somewhere, rewrite, write
from app.model.drawings.letter_strokes import TRAINING_LETTERS
from app.model.drawings.pen_strokes import PenDrawing, split_by_writer
from app.model.drawings.rasterizer import Strokes
from app.model.drawings.scribbles import TRAINING_SCRIBBLES
from app.model.initializers import he_normal
from app.model.network import INPUT_SIZE, OUTPUT_SIZE, SHAPES, Network
from app.model.optimizers import Adam, Params
from app.model.preprocessing import normalize_drawing, to_inputs
from app.model.schedules import scheduled_rate

NO_DIGIT = OUTPUT_SIZE
"""The label of what is no digit: all ten are to be equally probable."""
TARGETS = np.concatenate([np.eye(10), np.full((1, 10), 0.1)]).astype(np.float32)
"""The probabilities to learn, (11, 10), by label."""
REPORT_EVERY = 500


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what comes out, but for the seed and the data."""

    epochs: int = 300
    batch_size: int = 256
    learning_rate: float = 4e-3
    """Of Adam, at the first step; from there along half a cosine to 0 (see training.py)."""
    averaging: float = 0.999
    """The share of the averaged weights that stays at each step."""
    distortion: Distortion = field(default_factory=Distortion)
    pen_variants: int = 6
    """Times that each pen drawing is drawn, each time with another slant, size and pen."""
    pens_per_epoch: int = 9_000
    synthetic_digits: int = 40_000
    synthetic_per_epoch: int = 8_000
    not_digits: int = 10_000
    """Half letters, half scribbles. To answer them evenly is to be learned too: "outlier exposure",
    Hendrycks, Mazeika and Dietterich, "Deep Anomaly Detection with Outlier Exposure", ICLR 2019."""
    not_digits_per_epoch: int = 1_000


RECIPES = {"best": Recipe()}


class Source(NamedTuple):
    """Images (n, 784) uint8 with labels (n,) uint8, of which each epoch takes some at random."""

    name: str
    images: ByteArray
    labels: ByteArray
    per_epoch: int


class CheckpointError(Exception):
    """A checkpoint that cannot be gone on from; the message says why and what to do."""


ReportDrawing = Callable[[str, int, int], None]
"""Told what is being drawn, how many are done and how many there will be."""


def gather_sources(
    recipe: Recipe,
    dataset: Dataset,
    pen_drawings: Sequence[PenDrawing],
    *,
    splits: Sequence[str],
    seed: int,
    report: ReportDrawing,
) -> list[Source]:
    """What to learn from: stored digits and pen strokes of these splits, and drawings of our own.

    Without pen strokes there is one source less.
    """
    images = np.concatenate([dataset.splits[name].images for name in splits])
    labels = np.concatenate([dataset.splits[name].labels for name in splits])
    sources = [Source(dataset.title, images, labels, len(labels))]
    if pen_drawings:
        parts = split_by_writer(pen_drawings)
        pens = [drawing for name in splits for drawing in parts[name]]
        count = recipe.pen_variants * len(pens)
        rng = np.random.default_rng([seed, 1])
        images, labels = _drawn("pen strokes", _rewritten(pens, count, rng), count, rng, report)
        sources.append(Source("pen strokes", images, labels, min(recipe.pens_per_epoch, count)))
    for number, (name, make, count, per_epoch) in enumerate(
        (
            ("our digits", _our_digits, recipe.synthetic_digits, recipe.synthetic_per_epoch),
            ("no digits", _not_digits, recipe.not_digits, recipe.not_digits_per_epoch),
        )
    ):
        rng = np.random.default_rng([seed, 2 + number])
        images, labels = _drawn(name, make(count, rng), count, rng, report)
        sources.append(Source(name, images, labels, min(per_epoch, count)))
    return sources


Examples = Iterator[tuple[Strokes, int]]
"""Strokes, with what they are."""


def _rewritten(pens: Sequence[PenDrawing], count: int, rng: np.random.Generator) -> Examples:
    for number in range(count):
        drawing = pens[number % len(pens)]
        yield rewrite(drawing.strokes, rng), drawing.label


def _our_digits(count: int, rng: np.random.Generator) -> Examples:
    for number in range(count):
        digit = number % OUTPUT_SIZE
        yield write(DIGIT_STROKES[digit], rng), digit


def _not_digits(count: int, rng: np.random.Generator) -> Examples:
    letters = list(TRAINING_LETTERS.values())
    for number in range(count):
        if number % 2:
            yield write(letters[rng.integers(len(letters))], rng), NO_DIGIT
        else:
            yield TRAINING_SCRIBBLES[rng.integers(len(TRAINING_SCRIBBLES))](rng), NO_DIGIT


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
            images.append(source.images[chosen])
            labels.append(source.labels[chosen])
        all_labels = np.concatenate(labels)
        order = rng.permutation(len(all_labels))
        mixed = np.concatenate(images)[order]
        return distort_images(mixed, self.recipe.distortion, rng), all_labels[order]

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
            loss, grads = loss_and_grads(params, to_inputs(images[batch]), TARGETS[labels[batch]])
            self._optimizer.update(params, grads)
            losses.append(loss)
            # The first steps, far from anything good, are forgotten sooner.
            share = max(1 - self.recipe.averaging, 9 / (10 + step))
            for name in SHAPES:
                self._average[name] += np.float32(share) * (params[name] - self._average[name])
        return float(np.mean(losses))

    def checkpoint(self) -> bytes:
        """All that `restore` needs to go on from here, as an .npz."""
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
        """Go on from a checkpoint. Raises CheckpointError for one of another run, or no such."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
            if arrays["run"].tobytes().hex() != self._fingerprint():
                raise CheckpointError(
                    "this checkpoint is of a run with another recipe, seed or data: "
                    "name another file, or delete it to begin anew"
                )
            groups: dict[str, Params] = {
                group: {name: arrays[f"{group}_{name}"] for name in SHAPES}
                for group in ("weights", "average", "mean", "variance")
            }
            epoch = int(arrays["epoch"])
        except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise CheckpointError(
                f"expected a checkpoint of a training run: {error}; delete it to begin anew"
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


def loss_and_grads(params: Params, inputs: FloatArray, targets: FloatArray) -> tuple[float, Params]:
    """Mean cross-entropy with targets that are probabilities, (n, 10), and its gradients.

    A sample's loss is -sum_j t_j log p_j, whose gradient at the logits is p - t (Bishop, Pattern
    Recognition and Machine Learning, 2006, equation 4.109). The kernels know digits only.
    """
    hidden = relu(inputs @ params["w1"])
    log_probs = log_softmax(hidden @ params["w2"])
    loss = -float((targets * log_probs).sum(axis=1).mean())
    logits_grad = (np.exp(log_probs) - targets) / targets.dtype.type(len(targets))
    hidden_grad = relu_grad(hidden, logits_grad @ params["w2"].T)
    return loss, {"w1": inputs.T @ hidden_grad, "w2": hidden.T @ logits_grad}
