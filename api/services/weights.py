"""The shared weights: whoever has better ones may replace them, and any version can come back.

    candidate -> measured on held-out data -> the gate (gate.py) -> compare-and-set in the store

What the operator does passes no gate, but for one thing: weights that may overflow on some image
(app/model/bounds.py) become current in no way.

What is cached is named by digest, so every process's copy is right; which digest is current is
asked of the store each time, so none serves an older version after a publish was answered.
"""

import gzip
import logging
import math
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from flask_caching import Cache

from api.representations import JSON, NPZ, Representation
from api.services.gate import LEAST_CHANGE, Judgement, are_answers_alike, are_losses_alike, judge
from api.services.held_out import HeldOut, KindReading, Reading
from api.services.problems import (
    BusyError,
    NotFoundError,
    PreconditionError,
    RefusedError,
)
from api.stores.versions import (
    AlongWith,
    Candidate,
    CurrentChangedError,
    Version,
    VersionStore,
)
from app.model.arrays import ByteArray, FloatArray
from app.model.bounds import LARGEST, OutOfBoundsError, require_bounded
from app.model.network import Network
from app.model.optimizers import SGD
from app.model.serialization import (
    weights_digest,
    weights_from_npz,
    weights_to_json,
    weights_to_npz,
)
from app.model.training import train_step

logger = logging.getLogger(__name__)

WEIGHTS_TYPES = (JSON, NPZ)
"""What */* means comes first: the original's clients send it and read JSON."""

SOURCES = ("shipped", "published", "patched", "retrained")
ATTEMPTS = 10
"""To replace the current version while others do the same, each some 20 ms."""
SAMPLE_LEARNING_RATE = 0.003
MAX_LEARNING_RATE = 0.1
"""Of a step with the samples that a visitor sends: in proportion to their number (Goyal et al.,
"Accurate, Large Minibatch SGD", 2017, section 2.1) from what one sample bears without costing
accuracy elsewhere (app/model/training.py), up to the usual rate of plain gradient descent."""

READINGS_KEPT = 128
"""Readings of versions that were compared, 8 kB each."""
ANSWERS_KEPT = 256
"""What versions that candidates may be copies of answer to some samples, 40 kB each."""

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


class KindComparison(NamedTuple):
    """Two versions on one kind of held-out samples; recalls are of the digits 0 to 9."""

    recalls: tuple[list[float], list[float]]
    samples: int
    only_first_right: int
    only_second_right: int


class Comparison(NamedTuple):
    """Two versions on the same held-out samples; drawings is None where the data has none."""

    versions: tuple[Version, Version]
    digits: KindComparison
    drawings: KindComparison | None
    distance: float
    """Euclidean, between all weights, as a share of the first one's length."""


