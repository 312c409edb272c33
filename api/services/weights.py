"""The shared weights: whoever has better ones may replace them, and any version can come back.

    candidate -> measured on held-out data -> the gate -> compare-and-set in the store

The gate: a candidate is refused if its accuracy is more than a margin below that of the current
version, or of the baseline, the version that the operator last chose. Without the latter anyone
could walk the weights down, a margin at a time. It is refused too if its loss is far above theirs:
weights times a thousand read as well, but are sure of all they misread, and nobody could train them
on. What the operator does passes no gate.

What is cached is named by digest, so every process's copy is right; which digest is current is
asked of the store each time, so none serves an older version after a publish was answered.
"""

import gzip
import math
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from flask_caching import Cache

from api.representations import JSON, NPZ, Representation
from api.services.held_out import HeldOut
from api.services.problems import (
    BusyError,
    NotFoundError,
    PreconditionError,
    RefusedError,
)
from api.stores.versions import (
    Candidate,
    CurrentChangedError,
    Measurement,
    Version,
    VersionStore,
)
from app.model.arrays import ByteArray, FloatArray
from app.model.network import Network
from app.model.optimizers import SGD
from app.model.serialization import (
    weights_digest,
    weights_from_npz,
    weights_to_json,
    weights_to_npz,
)
from app.model.training import train_step

WEIGHTS_TYPES = (JSON, NPZ)
"""What */* means comes first: the original's clients send it and read JSON."""

SOURCES = ("shipped", "published", "patched", "retrained")
ATTEMPTS = 10
"""To replace the current version while others do the same, each some 20 ms."""
LOSS_RATIO = 2
"""How many times the lower loss of the current version and the baseline a candidate's may be."""
GOOD_LOSS = 1.0
"""No loss up to here is too high. Guessing has ln 10 = 2.3; the shipped weights have 0.02 on MNIST,
0.18 on the harder digits of the embedded data, and there 0.8 when they are blind to a digit or ten
times as sure."""
ROUNDING = 1e-9
"""Accuracies are compared as written: 0.99 - 0.01 is not 0.98 to a computer."""

SAMPLE_LEARNING_RATE = 0.003
MAX_LEARNING_RATE = 0.1
"""Of a step with the samples that a visitor sends: in proportion to their number (Goyal et al.,
"Accurate, Large Minibatch SGD", 2017, section 2.1) from what one sample bears without costing
accuracy elsewhere (app/model/training.py), up to the usual rate of plain gradient descent."""

READINGS_KEPT = 128
"""Readings of versions that were compared, 5 kB each."""

Matches = Callable[[str], bool]
"""Does the caller's condition hold when this is the digest of the current version?"""


class Published(NamedTuple):
    version: Version
    is_new: bool
    """False where the same weights had been published before."""


class Trained(NamedTuple):
    """loss: mean cross-entropy of the samples before the step."""

    loss: float
    published: Published


class Comparison(NamedTuple):
    """Two versions on the same held-out samples; recalls are of the digits 0 to 9."""

    versions: tuple[Version, Version]
    recalls: tuple[list[float], list[float]]
    samples: int
    only_first_right: int
    only_second_right: int
    distance: float
    """Euclidean, between all weights, as a share of the first one's length."""


