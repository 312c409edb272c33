"""Publishing: whoever has better weights may replace the shared ones, and any can come back.

    candidate -> measured on held-out data -> the gate (gate.py) -> compare-and-set in the store

What the operator does passes no gate, but for one thing: weights that may overflow on some image
(app/model/bounds.py) become current in no way.
"""

import math
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np

from api.services.gate import (
    LEAST_CHANGE,
    are_answers_alike,
    are_losses_alike,
    figures_of,
    judge_kinds,
)
from api.services.held_out import HeldOut, Reading
from api.services.problems import BusyError, NotFoundError, PreconditionError, RefusedError
from api.services.weights import SharedWeights
from api.stores.versions import AlongWith, Candidate, CurrentChangedError, Version, VersionStore
from app.model.arrays import ByteArray, FloatArray
from app.model.bounds import LARGEST, OutOfBoundsError, require_bounded
from app.model.network import Network
from app.model.optimizers import SGD
from app.model.serialization import weights_digest, weights_to_npz
from app.model.training import train_step

ATTEMPTS = 10
"""To replace the current version while others do the same, each some 20 ms."""
SAMPLE_LEARNING_RATE = 0.003
MAX_LEARNING_RATE = 0.1
"""Of a step with the samples that a visitor sends: in proportion to their number (Goyal et al.,
"Accurate, Large Minibatch SGD", 2017, section 2.1) from what one sample bears without costing
accuracy elsewhere (app/model/training.py), up to the usual rate of plain gradient descent."""

Matches = Callable[[str], bool]
"""Does the caller's condition hold when this is the digest of the current version?"""


class Published(NamedTuple):
    version: Version
    is_new: bool
    """False where the same weights had been published before."""


class Measured(NamedTuple):
    """A candidate, and what it says of the held-out samples."""

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
        self, params: dict[str, FloatArray], author: str | None, matches: Matches | None = None
    ) -> Published:
        """Make these weights everyone's. Raises PreconditionError if `matches` does not hold,
        RefusedError if the gate refuses them; those that are clearly worse are kept as a candidate.
        """
        measured = self.measure(params, author, "published")
        digest = measured.candidate.digest
        is_admitted = False
        for _ in range(ATTEMPTS):
            current = self._require_match(matches, digest)
            if current.digest == digest:
                return Published(current, is_new=False)
            try:
                is_new = self._store.find(digest) is None
                if not is_admitted:  # once: it takes longer than others need to publish meanwhile
                    self._require_good(measured, current)
                    if is_new:
                        self._require_new(measured.candidate, params, current)
                    is_admitted = True
                return Published(self._store.publish(measured.candidate, current.id), is_new)
            except (CurrentChangedError, NotFoundError):  # changed, and dropped meanwhile
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
        (n,), published like any other weights, also when they are nearly the same: one sample that
        is read right teaches little. Raises what `publish` does.
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
                    return Trained(loss, Published(current, is_new=False))
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
        """Weights that the operator had trained: current without a gate, and the baseline. Raises
        RefusedError for those that may overflow. `also` is done in the same transaction."""
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
                self._weights.version(version)  # may be what has changed: dropped meanwhile
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

    # Steps of the above

    def _require_match(self, matches: Matches | None, candidate: str | None = None) -> Version:
        """The current version. Raises PreconditionError.

        Who asks for what is done already, as when an answer got lost on its way, is not refused.
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
        """Raises RefusedError for weights that are clearly worse, and keeps them to look at."""
        baseline = self._store.baseline() or current
        bar = self._weights.reading(baseline.digest)
        judgements = judge_kinds(measured.reading, bar, baseline.id, self.margin)
        if refusal := next((each.refusal for each in judgements if each.refusal), ""):
            kept = self._store.keep(measured.candidate, current.id)
            members |= figures_of(judgements) | {"candidate": kept, "current": current}
            raise RefusedError(f"{refusal} They are kept as candidate {kept.id}.", **members)

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
