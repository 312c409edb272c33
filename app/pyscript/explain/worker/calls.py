"""The worker's calls for explaining a training step."""

from typing import Any

from app.model.preprocessing import normalize_drawing
from app.pyscript import messages
from app.pyscript import texts as common
from app.pyscript.bridge.worker.offers import offered
from app.pyscript.explain import texts
from app.pyscript.explain.worker.explanation import Explanation, explain, sources
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.train.worker.run_settings import RunSettings, make_optimizer
from app.pyscript.worker.crossing import pixels_of


class ExplainCalls:
    def __init__(self, network: LiveNetwork, settings: RunSettings) -> None:
        self._network = network
        self._settings = settings

    @offered(texts.WORKER_NOT_EXPLAINED)
    def explain_step(self, pixels: str, label: int) -> dict[str, Any]:
        """Explain a first step on a drawing. label: 0-9, or messages.NO_LABEL to explain only the
        reading.

        Answers {"pictures": (n,) uint8, RGBA,
        "label" or null; "digit", as read; "pixel", "unit" and "target": one way through the
        network, which the numbers follow;
        "inked": how many pixels have ink; "active": how many units respond; "unit_sum", "logit",
        "log_prob" and "probability" on that way; "arrays", see explanation.Arrays. With a label
        also "loss", "loss_after", "weight", "weight_grad" and "weight_after", of w2 on that way,
        and "learning_rate"}. Raises ValueError for a blank drawing, or if there is no such label.
        """
        return _show(self._explain(pixels, None if label == messages.NO_LABEL else label))

    @offered(texts.WORKER_NOT_EXPLAINED)
    def apply_step(self, pixels: str, label: int) -> dict[str, Any]:
        """Have the network take this step; answers as explain_step, of the network before it."""
        explanation = self._explain(pixels, label)
        if explanation.params is not None:
            self._network.teach(explanation.params)
        return _show(explanation)

    @offered(texts.WORKER_CODE_NOT_READ)
    def step_sources(self) -> dict[str, Any]:
        """The code of a step with the current optimizer: {"stages": as explanation.sources}."""
        return {"stages": sources(make_optimizer(self._settings.values))}

    def _explain(self, pixels: str, label: int | None) -> Explanation:
        """Explain the step without L2, because L2 changes every weight for any drawing, and the
        gradients that are shown do not include it."""
        seen = normalize_drawing(pixels_of(pixels))
        if not seen.any():
            raise ValueError(common.SESSION_BLANK)
        optimizer = make_optimizer({**self._settings.values, "l2": 0.0})
        return explain(self._network.current, optimizer, seen, label)


def _show(explanation: Explanation) -> dict[str, Any]:
    return explanation.facts | {"pictures": explanation.pictures}
