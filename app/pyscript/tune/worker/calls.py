"""The worker's call for teaching: one step on one drawing."""

from app.model.network import OUTPUT_SIZE
from app.model.preprocessing import normalize_drawing, to_inputs
from app.pyscript import texts as common
from app.pyscript.bridge.worker.offers import offered
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.tune import texts
from app.pyscript.worker.answers import NoAnswerError, are_answers, read
from app.pyscript.worker.crossing import pixels_of


class TuneCalls:
    def __init__(self, network: LiveNetwork) -> None:
        self._network = network

    @offered(texts.WORKER_NOT_TUNED)
    def tune(self, pixels: str, label: int) -> dict[str, float]:
        """Take one training step on a drawing. pixels: as for `predict`; label: a digit, 0-9.

        Answers the fields of training.TuneResult. Raises ValueError for a blank drawing, for a
        label that is no digit, and if the network gives no answer.
        """
        drawing = pixels_of(pixels)
        if label not in range(OUTPUT_SIZE):
            raise ValueError(f"Expected a label from 0 to 9, found {label}.")
        seen = normalize_drawing(drawing)
        if not seen.any():
            raise ValueError(common.SESSION_BLANK)
        if not are_answers(read(self._network.current, seen)).all():
            raise NoAnswerError
        return self._network.tune(to_inputs(seen), label)._asdict()
