"""The functions that the page may call (bridge/worker/offers.py): each checks what came, asks the
session, and returns what JSON can say, and arrays."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from app.model.activations import log_softmax
from app.model.arrays import ByteArray
from app.model.initializers import INITIALIZERS
from app.model.network import HIDDEN_SIZE
from app.model.optimizers import Params
from app.pyscript import messages, texts
from app.pyscript.bridge.worker.offers import offered
from app.pyscript.evaluate.worker.evaluator import Page
from app.pyscript.explain.worker.explanation import Explanation
from app.pyscript.inside.worker.inspector import Inspection
from app.pyscript.keep.worker.autosave import StorageError
from app.pyscript.reasons import reason, unforeseen
from app.pyscript.timeline.worker.timeline import Checkpoint
from app.pyscript.worker.answers import are_answers
from app.pyscript.worker.api_client import ApiClient, ApiError
from app.pyscript.worker.pictures import unit_picture, unit_sheets, vote_picture
from app.pyscript.worker.session import DivergedError, Session, SupersededError


def explain(error: Exception) -> str:
    """Our own errors are sentences; others are put into one."""
    is_expected = isinstance(error, ValueError | ApiError | StorageError | DivergedError)
    return str(error) if is_expected else unforeseen(error)


class Exports:
    def __init__(self, session: Session, client: ApiClient, clock: Callable[[], float]) -> None:
        """clock gives seconds."""
        self._session = session
        self._tray = session.hand.tray
        self._client = client
        self._clock = clock

    @offered(texts.WORKER_NOT_CONNECTED)
    def connect(self, site: str) -> dict[str, str]:
        """The handshake: where the page comes from, and with it the API (ApiClient.site).

        Answers the versions of Python and NumPy, and the kernels as `use_kernels` does.
        """
        self._client.site = site
        self._session.report_weights()
        self._session.report_run(messages.NEW_WEIGHTS)
        versions = {"python": sys.version.split()[0], "numpy": np.__version__}
        return versions | self._session.kernels._asdict()

    @offered(texts.SESSION_UNEXPECTED)
    def ping(self) -> None:
        """Show that somebody is here."""

    @offered(texts.WORKER_KERNELS_KEPT)
    def use_kernels(self, name: str) -> dict[str, str]:
        """Compute with "simd" or "numpy" from the next step on.

        Answers {"kernels": the name, "no_simd": why "simd" cannot be had here, or empty}.
        """
        return self._session.use_kernels(name)._asdict()

    @offered(texts.WORKER_WEIGHTS_NOT_LOADED)
    async def load_shared_weights(self) -> dict[str, str] | None:
        return await self._load_weights()

    @offered(lambda version: texts.WORKER_VERSION_NOT_LOADED.format(version=version))
    async def load_version(self, version: int) -> dict[str, str] | None:
        """Take over a version of the shared weights, by its number."""
        return await self._load_weights(version)

    async def _load_weights(self, version: int | None = None) -> dict[str, str] | None:
        try:
            return {"digest": await self._session.load_shared_weights(version)}
        except SupersededError:
            return None  # what was asked for later is in force, as it should be

    @offered(texts.WORKER_NOT_PUBLISHED)
    async def publish_weights(self, author: str) -> dict[str, Any]:
        """Offer the network's weights as the shared ones; author may be empty.

        Answers {"outcome", "version", "detail"}: see api_client.Publication.
        """
        return (await self._session.publish_weights(author))._asdict()

    @offered(texts.WORKER_NOT_RESTORED)
    async def restore(self, takes_over: bool = True) -> dict[str, Any]:
        """Take over what the last visit left, or leave it; answers as Session.restore."""
        return await self._session.restore(takes_over)

    @offered(texts.WORKER_NOT_AFRESH)
    async def start_afresh(self) -> dict[str, Any]:
        """Shared weights and first settings; nothing stays kept. Answers {"settings"} in force."""
        try:
            await self._session.start_afresh()
        except SupersededError:
            pass  # what was asked for later is in force, as it should be
        return {"settings": self._session.settings}

    @offered(texts.KEEP_NOT_KEPT)
    async def keep_this(self) -> None:
        """Keep this tab's network in the place of another tab's; a report tells of success."""
        await self._session.keep_this()

    @offered(lambda content, name: texts.FILES_NOT_OPENED.format(name=name))
    def open_weights(self, content: bytes, name: str) -> dict[str, str]:
        """Take over the weights of an .npz file; answers {"digest"}."""
        try:
            return {"digest": self._session.open_weights(content, name)}
        except ValueError as error:
            detail = texts.FILES_NOT_OPENED_ADVICE.format(error=reason(error))
            raise ValueError(detail) from error

    @offered(texts.FILES_NOT_SAVED)
    def save_weights(self) -> dict[str, Any]:
        """The weights as a file: {"name", "content": uint8}, an .npz."""
        return _file(*self._session.weights_file())

    @offered(texts.FILES_NOT_SAVED)
    def save_program(self, pixels: str) -> dict[str, Any]:
        """The network as a program: {"name", "content": uint8}, a .zip; pixels as for `predict`."""
        return _file(*self._session.program_file(_pixels(pixels)))

    @offered(texts.WORKER_NOT_RANDOMIZED)
    def randomize_weights(self, seed: int, initializer: str) -> dict[str, str]:
        if not messages.is_count(seed):
            raise ValueError(f"Expected a seed from 0, found {seed}.")
        if initializer not in INITIALIZERS:
            raise ValueError(f"Expected one of {', '.join(INITIALIZERS)}, found {initializer}.")
        return {"digest": self._session.randomize_weights(seed, initializer)}

    @offered(texts.WORKER_NOT_READ)
    def predict(self, pixels: str) -> dict[str, Any]:
        """Read a drawing: 784 intensities as text, two hexadecimal digits each.

        Answers {"digit": 0-9, the likeliest, "unreadable": one of app.model.readability.REASONS,
        "no answer", or empty, "probabilities": (10,) float32, "seen": (3136,) uint8, 28x28 RGBA
        with the ink as opacity of black, "milliseconds"}.
        """
        start = self._clock()
        prediction = self._session.predict(_pixels(pixels))
        return {
            "digit": prediction.digit,
            "unreadable": prediction.unreadable,
            "probabilities": prediction.probabilities,
            "seen": _rgba(prediction.seen),
            "milliseconds": 1000 * (self._clock() - start),
        }

    @offered(texts.WORKER_NOT_TUNED)
    def tune(self, pixels: str, label: int) -> dict[str, float]:
        """One training step on a drawing, as for `predict`, that shows a digit 0-9."""
        return self._session.tune(_pixels(pixels), label)._asdict()

    @offered(texts.WORKER_NOT_STARTED)
    def start_training(self, settings: dict[str, Any]) -> None:
        """Start or go on, with these settings (messages.check_settings), all or some."""
        self._session.change_settings(messages.check_settings(settings))
        self._session.start_training()

    @offered(texts.WORKER_NOT_PAUSED)
    def pause_training(self) -> None:
        self._session.pause_training()

    @offered(texts.WORKER_NO_STEP)
    async def step_training(self, settings: dict[str, Any]) -> dict[str, Any]:
        """One step on one batch, with these settings; answers single_step.SingleStep's fields."""
        self._session.change_settings(messages.check_settings(settings))
        return (await self._session.step_training())._asdict()

    @offered(texts.WORKER_NOT_RESET)
    def reset_training(self) -> None:
        self._session.reset_training()

    @offered(texts.WORKER_SETTINGS_KEPT)
    def change_settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Take these over, all or some or none of them; answers {"settings"} in force."""
        self._session.change_settings(messages.check_settings(settings))
        return {"settings": self._session.settings}

    @offered(texts.WORKER_NOT_EVALUATED)
    def evaluate(self, test_set: str) -> None:
        """Measure the network as it is now on one of messages.TEST_SETS; reports follow."""
        self._session.start_evaluation(test_set)

    @offered(texts.WORKER_NOT_LISTED)
    def list_mistakes(self, test_set: str, first: int) -> dict[str, Any]:
        """Misread digits of the last evaluation on this set, the worst first, from `first` on.

        Answers {"first", "total", "digits": [{"label", "digit", "probability",
        "label_probability", "pixels": as `predict` takes them}]}, "pictures": (3136 n,) uint8, all
        of them as `seen` of `predict`}.
        """
        return _list(self._session.misread_digits(test_set, _from(first)))

    @offered(texts.WORKER_NOT_LISTED)
    def list_cell(self, test_set: str, label: int, digit: int, first: int) -> dict[str, Any]:
        """The same of the digits with this label that were read as this digit, 0-9 both."""
        return _list(self._session.digits_in_cell(test_set, label, digit, _from(first)))

    @offered(texts.INSIDE_NOT_SEEN)
    def inspect(self, pixels: str, unit: int, first: int, second: int) -> dict[str, Any]:
        """Look at a drawing, as for `predict`, inside the network.

        unit, from 0, is looked at closely; first and second, 0-9 or messages.CHOSEN_BY_NETWORK, are
        the digits to compare. Answers {"active": how many units respond to the
        drawing, "logits" and "probabilities": ten, "telling": [a unit] as Inspection has
        them, "others": ten, what all other units add, "chosen": a unit, "first", "second",
        "votes_for" and "votes_against": the sums, from 0 and to 0, of the pixels' votes}, and three
        arrays of RGBA bytes (pictures.py): "sheets" of all units, "unit" of the chosen one,
        "votes"}. A unit is {"unit", "activation", "weights": ten, "adds": ten, to each
        logit}.
        """
        if unit not in range(HIDDEN_SIZE):
            raise ValueError(f"Expected a unit from 0 to {HIDDEN_SIZE - 1}, found {unit}.")
        params, inspection = self._session.inspect(_pixels(pixels), first, second)
        pictures = {
            "sheets": unit_sheets(params["w1"], inspection.hidden),
            "unit": unit_picture(params["w1"], unit),
            "votes": vote_picture(inspection.votes, inspection.seen),
        }
        return pictures | _inspection_fields(params, inspection, unit)

    @offered(texts.INSIDE_NOT_FOUND)
    async def list_nearest(self, pixels: str) -> dict[str, Any]:
        """The training digits most like a drawing, as for `predict`, in the network's eyes.

        Answers {"among": how many were compared, "digits": [{"label",
        "distance": 0 alike to 1, "pixels": as `predict` takes them}], the nearest first},
        "pictures": (3136 (n + 2),) uint8 as `seen` of `predict`: the drawing, the drawing as the
        network gets it, and the digits}.
        """
        drawing = _pixels(pixels)
        found = await self._session.find_nearest(drawing)
        digits = [
            {"label": label, "distance": distance, "pixels": image.tobytes().hex()}
            for label, distance, image in zip(
                found.labels.tolist(), found.distances.tolist(), found.images, strict=True
            )
        ]
        pictures = _rgba(np.concatenate([[drawing, found.seen], found.images]))
        return {"pictures": pictures, "among": found.among, "digits": digits}

    @offered(texts.WORKER_NOT_EXPLAINED)
    def explain_step(self, pixels: str, label: int) -> dict[str, Any]:
        """One step on a drawing, taken apart; label 0-9, or messages.NO_LABEL for a reading alone.

        Answers {"text": JSON of what follows, "pictures": (n,) uint8, RGBA}. JSON:
        "label" or null; "digit", as read; "pixel", "unit" and "target", the way that is followed;
        "inked" pixels; "active" units; "unit_sum", "logit", "log_prob" and "probability" on that
        way; "arrays", see explanation.Arrays. With a label also "loss", "loss_after", "weight",
        "weight_grad" and "weight_after", of w2 on that way, and "learning_rate".
        """
        number = None if label == messages.NO_LABEL else label
        return _show(self._session.explain_step(_pixels(pixels), number))

    @offered(texts.WORKER_NOT_EXPLAINED)
    def apply_step(self, pixels: str, label: int) -> dict[str, Any]:
        """Take that step with the network itself; answers the same, of before it."""
        return _show(self._session.apply_step(_pixels(pixels), label))

    @offered(texts.WORKER_CODE_NOT_READ)
    def step_sources(self) -> dict[str, Any]:
        """The code of the step: {"stages": as explanation.sources}."""
        return {"stages": self._session.step_sources()}

    @offered(texts.TIME_NOT_LISTED)
    async def list_checkpoints(self, pixels: str) -> dict[str, Any]:
        """The run's checkpoints, the network of this moment among them; pixels as for `predict`.

        Answers {"now": the number of the one that the network is, "checkpoints":
        [{"number", "iteration", "accuracy", "loss" and "drawings" of its validation,
        null before it, "digit", what it reads in the drawing, null if that is blank or it has no
        answer}], from the first to the newest}, "probabilities": (10 n,) float32, of each digit by
        each of them, or empty}.
        """
        course = await self._session.read_checkpoints(_pixels(pixels))
        digits = [None] * len(course.checkpoints)
        probabilities = np.empty(0, np.float32)
        if course.probabilities is not None:
            is_answer = are_answers(course.probabilities)
            read = course.probabilities.argmax(axis=1).tolist()
            digits = [
                digit if answered else None
                for digit, answered in zip(read, is_answer.tolist(), strict=True)
            ]
            probabilities = np.where(is_answer[:, None], course.probabilities, 0).ravel()
        checkpoints = [
            _described(checkpoint, digit)
            for checkpoint, digit in zip(course.checkpoints, digits, strict=True)
        ]
        return {
            "now": course.now.number,
            "checkpoints": checkpoints,
            "probabilities": probabilities,
        }

    @offered(texts.TIME_NO_UNITS)
    def list_checkpoint_units(self, number: int, of_change: bool) -> dict[str, Any]:
        """The weights of a checkpoint's hidden units, or what has changed in them: one picture.

        Answers {"text": JSON, "picture": uint8, RGBA, as Timeline.picture}.
        """
        return {"picture": self._session.timeline.picture(number, of_change)}

    @offered(texts.TIME_NOT_GONE_ON)
    def go_on_from(self, number: int) -> None:
        """Stop, and take a checkpoint's weights over."""
        self._session.go_on_from(number)

    # The visitor's own drawings

    @offered(texts.HAND_NOT_ADDED)
    async def add_drawing(self, pixels: str, label: int) -> None:
        """Keep a drawing, as for `predict`, that shows a digit 0-9."""
        await self._tray.add(_pixels(pixels), label)

    @offered(texts.HAND_NOT_REMOVED)
    async def remove_drawing(self, number: int) -> None:
        """Remove the drawing that `list_tray` gives this number."""
        await self._tray.remove([number])

    @offered(texts.HAND_NOT_CLEARED)
    async def clear_tray(self) -> None:
        await self._tray.remove()

    @offered(texts.HAND_NOT_UNDONE)
    async def undo_tray(self) -> None:
        """Bring back what was removed last."""
        await self._tray.undo()

    @offered(lambda content, name: texts.HAND_FILE_PROBLEM.format(name=name))
    async def open_tray(self, content: bytes, name: str) -> dict[str, int]:  # noqa: ARG002
        """Add the drawings in a file (hand/worker/tray.py); answers {"added": how many}."""
        return {"added": await self._tray.open_file(content)}

    @offered(texts.HAND_NOT_SAVED)
    def save_tray(self) -> dict[str, Any]:
        """All drawings as a file: {"name", "content": uint8}, JSON."""
        return _file(*self._tray.file())

    @offered(texts.HAND_NOT_LISTED)
    def list_tray(self, first: int) -> dict[str, Any]:
        """Drawings of the tray, the newest first, from place `first` on.

        Answers {"first", "total", "drawings": [{"number", "label", "held_out",
        "pixels": as `predict` takes them}]}, "pictures": (3136 n,) uint8, as drawn, all of them as
        `seen` of `predict`}.
        """
        newest = list(reversed(self._tray.drawings.items()))
        shown = newest[_from(first) : first + messages.GALLERY_SIZE]
        drawings = [
            {
                "number": number,
                "label": drawing.label,
                "held_out": drawing.is_held_out,
                "pixels": drawing.pixels.tobytes().hex(),
            }
            for number, drawing in shown
        ]
        images = [drawing.pixels for _, drawing in shown]
        pictures = _rgba(np.concatenate(images)) if images else np.empty(0, np.uint8)
        return {"first": first, "total": len(newest), "drawings": drawings, "pictures": pictures}

    @offered(texts.HAND_NOT_MEASURED)
    def watch_hand(self, is_watched: bool) -> None:
        """Have the report "hand" a few times a second while training, or no longer."""
        self._session.watch_hand(is_watched)


