"""Saves the network and the settings for the next visit, and restores those of the last one."""

from typing import TYPE_CHECKING

from app.model.network import SHAPES
from app.model.serialization import weights_from_npz, weights_to_npz
from app.pyscript import messages
from app.pyscript.keep import texts
from app.pyscript.keep.worker.autosave import Autosave, Kept
from app.pyscript.reasons import reason
from app.pyscript.settings.checks import check_settings
from app.pyscript.settings.limits import DEFAULT_SETTINGS
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.train.worker.reports import WEIGHTS
from app.pyscript.train.worker.run_settings import RunSettings
from app.pyscript.train.worker.trainer import Trainer
from app.pyscript.worker.runtime import Runtime
from app.pyscript.worker.storage import Storage

if TYPE_CHECKING:
    from app.pyscript.keep.records import RestoreAnswer


class Keeper:
    def __init__(
        self,
        storage: Storage,
        network: LiveNetwork,
        settings: RunSettings,
        trainer: Trainer,
        runtime: Runtime,
    ) -> None:
        self._network = network
        self._settings = settings
        self._reports = runtime.reports
        self.autosave = Autosave(storage, runtime.background, self._worth_keeping, runtime.reports)
        network.on_change.append(self._on_change)
        settings.on_change.append(self.autosave.mark)
        trainer.on_pause.append(self.autosave.hurry)

    def _on_change(self, kind: str) -> None:
        if kind != messages.RESET:
            self.autosave.mark()

    def _worth_keeping(self) -> Kept | None:
        """What to save, or None if the next visit would start with the same anyway."""
        origin, settings = self._network.origin, self._settings.values
        has_learned = origin["changed_by_training"] or origin["tuned"]
        is_own = has_learned or origin["source"] == "file"
        if not is_own and settings == DEFAULT_SETTINGS:
            return None
        content = weights_to_npz(self._network.current.params) if is_own else b""
        return Kept(dict(settings), origin.copy(), content)

    async def restore(self, takes_over: bool) -> "RestoreAnswer":
        """Does the work of KeepCalls.restore, and returns its answer."""
        for bring_back in self._network.on_restore:
            await bring_back()
        restored: RestoreAnswer = {"saved_at": "", "settings": None, "digest": ""}
        if not takes_over:
            self.autosave.leave()
            return restored
        try:
            found = await self.autosave.read()
            if found is not None:
                saved_at, kept = found
                self._take_over(kept)
                digest = self._network.origin["digest"] if kept.weights else ""
                settings = self._settings.values
                restored = {"saved_at": saved_at, "settings": settings, "digest": digest}
        except ValueError as error:
            detail = texts.SESSION_NOT_RESTORED_ADVICE.format(error=reason(error))
            self._reports.problem(messages.NOT_RESTORED, detail)
        return restored

    def _take_over(self, kept: Kept) -> None:
        """Use what was saved. Raises ValueError if it is not valid; then nothing changes.

        A setting that did not exist when it was saved gets its first value.
        """
        settings = check_settings(kept.settings)
        if kept.weights:
            WEIGHTS.encode(kept.origin)  # raises if it is not a valid origin
            params = dict(zip(SHAPES, weights_from_npz(kept.weights), strict=True))
            self._network.bring_back(params, kept.origin)
        self._settings.change(settings)
