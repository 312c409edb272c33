"""What the page may ask: teaching one drawing."""

from app.pyscript import texts
from app.pyscript.bridge.worker.offers import offered
from app.pyscript.worker.crossing import pixels_of
from app.pyscript.worker.session import Session


class TuneCalls:
    def __init__(self, session: Session) -> None:
        self._session = session

    @offered(texts.WORKER_NOT_TUNED)
    def tune(self, pixels: str, label: int) -> dict[str, float]:
        """One training step on a drawing, as for `predict`, that shows a digit 0-9."""
        return self._session.tune(pixels_of(pixels), label)._asdict()