def _described(checkpoint: Checkpoint, digit: int | None) -> dict[str, Any]:
    validation = checkpoint.validation
    return {
        "number": checkpoint.number,
        "iteration": checkpoint.iteration,
        "accuracy": None if validation is None else validation.accuracy,
        "loss": None if validation is None else validation.loss,
        "drawings": None if validation is None else validation.drawings,
        "digit": digit,
    }


def _from(first: int) -> int:
    if not messages.is_count(first):
        raise ValueError(f"Expected a whole number from 0, found {first}.")
    return first


def _inspection_fields(params: Params, inspection: Inspection, chosen: int) -> dict[str, Any]:
    hidden, adds, votes = inspection.hidden, inspection.contributions, inspection.votes

    def unit_fields(unit: int) -> dict[str, Any]:
        return {
            "unit": unit,
            "activation": float(hidden[unit]),
            "weights": params["w2"][unit].tolist(),
            "adds": adds[unit].tolist(),
        }

    return {
        "active": int(np.count_nonzero(hidden)),
        "logits": inspection.logits.tolist(),
        "probabilities": np.exp(log_softmax(inspection.logits[None])[0]).tolist(),
        "telling": [unit_fields(unit) for unit in inspection.telling.tolist()],
        "others": np.delete(adds, inspection.telling, axis=0).sum(axis=0).tolist(),
        "chosen": unit_fields(chosen),
        "first": inspection.first,
        "second": inspection.second,
        "votes_for": float(votes[votes > 0].sum()),
        "votes_against": float(votes[votes < 0].sum()),
    }


def _list(page: Page) -> dict[str, Any]:
    digits = [
        digit._asdict() | {"pixels": image.tobytes().hex()}
        for digit, image in zip(page.digits, page.images, strict=True)
    ]
    pictures = _rgba(page.images)
    return {"first": page.first, "total": page.total, "digits": digits, "pictures": pictures}


def _show(explanation: Explanation) -> dict[str, Any]:
    return explanation.facts | {"pictures": explanation.pictures}


def _rgba(images: ByteArray) -> ByteArray:
    """Ink as opacity of black, four bytes a pixel, in one row."""
    rgba = np.zeros((images.size, 4), np.uint8)
    rgba[:, 3] = images.ravel()
    return rgba.ravel()


def _file(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "content": np.frombuffer(content, np.uint8)}


def _pixels(text: str) -> ByteArray:
    return np.frombuffer(bytes.fromhex(text), np.uint8)
