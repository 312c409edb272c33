"""The figures of all folds as Markdown."""

from collections.abc import Sequence

import numpy as np

from app.model.arrays import FloatArray
from app.model.crossvalidate.folds import Fold
from app.model.metrics import calibration_error
from app.model.readability import LEAST_PROBABILITY

REJECTED_DIGITS = 0.01
"""The share of natural drawings rejected by the threshold at which rejections are compared."""


def report(folds: Sequence[Fold]) -> list[str]:
    """Lines of Markdown: the figures of all writers together, and of the worst ones."""
    writers = np.concatenate([fold.writers for fold in folds])
    lines = [
        f"{len(set(writers))} writers in {len(folds)} folds, {len(writers):,} drawings, each read "
        "by a network that learned from none of its fold's writers:",
        "",
        "| pen strokes | accuracy | of folds, from and to | right and not rejected | rejected "
        "| worst writers | calibration error |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for number in range(len(folds[0].readings)):
        readings = [fold.readings[number] for fold in folds]
        is_right = [reading.log_probs.argmax(axis=1) == reading.labels for reading in readings]
        is_rejected = [np.array([bool(why) for why in each.rejections]) for each in readings]
        right, rejected = np.concatenate(is_right), np.concatenate(is_rejected)
        of_folds = [each.mean() for each in is_right]
        worst = ", ".join(f"{100 * share:.1f}" for share in _by_writer(writers, right)[:3])
        uncalibrated = calibration_error(
            np.concatenate([reading.log_probs for reading in readings]),
            np.concatenate([reading.labels for reading in readings]),
        )
        lines.append(
            f"| {readings[0].name.removeprefix('pen strokes, ')} | {right.mean():.2%} "
            f"| {min(of_folds):.2%}, {max(of_folds):.2%} | {(right & ~rejected).mean():.2%} "
            f"| {rejected.mean():.2%} | {worst} % | {uncalibrated:.2%} |"
        )
    natural = np.concatenate([fold.readings[0].log_probs.max(axis=1) for fold in folds])
    threshold = float(np.exp(np.quantile(natural, REJECTED_DIGITS)))
    lines += [
        "",
        "| stored digits | accuracy, mean of the folds | lowest and highest |",
        "| --- | --- | --- |",
    ]
    for name in folds[0].stored:
        shares = [fold.stored[name] for fold in folds]
        lines.append(f"| {name} | {np.mean(shares):.2%} | {min(shares):.2%}, {max(shares):.2%} |")
    lines += [
        "",
        f"| non-digits | rejected | at 1 % rejected digits, a threshold of {threshold:.2f} |",
        "| --- | --- | --- |",
    ]
    for name, shares_rejected in _rejected(folds, threshold).items():
        lines.append(f"| {name} | {shares_rejected[0]:.1%} | {shares_rejected[1]:.1%} |")
    return lines


def _by_writer(writers: FloatArray, is_right: FloatArray) -> list[float]:
    """The share of each writer's drawings that is read right, lowest first."""
    return sorted(float(is_right[writers == writer].mean()) for writer in set(writers.tolist()))


def _rejected(folds: Sequence[Fold], threshold: float) -> dict[str, tuple[float, float]]:
    """By group, the shares that are rejected: by the page's threshold, and by this one."""
    shares: dict[str, tuple[float, float]] = {}
    for name in folds[0].non_digits:
        groups = [fold.non_digits[name] for fold in folds]
        probabilities = np.concatenate([group.probabilities for group in groups])
        is_seen = np.concatenate([group.is_seen_in_the_ink for group in groups])
        shares[name] = (
            float((is_seen | (probabilities < LEAST_PROBABILITY)).mean()),
            float((is_seen | (probabilities < threshold)).mean()),
        )
    return shares
