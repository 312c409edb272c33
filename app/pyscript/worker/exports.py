"""The functions that the page may call, by the names in messages.CALLS.

Each checks what came, asks the session, and answers in JSON text (messages.accept and refuse);
`predict`, the lists of evaluated digits and what saves files answer with arrays. What goes wrong
becomes a refusal here and nowhere else.
"""

import functools
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np

from app.model.arrays import ByteArray
from app.model.initializers import INITIALIZERS
from app.pyscript import messages, texts
from app.pyscript.worker.api_client import ApiClient, ApiError, Publication
from app.pyscript.worker.autosave import StorageError
from app.pyscript.worker.evaluator import Page
from app.pyscript.worker.session import Session, SupersededError


def _answers(title: str) -> Callable[[Callable[..., Any]], Callable[..., str]]:
    """Turns what a method returns into an answer, and what it raises into a refusal."""

    def decorate(method: Callable[..., Any]) -> Callable[..., str]:
        @functools.wraps(method)
        def answer(*arguments: Any) -> str:
            try:
                return messages.accept(method(*arguments))
            except Exception as error:
                return _refuse(title, error)

        return answer

    return decorate


def _refuse(title: str, error: Exception) -> str:
    is_expected = isinstance(error, ValueError | ApiError | StorageError)
    return messages.refuse(title, str(error) if is_expected else f"{type(error).__name__}: {error}")


