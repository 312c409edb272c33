"""What a store needs at the start: the shipped weights, and figures for the data that is served."""

import logging
from contextlib import suppress

from api.services.gate import is_bounded
from api.services.held_out import HeldOut
from api.services.problems import NotFoundError
from api.services.publishing import Publisher
from api.services.weights import SharedWeights
from api.stores.versions import Candidate, CurrentChangedError, VersionStore
from app.model.arrays import FloatArray

logger = logging.getLogger(__name__)


class FirstWeights:
    def __init__(
        self, store: VersionStore, weights: SharedWeights, publisher: Publisher, held_out: HeldOut
    ) -> None:
        self._store = store
        self._weights = weights
        self._publisher = publisher
        self._held_out = held_out

    def begin_with(self, params: dict[str, FloatArray]) -> None:
        """Put the shipped weights into the store, pinned: current in a new store, and in one where
        only shipped weights were ever current. Figures for other data are measured again.

        Several processes may do so at the same time. Raises RefusedError for weights that may
        overflow. Those that an older program's gate let in are refused now, and no longer current.
        """
        may_overflow = []
        for version in self._store.all():
            if not self._held_out.is_current(version.measurement):
                with suppress(NotFoundError):  # another process has just dropped it
                    network = self._weights.network(version)
                    if is_bounded(network):
                        self._store.remeasure(version.id, self._held_out.read(network).measurement)
                    else:
                        may_overflow.append(version.id)
        candidate = self._publisher.measure(params, None, "shipped").candidate
        with suppress(CurrentChangedError):  # another process did it, or a visitor was faster
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
        """Go back to the baseline, or else to the shipped weights, from weights that an older
        program's gate let through. Raises CurrentChangedError, NotFoundError."""
        current = self._weights.current()
        in_use = [current, self._store.baseline() or current]
        usable = [version for version in in_use if is_bounded(self._weights.network(version))]
        if len(usable) == len(in_use):
            return
        chosen = usable[0] if usable else self._store.find(shipped)
        if chosen is not None:
            logger.warning("version %s may overflow: %s is current now", current.id, chosen.id)
            self._store.promote(chosen.id, current.id)
