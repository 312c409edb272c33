"""Teaching the network a hand: part of each batch comes from the visitor's own drawings.

Ten drawings, shown a thousand times a second, would be memorized in a moment. So variants are light
distortions of them (app.model.augmentation), and because a distortion takes longer than a step,
they are made ahead, some at a time, and shown until they are replaced. How well the visitor's
digits, MNIST and other people's drawings are read is measured on copies of the network, so that
forgetting shows.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import numpy as np

from app.model.arrays import ByteArray
from app.model.augmentation import Distortion, distort_images
from app.model.network import INPUT_SIZE, OUTPUT_SIZE, Network
from app.model.preprocessing import to_inputs
from app.pyscript.hand.worker.tray import Tray, TrayDrawing
from app.pyscript.keep.worker.autosave import Storage
from app.pyscript.samples.worker.sample_pool import Batch, SamplePool
from app.pyscript.train.worker.validator import Validator
from app.pyscript.worker.answers import read, share_right
from app.pyscript.worker.api_client import ApiError
from app.pyscript.worker.background import Background

LIGHT = Distortion(rotation_degrees=8, scale=0.08, shear=0.1, shift=1, elastic=0.5, thickness=0.3)
VARIANTS = 512
"""Distorted drawings at hand; a tray that is larger has one of each."""
MADE_AT_ONCE = 8
"""Distorted together: about two milliseconds."""
REMAKE_SECONDS = 0.1
"""Between two such, once all have been made: a fiftieth of the time."""
MEASURE_SECONDS = 0.5
READ_AT_ONCE = 64


class Variants:
    """The drawings that are trained on, in ever new distortions."""

    def __init__(self, rng: np.random.Generator, clock: Callable[[], float]) -> None:
        self._rng = rng
        self._clock = clock
        self.teach([])

    def teach(self, drawings: list[TrayDrawing]) -> None:
        """Make variants of these from now on."""
        self._originals: ByteArray = np.empty((0, INPUT_SIZE), np.uint8)
        self._labels: ByteArray = np.empty(0, np.uint8)
        self._images = self._originals
        if drawings:
            which = np.resize(np.arange(len(drawings)), max(VARIANTS, len(drawings)))
            self._originals = np.stack([drawing.seen for drawing in drawings])[which]
            self._labels = np.array([drawing.label for drawing in drawings], np.uint8)[which]
            self._images = self._originals.copy()
        self._made = 0
        self._next_making = 0.0

    def share_of(self, batch_size: int, share: float) -> int:
        """How many samples of a batch are to be variants; of many batches, their share is this."""
        if not share or not len(self._labels):
            return 0
        own, rest = divmod(share * batch_size, 1)
        return int(own) + int(self._rng.random() < rest)

    def take(self, count: int) -> Batch:
        """So many variants, chosen at random."""
        self._make_some()
        rows = self._rng.integers(0, len(self._labels), count)
        return Batch(self._images[rows], self._labels[rows])

    def _make_some(self) -> None:
        now = self._clock()
        if now < self._next_making:
            return
        rows = np.arange(self._made, self._made + MADE_AT_ONCE) % len(self._labels)
        self._images[rows] = distort_images(self._originals[rows], LIGHT, self._rng)
        self._made += MADE_AT_ONCE
        is_all = self._made >= len(self._labels)
        # At first one making with each slice of training, until all have been made.
        self._next_making = now + (REMAKE_SECONDS if is_all else REMAKE_SECONDS / 10)


class Hand:
    """The tray, the variants made of it, and how well it is read."""

    def __init__(
        self,
        storage: Storage,
        validator: Validator,
        background: Background,
        clock: Callable[[], float],
        rng: np.random.Generator,
        *,
        report: Callable[[str, dict[str, Any]], None],
        on_problem: Callable[[str, str, bool], None],
        on_recovered: Callable[[str], None],
    ) -> None:
        """storage keeps the tray; report takes a report's kind and fields; the last two as Tray."""
        self._validator = validator
        self._background = background
        self._clock = clock
        self._report = report
        self._variants = Variants(rng, clock)
        self.tray = Tray(
            storage,
            on_change=self._on_tray_change,
            on_problem=on_problem,
            on_recovered=on_recovered,
        )
        self._is_watched = False
        self._measuring: asyncio.Task[None] | None = None
        self._wanted: tuple[Network, int] | None = None  # to be measured after that
        self._next_measuring = 0.0

    def _on_tray_change(self) -> None:
        drawings = self.tray.drawings.values()
        self._variants.teach([drawing for drawing in drawings if not drawing.is_held_out])
        self.report_tray()

    def report_tray(self) -> None:
        drawings = self.tray.drawings.values()
        labels = [drawing.label for drawing in drawings]
        fields = {
            "count": len(labels),
            "held_out": sum(drawing.is_held_out for drawing in drawings),
            "of_digit": [labels.count(digit) for digit in range(OUTPUT_SIZE)],
            "removed": self.tray.removed_count,
        }
        self._report("tray", fields)

    # Batches

    def take_batch(self, pool: SamplePool, settings: dict[str, Any]) -> Batch | None:
        """The next batch, with the share of variants that is set; None while there are no samples.

        Without a drawing to learn, all of it comes from the pool.
        """
        size: int = settings["batch_size"]
        own = self._variants.share_of(size, settings["tray_share"])
        if not own:
            return pool.take(size)
        if not pool.used_samples:
            return None  # epochs cannot be counted yet
        variants = self._variants.take(own)
        if own == size:
            return variants._replace(own=own)
        samples = pool.take(size - own)
        if samples is None:
            return None
        return Batch(
            np.concatenate([samples.images, variants.images]),
            np.concatenate([samples.labels, variants.labels]),
            own,
        )

    # Measuring

    def watch(self, is_watched: bool, network: Network, iteration: int) -> None:
        """Measure at once, and a few times a second while training; or no longer."""
        self._is_watched = is_watched
        self.measure(network, iteration)

    def measure_if_due(self, network: Network, iteration: int) -> None:
        if not self._is_measuring and self._clock() >= self._next_measuring:
            self.measure(network, iteration)

    @property
    def _is_measuring(self) -> bool:
        return self._measuring is not None and not self._measuring.done()

    def restart(self, network: Network, iteration: int) -> None:
        """Another run begins: what is being measured is the former network."""
        if self._measuring is not None:
            self._measuring.cancel()
            self._measuring = None
        self.measure(network, iteration)

    def measure(self, network: Network, iteration: int) -> None:
        """Report the network as it is now, if somebody watches and there is a tray to read.

        While another measure is under way, right after it.
        """
        self._wanted = None
        if self._is_watched and self.tray.drawings:
            self._wanted = (network.copy(), iteration)
            if not self._is_measuring:
                self._measuring = self._background.start(self._measure_wanted())

    async def _measure_wanted(self) -> None:
        while self._wanted is not None:
            (network, iteration), self._wanted = self._wanted, None
            await self._measure(network, iteration)

    async def _measure(self, network: Network, iteration: int) -> None:
        try:
            samples = await self._validator.prepare()
        except ApiError:
            return  # the session tells of it when it validates
        finally:
            self._next_measuring = self._clock() + MEASURE_SECONDS
        drawings = list(self.tray.drawings.values())
        validation = await self._validator.measure(network, samples)
        fields = {
            "iteration": iteration,
            "learnt": await _share_right(network, [d for d in drawings if not d.is_held_out]),
            "held_out": await _share_right(network, [d for d in drawings if d.is_held_out]),
            "mnist": validation.accuracy,
            "drawings": validation.drawings,
        }
        self._next_measuring = self._clock() + MEASURE_SECONDS
        self._report("hand", fields)


async def _share_right(network: Network, drawings: list[TrayDrawing]) -> float | None:
    if not drawings:
        return None
    log_probs = []
    for start in range(0, len(drawings), READ_AT_ONCE):
        some = drawings[start : start + READ_AT_ONCE]
        log_probs.append(read(network, to_inputs(np.stack([each.seen for each in some]))))
        await asyncio.sleep(0)
    labels = np.array([drawing.label for drawing in drawings], np.uint8)
    return share_right(np.concatenate(log_probs), labels)
