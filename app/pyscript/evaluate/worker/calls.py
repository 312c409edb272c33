"""The worker's calls for evaluating, and for lists of evaluated digits."""

import asyncio
from typing import TYPE_CHECKING

from app.model.network import Network
from app.pyscript.bridge.worker.offers import offered
from app.pyscript.evaluate import texts
from app.pyscript.evaluate.worker.evaluator import Evaluator, Page
from app.pyscript.evaluate.worker.other_sets import OtherSets
from app.pyscript.evaluate.worker.reports import EVALUATING, EVALUATION
from app.pyscript.messages import EVALUATION_FAILED, TEST_SETS
from app.pyscript.reasons import unforeseen
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.worker.answers import NoAnswerError
from app.pyscript.worker.api_client import ApiError
from app.pyscript.worker.crossing import place, rgba
from app.pyscript.worker.runtime import Runtime

if TYPE_CHECKING:
    from app.pyscript.evaluate.records import (
        DigitPage,
        EvaluatedAt,
        Evaluating,
        Evaluation,
        ReadDigit,
    )

REPORT_SECONDS = 0.1


class EvaluateCalls:
    def __init__(
        self,
        network: LiveNetwork,
        runtime: Runtime,
        others: OtherSets,
    ) -> None:
        self._network = network
        self._runtime = runtime
        self._others = others
        self._evaluator = Evaluator(runtime.client, runtime.clock, self._on_progress, others)
        # By the names of test sets.
        self._evaluations: dict[str, asyncio.Task[None]] = {}
        self._next_report: dict[str, float] = {}

    @offered(texts.WORKER_NOT_EVALUATED)
    def evaluate(self, test_set: str) -> None:
        """Measure the network as it is now on one of messages.TEST_SETS, or on a set of
        another feature; reports follow.

        Raises ValueError for another set.
        """
        if test_set not in TEST_SETS and test_set not in self._others:
            raise ValueError(f"Expected one of {', '.join(TEST_SETS)}, found {test_set}.")
        if test_set in self._evaluations and not self._evaluations[test_set].done():
            return
        when: EvaluatedAt = {
            "set": test_set,
            "run": self._network.run_number,
            "iteration": self._network.figures.iteration,
            "digest": self._network.origin["digest"],
            "tuned": self._network.origin["tuned"],
        }
        self._next_report[test_set] = 0.0
        evaluation = self._evaluate(self._network.current.copy(), test_set, when)
        self._evaluations[test_set] = self._runtime.background.start(evaluation)

    @offered(texts.WORKER_NOT_FORGOTTEN)
    def forget_evaluation(self, test_set: str) -> None:
        """Another feature's set is gone: what was found out about it does not stay."""
        self._evaluator.forget(test_set)

    async def _evaluate(self, network: Network, test_set: str, when: "EvaluatedAt") -> None:
        """Evaluate, and report the end in every case: otherwise the page would wait forever."""
        try:
            figures = await self._evaluator.evaluate(network, test_set)
            evaluation: Evaluation = {
                **when,
                "samples": figures.samples,
                "loss": figures.loss,
                "accuracy": figures.accuracy,
                "confusion": figures.confusion.tolist(),
                "precision": figures.precision.tolist(),
                "recall": figures.recall.tolist(),
                "groups": [
                    {"name": each.name, "samples": each.samples, "right": each.right}
                    for each in figures.groups
                ],
            }
            self._runtime.reports.report(EVALUATION, evaluation)
        except Exception as error:
            is_expected = isinstance(error, ApiError | NoAnswerError)
            detail = str(error) if is_expected else unforeseen(error)
            self._report_progress(test_set, EVALUATION_FAILED, 0, 0, detail)

    def _on_progress(self, test_set: str, stage: str, done: int, total: int) -> None:
        now = self._runtime.clock()
        if now >= self._next_report[test_set]:
            self._next_report[test_set] = now + REPORT_SECONDS
            self._report_progress(test_set, stage, done, total, "")

    def _report_progress(
        self, test_set: str, stage: str, done: int, total: int, detail: str
    ) -> None:
        evaluating: Evaluating = {
            "set": test_set,
            "stage": stage,
            "done": done,
            "total": total,
            "detail": detail,
        }
        self._runtime.reports.report(EVALUATING, evaluating)

    @offered(texts.WORKER_NOT_LISTED)
    def list_mistakes(self, test_set: str, first: int) -> "DigitPage":
        """Misread digits of the last evaluation on this set, the worst first, from `first` on.

        pictures: (3136 n,) uint8, one after another, each in the form of `seen` of `predict`.
        """
        return _list(self._evaluator.mistakes(test_set, place(first)))

    @offered(texts.WORKER_NOT_LISTED)
    def list_cell(self, test_set: str, label: int, digit: int, first: int) -> "DigitPage":
        """As list_mistakes, for the digits with this label that were read as `digit`; both 0-9."""
        return _list(self._evaluator.cell(test_set, label, digit, place(first)))


def _list(page: Page) -> "DigitPage":
    digits: list[ReadDigit] = [
        {
            "label": digit.label,
            "digit": digit.digit,
            "probability": digit.probability,
            "label_probability": digit.label_probability,
            "pixels": image.tobytes().hex(),
        }
        for digit, image in zip(page.digits, page.images, strict=True)
    ]
    pictures = rgba(page.images)
    return {"first": page.first, "total": page.total, "digits": digits, "pictures": pictures}
