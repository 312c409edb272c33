"""One visitor's session: owns the network, and is the only place that changes it.

Training runs in slices of about ten milliseconds, shorter while somebody draws; between them the
page's calls are answered, so reading a drawing, tuning and loading weights all act on the same
network and never overlap with a step. What happens by itself is told in reports (messages.REPORTS)
through `send`.
"""

import asyncio
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from app.model.arrays import ByteArray, FloatArray
from app.model.initializers import INITIALIZERS
from app.model.kernels import Kernels, StepResult
from app.model.kernels.reference import REFERENCE
from app.model.kernels.simd import SimdUnavailableError, load_simd
from app.model.network import OUTPUT_SIZE, SHAPES, Network
from app.model.optimizers import Params
from app.model.preprocessing import normalize_drawing, to_inputs
from app.model.python_program import python_archive
from app.model.readability import NO_DIGIT, READABLE, unreadable_because
from app.model.serialization import weights_digest, weights_from_npz, weights_to_npz
from app.model.training import TuneResult, train_step, tune_step
from app.pyscript import messages, texts
from app.pyscript.evaluate.worker.evaluator import Evaluator, Page
from app.pyscript.explain.worker.explanation import Explanation, explain, sources
from app.pyscript.hand.worker.hand import Hand
from app.pyscript.inside.worker.inspector import Inspection, Inspector, Neighbours, inspect
from app.pyscript.keep.worker.autosave import Autosave, Kept, Storage, StorageError
from app.pyscript.reasons import reason, sentence, unforeseen
from app.pyscript.samples.worker.sample_pool import Batch, PoolStatus, SamplePool
from app.pyscript.timeline.worker.timeline import Checkpoint, Course, Timeline
from app.pyscript.train.worker.figures import Figures, Mark
from app.pyscript.train.worker.run_settings import adjust_optimizer, make_optimizer
from app.pyscript.train.worker.single_step import SingleStep, single_step
from app.pyscript.train.worker.validator import Validation, Validator
from app.pyscript.worker.answers import NO_ANSWER, NoAnswerError, are_answers, read
from app.pyscript.worker.api_client import ApiClient, ApiError, Publication
from app.pyscript.worker.background import Background

SLICE_SECONDS = 0.010
# While somebody draws, hardly more than one step, so that each move is read at once.
BRIEF_SLICE_SECONDS = 0.002
DRAWING_SECONDS = 0.5
REPORT_SECONDS = 0.1
VALIDATION_SECONDS = 3.0
STEP_LIMIT_SECONDS = 10.0
REPEATABLE_SOURCES = ("random", "shared")
"""Weights that a seed or the service gives again."""

SILENT_LOSS_TOLERANCE = 1e-4


class SupersededError(Exception):
    """Other weights were asked for before these had arrived."""


class DivergedError(Exception):
    """Training led to weights that are not finite numbers."""


class Prediction(NamedTuple):
    """digit, 0-9, the likeliest; unreadable, why it should not be named, or empty: NO_ANSWER or a
    reason of readability.py.

    probabilities (10,) float32, all 0 where the network gives no answer; seen (784,) uint8, the
    drawing as the network gets it, all 0 where nothing was drawn.
    """

    digit: int
    unreadable: str
    probabilities: FloatArray
    seen: ByteArray


class KernelsInUse(NamedTuple):
    """kernels, "simd" or "numpy"; no_simd, why "simd" cannot be had here, empty if it can."""

    kernels: str
    no_simd: str


