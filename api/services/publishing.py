r"""Publishing: whoever has better weights may replace the shared ones, and any can come back.

    candidate -> measured on held-out data -> the gate (gate.py) -> compare-and-set in the store
       \-> if others were published since it began: averaged with them, and measured again

The operator's changes pass no gate, with one exception: weights that may overflow on some image
(app/model/evaluate/bounds.py) never become current.
"""

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from api.services.gate import (
    LEAST_CHANGE,
    Judgement,
    are_answers_alike,
    are_losses_alike,
    figures_of,
    judge_kinds,
    refusal_in,
)
from api.services.held_out import HeldOut, Reading
from api.services.problems import BusyError, NotFoundError, PreconditionError, RefusedError
from api.services.weights import SharedWeights
from api.stores.versions import AlongWith, Candidate, CurrentChangedError, Version, VersionStore
from app.model.arrays import ByteArray, FloatArray
from app.model.evaluate.bounds import LARGEST, OutOfBoundsError, require_bounded
from app.model.network import Network
from app.model.optimizers import SGD
from app.model.serialization import weights_digest, weights_to_npz
from app.model.training import train_step

ATTEMPTS = 30
"""Attempts to replace the current version while other processes do the same, each some 30 ms."""
LEAST_SHARE = 1 / 32
"""The least share of weights in a mean, however many versions were published since they began."""
SAMPLE_LEARNING_RATE = 0.003
MAX_LEARNING_RATE = 0.1
"""The learning rate of a step on the samples that a visitor sends: in proportion to their number
(Goyal et al., "Accurate, Large Minibatch SGD", 2017, section 2.1) from the rate that one sample
bears without costing accuracy elsewhere (app/model/training.py), up to the usual rate of plain
gradient descent."""

Matches = Callable[[str], bool]
"""Does the caller's condition hold when this is the digest of the current version?"""


class Published(NamedTuple):
    version: Version
    is_new: bool
    """False if the same weights had been published before."""
    is_change: bool = True
    """False if the version that was current before still is."""
    is_merged: bool = False
    """The version is the mean of what was sent and of what others published."""


class Measured(NamedTuple):
    """A candidate, and its answers for the held-out samples."""

    candidate: Candidate
    reading: Reading


class Trained(NamedTuple):
    """loss: mean cross-entropy of the samples before the step."""

    loss: float
    published: Published


