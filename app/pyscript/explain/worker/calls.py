"""The worker's calls for explaining a training step."""

from typing import TYPE_CHECKING

from app.model.preprocessing import normalize_drawing
from app.pyscript import messages
from app.pyscript import texts as common
from app.pyscript.bridge.worker.offers import offered
from app.pyscript.explain import texts
from app.pyscript.explain.worker.explanation import Explanation, explain, sources
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.train.worker.run_settings import RunSettings, make_optimizer
from app.pyscript.worker.crossing import pixels_of

if TYPE_CHECKING:
    from app.pyscript.explain import records


class ExplainCalls:
    def __init__(self, network: LiveNetwork, settings: RunSettings) -> None:
        self._network = network
        self._settings = settings

    @offered(texts.WORKER_NOT_EXPLAINED)
    def explain_step(self, pixels: str, label: int) -> "records.Answer":
        """Explain a first step on a drawing. label: 0-9, or messages.NO_LABEL to explain only the
        reading.

        Raises ValueError for a blank drawing, or if there is no such label.
        """
        return _show(self._explain(pixels, None if label == messages.NO_LABEL else label))

    @offered(texts.WORKER_NOT_EXPLAINED)
    def apply_step(self, pixels: str, label: int) -> "records.Answer":
        """Have the network take this step; answers as explain_step, of the network before it."""
        explanation = self._explain(pixels, label)
        if explanation.params is not None:
            self._network.teach(explanation.params)
        return _show(explanation)

    @offered(texts.WORKER_CODE_NOT_READ)
    def step_sources(self) -> "records.Sources":
        """The code of a step with the current optimizer."""
        return {"stages": sources(make_optimizer(self._settings.values))}

    def _explain(self, pixels: str, label: int | None) -> Explanation:
        """Explain the step without L2, because L2 changes every weight for any drawing, and the
        gradients that are shown do not include it."""
        seen = normalize_drawing(pixels_of(pixels))
        if not seen.any():
            raise ValueError(common.SESSION_BLANK)
        optimizer = make_optimizer({**self._settings.values, "l2": 0.0})
        return explain(self._network.current, optimizer, seen, label)


def _show(explanation: Explanation) -> "records.Answer":
    return {**explanation.facts, "pictures": explanation.pictures}
