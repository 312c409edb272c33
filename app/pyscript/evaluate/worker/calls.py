"""What the page may ask: evaluating, and lists of evaluated digits."""

from typing import Any

from app.pyscript import texts
from app.pyscript.bridge.worker.offers import offered
from app.pyscript.evaluate.worker.evaluator import Page
from app.pyscript.worker.crossing import place, rgba
from app.pyscript.worker.session import Session


class EvaluateCalls:
    def __init__(self, session: Session) -> None:
        self._session = session

    @offered(texts.WORKER_NOT_EVALUATED)
    def evaluate(self, test_set: str) -> None:
        """Measure the network as it is now on one of messages.TEST_SETS; reports follow."""
        self._session.start_evaluation(test_set)

    @offered(texts.WORKER_NOT_LISTED)
    def list_mistakes(self, test_set: str, first: int) -> dict[str, Any]:
        """Misread digits of the last evaluation on this set, the worst first, from `first` on.

        Answers {"first", "total", "digits": [{"label", "digit", "probability",
        "label_probability", "pixels": as `predict` takes them}], "pictures": (3136 n,) uint8, all
        of them as `seen` of `predict`}.
        """
        return _list(self._session.misread_digits(test_set, place(first)))

    @offered(texts.WORKER_NOT_LISTED)
    def list_cell(self, test_set: str, label: int, digit: int, first: int) -> dict[str, Any]:
        """The same of the digits with this label that were read as this digit, 0-9 both."""
        return _list(self._session.digits_in_cell(test_set, label, digit, place(first)))


def _list(page: Page) -> dict[str, Any]:
    digits = [
        digit._asdict() | {"pixels": image.tobytes().hex()}
        for digit, image in zip(page.digits, page.images, strict=True)
    ]
    pictures = rgba(page.images)
    return {"first": page.first, "total": page.total, "digits": digits, "pictures": pictures}
