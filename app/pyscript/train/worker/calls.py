"""What the page may ask: training, and the settings of it."""

from typing import Any

from app.pyscript import messages, texts
from app.pyscript.bridge.worker.offers import offered
from app.pyscript.worker.session import Session


class TrainCalls:
    def __init__(self, session: Session) -> None:
        self._session = session

    @offered(texts.WORKER_KERNELS_KEPT)
    def use_kernels(self, name: str) -> dict[str, str]:
        """Compute with "simd" or "numpy" from the next step on.

        Answers {"kernels": the name, "no_simd": why "simd" cannot be had here, or empty}.
        """
        return self._session.use_kernels(name)._asdict()

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
