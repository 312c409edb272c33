"""Makes the batches of training: a part of each comes from the visitor's own drawings."""

import numpy as np

from app.pyscript.hand.worker.tray import Tray
from app.pyscript.hand.worker.variants import Variants
from app.pyscript.train.worker.run_settings import RunSettings
from app.pyscript.train.worker.sample_pool import Batch, SamplePool
from app.pyscript.worker.runtime import Runtime


class MixedBatches:
    def __init__(
        self, tray: Tray, settings: RunSettings, pool: SamplePool, runtime: Runtime
    ) -> None:
        self._tray = tray
        self._settings = settings
        self._pool = pool
        self._variants = Variants(runtime.rng, runtime.clock)
        tray.on_change.append(self._on_tray_change)

    def _on_tray_change(self) -> None:
        drawings = self._tray.drawings.values()
        self._variants.teach([drawing for drawing in drawings if not drawing.is_held_out])

    def take(self) -> Batch | None:
        """The next batch; the setting tray_share says how much of it are variants of drawings.

        None while there are no samples. Without drawings, the whole batch comes from the pool.
        """
        settings = self._settings.values
        size: int = settings["batch_size"]
        own = self._variants.share_of(size, settings["tray_share"])
        if not own:
            return self._pool.take(size)
        if not self._pool.used_samples:
            return None  # epochs cannot be counted yet
        variants = self._variants.take(own)
        if own == size:
            return variants._replace(own=own)
        samples = self._pool.take(size - own)
        if samples is None:
            return None
        return Batch(
            np.concatenate([samples.images, variants.images]),
            np.concatenate([samples.labels, variants.labels]),
            own,
        )