class SharedWeights:
    def __init__(self, store: VersionStore, cache: Cache, held_out: HeldOut, margin: float) -> None:
        """margin: share of held-out samples, 0 to 1, that a candidate may be worse."""
        self._store = store
        self._cache = cache
        self._held_out = held_out
        self.margin = margin
        self._readings: Callable[[str], ByteArray] = lru_cache(READINGS_KEPT)(self._read)

    def begin_with(self, params: dict[str, FloatArray]) -> None:
        """Have the shipped weights in the store, pinned: current in a new store, and in one where
        nothing but shipped weights was ever current. Figures of other data are measured again.

        Several processes may do so at the same time.
        """
        for version in self._store.all():
            if version.measurement.data != self._held_out.data:
                with suppress(NotFoundError):  # another process has just dropped it for its age
                    measurement = self._measured(version)
                    if _is_finite(measurement):
                        self._store.remeasure(version.id, measurement)
        candidate = self._candidate(params, None, "shipped")
        if self._store.find(candidate.digest) is not None:
            return
        current = self._store.current()
        # Shipped weights may also be current because the operator went back to them.
        was_changed = any(v.is_accepted and v.source != "shipped" for v in self._store.all())
        try:
            if current is None or not was_changed:
                replacing = None if current is None else current.id
                self._store.publish(candidate, replacing, is_baseline=True, is_pinned=True)
            else:
                self._store.keep(candidate, None, is_accepted=True, is_pinned=True)
        except CurrentChangedError:
            pass  # another process did it, or a visitor was quicker

    # Reading

    @property
    def held_out_size(self) -> int:
        """How many samples accuracies are measured on."""
        return len(self._held_out)

    def digest(self) -> str:
        """Of the current version, as of now."""
        digest = self._store.current_digest()
        if digest is None:
            raise BusyError("There are no weights yet: the service is starting.")
        return digest

    def representation(self, media_type: str, coding: str) -> Representation:
        """The current weights in one of WEIGHTS_TYPES."""
        for _ in range(ATTEMPTS):
            made = self._representation(self.digest(), media_type, coding)
            if made is not None:
                return made
        raise BusyError("The weights change faster than they can be read. Try again.")

    def version_content(self, version: Version) -> Representation:
        """The weights of any version as .npz."""
        made = self._representation(version.digest, NPZ, "identity")
        if made is None:
            raise _not_found(version.id)
        return made

    def _representation(self, digest: str, media_type: str, coding: str) -> Representation | None:
        """None if there are no such weights any more. An .npz's tag is the digest, as it stands.

        An .npz is never compressed: that would save 7 %. JSON is 1.2 MB, so kept only compressed.
        """
        if media_type == JSON and coding == "identity":
            compressed = self._representation(digest, JSON, "gzip")
            if compressed is None:
                return None
            return Representation(
                gzip.decompress(compressed.content), JSON, "identity", f"{digest}-json"
            )
        if media_type == NPZ:
            coding = "identity"
        key = f"weights:{digest}:{media_type}:{coding}"
        found: Representation | None = self._cache.get(key)
        if found is not None:
            return found
        npz = self._store.content(digest)
        if npz is None:
            return None
        if media_type == NPZ:
            made = Representation.encode(npz, NPZ, coding, digest)
        else:
            content = weights_to_json(_network(npz).params)
            made = Representation.encode(content, JSON, coding, f"{digest}-json")
        self._cache.set(key, made)
        return made

    # Writing

    def publish(
        self, params: dict[str, FloatArray], author: str | None, matches: Matches | None = None
    ) -> Published:
        """Make these weights everyone's. Raises PreconditionError if `matches` does not hold,
        RefusedError if they are clearly worse, and then keeps them as a candidate.
        """
        candidate = self._candidate(params, author, "published")
        for _ in range(ATTEMPTS):
            current = self._require_match(matches, candidate.digest)
            try:
                return self._replace(current, candidate)
            except (CurrentChangedError, NotFoundError):  # changed, and dropped for its age
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
        (n,), published like any other weights. Raises what `publish` does.
        """
        for _ in range(ATTEMPTS):
            current = self._require_match(matches)
            try:
                network = self._network_of(current)
            except NotFoundError:  # another one is current by now, and this one was dropped
                continue
            rate = min(SAMPLE_LEARNING_RATE * len(labels), MAX_LEARNING_RATE)
            with np.errstate(over="ignore", invalid="ignore"):  # refused as a candidate
                loss = train_step(network, SGD(rate, momentum=0.0), images, labels).loss
            candidate = self._candidate(network.params, author, "patched")
            if not math.isfinite(loss):
                raise RefusedError("The loss of these samples is no finite number.")
            try:
                return Trained(loss, self._replace(current, candidate, loss=loss))
            except (CurrentChangedError, NotFoundError):
                continue
        raise _too_many_writers()

    def publish_retrained(self, params: dict[str, FloatArray]) -> Version:
        """Weights that the operator had trained: current without a gate, and the baseline."""
        candidate = self._candidate(params, None, "retrained")
        for _ in range(ATTEMPTS):
            current = self.current()
            try:
                return self._store.publish(candidate, current.id, is_baseline=True)
            except CurrentChangedError:
                continue
        raise _too_many_writers()

    def promote(self, version: int, matches: Matches | None = None) -> Version:
        """The operator makes any version current. Raises NotFoundError, PreconditionError."""
        chosen = self.version(version)
        for _ in range(ATTEMPTS):
            current = self._require_match(matches)
            try:
                self._store.promote(chosen.id, current.id)
            except CurrentChangedError:
                self.version(version)  # may be what has changed: dropped for its age
                continue
            return self.version(version)
        raise _too_many_writers()

    def set_pinned(self, version: int, is_pinned: bool) -> Version:
        """Raises NotFoundError."""
        self._store.set_pinned(self.version(version).id, is_pinned)
        return self.version(version)

    # History

    def current(self) -> Version:
        """The version that everyone gets."""
        current = self._store.current()
        if current is None:
            raise BusyError("There are no weights yet: the service is starting.")
        return current

    def versions(self) -> list[Version]:
        """All that are kept, newest first, refused candidates too."""
        return self._store.all()

    def version(self, version: int) -> Version:
        """Raises NotFoundError."""
        found = self._store.get(version)
        if found is None:
            raise _not_found(version)
        return found

    def compare(self, first: int, second: int) -> Comparison:
        """Raises NotFoundError."""
        versions = (self.version(first), self.version(second))
        before, after = (self._readings(version.digest) for version in versions)
        labels = self._held_out.labels
        networks = [self._network_of(version) for version in versions]
        flat = [
            np.concatenate([w.ravel() for w in net.params.values()], dtype=np.float64)
            for net in networks
        ]
        return Comparison(
            versions=versions,
            recalls=(self._held_out.recall(before), self._held_out.recall(after)),
            samples=len(self._held_out),
            only_first_right=int(((before == labels) & (after != labels)).sum()),
            only_second_right=int(((before != labels) & (after == labels)).sum()),
            distance=float(np.linalg.norm(flat[1] - flat[0]) / (np.linalg.norm(flat[0]) or 1)),
        )

    # Steps of the above

    def _require_match(self, matches: Matches | None, candidate: str | None = None) -> Version:
        """The current version. Raises PreconditionError.

        Who asks for what is done already, as when an answer got lost on its way, is not refused.
        """
        current = self.current()
        if matches is None or matches(current.digest) or current.digest == candidate:
            return current
        raise PreconditionError(
            f"Someone else published version {current.id} ({current.measurement.accuracy:.2%}) "
            "since you fetched the weights. Fetch them again and build on them, or send "
            f'If-Match: "{current.digest}" to replace them.',
            current=current,
        )

    def _candidate(
        self, params: dict[str, FloatArray], author: str | None, source: str
    ) -> Candidate:
        """Raises RefusedError for weights so large that what they compute is no number."""
        measurement = self._held_out.measure(Network(params["w1"], params["w2"]))
        if not (all(np.isfinite(w).all() for w in params.values()) and _is_finite(measurement)):
            raise RefusedError(
                "These weights cannot be measured: they, or their loss on held-out digits, are no "
                "finite numbers. Send smaller ones."
            )
        return Candidate(
            digest=weights_digest(params),
            content=weights_to_npz(params),
            author=author,
            source=source,
            measurement=measurement,
        )

    def _replace(self, current: Version, candidate: Candidate, **members: Any) -> Published:
        """Raises CurrentChangedError, RefusedError."""
        if candidate.digest == current.digest:
            return Published(current, is_new=False)
        accuracy = candidate.measurement.accuracy
        baseline = self._store.baseline() or current
        best = max((current, baseline), key=lambda version: self._measured(version).accuracy)
        required = self._measured(best).accuracy - self.margin
        loss = candidate.measurement.loss
        surest = min((current, baseline), key=lambda version: self._measured(version).loss)
        allowed = max(LOSS_RATIO * self._measured(surest).loss, GOOD_LOSS)
        refusal = ""
        if accuracy < required - ROUNDING:
            refusal = (
                f"These weights read {accuracy:.2%} of {len(self._held_out):,} held-out digits "
                f"right, version {best.id} {self._measured(best).accuracy:.2%}, and at least "
                f"{required:.2%} is needed."
            )
        elif loss > allowed:
            refusal = (
                f"These weights have a loss of {loss:.4g} on {len(self._held_out):,} held-out "
                f"digits, version {surest.id} {self._measured(surest).loss:.4g}, and at most "
                f"{allowed:.4g} is allowed: they are far too sure of what they misread."
            )
        if refusal:
            kept = self._store.keep(candidate, current.id)
            raise RefusedError(
                f"{refusal} They are kept as candidate {kept.id}.",
                candidate=kept,
                current=current,
                accuracy=accuracy,
                required_accuracy=required,
                held_out_loss=loss,
                allowed_loss=allowed,
                **members,
            )
        is_new = self._store.find(candidate.digest) is None
        return Published(self._store.publish(candidate, current.id), is_new)

    def _measured(self, version: Version) -> Measurement:
        """A version's figures on the data in use, even if it was measured on other data."""
        if version.measurement.data == self._held_out.data:
            return version.measurement
        return self._held_out.measure(self._network_of(version))

    def _network_of(self, version: Version) -> Network:
        npz = self._store.content(version.digest)
        if npz is None:
            raise _not_found(version.id)
        return _network(npz)

    def _read(self, digest: str) -> ByteArray:
        npz = self._store.content(digest)
        if npz is None:
            raise NotFoundError("One of these versions has just been dropped for its age.")
        return self._held_out.read(_network(npz))


def _network(npz: bytes) -> Network:
    return Network(*weights_from_npz(npz))


def _is_finite(measurement: Measurement) -> bool:
    return math.isfinite(measurement.accuracy) and math.isfinite(measurement.loss)


def _not_found(version: int) -> NotFoundError:
    return NotFoundError(
        f"There is no version {version}, or not any more. /api/weights/versions lists what is kept."
    )


def _too_many_writers() -> BusyError:
    return BusyError("Too many others publish at this moment. Try again.")