class Exports:
    def __init__(self, session: Session, client: ApiClient, clock: Callable[[], float]) -> None:
        """clock gives seconds."""
        self._session = session
        self._client = client
        self._clock = clock

    @_answers(texts.WORKER_NOT_CONNECTED)
    def connect(self, origin: str) -> dict[str, str]:
        """The handshake: where the page comes from, and with it the API.

        Answers the versions of Python and NumPy, and the kernels as `use_kernels` does.
        """
        self._client.origin = origin
        self._session.report_weights()
        versions = {"python": sys.version.split()[0], "numpy": np.__version__}
        return versions | self._session.kernels._asdict()

    @_answers(texts.WORKER_KERNELS_KEPT)
    def use_kernels(self, name: str) -> dict[str, str]:
        """Compute with "simd" or "numpy" from the next step on.

        Answers {"kernels": the name, "no_simd": why "simd" cannot be had here, or empty}.
        """
        return self._session.use_kernels(name)._asdict()

    async def load_shared_weights(self) -> str:
        try:
            return messages.accept({"digest": await self._session.load_shared_weights()})
        except SupersededError:
            return messages.accept()  # what was asked for later is in force, as it should be
        except Exception as error:
            return _refuse(texts.WORKER_WEIGHTS_NOT_LOADED, error)

    async def load_version(self, version: int) -> str:
        """Take over a version of the shared weights, by its number."""
        try:
            return messages.accept({"digest": await self._session.load_shared_weights(version)})
        except SupersededError:
            return messages.accept()
        except Exception as error:
            return _refuse(texts.WORKER_VERSION_NOT_LOADED.format(version=version), error)

    async def publish_weights(self, author: str) -> str:
        """Offer the network's weights as the shared ones; author may be empty.

        Answers {"outcome", "version", "current", "detail"}: see api_client.Publication.
        """
        return await self._publish(self._session.publish_weights, author)

    async def merge_and_publish(self, author: str) -> str:
        """Offer the mean of the network's weights and the shared ones; answers as above."""
        return await self._publish(self._session.merge_and_publish, author)

    async def _publish(self, publish: Callable[[str], Awaitable[Publication]], author: str) -> str:
        try:
            return messages.accept((await publish(author))._asdict())
        except Exception as error:
            return _refuse(texts.WORKER_NOT_PUBLISHED, error)

    async def restore(self) -> str:
        """Take over what the last visit left; answers as Session.restore."""
        try:
            return messages.accept(await self._session.restore())
        except Exception as error:
            return _refuse(texts.WORKER_NOT_RESTORED, error)

    async def start_afresh(self) -> str:
        """Shared weights and first settings; nothing stays kept. Answers {"settings"} in force."""
        try:
            await self._session.start_afresh()
        except SupersededError:
            pass  # what was asked for later is in force, as it should be
        except Exception as error:
            return _refuse(texts.WORKER_NOT_AFRESH, error)
        return messages.accept({"settings": self._session.settings})

    def open_weights(self, content: bytes, name: str) -> str:
        """Take over the weights of an .npz file; answers {"digest"}."""
        try:
            return messages.accept({"digest": self._session.open_weights(content, name)})
        except ValueError as error:
            detail = texts.FILES_NOT_OPENED_ADVICE.format(error=error)
            return messages.refuse(texts.FILES_NOT_OPENED.format(name=name), detail)

    def save_weights(self) -> dict[str, Any]:
        """The weights as a file: {"name", "content": uint8}, an .npz."""
        return _file(*self._session.weights_file())

    def save_program(self, pixels: str) -> dict[str, Any]:
        """The network as a program: {"name", "content": uint8}, a .zip; pixels as for `predict`."""
        return _file(*self._session.program_file(_pixels(pixels)))

    @_answers(texts.WORKER_NOT_RANDOMIZED)
    def randomize_weights(self, seed: int, initializer: str) -> dict[str, str]:
        if not messages.is_count(seed):
            raise ValueError(f"Expected a seed from 0, found {seed}.")
        if initializer not in INITIALIZERS:
            raise ValueError(f"Expected one of {', '.join(INITIALIZERS)}, found {initializer}.")
        return {"digest": self._session.randomize_weights(seed, initializer)}

    def predict(self, pixels: str) -> dict[str, Any]:
        """Read a drawing: 784 intensities as text, two hexadecimal digits each.

        Answers {"digit": 0-9, the likeliest, "unreadable": one of app.model.readability.REASONS, or
        empty, "probabilities": (10,) float32, "seen": (3136,) uint8, 28x28 RGBA with the ink as
        opacity of black, "milliseconds"}. Raises ValueError for another text.
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

    @_answers(texts.WORKER_NOT_TUNED)
    def tune(self, pixels: str, label: int) -> dict[str, float]:
        """One training step on a drawing, as for `predict`, that shows a digit 0-9."""
        return self._session.tune(_pixels(pixels), label)._asdict()

    @_answers(texts.WORKER_NOT_STARTED)
    def start_training(self, settings: str) -> None:
        """Start or go on, with these settings (messages.check_settings), all or some."""
        self._session.change_settings(messages.decode_settings(settings))
        self._session.start_training()

    @_answers(texts.WORKER_NOT_PAUSED)
    def pause_training(self) -> None:
        self._session.pause_training()

    @_answers(texts.WORKER_NOT_RESET)
    def reset_training(self) -> None:
        self._session.reset_training()

    @_answers(texts.WORKER_SETTINGS_KEPT)
    def change_settings(self, settings: str) -> None:
        self._session.change_settings(messages.decode_settings(settings))

    @_answers(texts.WORKER_NOT_EVALUATED)
    def evaluate(self) -> None:
        """Measure the network as it is now on all test digits; reports tell how it goes."""
        self._session.start_evaluation()

    def list_mistakes(self, first: int) -> dict[str, Any]:
        """Misread digits of the last evaluation, the worst first, from number `first` on.

        Answers {"text": JSON, a refusal or {"first", "total", "digits": [{"label", "digit",
        "probability", "label_probability", "pixels": as `predict` takes them}]}, "pictures":
        (3136 n,) uint8, all of them as `seen` of `predict`}.
        """
        return _list(lambda: self._session.misread_digits(_from(first)))

    def list_cell(self, label: int, digit: int, first: int) -> dict[str, Any]:
        """The same of the digits with this label that were read as this digit, 0-9 both."""
        return _list(lambda: self._session.digits_in_cell(label, digit, _from(first)))


def _from(first: int) -> int:
    if not messages.is_count(first):
        raise ValueError(f"Expected a whole number from 0, found {first}.")
    return first


def _list(page_of: Callable[[], Page]) -> dict[str, Any]:
    try:
        page = page_of()
    except Exception as error:
        text = _refuse(texts.WORKER_NOT_LISTED, error)
        return {"text": text, "pictures": np.empty(0, np.uint8)}
    digits = [
        digit._asdict() | {"pixels": image.tobytes().hex()}
        for digit, image in zip(page.digits, page.images, strict=True)
    ]
    text = messages.accept({"first": page.first, "total": page.total, "digits": digits})
    return {"text": text, "pictures": _rgba(page.images)}


def _rgba(images: ByteArray) -> ByteArray:
    """Ink as opacity of black, four bytes a pixel, in one row."""
    rgba = np.zeros((images.size, 4), np.uint8)
    rgba[:, 3] = images.ravel()
    return rgba.ravel()


def _file(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "content": np.frombuffer(content, np.uint8)}


def _pixels(text: str) -> ByteArray:
    return np.frombuffer(bytes.fromhex(text), np.uint8)
