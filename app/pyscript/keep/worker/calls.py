"""What the page may ask: keeping the network in the browser, and as files."""

from typing import Any

from app.pyscript import texts
from app.pyscript.bridge.worker.offers import offered
from app.pyscript.reasons import reason
from app.pyscript.worker.crossing import file_of, pixels_of
from app.pyscript.worker.session import Session, SupersededError


class KeepCalls:
    def __init__(self, session: Session) -> None:
        self._session = session

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
        return file_of(*self._session.weights_file())

    @offered(texts.FILES_NOT_SAVED)
    def save_program(self, pixels: str) -> dict[str, Any]:
        """The network as a program: {"name", "content": uint8}, a .zip; pixels as for `predict`."""
        return file_of(*self._session.program_file(pixels_of(pixels)))
