"""The command line that trains weights: `python -m app.model.train --help`.

Trains on the training split, shows the validation split's accuracy after each epoch, writes the
weights and looks at the test split once, at the end. With --recipe it makes weights like the
shipped ones (recipe.py), and leaves the test split to `python -m app.model.evaluate`. The same
arguments on the same data give the same weights up to the rounding of the machine's matrix
products. A training that diverges stops with a sentence and writes nothing.
"""

import argparse
import math
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from app.model.data.datasets import Dataset, DatasetError, Split, find_dataset, load_mnist
from app.model.drawings.pen_strokes import load_pen_strokes, split_by_writer
from app.model.evaluate.bounds import OutOfBoundsError, require_bounded
from app.model.evaluate.conditions import CONDITIONS, as_drawn
from app.model.evaluate.evaluation import Evaluation, evaluate
from app.model.initializers import INITIALIZERS
from app.model.metrics import precision, recall
from app.model.network import Network
from app.model.optimizers import DEFAULT_LEARNING_RATES, OPTIMIZERS, SGD, Optimizer
from app.model.schedules import SCHEDULES
from app.model.serialization import weights_digest, weights_to_npz
from app.model.train.loop import Progress, steps_of, train
from app.model.train.recipe import RECIPES, CheckpointError, RecipeTraining, gather_sources

ROOT = Path(__file__).parents[3]
PROGRAM = "python -m app.model"
BAR_WIDTH = 30
FREE_OPTIONS = (
    *("epochs", "batch_size", "optimizer", "learning_rate"),
    *("momentum", "schedule", "max_shift", "initializer"),
)
"""What a recipe decides, by the parser's names."""

Number = TypeVar("Number", int, float)


class DivergedError(Exception):
    """Training led to unusable weights; the message says when and what to do."""


def main(arguments: Sequence[str] | None = None, program: str = PROGRAM) -> int:
    """Run the command; the exit status is 0, or, with a message, 1 when training diverged and 2 for
    input that cannot be used. program: what it is a command of, for its messages."""
    parser = _parser(program)
    options = parser.parse_args(arguments)
    try:
        dataset = _dataset(options.data)
        if not options.output.parent.is_dir():  # say so now, not when training is done
            raise OSError(f"{options.output.parent}: no such folder to write weights to")
        with np.errstate(over="ignore", invalid="ignore"):  # divergence has a message of its own
            if options.recipe:
                _refuse_free_options(parser, options)
                _train_by_recipe(options, dataset)
            else:
                _train(options, dataset)
    except (DatasetError, CheckpointError, OSError) as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    except DivergedError as error:
        bar_end = "\n" if sys.stderr.isatty() else ""
        parser.exit(1, f"{bar_end}{parser.prog}: {error}\n")
    return 0


def _parser(program: str) -> argparse.ArgumentParser:
    join = " " if program != PROGRAM else "."
    measure = f"{program}{join}evaluate"
    parser = argparse.ArgumentParser(
        prog=f"{program}{join}train",
        description=f"Train the network that reads digits. {measure} measures what it learned.",
    )
    parser.set_defaults(measure=measure)
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help="folder with MNIST's four IDX files (default: where the API finds its data)",
    )

    training = parser.add_argument_group("training")
    training.add_argument(
        "--output",
        type=Path,
        default=Path("weights.npz"),
        metavar="FILE",
        help="where to write the weights (default: %(default)s)",
    )
    positive_int = _number(int, lambda value: value >= 1, "a whole number from 1")
    training.add_argument(
        "--epochs", type=positive_int, default=10, metavar="N", help="(default: %(default)s)"
    )
    training.add_argument(
        "--batch-size", type=positive_int, default=128, metavar="N", help="(default: %(default)s)"
    )
    training.add_argument(
        "--optimizer", choices=OPTIMIZERS, default="adam", help="(default: %(default)s)"
    )
    training.add_argument(
        "--learning-rate",
        type=_number(float, lambda value: 0 < value < math.inf, "a number above 0"),
        metavar="X",
        help=f"(default: the optimizer's of {DEFAULT_LEARNING_RATES})",
    )
    training.add_argument(
        "--momentum",
        type=_number(float, lambda value: 0 <= value < 1, "a number from 0 to below 1"),
        default=0.9,
        metavar="X",
        help='of the optimizer "momentum"; the others take none (default: %(default)s)',
    )
    training.add_argument(
        "--schedule",
        choices=SCHEDULES,
        default="cosine",
        help="of the learning rate over the epochs (default: %(default)s)",
    )
    training.add_argument(
        "--max-shift",
        type=_number(int, lambda value: 0 <= value <= 4, "a whole number from 0 to 4"),
        default=0,
        metavar="PIXELS",
        help="move training images at random by up to this many pixels (default: %(default)s)",
    )
    training.add_argument(
        "--initializer", choices=INITIALIZERS, default="he_normal", help="(default: %(default)s)"
    )
    training.add_argument(
        "--seed",
        type=_number(int, lambda value: value >= 0, "a whole number from 0"),
        default=0,
        metavar="N",
        help="the same seed gives the same weights (default: %(default)s)",
    )

    by_recipe = parser.add_argument_group("training by a recipe")
    by_recipe.add_argument(
        "--recipe",
        choices=RECIPES,
        help="learn from MNIST, pen strokes and drawings of our own, distorted, as the shipped "
        "weights did; the seed is the only option above that it takes",
    )
    by_recipe.add_argument(
        "--checkpoint",
        type=Path,
        metavar="FILE",
        help="where to keep the state after each epoch, and to resume from if it exists",
    )
    return parser