class Publisher:
    def __init__(
        self, store: VersionStore, weights: SharedWeights, held_out: HeldOut, margin: float
    ) -> None:
        """margin: share of held-out samples, 0 to 1, that a candidate may be worse."""
        self._store = store
        self._weights = weights
        self._held_out = held_out
        self.margin = margin

    def publish(
        self,
        params: dict[str, FloatArray],
        author: str | None,
        matches: Matches | None = None,
        base: str | None = None,
    ) -> Published:
        """Make these weights everyone's. Raises PreconditionError if `matches` does not hold,
        RefusedError if the gate refuses them; those that are clearly worse are kept as a candidate.

        base: the digest of the version that they were trained from. If others were published since,
        these weights join them (see `_merge`), once; without a base, they replace them.
        """
        measured = self.measure(params, author, "published")
        digest = measured.candidate.digest
        is_admitted = False
        for _ in range(ATTEMPTS):
            current = self._require_match(matches, digest)
            if current.digest == digest:
                return Published(current, is_new=False, is_change=False)
            try:
                if base not in (None, current.digest) and (mean := self._store.find_mean(digest)):
                    # Sent again, as when an answer got lost.
                    return Published(mean, is_new=False, is_change=False, is_merged=True)
                known = self._store.find(digest)
                if not is_admitted:  # only once: meanwhile others publish
                    self._require_good(measured, current)
                    if known is None:
                        self._require_new(measured.candidate, params, current)
                    is_admitted = True
                if base in (None, current.digest):
                    version = self._store.publish(measured.candidate, current.id)
                    return Published(version, is_new=known is None)
                if known is not None and known.is_accepted:  # the others built on it, or on more
                    return Published(known, is_new=False, is_change=False)
                return self._merge(measured, params, str(base), current)
            except (CurrentChangedError, NotFoundError):  # changed, or dropped meanwhile
                continue
        raise _too_many_writers()

    def train(
        self,
        images: ByteArray,
        labels: ByteArray,
        author: str | None,
        matches: Matches | None = None,
    ) -> Trained:
        """One step of gradient descent of the current weights on images (n, 784) uint8 with labels
        (n,), published like any other weights, even if they are nearly the same: one sample that is
        read right already teaches little. Raises what `publish` does.
        """
        for _ in range(ATTEMPTS):
            current = self._require_match(matches)
            try:
                network = self._weights.network(current)
                rate = min(SAMPLE_LEARNING_RATE * len(labels), MAX_LEARNING_RATE)
                with np.errstate(over="ignore", invalid="ignore"):  # refused as a candidate
                    loss = train_step(network, SGD(rate, momentum=0.0), images, labels).loss
                measured = self.measure(network.params, author, "patched")
                candidate = measured.candidate
                if candidate.digest == current.digest:
                    return Trained(loss, Published(current, is_new=False, is_change=False))
                self._require_good(measured, current, loss=loss)
                is_new = self._store.find(candidate.digest) is None
                published = self._store.publish(candidate, current.id)
                return Trained(loss, Published(published, is_new))
            except (CurrentChangedError, NotFoundError):
                continue
        raise _too_many_writers()

    def publish_retrained(
        self, params: dict[str, FloatArray], also: AlongWith | None = None
    ) -> Version:
        """Publish weights that the operator had trained: current without the gate, and the
        baseline. Raises RefusedError for those that may overflow. `also` is done in the same
        transaction."""
        candidate = self.measure(params, None, "retrained").candidate
        for _ in range(ATTEMPTS):
            current = self._weights.current()
            try:
                return self._store.publish(candidate, current.id, is_baseline=True, also=also)
            except CurrentChangedError:
                continue
        raise _too_many_writers()

    def promote(self, version: int, matches: Matches | None = None) -> Version:
        """The operator makes any version current. Raises NotFoundError, PreconditionError, and
        RefusedError for one that may overflow."""
        chosen = self._weights.version(version)
        self._require_bounded(self._weights.network(chosen).params)
        for _ in range(ATTEMPTS):
            current = self._require_match(matches)
            try:
                self._store.promote(chosen.id, current.id)
            except CurrentChangedError:
                self._weights.version(version)  # raises if it was dropped meanwhile
                continue
            return self._weights.version(version)
        raise _too_many_writers()

    def set_pinned(self, version: int, is_pinned: bool) -> Version:
        """Raises NotFoundError."""
        self._store.set_pinned(self._weights.version(version).id, is_pinned)
        return self._weights.version(version)

    def measure(self, params: dict[str, FloatArray], author: str | None, source: str) -> Measured:
        """Raises RefusedError for weights that may overflow."""
        self._require_bounded(params)
        reading = self._held_out.read(Network(params["w1"], params["w2"]))
        candidate = Candidate(
            digest=weights_digest(params),
            content=weights_to_npz(params),
            author=author,
            source=source,
            measurement=reading.measurement,
        )
        return Measured(candidate, reading)

    # Helpers

    def _merge(
        self, own: Measured, params: dict[str, FloatArray], base: str, current: Version
    ) -> Published:
        """Publish the mean of these weights and of what was published since their base.

        Networks that were trained apart from the same weights can be averaged (McMahan et al.,
        "Communication-Efficient Learning of Deep Networks from Decentralized Data", AISTATS 2017,
        algorithm 1). Of k that are published one after the other, the k-th gets a share of 1/k, so
        all count the same. Adding up their changes does not work: 30 networks after 50 steps each
        from the shipped weights, which read 99.0 % of MNIST's test digits, would add up to one that
        reads 89.2 %, while their mean reads 99.0 %.

        Where the mean is clearly worse, as with networks from different starts, these weights
        replace the current ones, unless the operator has chosen others since: then RefusedError.
        """
        began = self._store.find(base)
        turns = 0 if began is None else began.turn
        others = current.turn - turns if turns else math.inf
        share = np.float32(max(1 / (1 + others), LEAST_SHARE))
        theirs = self._weights.network(current).params
        mean: dict[str, FloatArray] = {
            name: theirs[name] + share * (params[name] - theirs[name]) for name in params
        }
        baseline = self._store.baseline() or current
        try:
            merged = self.measure(mean, own.candidate.author, own.candidate.source)
            refusal = refusal_in(self._judge(merged, baseline))
        except RefusedError as error:  # it may overflow
            refusal = str(error)
        if not refusal:
            answers = self._held_out.probe(Network(mean["w1"], mean["w2"]))
            if are_answers_alike(answers, self._weights.answers(current.digest)):
                # Nearly what was sent before, and is in the mean already.
                return Published(current, is_new=False, is_change=False, is_merged=True)
            is_new = self._store.find(merged.candidate.digest) is None
            sent = replace(merged.candidate, sent=own.candidate.digest)
            version = self._store.publish(sent, current.id)
            return Published(version, is_new, is_merged=True)
        if baseline.turn > turns:
            raise RefusedError(
                f"The operator has chosen version {baseline.id} since you began, and the mean of "
                f"your weights and of version {current.id} is refused: {refusal} Load the shared "
                "weights, and train those.",
                current=current,
            )
        return Published(self._store.publish(own.candidate, current.id), is_new=True)

    def _require_match(self, matches: Matches | None, candidate: str | None = None) -> Version:
        """The current version. Raises PreconditionError.

        A request for what is done already, as when an answer got lost, is not refused.
        """
        current = self._weights.current()
        if matches is None or matches(current.digest) or current.digest == candidate:
            return current
        raise PreconditionError(
            f"Someone else published version {current.id} ({current.measurement.accuracy:.2%}) "
            "since you fetched the weights. Fetch them again and build on them, or send "
            f'If-Match: "{current.digest}" to replace them.',
            current=current,
        )

    def _require_bounded(self, params: dict[str, FloatArray]) -> None:
        """Raises RefusedError, with both numbers."""
        try:
            require_bounded(params)
        except OutOfBoundsError as error:
            raise RefusedError(
                f"These weights may overflow: {error}. Train with a lower learning rate.",
                reach=error.reach if math.isfinite(error.reach) else None,
                allowed_reach=LARGEST,
                current=self._store.current(),
            ) from error

    def _require_good(self, measured: Measured, current: Version, **members: Any) -> None:
        """Raises RefusedError for weights that are clearly worse, and keeps them as a candidate."""
        judgements = self._judge(measured, self._store.baseline() or current)
        if refusal := refusal_in(judgements):
            kept = self._store.keep(measured.candidate, current.id)
            members |= figures_of(judgements) | {"candidate": kept, "current": current}
            raise RefusedError(f"{refusal} They are kept as candidate {kept.id}.", **members)

    def _judge(self, measured: Measured, baseline: Version) -> list[Judgement]:
        bar = self._weights.reading(baseline.digest)
        return judge_kinds(measured.reading, bar, baseline.id, self.margin)

    def _require_new(
        self, candidate: Candidate, params: dict[str, FloatArray], current: Version
    ) -> None:
        """Raises RefusedError for weights that answer as an accepted version does."""
        answers = self._held_out.probe(Network(params["w1"], params["w2"]))
        for version in self._store.all():
            if not (version.is_accepted and self._held_out.is_current(version.measurement)):
                continue
            if not are_losses_alike(candidate.measurement.loss, version.measurement.loss):
                continue
            with suppress(NotFoundError):  # dropped meanwhile
                if are_answers_alike(answers, self._weights.answers(version.digest)):
                    raise RefusedError(
                        f"These weights are practically version {version.id}: no held-out sample "
                        f"gets an answer that differs by more than {LEAST_CHANGE:.1%}. Train them "
                        "further.",
                        same_as=version,
                        current=current,
                    )


def _too_many_writers() -> BusyError:
    return BusyError("Too many others publish at this moment. Try again.")
