"""What the page may ask: a step taken apart."""

from typing import Any

from app.pyscript import messages, texts
from app.pyscript.bridge.worker.offers import offered
from app.pyscript.explain.worker.explanation import Explanation
from app.pyscript.worker.crossing import pixels_of
from app.pyscript.worker.session import Session


class ExplainCalls:
    def __init__(self, session: Session) -> None:
        self._session = session

    @offered(texts.WORKER_NOT_EXPLAINED)
    def explain_step(self, pixels: str, label: int) -> dict[str, Any]:
        """One step on a drawing, taken apart; label 0-9, or messages.NO_LABEL for a reading alone.

        Answers {"pictures": (n,) uint8, RGBA,
        "label" or null; "digit", as read; "pixel", "unit" and "target", the way that is followed;
        "inked" pixels; "active" units; "unit_sum", "logit", "log_prob" and "probability" on that
        way; "arrays", see explanation.Arrays. With a label also "loss", "loss_after", "weight",
        "weight_grad" and "weight_after", of w2 on that way, and "learning_rate"}.
        """
        number = None if label == messages.NO_LABEL else label
        return _show(self._session.explain_step(pixels_of(pixels), number))

    @offered(texts.WORKER_NOT_EXPLAINED)
    def apply_step(self, pixels: str, label: int) -> dict[str, Any]:
        """Take that step with the network itself; answers the same, of before it."""
        return _show(self._session.apply_step(pixels_of(pixels), label))

    @offered(texts.WORKER_CODE_NOT_READ)
    def step_sources(self) -> dict[str, Any]:
        """The code of the step: {"stages": as explanation.sources}."""
        return {"stages": self._session.step_sources()}


def _show(explanation: Explanation) -> dict[str, Any]:
    return explanation.facts | {"pictures": explanation.pictures}
