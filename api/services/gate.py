"""The gate: the conditions that weights must meet to become everyone's.

    bounded on any image -> not clearly worse than the bar, on digits and on drawings -> new

The bar is the baseline: the shipped weights, or the version that the operator last chose. It is not
the best version so far: the held-out data is public, so whoever trains on it could raise that bar
beyond what honest weights reach. Nor is it the current version: then anyone could walk the weights
down, a margin at a time.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from api.services.held_out import KindReading, Reading
from app.model.arrays import FloatArray
from app.model.evaluate.bounds import OutOfBoundsError, require_bounded
from app.model.network import Network

CONFIDENCE = 1.645
"""Standard errors; see `judge`."""
MOST_CHANCE = 0.03
"""However few the samples are, no larger share of them is attributed to chance."""
LOSS_RATIO = 2
"""How many times the baseline's loss a candidate's may be. Weights times a thousand read as well,
but are certain of all they misread, and nobody could train them further."""
GOOD_LOSS = 1.0
"""No loss up to here is too high. Guessing has ln 10 = 2.3; the shipped weights have 0.02 on MNIST,
0.18 on the harder digits of the embedded data, and there 0.8 when they are blind to a digit or ten
times as sure."""
ROUNDING = 1e-9
"""For rounding: 0.99 - 0.01 is not 0.98 to a computer."""
LEAST_CHANGE = 0.001
"""Weights are new if some held-out sample gets probabilities that differ by more than this, as a
share of all (the total variation distance). Measured with 500 digits and 500 drawings, from the
shipped weights: one step with the page's settings changes some answer by 0.006 to 0.007, ten steps
by 0.05 to 0.08; teaching one misread drawing by 0.04 to 0.2. From the former weights:
permuting or rescaling the hidden units, which changes all weights but not what they compute, comes
to 0.000002; one weight changed by 0.000001 to 0.00000002; rounding to float16 to 0.0008."""
ALIKE_LOSSES = 0.01
"""Weights whose loss differs by a larger share are new; single answers need no comparison."""


class Judgement(NamedTuple):
    """For one kind of samples: the candidate's figures, what is required, and why it is refused, a
    sentence for people, or an empty text."""

    accuracy: float
    required_accuracy: float
    loss: float
    allowed_loss: float
    refusal: str


class Drop(NamedTuple):
    """By how much an accuracy is below another one, on the same samples, and the standard error of
    that; as shares of the samples, the first one negative for a rise."""

    size: float
    standard_error: float


def is_bounded(network: Network) -> bool:
    try:
        require_bounded(network.params)
    except OutOfBoundsError:
        return False
    return True


def judge_kinds(
    candidate: Reading, baseline: Reading, baseline_id: int, margin: float
) -> list[Judgement]:
    """Judge on digits and, if the data has some, on drawings; see `judge`."""
    kinds = zip(candidate.kinds, baseline.kinds, strict=True)
    return [judge(ours, theirs, baseline_id, margin) for ours, theirs in kinds]


def refusal_in(judgements: list[Judgement]) -> str:
    """Why weights are refused, or an empty text."""
    return next((each.refusal for each in judgements if each.refusal), "")


def figures_of(judgements: list[Judgement]) -> dict[str, Any]:
    """On digits and, perhaps, on drawings, by the names in the API's JSON."""
    digits, drawings = judgements if len(judgements) > 1 else (judgements[0], None)
    return {
        "accuracy": digits.accuracy,
        "required_accuracy": digits.required_accuracy,
        "held_out_loss": digits.loss,
        "allowed_loss": digits.allowed_loss,
        "drawings_accuracy": drawings and drawings.accuracy,
        "required_drawings_accuracy": drawings and drawings.required_accuracy,
        "drawings_loss": drawings and drawings.loss,
        "allowed_drawings_loss": drawings and drawings.allowed_loss,
    }


def judge(
    candidate: KindReading, baseline: KindReading, baseline_id: int, margin: float
) -> Judgement:
    """Whether a candidate is clearly worse than the baseline on one kind of samples.

    margin: share of the samples, 0 to 1, that it may be worse. A larger drop has to be significant:
    the drop minus 1.645 standard errors must exceed the margin. So of candidates that truly are the
    margin worse, one in twenty is refused (a one-sided test, by the normal distribution), of better
    ones fewer. A large drop is always refused, as no more than MOST_CHANCE is attributed to chance.
    """
    dropped = drop(baseline, candidate)
    chance = min(CONFIDENCE * dropped.standard_error, MOST_CHANCE)
    required = baseline.accuracy - margin - chance
    allowed = max(LOSS_RATIO * baseline.loss, GOOD_LOSS)
    samples = f"{len(candidate.is_right):,} held-out {candidate.kind}"
    refusal = ""
    if candidate.accuracy < required - ROUNDING:
        refusal = (
            f"These weights read {candidate.accuracy:.2%} of {samples} right, version "
            f"{baseline_id} {baseline.accuracy:.2%}, and at least {required:.2%} is needed."
        )
    elif candidate.loss > allowed:
        refusal = (
            f"These weights have a loss of {candidate.loss:.4g} on {samples}, version "
            f"{baseline_id} {baseline.loss:.4g}, and at most {allowed:.4g} is allowed: they are "
            "far too sure of what they misread."
        )
    return Judgement(candidate.accuracy, required, candidate.loss, allowed, refusal)


def drop(before: KindReading, after: KindReading) -> Drop:
    """How much worse `after` reads the samples.

    Paired, as McNemar's test is: samples that both read right, or neither, say nothing about the
    difference. With d = 1 where only `before` is right, -1 where only `after` is and else 0, it is
    the mean of d. Its standard error is sqrt(sum (D - mean D)^2) / n, where D adds d up over the
    ways in which one drawing is drawn: these are one hand's, so a network that misreads one tends
    to misread the others (the cluster-robust variance of Liang and Zeger, "Longitudinal data
    analysis using generalized linear models", Biometrika 73, 1986; where each sample occurs once,
    that of Agresti, Categorical Data Analysis, 2nd edition, 2002, section 10.1).
    """
    difference = before.is_right.astype(np.int64) - after.is_right
    of_each = difference.reshape(before.ways, -1).sum(axis=0)
    spread = float(((of_each - of_each.mean()) ** 2).sum())
    return Drop(float(difference.mean()), math.sqrt(spread) / len(difference))


def are_losses_alike(first: float, second: float) -> bool:
    """May two versions be near copies, so that their answers need a comparison?"""
    return abs(first - second) <= ALIKE_LOSSES * max(first, second)


def are_answers_alike(first: FloatArray, second: FloatArray) -> bool:
    """Are two versions practically the same, whatever their weights are? first, second: the
    probabilities, (k, 10), that they give to the same held-out samples.

    Then neither reads better than the other beyond chance.
    """
    differences = np.abs(first.astype(np.float64) - second).sum(axis=1)
    return float(differences.max()) / 2 <= LEAST_CHANGE
