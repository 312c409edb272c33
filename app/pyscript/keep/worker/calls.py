"""What the page may ask: keeping the network in the browser, and as files."""

from typing import Any

from app.model.network import SHAPES
from app.model.python_program import python_archive
from app.model.serialization import weights_digest, weights_from_npz, weights_to_npz
from app.pyscript import texts as common
from app.pyscript.bridge.worker.offers import offered
from app.pyscript.keep import texts
from app.pyscript.keep.worker.keeper import Keeper
from app.pyscript.reasons import reason
from app.pyscript.settings.limits import DEFAULT_SETTINGS
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.train.worker.run_settings import RunSettings
from app.pyscript.train.worker.trainer import Trainer
from app.pyscript.weights.worker.shared_weights import SharedWeights, SupersededError
from app.pyscript.worker.crossing import file_of, pixels_of


class KeepCalls:
    def __init__(
        self,
        keeper: Keeper,
        live: LiveNetwork,
        settings: RunSettings,
        trainer: Trainer,
        shared: SharedWeights,
    ) -> None:
        self._keeper = keeper
        self._live = live
        self._settings = settings
        self._trainer = trainer
        self._shared = shared

    @offered(texts.WORKER_NOT_RESTORED)
    async def restore(self, takes_over: bool = True) -> dict[str, Any]:
        """Take over what the last visit left, and keep this one from now on.

        Without takes_over, what was left is another tab's, and stays there as if it were not known.
        Answers {"saved_at", RFC 3339, or empty where nothing was left; "settings", or null;
        "digest" of the weights as reported, empty where they were everybody's}. What was left and
        cannot be used is told in a report.
        """
        return await self._keeper.restore(takes_over)

    @offered(texts.WORKER_NOT_AFRESH)
    async def start_afresh(self) -> dict[str, Any]:
        """Stop, have the shared weights and the first settings, and forget what is kept.

        Answers {"settings"} in force. Where the weights do not come, nothing has changed.
        """
        try:
            await self._shared.load()
        except SupersededError:
            pass  # what was asked for later is in force, as it should be
        else:
            self._trainer.reset()
            self._settings.change(DEFAULT_SETTINGS)
            await self._keeper.autosave.forget()
        return {"settings": self._settings.values}

    @offered(common.KEEP_NOT_KEPT)
    async def keep_this(self) -> None:
        """Keep this tab's network in the place of another tab's; a report tells of success."""
        await self._keeper.autosave.save(has_claim=True)

    @offered(lambda content, name: common.FILES_NOT_OPENED.format(name=name))
    def open_weights(self, content: bytes, name: str) -> dict[str, str]:
        """Take over the weights of an .npz file; answers {"digest"}."""
        try:
            params = dict(zip(SHAPES, weights_from_npz(content), strict=True))
            return {"digest": self._live.replace(params, "file", name)}
        except ValueError as error:
            detail = common.FILES_NOT_OPENED_ADVICE.format(error=reason(error))
            raise ValueError(detail) from error

    @offered(texts.FILES_NOT_SAVED)
    def save_weights(self) -> dict[str, Any]:
        """The weights as a file: {"name", "content": uint8}, an .npz."""
        params = self._live.network.params
        return file_of(f"{self._file_stem}.npz", weights_to_npz(params))

    @offered(texts.FILES_NOT_SAVED)
    def save_program(self, pixels: str) -> dict[str, Any]:
        """A program that reads drawings without this page (app.model.python_program).

        pixels, as for `predict`, are the drawing that it reads for a beginning. Answers {"name",
        "content": uint8}, a .zip.
        """
        stem = self._file_stem
        archive = python_archive(self._live.network.params, pixels_of(pixels), stem)
        return file_of(f"{stem}-python.zip", archive)

    @property
    def _file_stem(self) -> str:
        return f"digits-{weights_digest(self._live.network.params)[:8]}"