class SharedWeights:
    def __init__(self, store: VersionStore, cache: Cache, held_out: HeldOut, margin: float) -> None:
        """margin: share of held-out samples, 0 to 1, that a candidate may be worse."""
        self._store = store
        self._cache = cache
        self._held_out = held_out
        self.margin = margin
        self._readings: Callable[[str], Reading] = lru_cache(READINGS_KEPT)(self._read)
        self._answers: Callable[[str], FloatArray] = lru_cache(ANSWERS_KEPT)(self._probe)

    def begin_with(self, params: dict[str, FloatArray]) -> None:
        """Have the shipped weights in the store, pinned: current in a new store, and in one where
        nothing but shipped weights was ever current. Figures of other data are measured again.

        Several processes may do so at the same time. Raises RefusedError for weights that may
        overflow. Such that an older program's gate let in are refused now, and not current any
        more.
        """
        may_overflow = []
        for version in self._store.all():
            if not self._held_out.is_current(version.measurement):
                with suppress(NotFoundError):  # another process has just dropped it
                    network = self._network_of(version)
                    if _is_bounded(network):
                        self._store.remeasure(version.id, self._held_out.read(network).measurement)
                    else:
                        may_overflow.append(version.id)
        candidate = self._candidate(params, None, "shipped").candidate
        with suppress(CurrentChangedError):  # another process did it, or a visitor was quicker
            self._have_shipped(candidate)
        with suppress(CurrentChangedError, NotFoundError):
            self._leave_what_may_overflow(candidate.digest)
        for number in may_overflow:
            self._store.refuse(number)

    def _have_shipped(self, candidate: Candidate) -> None:
        """Raises CurrentChangedError."""
        if self._store.find(candidate.digest) is not None:
            return
        current = self._store.current()
        # Shipped weights may also be current because the operator went back to them.
        was_changed = any(v.is_accepted and v.source != "shipped" for v in self._store.all())
        if current is None or not was_changed:
            replacing = None if current is None else current.id
            self._store.publish(candidate, replacing, is_baseline=True, is_pinned=True)
        else:
            self._store.keep(candidate, None, is_accepted=True, is_pinned=True)

    def _leave_what_may_overflow(self, shipped: str) -> None:
        """Go back to the baseline, or else to the shipped weights, from what an older program's
        gate let through. Raises CurrentChangedError, NotFoundError."""
        current = self.current()
        in_use = [current, self._store.baseline() or current]
        usable = [version for version in in_use if _is_bounded(self._network_of(version))]
        if len(usable) == len(in_use):
            return
        chosen = usable[0] if usable else self._store.find(shipped)
        if chosen is not None:
            logger.warning("version %s may overflow: %s is current now", current.id, chosen.id)
            self._store.promote(chosen.id, current.id)

    # Reading

    @property
    def held_out_size(self) -> int:
        """How many digits accuracies are measured on."""
        return self._held_out.digits_size

    @property
    def held_out_drawings(self) -> int:
        """How many drawings, beside them; 0 where the data has none."""
        return self._held_out.drawings_size

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
        RefusedError if the gate refuses them; those that are clearly worse are kept as a candidate.
        """
        measured = self._candidate(params, author, "published")
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
                network = self._network_of(current)
                rate = min(SAMPLE_LEARNING_RATE * len(labels), MAX_LEARNING_RATE)
                with np.errstate(over="ignore", invalid="ignore"):  # refused as a candidate
                    loss = train_step(network, SGD(rate, momentum=0.0), images, labels).loss
                measured = self._candidate(network.params, author, "patched")
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
        candidate = self._candidate(params, None, "retrained").candidate
        for _ in range(ATTEMPTS):
            current = self.current()
            try:
                return self._store.publish(candidate, current.id, is_baseline=True, also=also)
            except CurrentChangedError:
                continue
        raise _too_many_writers()

    def promote(self, version: int, matches: Matches | None = None) -> Version:
        """The operator makes any version current. Raises NotFoundError, PreconditionError, and
        RefusedError for one that may overflow."""
        chosen = self.version(version)
        self._require_bounded(self._network_of(chosen).params)
        for _ in range(ATTEMPTS):
            current = self._require_match(matches)
            try:
                self._store.promote(chosen.id, current.id)
            except CurrentChangedError:
                self.version(version)  # may be what has changed: dropped meanwhile
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
        flat = [
            np.concatenate([w.ravel() for w in net.params.values()], dtype=np.float64)
            for net in map(self._network_of, versions)
        ]
        return Comparison(
            versions=versions,
            digits=_compare(before.digits, after.digits),
            drawings=before.drawings
            and after.drawings
            and _compare(before.drawings, after.drawings),
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
    ) -> Measured:
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
        bars = zip(measured.reading.kinds, self._readings(baseline.digest).kinds, strict=True)
        judgements = [judge(ours, theirs, baseline.id, self.margin) for ours, theirs in bars]
        if refusal := next((each.refusal for each in judgements if each.refusal), ""):
            kept = self._store.keep(measured.candidate, current.id)
            members |= _figures(judgements) | {"candidate": kept, "current": current}
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
                if are_answers_alike(answers, self._answers(version.digest)):
                    raise RefusedError(
                        f"These weights are practically version {version.id}: no held-out sample "
                        f"gets an answer that differs by more than {LEAST_CHANGE:.1%}. Train them "
                        "further.",
                        same_as=version,
                        current=current,
                    )

    def _network_of(self, version: Version) -> Network:
        npz = self._store.content(version.digest)
        if npz is None:
            raise _not_found(version.id)
        return _network(npz)

    def _read(self, digest: str) -> Reading:
        npz = self._store.content(digest)
        if npz is None:
            raise NotFoundError("One of these versions has just been dropped to make room.")
        return self._held_out.read(_network(npz))

    def _probe(self, digest: str) -> FloatArray:
        npz = self._store.content(digest)
        if npz is None:
            raise NotFoundError("This version has just been dropped to make room.")
        return self._held_out.probe(_network(npz))


def _compare(first: KindReading, second: KindReading) -> KindComparison:
    return KindComparison(
        recalls=(first.recall, second.recall),
        samples=len(first.is_right),
        only_first_right=int((first.is_right & ~second.is_right).sum()),
        only_second_right=int((~first.is_right & second.is_right).sum()),
    )


def _figures(judgements: list[Judgement]) -> dict[str, Any]:
    """Of digits and, perhaps, of drawings, as the API's JSON calls them."""
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


def _network(npz: bytes) -> Network:
    return Network(*weights_from_npz(npz))


def _is_bounded(network: Network) -> bool:
    try:
        require_bounded(network.params)
    except OutOfBoundsError:
        return False
    return True


def _not_found(version: int) -> NotFoundError:
    return NotFoundError(
        f"There is no version {version}, or not any more. /api/weights/versions lists what is kept."
    )


def _too_many_writers() -> BusyError:
    return BusyError("Too many others publish at this moment. Try again.")