def _refuse_free_options(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Stop if an option is given that the recipe decides."""
    for name in FREE_OPTIONS:
        if getattr(options, name) != parser.get_default(name):
            parser.error(f"--{name.replace('_', '-')}: the recipe decides this; leave it out")


def _number(
    convert: Callable[[str], Number], is_allowed: Callable[[Number], bool], expected: str
) -> Callable[[str], Number]:
    """A type of argument, whose messages say what was expected and what was found."""

    def parse(text: str) -> Number:
        try:
            value = convert(text)
        except ValueError:
            value = None
        if value is None or not is_allowed(value):
            raise argparse.ArgumentTypeError(f"expected {expected}, found {text!r}")
        return value

    return parse


def _dataset(folder: Path | None) -> Dataset:
    dataset = load_mnist(folder, "the folder given") if folder else find_dataset(os.environ, ROOT)
    sizes = ", ".join(f"{name} {len(split):,}" for name, split in dataset.splits.items())
    _say(f"{dataset.title} ({dataset.source}): {sizes}; digest {dataset.digest[:16]}")
    return dataset


def _train(options: argparse.Namespace, dataset: Dataset) -> None:
    rng = np.random.default_rng(options.seed)
    network = Network.initialize(INITIALIZERS[options.initializer], rng)
    split = dataset.splits["train"]
    steps = train(
        network,
        _optimizer(options),
        split,
        steps=steps_of(options.epochs, split, options.batch_size),
        batch_size=options.batch_size,
        rng=rng,
        schedule=options.schedule,
        max_shift=options.max_shift,
    )
    validation = dataset.splits["validation"]
    for progress in steps:
        _require_finite(progress.loss, f"step {progress.step}")
        is_epoch_end = progress.step * options.epochs == progress.epoch * progress.steps
        if is_epoch_end:
            measured = evaluate(network, validation.images, validation.labels)
            _require_finite(measured.loss, f"the end of epoch {progress.epoch}")
            _show(progress, f"validation {measured.accuracy:.2%}, loss {measured.loss:.4f}", "\n")
        elif progress.step % 20 == 0 and sys.stderr.isatty():
            _show(progress, f"batch {progress.accuracy:.2%}, loss {progress.loss:.4f}", "")
    _write_weights(options.output, network)
    _report(network, "test", dataset.splits["test"])


def _train_by_recipe(options: argparse.Namespace, dataset: Dataset) -> None:
    if dataset.name == "embedded":
        _say("MNIST is missing: the few digits above take its place, which is not enough.")
    pens = split_by_writer(load_pen_strokes())
    sources = gather_sources(
        RECIPES[options.recipe],
        dataset.splits["train"],
        pens["train"],
        seed=options.seed,
        report=lambda name, done, total: _show_bar(
            done, total, f"drawing {name}", "\n" if done == total else ""
        ),
    )
    for source in sources:
        _say(f"{source.name}: {len(source.labels):,}, of which {source.per_epoch:,} an epoch")
    training = RecipeTraining(RECIPES[options.recipe], sources, options.seed)
    if options.checkpoint and options.checkpoint.exists():
        training.restore(options.checkpoint.read_bytes())
        _say(f"resuming after epoch {training.epoch} of {options.checkpoint}")
    validation = {
        "validation": dataset.splits["validation"],
        "pen strokes": as_drawn(pens["validation"], CONDITIONS[0]),
    }
    for loss in training.run():
        network = _averaged(training)
        if options.checkpoint:
            _write_whole(options.checkpoint, training.checkpoint())
        figures = f"loss {loss:.4f}"
        for name, split in validation.items():
            measured = evaluate(network, split.images, split.labels)
            figures += f", {name} {measured.accuracy:.2%}"
        done, total = training.epoch, training.recipe.epochs
        _show_bar(done, total, f"epoch {done}: {figures}", "\n")
    _write_weights(options.output, training.network)
    _say(f"measure it: {options.measure} {options.output}")


def _averaged(training: RecipeTraining) -> Network:
    """Raises DivergedError, before a checkpoint is written that nobody can resume from."""
    try:
        return training.network
    except ValueError as error:  # NaN stays in an average forever
        raise DivergedError(f"training diverged in epoch {training.epoch}: {error}") from error


def _require_finite(loss: float, when: str) -> None:
    """Raises DivergedError."""
    if not math.isfinite(loss):
        raise DivergedError(
            f"training diverged: at {when} the loss is not finite. Nothing was written; "
            "lower --learning-rate"
        )


def _write_weights(path: Path, network: Network) -> None:
    """Raises DivergedError for weights that a service would refuse, and leaves the file alone."""
    try:
        require_bounded(network.params)
    except OutOfBoundsError as error:
        raise DivergedError(
            f"training diverged: {error}. Nothing was written; lower the learning rate"
        ) from error
    path.write_bytes(weights_to_npz(network.params))
    _say(f"wrote {path}, digest {weights_digest(network.params)}")


def _write_whole(path: Path, content: bytes) -> None:
    """Replace a file as a whole: it is the new one or the old one, whenever the program is
    stopped."""
    temporary = path.with_name(path.name + ".part")
    temporary.write_bytes(content)
    temporary.replace(path)


def _optimizer(options: argparse.Namespace) -> Optimizer:
    learning_rate = options.learning_rate or DEFAULT_LEARNING_RATES[options.optimizer]
    if options.optimizer == "momentum":
        return SGD(learning_rate, options.momentum)
    return OPTIMIZERS[options.optimizer](learning_rate)


def _report(network: Network, split_name: str, split: Split) -> None:
    measured = evaluate(network, split.images, split.labels)
    _say(f"{split_name}: accuracy {measured.accuracy:.2%}, loss {measured.loss:.4f}")
    _say(_table(measured))


def _table(measured: Evaluation) -> str:
    """The confusion matrix with each digit's recall (share of its row) and precision."""
    header = "label" + "".join(f"{digit:>6}" for digit in range(10)) + "   recall  precision"
    rows = [
        f"{digit:>5}" + "".join(f"{count:>6}" for count in counts) + f"{found:>9.2%}{right:>11.2%}"
        for digit, counts, found, right in zip(
            range(10),
            measured.confusion,
            recall(measured.confusion),
            precision(measured.confusion),
            strict=True,
        )
    ]
    return "\n".join([header, *rows])


def _show(progress: Progress, figures: str, end: str) -> None:
    text = f"epoch {progress.epoch}: {figures}"
    _show_bar(progress.step, progress.steps, text, end)


def _show_bar(done: int, total: int, text: str, end: str) -> None:
    """Redraw the progress bar: it goes to standard error, so that output can be redirected."""
    if not (end or sys.stderr.isatty()):
        return
    filled = BAR_WIDTH * done // total
    bar = "#" * filled + "." * (BAR_WIDTH - filled)
    start = "\r" if sys.stderr.isatty() else ""
    sys.stderr.write(f"{start}[{bar}] {text:<50}{end}")
    sys.stderr.flush()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
