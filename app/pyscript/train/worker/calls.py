"""The worker's calls for training and its settings: what the page may ask for."""

from typing import TYPE_CHECKING, Any

from app.pyscript.bridge.worker.offers import offered
from app.pyscript.train import texts
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.train.worker.run_settings import RunSettings
from app.pyscript.train.worker.trainer import Trainer

if TYPE_CHECKING:
    from app.pyscript.train.records import Kernels, SingleStep


class TrainCalls:
    def __init__(self, network: LiveNetwork, settings: RunSettings, trainer: Trainer) -> None:
        self._network = network
        self._settings = settings
        self._trainer = trainer

    @offered(texts.WORKER_KERNELS_KEPT)
    def use_kernels(self, name: str) -> "Kernels":
        """Compute with "simd" or "numpy" from the next step on."""
        return self._network.use_kernels(name)

    @offered(texts.WORKER_NOT_STARTED)
    def start_training(self, settings: dict[str, Any]) -> None:
        """Start or go on. settings: all or some of those in settings/checks.py."""
        self._settings.change(settings)
        self._trainer.start()

    @offered(texts.WORKER_NOT_PAUSED)
    def pause_training(self) -> None:
        self._trainer.pause()

    @offered(texts.WORKER_NO_STEP)
    async def step_training(self, settings: dict[str, Any]) -> "SingleStep":
        """Train one step on one batch, with these settings."""
        self._settings.change(settings)
        return await self._trainer.step()

    @offered(texts.WORKER_NOT_RESET)
    def reset_training(self) -> None:
        self._trainer.reset()

    @offered(texts.WORKER_SETTINGS_KEPT)
    def change_settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Change these settings: all, some or none. Answers {"settings": all that are now used}."""
        self._settings.change(settings)
        return {"settings": self._settings.values}