class Session:
    def __init__(
        self,
        client: ApiClient,
        *,
        send: Callable[[str], None],
        clock: Callable[[], float],
        rng: np.random.Generator,
        storage: Storage,
        tray_storage: Storage,
    ) -> None:
        """send takes a report's text; clock gives seconds and never goes back; storage keeps the
        network and the settings for the next visit, tray_storage the visitor's own drawings."""
        self._client = client
        self._send = send
        self._clock = clock
        self._background = Background(self._on_background_error)
        self._autosave = Autosave(
            storage,
            self._background,
            self._worth_keeping,
            on_problem=self._report_problem,
            on_recovered=self._report_recovered,
        )
        self._settings = dict(messages.DEFAULT_SETTINGS)
        self._network = Network.initialize(INITIALIZERS["he_normal"], rng)
        self._kernels: dict[str, Kernels] = {REFERENCE.name: REFERENCE}
        self._no_simd = ""
        self._find_simd()
        self._optimizer = make_optimizer(self._settings)
        # The last weights whose loss was found to be a number, while training alone changes them.
        self._sound: Network | None = None
        self._drawing: ByteArray = np.zeros(0, np.uint8)  # the last that was read
        self._drawn_at = -DRAWING_SECONDS
        self._pool = SamplePool(
            client,
            self._background,
            rng,
            depth=self._settings["prefetch"],
            on_change=self._on_pool_change,
            on_problem=self._report_problem,
            on_recovered=self._report_recovered,
        )
        self._validator = Validator(client)
        self.timeline = Timeline(self._validator, self._report_checkpoint)
        self._measuring: asyncio.Task[None] | None = None
        self.hand = Hand(
            tray_storage,
            self._validator,
            self._background,
            clock,
            rng,
            report=self._report,
            on_problem=self._report_problem,
            on_recovered=self._report_recovered,
        )
        self._evaluator = Evaluator(client, clock, self._on_evaluating)
        # By the names of test sets.
        self._evaluations: dict[str, asyncio.Task[None]] = {}
        self._next_evaluating: dict[str, float] = {}
        self._inspector = Inspector(client, clock, self._on_searching)
        self._figures = Figures()
        self._is_training = False
        self._has_failed = False
        self._ailment = ""  # the kind of what is said to be wrong with the network
        self._training: asyncio.Task[None] | None = None
        self._validation: asyncio.Task[None] | None = None
        self._validated_iteration = 0
        self._cannot_validate = False
        self._next_progress = 0.0
        self._next_validation = 0.0
        self._reported_pool: PoolStatus | None = None
        self._is_pool_report_due = False
        self._weights_requests = 0
        # Whether the same weights and settings would lead to where this run is.
        self._is_repeatable = False
        self._run_number = 0
        self._origin: dict[str, Any] = {}
        self._set_origin("random")
        self.timeline.begin(*self._moment)

    # Weights

    def report_weights(self) -> None:
        self._report("weights", self._origin)
        self._autosave.mark()

    async def load_shared_weights(self, version: int | None = None) -> str:
        """Replace the weights by those that the service shares, or shared; returns their digest.

        Raises ApiError, or SupersededError, and then the network stays as it is.
        """
        self._weights_requests += 1
        request = self._weights_requests
        w1, w2 = await self._client.shared_weights(version)
        if request != self._weights_requests:
            raise SupersededError(texts.SESSION_SUPERSEDED)
        return self._replace_weights(w1, w2, "shared")

    def randomize_weights(self, seed: int, initializer: str) -> str:
        """Begin a run anew from random weights; returns their digest. Training that goes on does.

        seed, from 0; initializer, a key of INITIALIZERS.
        """
        self._weights_requests += 1
        rng = np.random.default_rng(seed)
        fresh = Network.initialize(INITIALIZERS[initializer], rng).params
        return self._replace_weights(fresh["w1"], fresh["w2"], "random")

    def open_weights(self, content: bytes, name: str) -> str:
        """Replace the weights by those in an .npz file of this name; returns their digest.

        Raises WeightsError for another file, and then the network stays as it is.
        """
        w1, w2 = weights_from_npz(content)
        self._weights_requests += 1
        return self._replace_weights(w1, w2, "file", name)

    def weights_file(self) -> tuple[str, bytes]:
        """A file's name and content, the .npz of the weights as they are now."""
        params = self._network.params
        return f"{_file_stem(params)}.npz", weights_to_npz(params)

    def program_file(self, pixels: ByteArray) -> tuple[str, bytes]:
        """The same of a .zip that reads drawings without this page (app.model.python_program).

        pixels, (784,) uint8, the drawing that it reads for a beginning. Raises ValueError for
        another shape.
        """
        params = self._network.params
        stem = _file_stem(params)
        return f"{stem}-python.zip", python_archive(params, pixels, stem)

    async def publish_weights(self, author: str) -> Publication:
        """Offer the weights as they are now; raises ApiError.

        The service averages them with what others published since the version that they began from,
        and the network then goes on from the mean.
        """
        base = self._origin["digest"] if self._origin["source"] == "shared" else ""
        requests = self._weights_requests
        own = self._network.copy().params
        publication = await self._client.publish(own, author, base)
        if publication.version is None or requests != self._weights_requests:
            return publication
        if publication.outcome == messages.ACCEPTED:
            self._begin_from(own)
        elif publication.outcome == messages.MERGED:
            await self._go_on_from_mean(publication.version["id"], own)
        return publication

    async def _go_on_from_mean(self, version: int, own: Params) -> None:
        """Take over the mean that these weights are part of. What was learned since they were sent
        stays, on top of it. If the mean does not come, the network stays as it is."""
        requests = self._weights_requests
        try:
            theirs = await self._client.shared_weights(version)
        except ApiError:
            return
        if requests != self._weights_requests:
            return
        mean = dict(zip(SHAPES, theirs, strict=True))
        now = self._network.params
        merged = {name: mean[name] + (now[name] - own[name]) for name in SHAPES}
        self._network.load(merged["w1"], merged["w2"])
        self._sound = None
        self._begin_from(mean)
        self._begin_run(messages.NEW_WEIGHTS)
        self._is_repeatable = False

    def _begin_from(self, shared: dict[str, FloatArray]) -> None:
        """From now on the network goes on from these shared weights, whatever it learned since."""
        self._set_origin("shared", weights_digest(shared))
        is_unchanged = weights_digest(self._network.params) == self._origin["digest"]
        self._origin["changed_by_training"] = not is_unchanged
        self.report_weights()

    def _replace_weights(
        self,
        w1: FloatArray,
        w2: FloatArray,
        source: str = "",
        name: str = "",
        origin: dict[str, Any] | None = None,
    ) -> str:
        """Take over weights that begin here or, with an origin, had one before."""
        self._network.load(w1, w2)
        self._sound = None
        if origin is None:
            self._set_origin(source, name=name)
        else:
            self._origin = dict(origin)
        self.report_weights()
        self._begin_run(messages.NEW_WEIGHTS)
        self._is_repeatable = origin is None and source in REPEATABLE_SOURCES
        return str(self._origin["digest"])

    def _set_origin(self, source: str, digest: str = "", name: str = "") -> None:
        """Where the weights come from; without a digest, they have just been taken over."""
        self._origin = {
            "source": source,
            "name": name,
            "digest": digest or weights_digest(self._network.params),
            "changed_by_training": False,
            "tuned": 0,
        }

    # Keeping

    async def restore(self, takes_over: bool = True) -> dict[str, Any]:
        """Take over what the last visit left, and keep this one from now on.

        Without takes_over, what was left is another tab's, and stays there as if it were not known.
        Returns {"saved_at", RFC 3339, or empty where nothing was left; "settings", or None;
        "digest" of the weights as reported, empty where they were everybody's}. What was left and
        cannot be used is told in a report.
        """
        await self.hand.tray.open()
        restored: dict[str, Any] = {"saved_at": "", "settings": None, "digest": ""}
        if not takes_over:
            self._autosave.leave()
            return restored
        try:
            found = await self._autosave.read()
            if found is not None:
                saved_at, kept = found
                self._take_over(kept)
                digest = self._origin["digest"] if kept.weights else ""
                restored.update(saved_at=saved_at, settings=dict(self._settings), digest=digest)
        except ValueError as error:
            detail = texts.SESSION_NOT_RESTORED_ADVICE.format(error=reason(error))
            self._report_problem(messages.NOT_RESTORED, detail, False)
        return restored

    def _take_over(self, kept: Kept) -> None:
        """Raises ValueError, and then changes nothing.

        A setting that there was not yet when it was kept has its first value.
        """
        settings = messages.check_settings(kept.settings)
        if kept.weights:
            messages.encode_report("weights", kept.origin)  # raises if it is no origin
            w1, w2 = weights_from_npz(kept.weights)
            self._weights_requests += 1
            self._replace_weights(w1, w2, origin=kept.origin)
        self.change_settings(settings)

    async def start_afresh(self) -> None:
        """Stop, have the shared weights and the first settings, and forget what is kept.

        Raises what `load_shared_weights` raises, and then nothing has changed; and StorageError.
        """
        await self.load_shared_weights()
        self.reset_training()
        self.change_settings(messages.DEFAULT_SETTINGS)
        await self._autosave.forget()

    async def keep_this(self) -> None:
        """Keep this tab's network and settings in the place of another tab's."""
        await self._autosave.keep_this()

    @property
    def settings(self) -> dict[str, Any]:
        return dict(self._settings)

    def _worth_keeping(self) -> Kept | None:
        """What the next visit could not have without it, if anything."""
        origin = self._origin
        has_learned = origin["changed_by_training"] or origin["tuned"]
        is_own = has_learned or origin["source"] == "file"
        if not is_own and self._settings == messages.DEFAULT_SETTINGS:
            return None
        content = weights_to_npz(self._network.params) if is_own else b""
        return Kept(dict(self._settings), dict(origin), content)

    # Kernels

    def _find_simd(self) -> None:
        """Use the fast kernels from the start, if they run here."""
        try:
            simd = load_simd()
        except SimdUnavailableError as error:
            self._no_simd = str(error)
        else:
            self._kernels[simd.name] = simd
            self._network.kernels = simd

    @property
    def kernels(self) -> KernelsInUse:
        return KernelsInUse(self._network.kernels.name, self._no_simd)

    def use_kernels(self, name: str) -> KernelsInUse:
        """Compute with these from the next step on. Raises ValueError for what cannot be had."""
        if name not in self._kernels:
            reason = f" {self._no_simd}" if self._no_simd else ""
            raise ValueError(f"Expected one of {', '.join(self._kernels)}, found {name}.{reason}")
        if name != self._network.kernels.name:
            self._deviate()
        self._network.kernels = self._kernels[name]
        return self.kernels

    # Reading and tuning

    def predict(self, pixels: ByteArray) -> Prediction:
        """Read a drawing, (784,) uint8 with 0 as paper. Raises ValueError for another shape."""
        if not np.array_equal(pixels, self._drawing):
            self._drawing, self._drawn_at = pixels, self._clock()
        seen = normalize_drawing(pixels)
        log_probs = read(self._network, to_inputs(seen))[0]
        unreadable = unreadable_because(pixels, log_probs)
        probabilities = np.exp(log_probs)
        if not np.isfinite(log_probs).all():
            probabilities = np.zeros_like(log_probs)
            # What is wrong with the drawing itself is said first.
            if unreadable in (READABLE, NO_DIGIT):
                unreadable = NO_ANSWER
        return Prediction(int(log_probs.argmax()), unreadable, probabilities, seen)

    def tune(self, pixels: ByteArray, label: int) -> TuneResult:
        """One training step on one drawing.

        Raises ValueError for a blank one, for no such label, and where the network has no answer.
        """
        if label not in range(OUTPUT_SIZE):
            raise ValueError(f"Expected a label from 0 to 9, found {label}.")
        seen = normalize_drawing(pixels)
        if not seen.any():
            raise ValueError(texts.SESSION_BLANK)
        inputs = to_inputs(seen)
        if not are_answers(read(self._network, inputs)).all():
            raise NoAnswerError
        result = tune_step(self._network, inputs, label)
        if result.loss_after < result.loss_before:
            self._sound = None
            self._is_repeatable = False
            self._origin["tuned"] += 1
            self.report_weights()
        return result

    def explain_step(self, pixels: ByteArray, label: int | None) -> Explanation:
        """What a first step on one drawing would do, in all its arrays: see explanation.py.

        Without L2, which pulls at every weight whatever the drawing, and is in no gradient shown.
        Raises ValueError for a blank drawing and no such label.
        """
        seen = normalize_drawing(pixels)
        if not seen.any():
            raise ValueError(texts.SESSION_BLANK)
        optimizer = make_optimizer({**self._settings, "l2": 0.0})
        return explain(self._network, optimizer, seen, label)

    def apply_step(self, pixels: ByteArray, label: int) -> Explanation:
        """Take that step; raises as `explain_step` does, and then the network stays as it is."""
        explanation = self.explain_step(pixels, label)
        if explanation.params is not None:
            self._network.load(explanation.params["w1"], explanation.params["w2"])
            self._sound = None
            self._is_repeatable = False
            self._origin["tuned"] += 1
            self.report_weights()
        return explanation

    def step_sources(self) -> list[dict[str, Any]]:
        """The code of a step with the optimizer in use: see explanation.py."""
        return sources(make_optimizer(self._settings))

    # Training

    def change_settings(self, settings: dict[str, Any]) -> None:
        """Take over checked settings (messages.check_settings), from the next step on.

        Raises ValueError for a new step to stop at that the run has reached already, which the page
        may learn too late; then nothing changes.
        """
        until = settings.get("until", 0)
        if until != self._settings["until"]:
            messages.check_until(until, self._figures.iteration)
        previous = self._settings["optimizer"]
        is_other = any(
            self._settings[name] != value
            for name, value in settings.items()
            if name not in messages.NOT_LEARNED_BY
        )
        if is_other:
            self._deviate()
        self._settings.update(settings)
        if self._settings["optimizer"] != previous:
            self._optimizer = make_optimizer(self._settings)
        self._pool.set_depth(self._settings["prefetch"])
        names = ("training_set", "seed", "data_fraction", "label_noise")
        self._pool.choose(**{name: self._settings[name] for name in names})
        self._autosave.mark()

    def start_training(self) -> None:
        """Train, or go on training, until told otherwise."""
        if self._is_training:
            return
        now = self._clock()
        if self._has_failed:
            self._has_failed = False
            self._report_recovered(messages.TRAINING_STOPPED)
        self._figures.begin(now)
        self._next_validation = now + VALIDATION_SECONDS
        self.hand.measure(self._network, self._figures.iteration)
        self._pool.open()
        self._is_training = True  # not before: what fails above leaves it paused
        self._training = self._background.start(self._train())
        self._report_progress()

    def pause_training(self) -> None:
        if not self._is_training:
            return
        self._stop()
        self._autosave.hurry()
        self._report_progress()
        self.hand.measure(self._network, self._figures.iteration)
        if self._figures.iteration > self._validated_iteration:
            self._start_validation()

    def reset_training(self) -> None:
        """Stop, and forget the run: its figures and what the optimizer remembers."""
        self._stop()
        self._begin_run(messages.RESET)

    async def step_training(self) -> SingleStep:
        """Train one step on one batch, where training is paused.

        Raises ValueError where it is not, or where no samples come in time; DivergedError as
        training does.
        """
        if self._is_training:
            raise ValueError(texts.SESSION_PAUSE_FIRST)
        self._pool.open()
        try:
            async with asyncio.timeout(STEP_LIMIT_SECONDS):
                while (batch := self._take_batch()) is None:
                    await self._pool.wait_for_samples()
        except TimeoutError as error:
            raise ValueError(texts.SESSION_NO_SAMPLES) from error
        if self._is_training:
            raise ValueError(texts.SESSION_HAS_BEGUN)
        before = self._network.copy()
        with np.errstate(all="ignore"):
            step = single_step(self._network, self._optimizer, batch)
        self._check_weights(step.loss_before, step.loss_after, before)
        result = StepResult(step.loss_before, step.accuracy_before)
        self._add_step(result, batch, self._clock())
        self._sound = before
        self._on_trained()
        self._report_progress()
        self._cancel_validation()  # it measures the network before this step
        self._start_validation()
        return step

    def _stop(self) -> None:
        self._is_training = False
        if self._training is not None:
            self._training.cancel()
        self._cancel_validation()

    async def _train(self) -> None:
        try:
            while True:
                if self._train_slice():
                    if self._figures.iteration == self._settings["until"]:
                        self._report_reached()
                        self.pause_training()
                        return
                    self._report_what_is_due()
                    # In Pyodide a real turn of the worker's event loop, without the delay that
                    # browsers add to nested timers: its loop passes a message to itself.
                    await asyncio.sleep(0)
                else:
                    await self._pool.wait_for_samples()
        except Exception as error:
            self._is_training = False
            self._has_failed = True
            self._report_problem(messages.TRAINING_STOPPED, _describe(error), False)
            self._report_progress()

    def _train_slice(self) -> bool:
        """Steps for a slice's time, at least one; whether there were samples for any.

        Raises DivergedError if loss or weights did not stay finite, and takes the weights back to
        where their loss was still a number: between slices the network can always be used.
        """
        before = self._network.copy()
        start = self._clock()
        is_drawn = start < self._drawn_at + DRAWING_SECONDS
        end = start + (BRIEF_SLICE_SECONDS if is_drawn else SLICE_SECONDS)
        has_stepped, first_loss, loss = False, 0.0, 0.0
        try:
            with np.errstate(all="ignore"):  # what overflows is found below
                while (batch := self._take_batch()) is not None:
                    result = train_step(self._network, self._optimizer, batch.images, batch.labels)
                    loss = result.loss
                    if not has_stepped:
                        first_loss = loss
                    if not math.isfinite(loss):
                        break
                    if not has_stepped:
                        self._sound = before
                        has_stepped = True
                    now = self._clock()
                    self._add_step(result, batch, now)
                    if now >= end or self._figures.iteration == self._settings["until"]:
                        break
        finally:  # also after a surprise: what was learned until then stays
            self._check_weights(first_loss, loss, before)
            if has_stepped:
                self._on_trained()
        return has_stepped

    def _take_batch(self) -> Batch | None:
        """The next batch, with the optimizer set for it; None while there is none."""
        batch = self.hand.take_batch(self._pool, self._settings)
        if batch is not None:
            adjust_optimizer(self._optimizer, self._settings, self._figures.iteration)
        return batch

    def _add_step(self, result: StepResult, batch: Batch, now: float) -> None:
        used = self._pool.used_samples
        self._figures.add_step(result, len(batch.labels), used, now, batch.own)

    def _check_weights(self, first_loss: float, loss: float, before: Network) -> None:
        """Raises DivergedError, and goes back, where loss or weights are no finite numbers.

        first_loss is that of `before`: where it is no number and no sound weights are known, there
        was nothing to go back to, and a lower learning rate would not help.
        """
        params = self._network.params.values()
        if not (math.isfinite(loss) and all(np.isfinite(values).all() for values in params)):
            sound = self._sound or before
            self._network.load(sound.params["w1"], sound.params["w2"])
            self._optimizer.reset()
            self._is_repeatable = False
            is_hopeless = self._sound is None and not math.isfinite(first_loss)
            raise DivergedError(
                texts.SESSION_CANNOT_TRAIN if is_hopeless else texts.SESSION_DIVERGED
            )

    def _on_trained(self) -> None:
        self.timeline.note(*self._moment)
        self._autosave.mark()
        if not self._origin["changed_by_training"]:
            self._origin["changed_by_training"] = True
            self.report_weights()

    def _report_reached(self) -> None:
        """Training has come as far as it was to go."""
        fields = {
            "iteration": self._figures.iteration,
            "digest": weights_digest(self._network.params),
            # What is learnt of the tray is drawn at random.
            "is_repeatable": self._is_repeatable
            and self._pool.is_repeatable
            and not self._settings["tray_share"],
        }
        self._report("reached", fields)

    def _deviate(self) -> None:
        """The run, if it has begun, is no longer the one that the settings describe."""
        if self._figures.iteration:
            self._is_repeatable = False

    # Time travel

    @property
    def _moment(self) -> tuple[Mark, dict[str, Any], dict[str, FloatArray]]:
        """What the timeline keeps."""
        return self._figures.mark, self._origin, self._network.params

    def report_run(self, start: str) -> None:
        fields = {"number": self._run_number, "iteration": self._figures.iteration}
        self._report("run", {"start": start, **fields})

    def _begin_run(self, start: str, checkpoint: Checkpoint | None = None) -> None:
        """Count from the start, or from a checkpoint of the run before."""
        self._cancel_validation()  # it measures the former network
        self._run_number += 1
        # Of new weights, who took them over says it.
        self._is_repeatable = self._is_repeatable and not self._figures.iteration
        self._figures = Figures() if checkpoint is None else Figures(checkpoint.mark)
        self._figures.begin(self._clock())
        self._validated_iteration = self._figures.iteration
        self._optimizer.reset()
        if checkpoint is None:
            self._pool.restart()
            self.timeline.begin(*self._moment)
        self.report_run(start)
        self._report_progress()
        self.hand.restart(self._network, self._figures.iteration)

    def go_on_from(self, number: int) -> None:
        """Stop, and take a checkpoint's weights over; what is now stays as a checkpoint as well.

        Raises ValueError for one that is not here, and then the network stays as it is.
        """
        self.timeline.take(*self._moment)
        checkpoint = self.timeline.go_back(number)
        self.pause_training()
        self._weights_requests += 1
        self._network.load(checkpoint.params["w1"], checkpoint.params["w2"])
        self._sound = None
        self._optimizer.reset()
        self._origin = dict(checkpoint.origin)
        self.report_weights()
        self._begin_run(messages.CHECKPOINT, checkpoint)
        self._is_repeatable = False

    async def read_checkpoints(self, pixels: ByteArray) -> Course:
        """All checkpoints, with the network of this moment, and what they read in a drawing.

        pixels, (784,) uint8; raises ValueError for another shape. They are validated meanwhile,
        and that is reported of each.
        """
        seen = normalize_drawing(pixels)
        self.timeline.take(*self._moment)
        if self._measuring is None or self._measuring.done():
            self._measuring = self._background.start(self._measure_checkpoints())
        return await self.timeline.read(to_inputs(seen) if seen.any() else None, self._network)

    async def _measure_checkpoints(self) -> None:
        try:
            await self.timeline.measure(self._network, lambda: self._is_training)
        except ApiError as error:
            self._report_not_validated(error)

    def _report_checkpoint(self, number: int, validation: Validation) -> None:
        names = ("accuracy", "loss", "drawings")
        fields = {name: getattr(validation, name) for name in names}
        self._report("checkpoint", {"number": number, **fields})

    # Validation

    @property
    def _is_validating(self) -> bool:
        return self._validation is not None and not self._validation.done()

    def _start_validation(self) -> None:
        if not self._is_validating:
            self._validation = self._background.start(self._validate())

    def _cancel_validation(self) -> None:
        """Another one can start at once: a canceled task is not done before it has run again."""
        if self._validation is not None:
            self._validation.cancel()
            self._validation = None

    async def _validate(self) -> None:
        """Measure the network as it is now; where the samples cannot be had, say so once."""
        try:
            samples = await self._validator.prepare()
        except ApiError as error:
            self._report_not_validated(error)
            return
        finally:
            self._next_validation = self._clock() + VALIDATION_SECONDS
        if self._cannot_validate:
            self._cannot_validate = False
            self._report_recovered(messages.NOT_VALIDATED)
        iteration = self._figures.iteration
        network = self._network.copy()
        result = await self._validator.measure(network, samples)
        self._validated_iteration = iteration
        fields = dict(result._asdict(), iteration=iteration, norm=network.norm)
        self._report("validation", fields)
        self._report_ailment(result.loss)

    def _report_not_validated(self, error: ApiError) -> None:
        if not self._cannot_validate:
            self._cannot_validate = True
            self._report_problem(messages.NOT_VALIDATED, sentence(error), True)

    def _report_ailment(self, loss: float | None) -> None:
        """Say, once, what keeps the network from learning; loss is None where it has no answers.

        Where every answer is "ten per cent each", no hidden unit responds to any sample, so no
        gradient reaches the weights any more.
        """
        ailment, advice = "", ""
        if loss is None:
            ailment, advice = messages.ANSWERS_NOTHING, texts.SESSION_CANNOT_TRAIN
        elif abs(loss - math.log(OUTPUT_SIZE)) < SILENT_LOSS_TOLERANCE:
            ailment, advice = messages.CANNOT_LEARN, texts.SESSION_CANNOT_LEARN_ADVICE
        if ailment == self._ailment:
            return
        if self._ailment:
            self._report_recovered(self._ailment)
        if ailment:
            self._report_problem(ailment, advice, True)
        self._ailment = ailment

    # Evaluation

    def start_evaluation(self, name: str) -> None:
        """Measure the network as it is now on a test set; reports tell how it goes.

        name, of messages.TEST_SETS; raises ValueError for another.
        """
        if name not in messages.TEST_SETS:
            raise ValueError(f"Expected one of {', '.join(messages.TEST_SETS)}, found {name}.")
        if name in self._evaluations and not self._evaluations[name].done():
            return
        when: dict[str, Any] = {"set": name, "run": self._run_number}
        when["iteration"] = self._figures.iteration
        when |= {name: self._origin[name] for name in ("digest", "tuned")}
        self._next_evaluating[name] = 0.0
        evaluation = self._evaluate(self._network.copy(), name, when)
        self._evaluations[name] = self._background.start(evaluation)

    async def _evaluate(self, network: Network, name: str, when: dict[str, Any]) -> None:
        """However it ends, a report says so: else the page would wait forever."""
        try:
            evaluation = await self._evaluator.evaluate(network, name)
            fields = {key: getattr(evaluation, key) for key in ("samples", "loss", "accuracy")}
            for key in ("confusion", "precision", "recall"):
                fields[key] = getattr(evaluation, key).tolist()
            self._report("evaluation", when | fields)
        except Exception as error:
            is_expected = isinstance(error, ApiError | NoAnswerError)
            detail = str(error) if is_expected else _describe(error)
            self._report_evaluating(name, messages.EVALUATION_FAILED, 0, 0, detail)

    def _on_evaluating(self, name: str, stage: str, done: int, total: int) -> None:
        now = self._clock()
        if now >= self._next_evaluating[name]:
            self._next_evaluating[name] = now + REPORT_SECONDS
            self._report_evaluating(name, stage, done, total, "")

    def _report_evaluating(self, name: str, stage: str, done: int, total: int, detail: str) -> None:
        fields = {"set": name, "stage": stage, "done": done, "total": total, "detail": detail}
        self._report("evaluating", fields)

    def misread_digits(self, name: str, first: int) -> Page:
        """Of the last evaluation on a test set: see Evaluator.mistakes."""
        return self._evaluator.mistakes(name, first)

    def digits_in_cell(self, name: str, label: int, digit: int, first: int) -> Page:
        """Of the last evaluation on a test set: see Evaluator.cell."""
        return self._evaluator.cell(name, label, digit, first)

    # Looking inside

    def inspect(self, pixels: ByteArray, first: int, second: int) -> tuple[Params, Inspection]:
        """The weights as they are now, not to be changed, and: see inspector.inspect."""
        return self._network.params, inspect(self._network, pixels, first, second)

    async def find_nearest(self, pixels: ByteArray) -> Neighbours:
        """To the network as it is now: see Inspector.find_nearest."""
        training_set = self._settings["training_set"]
        return await self._inspector.find_nearest(self._network.copy(), pixels, training_set)

    def _on_searching(self, done: int, total: int) -> None:
        self._report("searching", {"done": done, "total": total})

    # The visitor's own digits

    def watch_hand(self, is_watched: bool) -> None:
        """See Hand.watch."""
        self.hand.watch(is_watched, self._network, self._figures.iteration)

    # Reports

    def _report(self, kind: str, fields: dict[str, Any]) -> None:
        self._send(messages.encode_report(kind, fields))

    def _report_what_is_due(self) -> None:
        now = self._clock()
        if now >= self._next_progress:
            self._report_progress()
        if now >= self._next_validation:
            self._start_validation()
        self.hand.measure_if_due(self._network, self._figures.iteration)

    def _report_progress(self) -> None:
        now = self._clock()
        self._next_progress = now + REPORT_SECONDS
        status = self._pool.status
        fields = self._figures.take(now, self._is_training)
        adjust_optimizer(self._optimizer, self._settings, self._figures.iteration)
        fields["learning_rate"] = self._optimizer.learning_rate
        fields.update(cached=status.cached, fetching=status.fetching, is_training=self._is_training)
        self._report("progress", fields)

    def _on_pool_change(self) -> None:
        if not self._is_pool_report_due:
            self._is_pool_report_due = True
            self._background.start(self._report_pool())

    async def _report_pool(self) -> None:
        """Report what changed in a tenth of a second, unless progress reports say it anyway."""
        await asyncio.sleep(REPORT_SECONDS)
        self._is_pool_report_due = False
        status, reported = self._pool.status, self._reported_pool
        if self._is_training and reported is not None and status.state != "waiting":
            reported = reported._replace(cached=status.cached, fetching=status.fetching)
        if status != reported:
            self._reported_pool = status
            self._report("pool", status._asdict())

    def _report_problem(self, kind: str, detail: str, is_recoverable: bool) -> None:
        """kind: of messages.PROBLEMS."""
        words = {"title": messages.PROBLEMS[kind], "detail": detail}
        self._report("problem", {"kind": kind, **words, "recoverable": is_recoverable})

    def _report_recovered(self, kind: str) -> None:
        self._report("recovered", {"kind": kind})

    def _on_background_error(self, error: BaseException) -> None:
        self._report_problem(messages.UNEXPECTED, _describe(error), False)


def _file_stem(params: dict[str, FloatArray]) -> str:
    return f"digits-{weights_digest(params)[:8]}"


def _describe(error: BaseException) -> str:
    """Our own errors in their words; of others that nobody foresaw them, with their words."""
    is_ours = isinstance(error, DivergedError | ApiError | StorageError)
    return sentence(error) if is_ours else unforeseen(error)
