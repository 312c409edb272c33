"""The worker's calls for keeping the network, in the browser and as files."""

from typing import TYPE_CHECKING, Any

from app.model.exports import weights_to_onnx, weights_to_safetensors
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

if TYPE_CHECKING:
    from app.pyscript.annotations import File
    from app.pyscript.keep.records import RestoreAnswer

EXPORTS = {"safetensors": weights_to_safetensors, "onnx": weights_to_onnx}


class KeepCalls:
    def __init__(
        self,
        keeper: Keeper,
        network: LiveNetwork,
        settings: RunSettings,
        trainer: Trainer,
        shared: SharedWeights,
    ) -> None:
        self._keeper = keeper
        self._network = network
        self._settings = settings
        self._trainer = trainer
        self._shared = shared

    @offered(texts.WORKER_NOT_RESTORED)
    async def restore(self, takes_over: bool = True) -> "RestoreAnswer":
        """Go on from what the last visit left, and save this visit from now on.

        Without takes_over, the record is another tab's: it stays, and is not read.
        The digest is of the weights as reported, empty if they were everybody's. If what was left
        cannot be used, a report says so.
        """
        return await self._keeper.restore(takes_over)

    @offered(texts.WORKER_NOT_AFRESH)
    async def start_afresh(self) -> dict[str, Any]:
        """Start over: load the shared weights and first settings, stop, and delete what is saved.

        Answers {"settings": all that are now used}. If the weights do not come, nothing changes.
        """
        try:
            await self._shared.load()
        except SupersededError:
            pass  # a later request for weights wins, as it should
        else:
            self._trainer.reset()
            self._settings.change(DEFAULT_SETTINGS)
            await self._keeper.autosave.forget()
        return {"settings": self._settings.values}

    @offered(common.KEEP_NOT_KEPT)
    async def keep_this(self) -> None:
        """Save this tab's network in place of another tab's; a report tells whether it worked."""
        await self._keeper.autosave.save(has_claim=True)

    @offered(lambda content, name: common.FILES_NOT_OPENED.format(name=name))
    def open_weights(self, content: bytes, name: str) -> dict[str, str]:
        """Use the weights in an .npz file; answers {"digest"}."""
        try:
            params = dict(zip(SHAPES, weights_from_npz(content), strict=True))
            return {"digest": self._network.replace(params, "file", name)}
        except ValueError as error:
            detail = common.FILES_NOT_OPENED_ADVICE.format(error=reason(error))
            raise ValueError(detail) from error

    @offered(texts.FILES_NOT_SAVED)
    def save_weights(self) -> "File":
        """The weights as a file: {"name", "content": uint8}, an .npz."""
        params = self._network.current.params
        return file_of(f"{self._file_stem}.npz", weights_to_npz(params))

    @offered(texts.FILES_NOT_SAVED)
    def save_weights_as(self, form: str) -> "File":
        """The weights for other programs, as "safetensors" or "onnx" (app.model.exports)."""
        content = EXPORTS[form](self._network.current.params)
        return file_of(f"{self._file_stem}.{form}", content)

    @offered(texts.FILES_NOT_SAVED)
    def save_program(self, pixels: str) -> "File":
        """A program that reads drawings without this page (app.model.python_program).

        pixels, as for `predict`: the drawing that comes with it as an example. Answers {"name",
        "content": uint8}, a .zip.
        """
        stem = self._file_stem
        archive = python_archive(self._network.current.params, pixels_of(pixels), stem)
        return file_of(f"{stem}-python.zip", archive)

    @property
    def _file_stem(self) -> str:
        return f"digits-{weights_digest(self._network.current.params)[:8]}"
